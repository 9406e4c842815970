"""An .xls workbook made safe to open: what its records are, before a reader gets them (MS-XLS).

Only the stream of records is kept, in a container of its own; macros, pictures and whatever else the
file held is left behind. What the reader would make of the records is added up first.
"""

from __future__ import annotations

import struct
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from services.registration.compound_file import BrokenFile, CompoundFile, one_stream
from services.registration.unreadable import (
    CELLS_LIMIT,
    TEXT_LIMIT,
    UnreadableWorkbook,
    check_size,
    damaged,
    has_macros,
    has_password,
    no_workbook,
    too_many_cells,
)

_BOF, _EOF, _FILEPASS, _BOUNDSHEET, _SST, _CONTINUE = 0x809, 0x0A, 0x2F, 0x85, 0xFC, 0x3C
_OLDER_BOF = (0x0009, 0x0209, 0x0409)
_ROW, _COLINFO, _DIMENSIONS, _LABELSST, _MULRK, _MULBLANK = 0x208, 0x7D, 0x200, 0xFD, 0xBD, 0xBE
_CELLS = frozenset((0x203, _LABELSST, 0x27E, 0x204, 0x205, 0x06, 0xD6, 0x201, _MULRK, _MULBLANK))
_BIFF5, _BIFF8 = 0x500, 0x600
_WORKSHEET, _MACRO_SHEETS = 0, (1, 6)
_COLUMNS = 256
_MACROS = frozenset(("_vba_project_cur", "_vba_project", "vba", "macros"))
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_CHARACTER = 4
"""Bytes that a character of text may take."""


@dataclass(slots=True)
class OldSheet:
    """What the records of one worksheet say besides its cells; rows from 1, columns from 0."""

    hidden_rows: set[int] = field(default_factory=set[int])
    hidden_columns: set[int] = field(default_factory=set[int])
    height: int = 0
    width: int = 0


@dataclass(frozen=True, slots=True)
class OldWorkbook:
    """A container with the checked records alone, and its worksheets in their order."""

    content: bytes
    sheets: list[OldSheet]


def checked_old_workbook(content: bytes) -> OldWorkbook:
    """Look through an .xls file; raise `UnreadableWorkbook` or `TooLarge`."""
    check_size(content)
    try:
        file = CompoundFile(content)
        names = {entry.name.lower() for entry in file.entries}
        if names & {"encryptedpackage", "encryptioninfo"}:
            raise has_password()
        if names & {"worddocument", "powerpoint document"}:
            raise no_workbook()
        if names & _MACROS:
            raise has_macros()
        name = "Workbook" if "workbook" in names else "Book"
        records = file.stream(name)
        if records is None:
            raise no_workbook()
        sheets = _Records(records).sheets()
    except (BrokenFile, struct.error, IndexError):
        if _ENCRYPTED in content:
            raise has_password() from None
        raise damaged() from None
    return OldWorkbook(one_stream(name, records), sheets)


