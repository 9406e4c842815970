"""The sandbox with readers that do what a hostile file would make them do, by the file's first word."""

from __future__ import annotations

import os
import resource
import signal
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

from services.registration.rosters.reading import sandbox

NAME = "演练甲"


def forever() -> None:
    while True:
        pass


def much_memory() -> None:
    kept = [bytearray(1_000_000)]
    while True:
        kept.append(bytearray(1_000_000))


def a_file() -> None:
    # Into the folder a test names; an error of the system's is what is wanted.
    Path(os.environ["WICKED"], "written").write_text(NAME)


def a_bug() -> None:
    raise KeyError(NAME)


WICKED: dict[bytes, Callable[[], Any]] = {
    b"forever": forever,
    b"memory": much_memory,
    b"abort": os.abort,
    b"crash": lambda: os.kill(os.getpid(), signal.SIGSEGV),
    b"killed": lambda: os.kill(os.getpid(), signal.SIGKILL),
    b"file": a_file,
    b"files": lambda: [os.open(os.devnull, os.O_RDONLY) for _ in range(100)],
    b"bug": a_bug,
}
_read = sandbox.read_roster


def read(content: bytes, *more: Any, **options: Any) -> Any:
    if content in WICKED:
        WICKED[content]()
    return _read(content, *more, **options)


if __name__ == "__main__":
    sandbox.read_roster = read
    sandbox.LIMITS[resource.RLIMIT_CPU] = 1
    with socket.socket(fileno=os.dup(0)) as parent:
        parent.setblocking(True)
        sandbox.serve(parent)
