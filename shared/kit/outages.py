"""Outages: a failure that comes with every try, said when it begins, once a minute, and when it is over."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from shared.kit.language import Text, at_terminal

AGAIN_SECONDS = 60.0
STANDS = Text("停住", "stands")


def first_line(error: BaseException) -> str:
    """Return an error in one line, without the statement and the values a database adds to it."""
    return f"{type(error).__name__}: {error}".partition("\n")[0].rstrip()


class Outage:
    """What is tried again and again, and fails each time for as long as something else is away.

    A failure of another kind than those said before is said at once: the cause may be another.
    """

    def __init__(
        self,
        log: logging.Logger,
        name: str | Text,
        *,
        expected: tuple[type[Exception], ...] = (Exception,),
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        """Say in `log` how `name` fares; an error that is not `expected` comes with its trace."""
        self._log, self._name, self._expected, self._now = log, name, expected, now
        self._failures, self._unsaid = 0, 0
        self._since = self._said = 0.0
        self._kinds = set[type[BaseException]]()

    def failed(self, error: Exception, how: str | Text = STANDS) -> None:
        """One more try has failed."""
        now = self._now()
        if not self._failures:
            self._since = now
        self._failures += 1
        if type(error) not in self._kinds:
            self._kinds.add(type(error))
            trace = None if isinstance(error, self._expected) else error
            self._log.error(
                at_terminal(
                    "{name} {how}：{error}",
                    "{name} {how}: {error}",
                    name=self._name,
                    how=how,
                    error=first_line(error),
                ),
                exc_info=trace,
            )
        elif now - self._said >= AGAIN_SECONDS:
            times, seconds = self._unsaid + 1, now - self._said
            self._log.error(
                at_terminal(
                    "{name} {how}：{error}（{seconds:.0f} 秒内 {times} 次）",
                    "{name} {how}: {error} ({times} times in {seconds:.0f} s)",
                    name=self._name,
                    how=how,
                    error=first_line(error),
                    times=times,
                    seconds=seconds,
                )
            )
        else:
            self._unsaid += 1
            return
        self._said, self._unsaid = now, 0

    def over(self) -> None:
        """A try has succeeded."""
        if self._failures:
            seconds = self._now() - self._since
            self._log.warning(
                at_terminal(
                    "{name} 已恢复，此前 {seconds:.0f} 秒内失败 {times} 次",
                    "{name} goes on, after {times} failures in {seconds:.0f} s",
                    name=self._name,
                    times=self._failures,
                    seconds=seconds,
                )
            )
            self._failures = self._unsaid = 0
            self._kinds.clear()
