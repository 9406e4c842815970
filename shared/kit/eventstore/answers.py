"""Answers of commands: kept for whoever sends a command again, sealed where somebody seals them."""

from __future__ import annotations

import json
from typing import Any, Protocol

from sqlalchemy import Connection, bindparam, insert, select

from shared.kit.eventstore import tables
from shared.kit.eventstore.prepared import Prepared
from shared.kit.refusals import refusal

_COMMAND = Prepared(select(tables.commands).where(tables.commands.c.key == bindparam("wanted")))
_ANSWERED = Prepared(insert(tables.commands))

KeyReused = refusal(
    "idempotency-key-reused",
    422,
    zh="这份表单已提交过别的内容，这次没有执行；请重新打开页面再填。（接口：请换一个 Idempotency-Key）",
    en="This form was already sent with other content and was not taken; open the page again."
    " (API: use a new Idempotency-Key.)",
)


AnswerExpired = refusal(
    "answer-expired",
    410,
    zh="这次提交已于 {recorded_at} 执行，不会重复执行；当时的结果已不再保存，请查看现在的状态。",
    en="This was done at {recorded_at} and is not done again; its result is no longer kept, look at"
    " how things stand now.",
    doc="A command came back whose answer is not kept any more.",
)


class AnswerSealer(Protocol):
    """Keeps the answers of commands from being read in the store (`shared.town.privacy`)."""

    def seal(self, command: str, answer: bytes) -> bytes:
        """Seal an answer, in the running transaction."""
        ...

    def open(self, command: str, sealed: bytes) -> bytes | None:
        """Open an answer; None when it cannot be read any more."""
        ...

    def oldest(self) -> str:
        """The day before which, in the running transaction, nothing can be read any more."""
        ...


def find(
    connection: Connection, command: str, fingerprint: str, sealer: AnswerSealer | None
) -> tuple[Any, str] | None:
    """Return the answer a command was given before, and when; None: it was never done.

    Raises `KeyReused`, `AnswerExpired`.
    """
    known = _COMMAND.first(connection, {"wanted": command})
    if known is None:
        return None
    if known.fingerprint != fingerprint:
        raise KeyReused
    kept: bytes | None = bytes(known.answer)
    if sealer is not None:
        kept = sealer.open(known.key, bytes(known.answer))
    if kept is None:
        raise AnswerExpired(recorded_at=known.recorded_at)
    return json.loads(kept), known.recorded_at


def keep(
    connection: Connection,
    command: str,
    fingerprint: str,
    recorded_at: str,
    answer: Any,
    sealer: AnswerSealer | None,
) -> None:
    """Keep what a command is answered, a JSON value."""
    kept = json.dumps(answer, ensure_ascii=False, default=str).encode()
    if sealer is not None:
        kept = sealer.seal(command, kept)
    row = {
        "key": command,
        "fingerprint": fingerprint,
        "answer": kept,
        "recorded_at": recorded_at,
    }
    _ANSWERED.run(connection, row)
