"""Compound files (OLE, MS-CFB), the containers of .xls: read with bounds, one stream written anew.

Every chain of sectors is followed at most as often as the file has sectors, so that a chain that
bites its tail ends in a refusal and not in an endless list.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

MAGIC = bytes.fromhex("d0cf11e0a1b11ae1")

_END = 0xFFFFFFFE
_FREE = 0xFFFFFFFF
_FAT_SECTOR = 0xFFFFFFFD
_HEADER = 512
_IN_HEADER = 109
_ENTRY = 128
_STREAM, _ROOT = 2, 5
_ENTRIES_LIMIT = 5_000
_SECTOR_SHIFT = 12
"""Sectors of 4,096 bytes in what is written: its table of sectors then fits the header."""
_SECTOR = 1 << _SECTOR_SHIFT


class BrokenFile(ValueError):
    """The container contradicts itself."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A stream or a storage (a folder) in the container."""

    name: str
    stream: bool
    start: int
    size: int


class CompoundFile:
    """A container's directory and streams; raises `BrokenFile`."""

    def __init__(self, content: bytes) -> None:
        if len(content) < _HEADER or not content.startswith(MAGIC):
            raise BrokenFile
        self._content = content
        shift, mini_shift = struct.unpack_from("<HH", content, 0x1E)
        if shift not in (9, 12) or mini_shift != 6:
            raise BrokenFile
        self._size = 1 << shift
        self._sectors = len(content) // self._size
        directory, _, self._cutoff, mini_fat = struct.unpack_from("<IIII", content, 0x30)
        self._fat = self._table(self._fat_sectors())
        self.entries, root = self._directory(directory)
        self._mini_fat = self._table(self._chain(self._fat, mini_fat))
        self._mini = b"".join(map(self._sector, self._chain(self._fat, root.start)))

    def stream(self, name: str) -> bytes | None:
        """Return the content of a stream, None if there is none of this name."""
        for entry in self.entries:
            if entry.stream and entry.name.lower() == name.lower():
                return self._read(entry)
        return None

    def _read(self, entry: Entry) -> bytes:
        if entry.size > len(self._content):
            raise BrokenFile
        if entry.size >= self._cutoff:
            content = b"".join(map(self._sector, self._chain(self._fat, entry.start)))
        else:
            places = self._chain(self._mini_fat, entry.start)
            content = b"".join(self._mini[at << 6 : (at + 1) << 6] for at in places)
        if len(content) < entry.size:
            raise BrokenFile
        return content[: entry.size]

    def _sector(self, number: int) -> bytes:
        if number >= self._sectors:
            raise BrokenFile
        at = (number + 1) * self._size
        return self._content[at : at + self._size]

    def _chain(self, table: list[int], start: int) -> list[int]:
        chain: list[int] = []
        while start not in (_END, _FREE):
            if start >= len(table) or len(chain) > len(table):
                raise BrokenFile
            chain.append(start)
            start = table[start]
        return chain

    def _table(self, sectors: list[int]) -> list[int]:
        table: list[int] = []
        for sector in map(self._sector, sectors):
            table += struct.unpack(f"<{len(sector) // 4}I", sector[: len(sector) // 4 * 4])
        return table

    def _fat_sectors(self) -> list[int]:
        found = list(struct.unpack_from(f"<{_IN_HEADER}I", self._content, 0x4C))
        (more,) = struct.unpack_from("<I", self._content, 0x44)
        seen = 0
        while more not in (_END, _FREE):
            seen += 1
            if seen > self._sectors:
                raise BrokenFile
            sector = self._sector(more)
            if len(sector) < self._size:
                raise BrokenFile
            *places, more = struct.unpack(f"<{self._size // 4}I", sector)
            found += places
        sectors = [place for place in found if place != _FREE]
        if len(sectors) > self._sectors or len(set(sectors)) < len(sectors):
            raise BrokenFile
        return sectors

    def _directory(self, start: int) -> tuple[list[Entry], Entry]:
        entries: list[Entry] = []
        root: Entry | None = None
        for sector in map(self._sector, self._chain(self._fat, start)):
            for at in range(0, len(sector) - _ENTRY + 1, _ENTRY):
                length, kind = struct.unpack_from("<HB", sector, at + 0x40)
                if not kind:
                    continue
                name = sector[at : at + max(min(length, 64) - 2, 0)].decode("utf-16-le", "replace")
                begin, size = struct.unpack_from("<II", sector, at + 0x74)
                entry = Entry(name, kind == _STREAM, begin, size)
                if kind == _ROOT:
                    root = entry
                else:
                    entries.append(entry)
                if len(entries) > _ENTRIES_LIMIT:
                    raise BrokenFile
        if root is None:
            raise BrokenFile
        return entries, root


def one_stream(name: str, content: bytes) -> bytes:
    """Return a container that holds this stream and nothing else."""
    data = -(-max(len(content), _SECTOR) // _SECTOR)
    tables = 1
    while tables * (_SECTOR // 4) < tables + 2 + data:
        tables += 1
    fat = [_FAT_SECTOR] * tables + [_END, _END]
    first = tables + 2
    fat += [*range(first + 1, first + data), _END]
    fat += [_FREE] * (tables * (_SECTOR // 4) - len(fat))
    places = [*range(tables), *[_FREE] * (_IN_HEADER - tables)]
    header = MAGIC + bytes(16) + struct.pack("<HHHHH", 0x3E, 4, 0xFFFE, _SECTOR_SHIFT, 6)
    header += bytes(6) + struct.pack("<9I", 1, tables, tables, 0, 4096, _END, 0, _END, 0)
    header += struct.pack(f"<{_IN_HEADER}I", *places)
    # The reader takes a root without a stream of small streams for none: it gets an empty one.
    directory = _entry("Root Entry", _ROOT, tables + 1, 0, child=1)
    directory += _entry(name, _STREAM, first, max(len(content), _SECTOR))
    return (
        header.ljust(_SECTOR, b"\0")
        + struct.pack(f"<{len(fat)}I", *fat)
        + directory.ljust(2 * _SECTOR, b"\0")
        + content.ljust(data * _SECTOR, b"\0")
    )


def _entry(name: str, kind: int, start: int, size: int, child: int = _FREE) -> bytes:
    text = name.encode("utf-16-le")
    return (
        text.ljust(64, b"\0")
        + struct.pack("<HBBIII", len(text) + 2, kind, 1, _FREE, _FREE, child)
        + bytes(36)
        + struct.pack("<IQ", start, size)
    )
