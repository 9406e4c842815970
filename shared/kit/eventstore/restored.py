"""Restored stores: found by what their followers hold, and let count again by an operator's word.

A store that was set back to a copy lacks events that others have had of it. Until an operator
decides nothing is appended to it: what was lost may be a dose that somebody got.
"""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import insert

from shared.kit.contracts.chain import beginning
from shared.kit.contracts.histories import Generation
from shared.kit.eventstore import tables
from shared.kit.eventstore.store import Store
from shared.kit.refusals import Refusal, refusal

StoreSetBack = refusal(
    "store-set-back",
    503,
    zh="{source} 的数据库可能是从旧备份恢复的：{follower} 已收到其第 {position} 条事件，"
    "这里只有 {head} 条，或内容不同。已停止写入，以免覆盖已发生的接种记录；"
    "请见 docs/operations.md 的“来源倒退或被改动”。",
    en="The store of {source} may have been restored from an old backup: {follower} has had its"
    " event {position}, here are {head}, or another is there. Nothing more is written, so that no"
    " dose given is written over; docs/operations.md, 'A source was set back or changed'.",
    doc="A part's followers hold more of it, or something else, than its own store.",
)

SourceDiffers = refusal(
    "source-differs",
    503,
    zh="{source} 的日志从第 {position} 条起与此前收到的不同（{what}）：它可能从旧备份恢复过，或被改动过。"
    "已停在这里，没有丢弃任何事件；请先查明原因，见 docs/operations.md 的“来源倒退或被改动”。",
    en="The log of {source} differs from what was followed, from {position} on ({what}): it may"
    " have been restored from an old backup, or changed. Nothing is dropped, following stops here;"
    " find out why first: docs/operations.md, 'A source was set back or changed'.",
    doc="A source's own log is not what was followed: it was set back, or its history was changed.",
)


class Held(NamedTuple):
    """What a follower holds of a source: of which generation, up to where, and the link there."""

    generation: int
    position: int
    link: bytes | None


def held(store: Store, source: str) -> Held:
    """Return what a store holds of a source that it follows, or of its own."""
    generation = store.histories(source).generation
    if source == store.source:
        head = store.head()
        return Held(generation, head, _link(store, head))
    reached = store.reached(source)
    return Held(generation, reached.decided, reached.link)


def compare(store: Store, follower: str, theirs: Held) -> Refusal | None:
    """Return why a store was set back, as what a follower of it holds shows; None: it was not."""
    ours, head = store.histories(store.source).generation, store.head()
    if theirs.generation < ours or (theirs.generation == ours and _has(store, theirs)):
        return None
    return StoreSetBack(source=store.source, follower=follower, position=theirs.position, head=head)


def accept(store: Store, source: str, accepted: Generation) -> bool:
    """Let another history of a source count, in the running transaction.

    False if it does already, or if this is the source and does not end there. The source appends
    an event in this transaction, with which its new chain begins. What others followed beyond the
    fork does not count any more: they make their views anew.
    """
    if store.histories(source).generation >= accepted.number:
        return False
    if source == store.source:
        if (store.head(), _link(store, accepted.after)) != (accepted.after, accepted.link):
            return False
        store.set_back = None
    row = {"source": source} | accepted._asdict()
    store.current.connection.execute(insert(tables.generations), row)
    if source == store.source:
        turned = store.histories(source).turned(accepted.link, accepted.after)
        store.current.end = accepted.after, turned
    before = store.reached(source)
    if before.decided > accepted.fork:
        store.track(source, before._replace(decided=accepted.fork, link=None))
    return True


def _has(store: Store, theirs: Held) -> bool:
    here = _link(store, theirs.position)
    return here is not None and theirs.link in (None, here)


def _link(store: Store, position: int) -> bytes | None:
    """Return the link of one of the store's own events; None if it has no such event."""
    if position == 0:
        return beginning(store.source)
    page = store.log(position - 1, 1)
    return page[0].link if page and page[0].position == position else None
