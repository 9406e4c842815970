"""Connections of a server: how many there may be, how long each may take for what, who goes first.

A connection costs a descriptor, which stores and the broker need too. When there is no room left
for another, one that nobody works for is closed: one without a request first, then one whose
request is still coming in, then one whose answer is not fetched; of these the oldest. Those
that have just come have had no time yet to say anything, and go last, the oldest of them first.
"""

from __future__ import annotations

import socket
import time
from contextlib import suppress
from enum import IntEnum
from typing import Any

import eventlet
from eventlet.event import Event
from eventlet.queue import LightQueue

from shared.kit.refusals import refusal

LOOK_SECONDS = 0.5
ROOM_SECONDS = 0.02  # between two looks for room
FRESH_SECONDS = 1.0  # in which a connection that has just come says what it wants
BYTES_A_SECOND = 5_000
"""Who sends a body at this rate is given as long as it takes."""
BODIES = 100_000_000
"""Bytes of bodies that are kept in memory at once, all requests together."""
SMALL = 64_000
"""A body of so many bytes is always taken."""

Busy = refusal(
    "busy",
    503,
    zh="同时上传的内容太多，请 {retry_after} 秒后原样重新上传。",
    en="Too much is being uploaded; send it again unchanged in {retry_after} s.",
)


class Stage(IntEnum):
    """What a connection is at; the lower, the sooner it makes room for another."""

    IDLE = 0  # no byte of a request has come
    HEAD = 1
    BODY = 2
    ANSWER = 3
    WORK = 4


SECONDS = {Stage.IDLE: 60.0, Stage.HEAD: 10.0, Stage.BODY: 20.0, Stage.ANSWER: 600.0}
"""How long a connection may be at a stage; at work it may be for ever."""


class Connection:
    """One client's connection, and what it is at since when."""

    def __init__(self, sock: Any) -> None:
        """Begin with a connection that has just been accepted."""
        self.sock = sock
        self.requests = 0
        self.came = time.monotonic()
        self.body = 0  # bytes in memory
        self.ahead = False  # whether the next request came before this one was answered
        self.turn: Any = None  # waited for with a request that came before its time
        self.at(Stage.IDLE)

    def at(self, stage: Stage) -> None:
        """Come to the next stage."""
        self.stage, self.since, self.late = stage, time.monotonic(), False
        self.until = self.since + SECONDS.get(stage, float("inf"))
        if stage is Stage.IDLE:
            self.body = 0

    @property
    def missed(self) -> tuple[bool, int, float]:
        """How much it would be missed, beside others."""
        if time.monotonic() - self.came < FRESH_SECONDS:
            return True, 0, self.came
        return False, self.stage, self.since

    @property
    def silent(self) -> bool:
        """Whether nothing has come that waits to be read."""
        try:
            return not self.sock.fd.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
        except OSError:
            return True

    def go_on(self) -> None:
        """Let it take its turn, if it waits for one."""
        turn, self.turn = self.turn, None
        if turn is not None:
            turn.send()

    def end(self) -> None:
        """Read nothing more, or write nothing more: whoever waits for it goes on, and closes it."""
        self.late, self.until = True, float("inf")
        self.go_on()
        with suppress(OSError):
            answering = self.stage is Stage.ANSWER
            self.sock.shutdown(socket.SHUT_RDWR if answering else socket.SHUT_RD)


class Connections:
    """The connections of one server."""

    def __init__(self, most: int) -> None:
        """Keep at most so many."""
        self.most = most
        self.open = dict[Connection, None]()
        self.ending = False
        self.line: Any = LightQueue()

    def add(self, sock: Any) -> Connection:
        """Take a connection in that has been accepted."""
        connection = Connection(sock)
        self.open[connection] = None
        return connection

    def remove(self, connection: Connection) -> None:
        """Forget a connection that is closed."""
        self.open.pop(connection, None)

    def wait_turn(self, connection: Connection) -> None:
        """Wait with a request that was sent before the one ahead of it was answered."""
        turn = connection.turn = Event()
        self.line.put(connection)
        turn.wait()

    def give_turns(self) -> None:
        """For ever let one connection that pipelines go on, then everybody else.

        So whoever asks once waits for one request of theirs, not for all of every connection's.
        """
        while True:
            self.line.get().go_on()
            eventlet.sleep(0)

    def make_room(self) -> None:
        """Return when there is room for one more; until then nobody need be let in."""
        while len(self.open) >= self.most:
            eventlet.sleep(0 if self.end_oldest() else ROOM_SECONDS)

    def end_oldest(self) -> bool:
        """End the connection that is missed least; whether there is one nobody works for."""
        waiting = [each for each in self.open if each.stage < Stage.WORK]
        if waiting and not any(each.late for each in waiting):
            min(waiting, key=lambda each: each.missed).end()
        return bool(waiting)

    def watch(self) -> None:
        """For ever end those that take too long."""
        while True:
            eventlet.sleep(LOOK_SECONDS)
            now = time.monotonic()
            for connection in list(self.open):
                if now > connection.until:
                    connection.end()

    def hold(self, connection: Connection, size: int) -> None:
        """Count bytes of a body that have come, and give time for more; raise `Busy`."""
        connection.body += size
        connection.until += size / BYTES_A_SECOND
        if connection.body > SMALL and sum(each.body for each in self.open) > BODIES:
            raise Busy(retry_after=5)

    def drain(self, seconds: float) -> None:
        """Return when all are closed: what works is answered, what waits gets so many seconds.

        One that was answered before and is silent is closed at once, as HTTP allows; its client
        sends the next request over another.
        """
        self.ending, until = True, time.monotonic() + seconds
        while self.open:
            late = time.monotonic() > until
            for connection in list(self.open):
                idle = connection.stage is Stage.IDLE and connection.requests
                waits = late and connection.stage < Stage.ANSWER
                if not connection.late and (waits or (idle and connection.silent)):
                    connection.end()
            eventlet.sleep(ROOM_SECONDS)
