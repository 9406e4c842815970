"""Files read as the service reads them, in the sandbox, and how much memory that takes."""

from __future__ import annotations

import itertools
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from services.registration.rosters.reading.reader_process import READER
from services.registration.rosters.reading.roster_lines import Roster

_NUMBERS = itertools.count()


def sandboxed(content: bytes) -> Roster:
    """Read a file in the sandbox; raises what the service is told."""
    return READER.read(f"a test's {next(_NUMBERS)}", content, lambda *_: None, date(2024, 3, 25))


@contextmanager
def watching() -> Iterator[list[int]]:
    """Watch the memory of this process and of all that come of it; the list's last is the peak."""
    peaks, over = [0], threading.Event()

    def watch() -> None:
        while not over.wait(0.02):
            peaks.append(max(peaks[-1], *map(peak, _family(os.getpid()))))

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield peaks
    finally:
        over.set()
        thread.join()


def _family(pid: int) -> Iterator[int]:
    yield pid
    try:
        children = [
            child
            for task in Path(f"/proc/{pid}/task").iterdir()
            for child in (task / "children").read_text().split()
        ]
    except OSError:  # it has ended meanwhile
        return
    for child in children:
        yield from _family(int(child))


def peak(pid: int | str = "self") -> int:
    """The most memory a process has had, in kB; 0 when it has ended."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    return int(status.partition("VmHWM:")[2].split()[0]) if "VmHWM:" in status else 0
