"""Troubles that `vaxledger status` names: what stands, since when, why, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from shared.kit.language import CHINESE, ENGLISH, Text, listed, speaking, t


class Kind(NamedTuple):
    """A kind of trouble in both languages; `{detail}` is what is known of the case."""

    red: bool
    zh: str
    en: str
    do_zh: str
    do_en: str


KINDS = {
    "down": Kind(
        True,
        "部件没有应答（{detail}）",
        "does not answer ({detail})",
        "启动它，并看它的日志；别的部件照常工作",
        "start it and see its log; the others go on",
    ),
    "refuses": Kind(
        True,
        "部件在运行，但现在不能工作：{detail}",
        "runs, and cannot work now: {detail}",
        "先看它的数据库（PostgreSQL）是否在运行、磁盘是否已满；恢复后它自己接着做",
        "does its database (PostgreSQL) run, is the disk full? It goes on by itself afterwards",
    ),
    "relay-silent": Kind(
        True,
        "转发进程没有动静：{detail}",
        "its relay gives no sign of life: {detail}",
        "看转发进程是否在运行、它的日志说什么；期间别的部件改读本部件的日志",
        "is the relay running, what does its log say? Meanwhile the others read this part's log",
    ),
    "own-set-back": Kind(
        True,
        "停止写入：{detail}",
        "writes nothing more: {detail}",
        "把较新的数据库放回去，或先看 vaxledger follow look，再决定 vaxledger follow accept",
        "put the newer store back, or see vaxledger follow look, then vaxledger follow accept",
    ),
    "set-back": Kind(
        True,
        "来源倒退：它的日志只到第 {detail} 条，而此前收到的更多；跟随已停，没有丢弃任何事件",
        "the source was set back: its log ends at {detail}, and more was followed;"
        " following stops, nothing is dropped",
        "查是否恢复过旧备份，再看 vaxledger follow look（docs/operations.md“来源倒退或被改动”）",
        "was an old backup restored? see vaxledger follow look, and docs/operations.md,"
        " 'A source was set back or changed'",
    ),
    "failing": Kind(
        True,
        "停在这里：{detail}",
        "stands here: {detail}",
        "除去原因即可；它会自己从来源的日志接着读，不丢也不重",
        "remove the cause; it goes on by itself from the source's log, each event once",
    ),
    "unheard": Kind(
        True,
        "听不到消息，改读来源的日志（{detail}）",
        "hears no messages, reading from the log ({detail})",
        "“no queue”：运行 vaxledger broker declare；“no connection”：看消息队列服务与网络",
        "'no queue': run vaxledger broker declare; 'no connection': see the broker and the network",
    ),
    "no-queue": Kind(
        True,
        "消息队列里没有队列 {detail}",
        "the broker has no queue {detail}",
        "运行 vaxledger broker declare；期间改读来源的日志",
        "run vaxledger broker declare; meanwhile the source's log is read",
    ),
    "no-consumer": Kind(
        True,
        "没有人在听队列 {detail}",
        "nobody listens to the queue {detail}",
        "看该部件到消息队列服务的网络；它会自己重连，期间改读来源的日志",
        "see the part's network to the broker; it connects again by itself",
    ),
    "no-broker": Kind(
        True,
        "消息队列服务没有应答（{detail}）",
        "the broker does not answer ({detail})",
        "启动它，并看它的日志；各部件改读来源的日志，会自己重连，什么都不会丢",
        "start it and see its log; the parts read the sources' logs and connect again by"
        " themselves, nothing is lost",
    ),
    "overloaded": Kind(
        False,
        "命令太多，应答的进程已拒绝 {detail} 条，请对方稍后重发",
        "too many commands wait; the process that answers has refused {detail}, to be sent again",
        "短时的高峰会自己过去；经常这样，就用 vaxledger serve --processes 2 再开一个进程",
        "a peak passes by itself; if it happens often, serve the part by several processes"
        " (vaxledger serve --processes 2)",
    ),
    "dead-letters": Kind(
        False,
        "有 {detail} 封死信",
        "{detail} dead letters",
        "vaxledger dead list 说明每封的原因；什么都没有丢，日志里都有",
        "vaxledger dead list says why each; nothing is missing, the logs have it",
    ),
    "disowned": Kind(
        False,
        "有 {detail} 条不予采信的事件",
        "{detail} events that do not count",
        "查清谁控制那个来源（docs/operations.md“不予采信”）",
        "find out who controls that source (docs/operations.md, 'does not count')",
    ),
}


CONSEQUENCES = {
    "unheard": Text(
        "因此 {number} 处跟随改读来源的日志。",
        "That is why {number} followers read the logs instead.",
    ),
    "relay-silent": Text(
        "因此 {number} 个转发进程没有动静。",
        "That is why {number} relays give no sign of life.",
    ),
    "failing": Text(
        "因此 {number} 处跟随读不到它的日志，它恢复后会接着读。",
        "That is why {number} followers cannot read its log; they go on when it is back.",
    ),
}
"""What is told in a line below its cause."""


def trouble(
    kind: str,
    part: str,
    source: str = "",
    *,
    since: str | None = None,
    detail: object = "",
    because: str | None = None,
) -> dict[str, Any]:
    """Return a trouble as JSON: whose, following whom, since when, and both texts.

    `because` names what it comes from: the source that does not answer, or "no-broker".
    """
    found = KINDS[kind]
    zh, en = (_said(detail, language) for language in (CHINESE, ENGLISH))
    return {
        "kind": kind,
        "red": found.red,
        "part": part,
        "source": source,
        "since": since,
        "because": because,
        "zh": found.zh.format(detail=zh),
        "en": found.en.format(detail=en),
        "do": {"zh": found.do_zh, "en": found.do_en},
    }


def _said(detail: object, language: str) -> str:
    """Return what is known of a case, to end in the middle of a sentence."""
    with speaking(language):
        return str(detail).strip().removesuffix("。").removesuffix(".")


def moment(since: str) -> str:
    """Return a moment as people read it, to the second."""
    return f"{datetime.fromisoformat(since):%Y-%m-%d %H:%M:%S}"


def in_words(troubles: list[dict[str, Any]]) -> Iterator[tuple[str, bool]]:
    """Return paragraphs, and whether each is red.

    The same of several parts is one paragraph, and what comes of another trouble a line in its.
    """
    alike = dict[tuple[str, str, str], list[dict[str, Any]]]()
    for each in troubles:
        if not _comes_of(each, troubles):
            alike.setdefault((each["kind"], each["zh"], each["en"]), []).append(each)
    for causes in alike.values():
        yield _paragraph(causes, [each for each in troubles if _comes_of(each, causes)])


def _comes_of(found: dict[str, Any], causes: list[dict[str, Any]]) -> bool:
    because = found["because"]
    return because is not None and any(
        because in (each["kind"], each["part"]) and each["because"] is None for each in causes
    )


def _paragraph(alike: list[dict[str, Any]], effects: list[dict[str, Any]]) -> tuple[str, bool]:
    first = alike[0]
    where = listed(
        f"{each['part']} ← {each['source']}" if each["source"] else each["part"] for each in alike
    )
    begun = min(
        (each["since"] for each in alike if each["since"]),
        key=datetime.fromisoformat,
        default=None,
    )
    since = moment(begun) if begun else ""
    words = t(
        "{where}：自 {since} 起，{what}。{do}。" if begun else "{where}：{what}。{do}。",
        "{where}: {what} since {since}. {do}." if begun else "{where}: {what}. {do}.",
        where=where,
        since=since,
        what=t(first["zh"], first["en"]),
        do=_begun(t(first["do"]["zh"], first["do"]["en"])),
    )
    lines = [words]
    for kind, effect in CONSEQUENCES.items():
        if number := sum(each["kind"] == kind for each in effects):
            lines.append(str(effect.format(number=number)))
    return "\n".join(lines), first["red"]


def _begun(sentence: str) -> str:
    is_command = sentence.startswith("vaxledger ")
    return sentence if is_command else sentence[0].upper() + sentence[1:]
