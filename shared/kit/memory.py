"""Memory: overwrite what is freed, after somebody was forgotten whose data this process had in clear.

Python does not wipe what it frees: a name that was shown on a page would lie there until something
else happens to take its place. So after an erasure all free places of small objects are taken,
filled and given back, again and again for a while, because requests that were being answered end
later. Everything larger comes from the C library, which wipes by itself when it is told to
(`ALLOCATOR`). Out of reach is what lies on the stack of a greenlet that goes on, and the end of a place
that a shorter object has taken.
"""

from __future__ import annotations

import gc
import time
from bisect import bisect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

ALLOCATOR = {
    "GLIBC_TUNABLES": "glibc.malloc.perturb=165:glibc.malloc.tcache_count=0"
    ":glibc.malloc.arena_max=2:glibc.malloc.mmap_threshold=1048576"
}
"""What the environment of a process says to glibc: overwrite whatever is freed, keep one more heap
than the first for all other threads, and give large blocks back to the system at once."""
AFTERWARDS_SECONDS = 300.0
"""For as long after an erasure the memory is washed every now and then."""
BETWEEN_SECONDS = 30.0
"""From one wash to the next; each takes about a quarter of a second."""

_SMALL = range(16, 513, 16)
"""Bytes of the places in which Python keeps small objects."""
_MOMENTS = dict.fromkeys(("forgotten", "washed"), float("-inf"))


def forgotten() -> None:
    """Somebody was forgotten: what this process had of them is to go."""
    _MOMENTS["forgotten"] = time.monotonic()


def forgotten_since(moment: float) -> bool:
    """Tell whether somebody was forgotten since a moment of `time.monotonic()`."""
    return _MOMENTS["forgotten"] >= moment


@contextmanager
def apart() -> Iterator[None]:
    """Let who is forgotten inside, by another clock perhaps, be forgotten inside alone."""
    before = dict(_MOMENTS)
    try:
        yield
    finally:
        _MOMENTS.update(before)


def wash_after_erasures() -> None:
    """Wash, if somebody was forgotten not long ago; asked by many parts of a process, it is done once."""
    now = time.monotonic()
    if forgotten_since(now - AFTERWARDS_SECONDS) and now - _MOMENTS["washed"] > BETWEEN_SECONDS:
        wash()
        _MOMENTS["washed"] = time.monotonic()


def wash() -> None:
    """Free what nobody can reach, and overwrite every free place of small objects."""
    gc.collect()
    ends = _mapped()
    for size in _SMALL:
        make, held = _maker(size), list[object]()
        # Until Python has no free place left and asks the system for more.
        while bisect(ends, id(made := make(len(held)))) % 2:
            held.append(made)


def _maker(size: int) -> Callable[[int], object]:
    """What makes an object that fills a place of this size with nothing."""
    if size == 16:
        return lambda _: object()
    if size == 32:
        return lambda number: (number + 1) << 30
    return lambda _: bytes(size - b"".__sizeof__())


def _mapped() -> list[int]:
    """Begin and end, in turn, of what is mapped: an odd number of them lie before what is within."""
    ends: list[int] = []
    for line in Path("/proc/self/maps").read_text().splitlines():
        ends += (int(each, 16) for each in line.partition(" ")[0].split("-"))
    return ends