class _Records:
    """The stream of records, walked once."""

    def __init__(self, records: bytes) -> None:
        self._records = records
        self._sheets: dict[int, OldSheet] = {}
        self._strings: list[bytes] = []
        self._used: Counter[int] = Counter()

    def sheets(self) -> list[OldSheet]:
        self._check_beginning()
        at, depth, last = 0, 0, 0
        sheet: OldSheet | None = None
        end = len(self._records) - 4
        unpack = struct.Struct("<HH").unpack_from
        while at <= end:
            kind, length = unpack(self._records, at)
            body = at + 4
            if kind == _BOF:
                depth += 1
                if depth == 1:
                    sheet = self._sheets.get(at)
            elif kind == _EOF:
                depth -= 1
                if depth == 0:
                    sheet = None
            elif depth == 1:
                if sheet is None:
                    self._of_book(kind, last, body, length)
                elif kind in _CELLS:
                    self._cell(sheet, kind, body, length)
                else:
                    self._of_sheet(sheet, kind, body)
            if kind != _CONTINUE:
                last = kind
            at = body + length
        return self._checked()

    def _check_beginning(self) -> None:
        kind, _, version = struct.unpack_from("<HHH", self._records)
        if kind in _OLDER_BOF:
            raise UnreadableWorkbook(
                "这是很早以前的 Excel 格式（Excel 4 或更早），请在 Excel 中另存为 .xlsx 再传。"
                " This is the format of Excel 4 or earlier; save it as .xlsx in Excel and send again."
            )
        if kind != _BOF or version not in (_BIFF5, _BIFF8):
            raise damaged()

    def _of_book(self, kind: int, last: int, body: int, length: int) -> None:
        if kind == _FILEPASS:
            raise has_password()
        if kind == _BOUNDSHEET:
            start, _, of = struct.unpack_from("<IBB", self._records, body)
            if of in _MACRO_SHEETS:
                raise has_macros()
            if of == _WORKSHEET:
                if start in self._sheets:
                    raise damaged()  # one sheet under two names
                self._sheets[start] = OldSheet()
        elif kind == _SST or (kind == _CONTINUE and last == _SST):
            self._strings.append(self._records[body : body + length])

    def _of_sheet(self, sheet: OldSheet, kind: int, body: int) -> None:
        if kind == _ROW:
            (row,) = struct.unpack_from("<H", self._records, body)
            if self._records[body + 12] & 0x20:
                sheet.hidden_rows.add(row + 1)
        elif kind == _COLINFO:
            first, last, _, _, options = struct.unpack_from("<HHHHH", self._records, body)
            if options & 1:
                sheet.hidden_columns.update(range(first, min(last, _COLUMNS) + 1))
        elif kind == _DIMENSIONS:
            first, last, left, right = struct.unpack_from("<IIHH", self._records, body)
            if (last - first + 1) * (right - left + 1) > CELLS_LIMIT:
                raise too_many_cells()

    def _cell(self, sheet: OldSheet, kind: int, body: int, length: int) -> None:
        row, column = struct.unpack_from("<HH", self._records, body)
        if kind == _LABELSST:
            (string,) = struct.unpack_from("<I", self._records, body + 6)
            self._used[string] += 1
        elif kind in (_MULRK, _MULBLANK):
            (column,) = struct.unpack_from("<H", self._records, body + length - 2)
        if row >= sheet.height:
            sheet.height = row + 1
        if column >= sheet.width:
            sheet.width = column + 1

    def _checked(self) -> list[OldSheet]:
        if not self._sheets:
            raise damaged()
        sheets = list(self._sheets.values())
        if sum(sheet.height * sheet.width for sheet in sheets) > CELLS_LIMIT:
            raise too_many_cells()
        sizes = _string_sizes(self._strings) if self._strings else []
        if any(string >= len(sizes) for string in self._used):
            raise damaged()
        if sum(sizes[string] * times for string, times in self._used.items()) > TEXT_LIMIT:
            raise too_many_cells()
        return sheets


def _string_sizes(chunks: list[bytes]) -> list[int]:
    """Return the bytes of every shared string; they run on over the records that continue them."""
    (count,) = struct.unpack_from("<I", chunks[0], 4)
    if count > sum(map(len, chunks)) // 3:
        raise damaged()
    sizes: list[int] = []
    left = iter(chunks[1:])
    data, at = chunks[0], 8
    for _ in range(count):
        while at >= len(data):
            data, at = _next(left), 0
        characters, flags = struct.unpack_from("<HB", data, at)
        at += 3
        tail = 0
        if flags & 8:
            tail += 4 * struct.unpack_from("<H", data, at)[0]
            at += 2
        if flags & 4:
            tail += struct.unpack_from("<I", data, at)[0]
            at += 4
        sizes.append(characters * _CHARACTER)
        wide = 1 + (flags & 1)
        while (room := (len(data) - at) // wide) < characters:
            characters -= max(room, 0)
            data = _next(left)
            wide, at = 1 + (data[0] & 1), 1
        at += characters * wide
        while (room := len(data) - at) < tail:
            tail -= max(room, 0)
            data, at = _next(left), 0
        at += tail
    return sizes


def _next(chunks: Iterator[bytes]) -> bytes:
    chunk = next(chunks, b"")
    if not chunk:
        raise damaged()
    return chunk
