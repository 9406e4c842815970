"""The process that reads rosters: files of others are opened in it and never in the one that serves.

What a broken or hostile file can break is a process under limits (see `sandbox`), and it is refused
at the first try. It works on another core: while one roster is written the next is being read. It
ends when its parent does.
"""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from services.registration.domain.import_refusals import TooManyRows
from services.registration.rosters.reading import sandbox
from services.registration.rosters.reading.headings import PROBLEM
from services.registration.rosters.reading.kept_texts import text_of
from services.registration.rosters.reading.roster_heading import NoRoster
from services.registration.rosters.reading.roster_lines import Line, Roster, Said, ToldFault
from services.registration.rosters.reading.unreadable import (
    DAMAGED,
    TAKES_TOO_MUCH,
    TooLarge,
    UnreadableWorkbook,
)
from shared.kit import memory
from shared.kit.language import at_terminal
from shared.kit.side_process import Gone, SideProcess
from shared.town.identity_documents import Document

MOST_ANSWERED = 100_000_000
"""Bytes of an answer; that of the largest roster that is taken has a third."""
MOST_SILENT_BEATS = 600
"""As many seconds may a process say nothing; it is usually its processor time that ends first."""

MOST_IDLE_SECONDS = 60.0
"""As long may a process wait for the next file; what it has read lies in its memory."""

REFUSALS = {each.code: each for each in (NoRoster, UnreadableWorkbook, TooLarge)}

log = logging.getLogger(__name__)


class ReaderGone(Exception):
    """The reading process has ended in the middle of a file, which was not the file's doing."""


class Reader:
    """A process that reads one file after the other; a file may be begun before it is asked for."""

    def __init__(self, program: str = sandbox.__name__) -> None:
        """The process begins with the first file; `program` is the module that it runs."""
        self._process = SideProcess(program)
        self._begun: str | None = None
        self._one = threading.Lock()

    @property
    def pid(self) -> int | None:
        """The process that reads, if it has begun."""
        return self._process.pid

    def begin(self, key: str, content: bytes, today: date, said: Said | None = None) -> None:
        """Let a file be read that will be asked for by its key."""
        with self._one:
            try:
                self._begin(key, content, today, said)
            except ReaderGone:
                self.end()  # it is begun anew when it is asked for

    def read(
        self,
        key: str,
        content: bytes,
        every: Callable[[int, int], None],
        today: date,
        said: Said | None = None,
    ) -> Roster:
        """Return what a file says, read now or begun before.

        `every(rows_read, rows_in_all)` is called now and then, also while nothing is heard; what it
        raises ends the reading. Raises what `read_roster` raises, and `ReaderGone`.
        """
        far = (0, 0)

        def again() -> None:
            every(*far)

        with self._one:
            try:
                if self._begun != key:
                    self._begin(key, content, today, said)
                while True:
                    kind, *heard = self._answer(again)
                    if kind != "read":
                        break
                    far = (heard[0], heard[1])
                    every(*far)
            except BaseException:
                self.end()
                raise
            self._begun = None
        _check(kind, heard)
        [read] = heard
        lines = [_line_of(**line) for line in read.pop("lines")]
        return Roster(lines, **read)

    def mended(self, content: bytes, faults: Sequence[ToldFault]) -> bytes:
        """Return what `mended_workbook` returns, made in a process that ends with it."""
        with self._one:
            try:
                self._ask("mend", [faults, str(PROBLEM)], content)
                kind, *said = self._answer(_unheard)
                _check(kind, said)
                return self._receive(_unheard)
            finally:
                self.end()

    def _begin(self, key: str, content: bytes, today: date, said: Said | None) -> None:
        if self._begun is not None:
            self.end()  # somebody else did what was begun, or it was cancelled
        self._begun = key
        self._ask("read", [today.isoformat(), said], content)

    def _ask(self, kind: str, of: Any, content: bytes) -> None:
        try:
            self._process.ask(json.dumps([kind, of]).encode(), content)
        except Gone as error:
            raise ReaderGone from error

    def _answer(self, again: Callable[[], None]) -> Any:
        return json.loads(self._receive(again))

    def _receive(self, again: Callable[[], None]) -> bytes:
        silent = 0

        def waiting() -> None:
            nonlocal silent
            silent += 1
            if silent > MOST_SILENT_BEATS:
                raise TooLarge(TAKES_TOO_MUCH)
            again()

        try:
            return self._process.receive(waiting, MOST_ANSWERED)
        except OverflowError:
            raise TooLarge(TAKES_TOO_MUCH) from None
        except Gone as error:
            raise self._end_of_the_process() from error

    def _end_of_the_process(self) -> Exception:
        """Why it has ended: at the file, or otherwise."""
        code = self._process.exit_code()
        if code == sandbox.EXHAUSTED:
            return TooLarge(TAKES_TOO_MUCH)
        if code == sandbox.CRASHED:
            log.error(
                at_terminal("一个文件使读取进程崩溃", "a file has broken the process that reads")
            )
            return UnreadableWorkbook(DAMAGED)
        return ReaderGone()

    def rest(self) -> None:
        """End a process that has had no file for a minute, or a file before somebody was erased.

        What it has read ahead is read again when it is asked for.
        """
        with self._one:
            idle = time.monotonic() - self._process.used > MOST_IDLE_SECONDS
            if self.pid is not None and (idle or memory.forgotten_since(self._process.used)):
                self.end()

    def end(self) -> None:
        """End the process, whatever it reads; the next file begins another."""
        self._begun = None
        self._process.end()


def _check(kind: str, said: list[Any]) -> None:
    """Raise what the answer is, where it is a refusal."""
    if kind == "broken":
        log.error(
            at_terminal("读取文件失败：\n{why}", "reading a file has failed:\n{why}", why=said[0])
        )
        raise UnreadableWorkbook(DAMAGED)
    if kind == "refused":
        code, text, details = said
        if code == TooManyRows.code:
            raise TooManyRows(**details)
        raise REFUSALS[code](text_of(text), **details)


def _unheard() -> None:
    """Nobody wants to know that it is still at work."""


def _line_of(
    *,
    document: dict[str, Any],
    birth_date: str,
    cohorts: list[str] | None,
    notes: list[str],
    marks: list[str],
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
        marks=tuple(marks),
        **said,
    )


READER = Reader()
"""Reads for the jobs of this process."""

MENDER = Reader()
"""Marks workbooks for whoever asks, one at a time, while the jobs go on."""
