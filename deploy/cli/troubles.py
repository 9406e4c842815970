"""Troubles that `vaxledger status` names: what stands, since when, and what to do about it."""

from __future__ import annotations

from typing import Any, NamedTuple


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
        "启动它；各部件改读来源的日志，会自己重连",
        "start it; the parts read the sources' logs and connect again by themselves",
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


def trouble(
    kind: str, part: str, source: str = "", *, since: str | None = None, detail: object = ""
) -> dict[str, Any]:
    """Return a trouble as JSON: whose, following whom, since when, and both texts."""
    found = KINDS[kind]
    return {
        "kind": kind,
        "red": found.red,
        "part": part,
        "source": source,
        "since": since,
        "zh": found.zh.format(detail=detail),
        "en": found.en.format(detail=detail),
        "do": {"zh": found.do_zh, "en": found.do_en},
    }


def in_words(found: dict[str, Any]) -> str:
    """Return a trouble as a paragraph, Chinese first."""
    where = f"{found['part']} ← {found['source']}" if found["source"] else found["part"]
    zh, en = (f"自 {found['since']} 起", f" since {found['since']}") if found["since"] else ("", "")
    return (
        f"{where}：{zh}{found['zh']}。{found['do']['zh']}。\n"
        f"    {found['en']}{en}. {found['do']['en'][0].upper()}{found['do']['en'][1:]}."
    )
