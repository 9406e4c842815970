"""The process that answers long queries: `python -m services.supervision.audit.answering`.

It is asked over the socket that is its standard input (see `SideProcess`), opens the part's store to
read only and as it is at one moment, and says how far it is with ["far", [done, total]], then one of ["answer", what] and
["broken", where]. It ends when nobody asks any more.
"""

from __future__ import annotations

import json
import os
import socket
import time
import traceback
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from services.supervision.audit import queries as audit
from services.supervision.domain import AGGREGATES
from services.supervision.replay import queries as replay
from shared.kit.eventstore import Store, Views
from shared.kit.side_process import receive, send
from shared.town.campaign import load
from shared.town.privacy import Privacy
from shared.town.privacy.sealing import KeyId
from shared.town.work import Work

TELL_SECONDS = 0.25

Far = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Standing:
    """The clock as it stood when the question was asked."""

    instant: datetime

    def now(self) -> datetime:
        """Return that instant."""
        return self.instant

    def today(self) -> date:
        """Return its day."""
        return self.instant.date()


class NoKeys:
    """Keys of residents, of which this process is given none."""

    def keys(self, wanted: Iterable[KeyId]) -> dict[KeyId, bytes]:
        """Return none."""
        del wanted
        return {}

    def forget(self, resident: str) -> None:
        """Nothing is kept."""

    def forget_all(self) -> None:
        """Nothing is kept."""

    def expire(self) -> None:
        """Nothing is kept."""


def _unit(work: Work, far: Far, unit: str, as_of: str | None) -> Any:
    del far
    return replay.unit_state(work, unit, date.fromisoformat(as_of) if as_of else None)


QUESTIONS: dict[str, Callable[..., Any]] = {
    "audit": audit.audit,
    "reports": audit.reports,
    "week": replay.week,
    "unit": _unit,
}


def serve(talk: socket.socket) -> None:
    """Answer what is asked until nobody asks any more."""
    with suppress(EOFError, BrokenPipeError, ConnectionResetError):
        while True:
            request = json.loads(receive(talk))
            try:
                said = "answer", _answer(talk, **request)
            except OSError:
                raise
            except Exception as error:
                # Where, not what: the text of an error may repeat what an event says.
                places = "".join(traceback.format_tb(error.__traceback__))
                said = "broken", f"{places}{type(error).__name__}"
            send(talk, json.dumps(said, ensure_ascii=False).encode())


def _answer(
    talk: socket.socket,
    *,
    store: str,
    source: str,
    campaign: str,
    people: int | None,
    now: str,
    question: str,
    arguments: dict[str, Any],
) -> Any:
    told = time.monotonic()

    def far(done: int, total: int) -> None:
        nonlocal told
        if (moment := time.monotonic()) - told >= TELL_SECONDS:
            told = moment
            send(talk, json.dumps(["far", [done, total]]).encode())

    plan, clock = load(campaign), Standing(datetime.fromisoformat(now))
    plan = plan.scaled(people) if people else plan
    opened = Store(store, source, Views(), clock, read_only=True)
    try:
        work = Work(opened, AGGREGATES, plan, Privacy(NoKeys(), b""))
        with opened.snapshot():
            return QUESTIONS[question](work, far, **arguments)
    finally:
        opened.close()


if __name__ == "__main__":
    with socket.socket(fileno=os.dup(0)) as parent:
        parent.setblocking(True)
        serve(parent)
