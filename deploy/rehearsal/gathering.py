"""Gathering: commands that wait for a part at the same time go to it in one request.

    gathering = Gathering(send)
    said = gathering.say(("appointments/stadium", "leader"), key, "/api/batches", body)

`say` is called from any number of threads. Whoever comes first sends, and what comes meanwhile
goes with the next request; nobody waits for company.
"""

from __future__ import annotations

import json
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, NamedTuple

from shared.kit.web.bulk_door import MOST_COMMANDS

Place = tuple[str, str]
"""A part's source, and the account whose work it is."""

Send = Callable[[Place, bytes], bytes]
"""Sends lines to a part's bulk door, and returns those that come back."""


class Said(NamedTuple):
    """What a part says to a command; `replayed` if it knew it."""

    status: int
    document: dict[str, Any]
    replayed: bool = False


class Gathering:
    """Sends commands in company."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._lock = threading.Lock()
        self._waiting: dict[Place, deque[tuple[bytes, Future[Said]]]] = {}

    def say(self, place: Place, key: str, address: str, body: dict[str, Any]) -> Said:
        """Send a command; return what is said to it, raise what `send` raises."""
        line = json.dumps({"key": key, "command": address, "body": body}).encode()
        mine: Future[Said] = Future()
        with self._lock:
            first = place not in self._waiting
            self._waiting.setdefault(place, deque()).append((line, mine))
        if first:
            self._send_all(place)
        return mine.result()

    def _send_all(self, place: Place) -> None:
        while some := self._next(place):
            try:
                answers = self._send(place, b"\n".join(line for line, _ in some)).splitlines()
                for (_, future), answer in zip(some, answers, strict=True):
                    future.set_result(_said(answer))
            except BaseException as error:
                for _, future in some:
                    if not future.done():
                        future.set_exception(error)

    def _next(self, place: Place) -> list[tuple[bytes, Future[Said]]]:
        with self._lock:
            waiting = self._waiting[place]
            if not waiting:
                del self._waiting[place]
            return [waiting.popleft() for _ in range(min(len(waiting), MOST_COMMANDS))]


def _said(line: bytes) -> Said:
    said = json.loads(line)
    document = said["answer"] if said["status"] == 200 else said["problem"]
    return Said(said["status"], document, said.get("replayed", False))
