"""A source that was set back, compared with what the ledger holds of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import select

from services.supervision.ledger.views import ledger
from shared.kit.contracts.chain import Linked, beginning
from shared.kit.contracts.histories import Generation, named, parts_of
from shared.kit.eventstore.restored import Held, held
from shared.town.work import Work

FetchLog = Callable[[int, int], Sequence[Linked]]


class Comparison(NamedTuple):
    """What accepting a source's history would mean.

    `accepted`: the generation it would become. `lost`: how many events of each name do not count
    any more; `new`: how many the source has instead.
    """

    accepted: Generation
    lost: dict[str, int]
    new: int


def comparison(
    work: Work, source: str, now: Held, fetch: FetchLog, others: Iterable[Held] = ()
) -> Comparison:
    """Compare a source as it is `now`, with the log that `fetch` reads, with the ledger.

    `others`: how far other parts hold it, which may have heard what the ledger has not.
    """
    histories = work.store.histories(source)
    rows = work.rows(
        select(ledger.c.source, ledger.c.position, ledger.c.name, ledger.c.body)
        .where(ledger.c.source.in_([named(source, n + 1) for n in range(histories.generation)]))
        .order_by(ledger.c.position)
    )
    kept = [r for r in rows if histories.counts(parts_of(r["source"])[1], r["position"])]
    links = [beginning(source)]
    for position, row in enumerate(kept, 1):
        links.append(histories.link(links[-1], position, bytes(row["body"])))
    fork = _last_common(links[: now.position + 1], fetch)
    lost = kept[fork:]
    link = now.link or links[0]
    accepted = Generation(histories.generation + 1, fork, now.position, link)
    counted = dict(Counter(row["name"] for row in lost))
    beyond = [
        each.position - fork
        for each in others
        if each.generation == histories.generation and not _is_in(each, now, fetch)
    ]
    if (unseen := max(beyond, default=0) - len(lost)) > 0:
        counted["?"] = unseen
    return Comparison(accepted, counted, now.position - fork)


def _is_in(theirs: Held, now: Held, fetch: FetchLog) -> bool:
    """Whether what a part holds of a source is in its log, as that is `now`."""
    if theirs.position == 0 or theirs.link is None:
        return True
    page = fetch(theirs.position - 1, 1) if theirs.position <= now.position else ()
    return bool(page) and page[0].link == theirs.link


def _last_common(links: Sequence[bytes], fetch: FetchLog) -> int:
    """Return the last position at which the log has the link of `links`; the chain vouches for all before."""
    low, high = 0, len(links) - 1
    while low < high:
        middle = (low + high + 1) // 2
        page = fetch(middle - 1, 1)
        same = bool(page) and (page[0].position, page[0].link) == (middle, links[middle])
        low, high = (middle, high) if same else (low, middle - 1)
    return low


def own_comparison(work: Work, others: Sequence[Held]) -> Comparison:
    """Compare supervision's own store with what the others hold of it.

    What it has lost nobody holds but by number; all that it has counts. While somebody has not
    heard what was accepted last, it is that once more.
    """
    now = held(work.store, work.store.source)
    behind = [each for each in others if each.generation < now.generation]
    if behind:
        accepted = work.store.histories(work.store.source).accepted[-1]
        missing = max(each.position for each in behind) - accepted.fork
        return Comparison(accepted, {"?": max(1, missing)}, 0)
    newest = max(others, default=Held(1, 0, None))
    number = max(newest.generation, now.generation) + 1
    accepted = Generation(number, now.position, now.position, now.link or b"")
    missing = newest.position - now.position
    return Comparison(accepted, {"?": missing} if missing > 0 else {}, 0)
