"""Reading apart: rosters are read in a process of their own, beside the one that answers and writes.

Files that nobody vouches for are read where nothing else is, and on another core: while one
roster is written the next is being read. What a broken file can break is that process, which is
begun anew. It ends when its parent does.

A request is today's date and the file; the answers, in JSON, are ["read", rows, of rows] some
times, and then ["roster", what was read] or ["refused", code, message, details]. Each is preceded
by its length.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from datetime import date
from typing import Any

from services.registration.domain.refusals import Refusal
from services.registration.reading.roster import NoRoster, read_roster
from services.registration.reading.roster_lines import Account, Fault, Line, Roster
from services.registration.reading.unreadable import TooLarge, UnreadableWorkbook
from shared.town.identity_documents import Document

REFUSALS = {each.code: each for each in (NoRoster, UnreadableWorkbook, TooLarge)}
_LENGTH = 8
_DAY = 10  # characters of a date


class ReaderGone(Exception):
    """The reading process has ended in the middle of a file."""


class Reader:
    """A process that reads one file after the other; a file may be begun before it is asked for."""

    def __init__(self) -> None:
        """The process begins with the first file."""
        self._process: subprocess.Popen[bytes] | None = None
        self._talk: Any = None
        self._begun: str | None = None
        self._one = threading.Lock()

    @property
    def pid(self) -> int | None:
        """The process that reads, if it has begun."""
        return self._process.pid if self._process is not None else None

    def begin(self, key: str, content: bytes, today: date) -> None:
        """Let a file be read that will be asked for by its key."""
        with self._one:
            try:
                self._begin(key, content, today)
            except ReaderGone:
                self.end()  # it is begun anew when it is asked for

    def read(
        self, key: str, content: bytes, every: Callable[[int, int], None], today: date
    ) -> Roster:
        """Return what a file says, read now or begun before.

        `every(rows_read, rows_in_all)` is called now and then; what it raises ends the reading.
        Raises what `read_roster` raises, and `ReaderGone`.
        """
        with self._one:
            if self._begun != key:
                self._begin(key, content, today)
            try:
                while True:
                    kind, *said = self._answer()
                    if kind != "read":
                        break
                    every(*said)
            except BaseException:
                self.end()
                raise
            self._begun = None
        if kind == "refused":
            code, message, details = said
            raise REFUSALS[code](message, **details)
        return _roster_of(*said)

    def _begin(self, key: str, content: bytes, today: date) -> None:
        if self._begun is not None:
            self.end()  # somebody else did what was begun, or it was cancelled
        self._begun = key
        self._ask(today.isoformat().encode() + content)

    def _ask(self, request: bytes) -> None:
        if self._talk is None:
            # Not pipes: where threads are green, only sockets wait without holding up the others.
            ours, theirs = socket.socketpair()
            with ours, theirs:
                self._process = subprocess.Popen(
                    [sys.executable, "-W", "ignore", "-m", __name__],
                    stdin=theirs.fileno(),
                    env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
                )
                self._talk = ours.makefile("rwb")
        try:
            _send(self._talk, request)
        except OSError as error:
            raise ReaderGone from error

    def _answer(self) -> Any:
        assert self._talk is not None
        try:
            return json.loads(_receive(self._talk))
        except (OSError, EOFError) as error:
            raise ReaderGone from error

    def end(self) -> None:
        """End the process, whatever it reads; the next file begins another."""
        self._begun = None
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        if self._talk is not None:
            with suppress(OSError):  # what was not sent any more
                self._talk.close()
        self._process = self._talk = None


def _roster_of(said: dict[str, Any]) -> Roster:
    return Roster(
        lines=[_line_of(**line) for line in said["lines"]],
        faults=[Fault(**fault) for fault in said["faults"]],
        ignored=said["ignored"],
        accounts=[Account(**account) for account in said["accounts"]],
    )


def _line_of(
    *,
    document: dict[str, Any],
    birth_date: str,
    cohorts: list[str] | None,
    notes: list[str],
    **said: Any,
) -> Line:
    of_number = document["birth_date"]
    document |= {"birth_date": date.fromisoformat(of_number) if of_number else None}
    document |= {"mended": tuple(document["mended"])}
    return Line(
        document=Document(**document),
        birth_date=date.fromisoformat(birth_date),
        cohorts=None if cohorts is None else tuple(cohorts),
        notes=tuple(notes),
        **said,
    )


def _send(talk: Any, body: bytes) -> None:
    talk.write(len(body).to_bytes(_LENGTH, "big"))
    talk.write(body)
    talk.flush()


def _receive(talk: Any) -> bytes:
    """The next message; raises `EOFError` when the other end is gone."""
    size = int.from_bytes(_exactly(talk, _LENGTH), "big")
    return _exactly(talk, size)


def _exactly(talk: Any, size: int) -> bytes:
    if len(found := talk.read(size)) < size:
        raise EOFError
    return found


def serve(talk: Any) -> None:
    """Read what is asked for until nobody asks any more."""

    def tell(*said: Any) -> None:
        _send(talk, json.dumps(said, default=date.isoformat).encode())

    with suppress(EOFError):
        while True:
            request = _receive(talk)
            today = date.fromisoformat(request[:_DAY].decode())
            try:
                roster = read_roster(request[_DAY:], lambda *far: tell("read", *far), today=today)
                tell("roster", asdict(roster))
            except Refusal as refusal:
                tell("refused", refusal.code, str(refusal), refusal.details)


READER = Reader()
"""The one reader of this process."""

if __name__ == "__main__":
    with socket.socket(fileno=os.dup(0)) as parent:
        parent.setblocking(True)
        serve(parent.makefile("rwb"))
