"""Answerer: asks the process that answers long queries, and hears how far it is.

It is given no secret but the address of the part's own store, which it opens to read only.
"""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Callable
from typing import Any

from services.supervision.domain.refusals import NotAnswered
from services.supervision.long_queries.queries import Arguments
from shared.kit.language import at_terminal
from shared.kit.side_process import DATABASE, Gone, SideProcess
from shared.town.web.web import Web

PROGRAM = "services.supervision.audit.answering"
MOST_ANSWERED = 100_000_000
"""Bytes of an answer; the audit of a whole campaign has a hundredth."""
MOST_SILENT_SECONDS = 600
MOST_IDLE_SECONDS = 60.0
"""As long may a process wait for the next question."""

log = logging.getLogger(__name__)


def _nobody(done: int, total: int) -> None:
    """Nobody wants to know how far it is."""


class Silent(Exception):
    """The process lives and has not said a word for long."""


class Answerer:
    """A process that answers one long query after the other."""

    def __init__(self, program: str = PROGRAM) -> None:
        """The process begins with the first question; `program` is the module that it runs."""
        self._process = SideProcess(program, *DATABASE)
        self._one = threading.Lock()

    @property
    def pid(self) -> int | None:
        """The process that answers, if it has begun."""
        return self._process.pid

    def answer(
        self,
        web: Web,
        question: str,
        arguments: Arguments,
        every: Callable[[int, int], None] = _nobody,
    ) -> Any:
        """Return a question's answer; raises `NotAnswered`, also when the process has ended.

        `every(done, total)` is called now and then, also while nothing is heard; what it raises
        ends the answering.
        """
        try:
            return self.attempt(web, question, arguments, every)
        except Gone as error:
            raise NotAnswered from error

    def attempt(
        self, web: Web, question: str, arguments: Arguments, every: Callable[[int, int], None]
    ) -> Any:
        """Return a question's answer as `answer` does, but raise `Gone` if the process has ended."""
        with self._one:
            try:
                self._process.ask(_request(web, question, arguments))
                kind, said = self._heard(every)
            except BaseException as error:
                self._process.end()
                if isinstance(error, Gone | OverflowError | Silent):
                    log.error(
                        at_terminal(
                            "没有等到“{question}”的结果：{kind}",
                            "the answer to {question} did not come: {kind}",
                            question=question,
                            kind=type(error).__name__,
                        )
                    )
                if isinstance(error, OverflowError | Silent):
                    raise NotAnswered from error  # it would be so again
                raise
        if kind == "broken":
            log.error(
                at_terminal(
                    "计算“{question}”失败：\n{said}",
                    "answering {question} has failed:\n{said}",
                    question=question,
                    said=said,
                )
            )
            raise NotAnswered
        return said

    def _heard(self, every: Callable[[int, int], None]) -> tuple[str, Any]:
        far, silent = (0, 0), 0

        def waiting() -> None:
            nonlocal silent
            silent += 1
            if silent > MOST_SILENT_SECONDS:
                raise Silent
            every(*far)

        while True:
            kind, said = json.loads(self._process.receive(waiting, MOST_ANSWERED))
            if kind != "far":
                return kind, said
            far, silent = (said[0], said[1]), 0
            every(*far)

    def rest(self) -> None:
        """End a process that has had no question for a minute; one that is at work goes on."""
        if not self._one.acquire(blocking=False):
            return
        try:
            if self.pid and time.monotonic() - self._process.used > MOST_IDLE_SECONDS:
                self._process.end()
        finally:
            self._one.release()

    def end(self) -> None:
        """End the process; the next question begins another."""
        with self._one:
            self._process.end()


def _request(web: Web, question: str, arguments: Arguments) -> bytes:
    deployment, part = web.deployment, web.instance
    asked = {
        "store": part.store,
        "source": part.source,
        "campaign": str(deployment.campaign_file),
        "people": deployment.people,
        "now": web.work.now().isoformat(),
        "question": question,
        "arguments": arguments,
    }
    return json.dumps(asked).encode()


JOBS_ANSWERER = Answerer()
"""Answers what may take long, one after the other."""

PAGES_ANSWERER = Answerer()
"""Answers what a page waits for, while the other is at work."""
