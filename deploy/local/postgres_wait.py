"""How green threads wait for PostgreSQL: the whole process for a moment, then the one thread alone.

Most of what PostgreSQL is asked is answered sooner than other green threads could be given a turn,
which costs twice the processor time of the question itself. What takes longer, above all the
writer's lock and the disk, holds nobody else up.
"""

from __future__ import annotations

import select
from typing import Any

from eventlet.patcher import original
from psycopg import waiting
from psycopg.abc import RV, PQGen

NONE, READ, WRITE = waiting.READY_NONE, waiting.READY_R, waiting.READY_W
MOMENT_MS = 1
_select: Any = original("select")


def install() -> None:
    """Let psycopg wait like this in the whole process."""
    waiting.wait = wait


def wait(gen: PQGen[RV], fileno: int, interval: float = 0.0, timeout: float | None = None) -> RV:
    """Bring what psycopg does to its end; return what it returns."""
    if timeout is not None:
        return waiting.wait_select(gen, fileno, interval, timeout)
    try:
        wanted = next(gen)
        while True:
            ready = _in_a_moment(fileno, wanted)
            while not ready and not (ready := _later(fileno, wanted, interval)):
                gen.send(NONE)
            wanted = gen.send(ready)
    except StopIteration as end:
        return end.value


def _in_a_moment(fileno: int, wanted: int) -> Any:
    poll = _select.poll()
    reads = _select.POLLIN if wanted & READ else 0
    writes = _select.POLLOUT if wanted & WRITE else 0
    poll.register(fileno, reads | writes)
    ready = 0
    for _, events in poll.poll(MOMENT_MS):
        # What is wrong with the connection is read like an answer.
        ready |= READ if events & ~_select.POLLOUT else 0
        ready |= WRITE if events & _select.POLLOUT else 0
    return ready


def _later(fileno: int, wanted: int, seconds: float) -> Any:
    reads = (fileno,) if wanted & READ else ()
    writes = (fileno,) if wanted & WRITE else ()
    readable, writable, _ = select.select(reads, writes, (), seconds)
    return (READ if readable else 0) | (WRITE if writable else 0)
