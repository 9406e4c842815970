"""Reading apart: rosters are read in a process of their own, beside the one that answers and writes.

Files that nobody vouches for are read where nothing else is, and on another core: while one
roster is written the next is being read. What a broken file can break is that process, which is
begun anew. It ends when its parent does.

A request is the pickled (content, today); the answers are ("read", rows, of rows) some times, and
then ("roster", Roster) or ("refused", Refusal). Each is preceded by its length.
"""

from __future__ import annotations

import io
import os
import pickle  # nosec B403 - what comes back is limited to `KNOWN`
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from typing import Any

from services.registration.domain.refusals import Refusal
from services.registration.reading.roster import NoRoster, read_roster
from services.registration.reading.roster_lines import Account, Fault, Line, Roster
from services.registration.reading.unreadable import TooLarge, UnreadableWorkbook
from shared.documents import Document

KNOWN = {
    f"{kind.__module__}.{kind.__qualname__}": kind
    for kind in (
        *(Roster, Line, Fault, Account, Document, date),
        *(NoRoster, UnreadableWorkbook, TooLarge),
    )
}
_LENGTH = 8


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
        if isinstance(said[0], Refusal):
            raise said[0]
        return said[0]

    def _begin(self, key: str, content: bytes, today: date) -> None:
        if self._begun is not None:
            self.end()  # somebody else did what was begun, or it was cancelled
        self._begun = key
        self._ask((content, today))

    def _ask(self, request: object) -> None:
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
            return unpickled(_receive(self._talk))
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


class _Limited(pickle.Unpickler):
    """Takes nothing but what a roster is made of."""

    def find_class(self, module_name: str, global_name: str, /) -> Any:
        try:
            return KNOWN[f"{module_name}.{global_name}"]
        except KeyError:
            raise pickle.UnpicklingError(f"{module_name}.{global_name} is no roster") from None


def unpickled(body: bytes) -> Any:
    """Return what the reading process says; raise `UnpicklingError` for what it may not say."""
    return _Limited(io.BytesIO(body)).load()


def _send(talk: Any, said: object) -> None:
    body = pickle.dumps(said, protocol=pickle.HIGHEST_PROTOCOL)
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

    def every(read: int, rows: int) -> None:
        _send(talk, ("read", read, rows))

    with suppress(EOFError):
        while True:
            content, today = pickle.loads(_receive(talk))  # nosec B301 - from the parent
            try:
                _send(talk, ("roster", read_roster(content, every, today=today)))
            except Refusal as refusal:
                _send(talk, ("refused", refusal))


READER = Reader()
"""The one reader of this process."""

if __name__ == "__main__":
    with socket.socket(fileno=os.dup(0)) as parent:
        parent.setblocking(True)
        serve(parent.makefile("rwb"))
