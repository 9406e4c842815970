"""Side process: a program of ours beside this process, which does what would hold this one up.

It is asked and answers in messages, each preceded by its length, over a pair of sockets whose other
end is the program's standard input. It begins when it is first asked, and ends with this process.
Of this process's environment, which may hold keys, it is given what Python and the system need.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from fnmatch import fnmatchcase

from shared.kit import language

LENGTH = 8
"""Bytes before a message that say how long it is."""

GIVEN = (
    *("PATH", "LANG", "LC_*", language.VARIABLE, "TZ", "TMPDIR"),
    *("LD_LIBRARY_PATH", "GLIBC_TUNABLES", "PYPINYIN_*"),
)
"""Variables of the environment that every such process is given; `PYTHONPATH` is made for it."""
DATABASE = ("HOME", "PG*")
"""Those by which a client of PostgreSQL finds what is not in the address, `~/.pgpass` for instance."""

BEAT_SECONDS = 1.0
MOST_ENDING_SECONDS = 10.0


class Gone(Exception):
    """The process has ended while it was asked something."""


class SideProcess:
    """One process, asked one thing at a time; who asks sees to that."""

    def __init__(self, program: str, *more: str) -> None:
        """`program` is the module that it runs; `more` variables than `GIVEN` are what it needs."""
        self._program = program
        self._more = more
        self._process: subprocess.Popen[bytes] | None = None
        self._talk: socket.socket | None = None
        self.used = 0.0  # time.monotonic() when it was last asked

    @property
    def pid(self) -> int | None:
        """The process, if it has begun."""
        return self._process.pid if self._process is not None else None

    def ask(self, *messages: bytes) -> None:
        """Send messages, to a new process if there is none; raises `Gone`."""
        if self._talk is None:
            # Not pipes: where threads are green, only sockets wait without holding up the others.
            self._talk, theirs = socket.socketpair()
            with theirs:
                os.set_blocking(
                    theirs.fileno(), True
                )  # a green one is not, and would stay so there
                self._process = subprocess.Popen(
                    [sys.executable, "-W", "ignore", "-m", self._program],
                    stdin=theirs.fileno(),
                    env=given(*GIVEN, *self._more) | {"PYTHONPATH": os.pathsep.join(sys.path)},
                    process_group=0,  # it and what works for it are ended together
                )
        self.used = time.monotonic()
        self._talk.settimeout(None)
        try:
            for message in messages:
                send(self._talk, message)
        except OSError as error:
            raise Gone from error

    def receive(self, waiting: Callable[[], None], most: int) -> bytes:
        """Return its next message; raises `Gone`, and `OverflowError` for one of more bytes than `most`.

        `waiting` is called each second in which nothing comes; what it raises goes on.
        """
        if self._talk is None:
            raise Gone
        self._talk.settimeout(BEAT_SECONDS)
        try:
            return receive(self._talk, waiting, most)
        except (OSError, EOFError) as error:
            raise Gone from error

    def exit_code(self) -> int | None:
        """Return with what a process that is gone has ended; None: it has not, or there is none."""
        if self._process is None:
            return None
        with suppress(subprocess.TimeoutExpired):
            return self._process.wait(timeout=MOST_ENDING_SECONDS)
        return None

    def end(self) -> None:
        """End the process, whatever it does; the next question begins another."""
        if self._process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        if self._talk is not None:
            self._talk.close()
        self._process = self._talk = None


def given(*names: str) -> dict[str, str]:
    """Return the variables of the environment with one of these names, which may end in `*`."""
    return {
        name: value
        for name, value in os.environ.items()
        if any(fnmatchcase(name, wanted) for wanted in names)
    }


def send(talk: socket.socket, body: bytes) -> None:
    """Send a message."""
    talk.sendall(len(body).to_bytes(LENGTH, "big"))
    talk.sendall(body)


def receive(
    talk: socket.socket, waiting: Callable[[], None] | None = None, most: int | None = None
) -> bytes:
    """Return the next message; raise `EOFError` when the other end is gone.

    `waiting` is called whenever the socket's time is out. Raises `OverflowError` for a message of
    more than `most` bytes.
    """
    size = int.from_bytes(_exactly(talk, LENGTH, waiting), "big")
    if most is not None and size > most:
        raise OverflowError
    return _exactly(talk, size, waiting)


def serve(answer: Callable[[bytes], bytes]) -> None:
    """Answer, as such a program, each message with one until nobody asks any more."""
    with socket.socket(fileno=0) as talk:
        while True:
            try:
                asked = receive(talk)
            except EOFError:
                return
            send(talk, answer(asked))


def _exactly(talk: socket.socket, size: int, waiting: Callable[[], None] | None) -> bytes:
    found = bytearray(size)
    left = memoryview(found)
    while left:
        try:
            taken = talk.recv_into(left)
        except TimeoutError:
            if waiting is None:
                raise
            waiting()
            continue
        if not taken:
            raise EOFError
        left = left[taken:]
    return bytes(found)
