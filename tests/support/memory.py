"""The memory of living processes, searched for texts in whatever way CPython and libraries keep them."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

ENCODINGS = ("utf-8", "utf-16-le", "utf-32-le", "gb18030")
"""CPython keeps a text as Latin-1, UTF-16 or UTF-32, by its widest sign; files and sockets as the others."""


def written(text: str) -> set[bytes]:
    """The text as it may lie in memory."""
    return {text.encode(each) for each in ENCODINGS} | {json.dumps(text)[1:-1].encode()}


def family(pid: int) -> Iterator[int]:
    """A process and all that come of it."""
    yield pid
    try:
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        children = [each for task in tasks for each in (task / "children").read_text().split()]
    except OSError:  # it has ended meanwhile
        return
    for child in children:
        yield from family(int(child))


def resident(what: str = "VmRSS", pid: int | str = "self") -> int:
    """Bytes of a process that are in memory: now (VmRSS), or at most so far (VmHWM)."""
    status = Path(f"/proc/{pid}/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith(what)) << 10


def found_in_memory(pid: int, wanted: Mapping[str, str]) -> dict[str, list[str]]:
    """Which of the texts lie where in the memory of a process: {name: regions}."""
    found: dict[str, list[str]] = {}
    forms = {name: written(text) for name, text in wanted.items()}
    for where, content in regions(pid):
        for name, each in forms.items():
            for form in each:
                if (at := content.find(form)) >= 0:
                    around = content[max(0, at - 40) : at + len(form) + 40]
                    found.setdefault(name, []).append(f"{where}: {around!r}")
    return found


def regions(pid: int) -> Iterator[tuple[str, bytes]]:
    """What a process can write to: (where, content)."""
    memory = os.open(f"/proc/{pid}/mem", os.O_RDONLY)
    try:
        for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
            place, rights, *_, name = [*line.split(maxsplit=5), ""][:6]
            if not rights.startswith("rw"):
                continue
            start, end = (int(each, 16) for each in place.split("-"))
            try:
                yield f"{name or 'anonymous'} {place}", os.pread(memory, end - start, start)
            except OSError:
                continue  # not to be read by anybody, as [vvar] is
    finally:
        os.close(memory)
