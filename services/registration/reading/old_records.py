"""The records of an .xls workbook (MS-XLS), walked once and written anew with what is read.

The reader makes room for as many cells as a sheet says it has, follows places it is given, and writes
formulas out; a few wrong bytes end the whole process. So it gets neither: only sheets, formats, texts
and cells of the right length go in, formulas as the values that Excel last computed.
"""

from __future__ import annotations

import struct
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from services.registration.reading.unreadable import (
    CELLS_LIMIT,
    TEXT_LIMIT,
    UnreadableWorkbook,
    damaged,
    has_macros,
    has_password,
    too_many_cells,
)

_BOF, _EOF, _FILEPASS, _BOUNDSHEET, _SST, _CONTINUE = 0x809, 0x0A, 0x2F, 0x85, 0xFC, 0x3C
_CODEPAGE, _DATE1904, _FORMAT, _XF = 0x42, 0x22, 0x41E, 0xE0
_OLDER_BOF = (0x0009, 0x0209, 0x0409)
_ROW, _COLINFO = 0x208, 0x7D
_NUMBER, _LABEL, _BOOLERR, _RK, _MULRK, _LABELSST = 0x203, 0x204, 0x205, 0x27E, 0xBD, 0xFD
_FORMULA, _STRING = 0x06, 0x207
_FIXED = {_NUMBER: 14, _BOOLERR: 8, _RK: 10, _LABELSST: 10}
_OF_BOOK = {_CODEPAGE: 2, _DATE1904: 2, _FORMAT: 5, _XF: 4}
"""Records of the book that are kept, with their least length."""
_BIFF5, _BIFF8 = 0x500, 0x600
_WORKSHEET, _MACRO_SHEETS = 0, (1, 6)
_COLUMNS = 256
_SHEETS_LIMIT = 300
_CHARACTER = 4
"""Bytes that a character of text may take."""

_HEAD = struct.Struct("<HH")
_PLACE = struct.Struct("<HH")


@dataclass(slots=True)
class OldSheet:
    """What the records of one worksheet say besides its cells; rows from 1, columns from 0."""

    bound: bytes
    hidden_rows: set[int] = field(default_factory=set[int])
    hidden_columns: set[int] = field(default_factory=set[int])
    height: int = 0
    width: int = 0
    cells: list[bytes] | None = None


class OldRecords:
    """The stream of records; raises `UnreadableWorkbook`, `TooLarge` or `struct.error`."""

    def __init__(self, records: bytes) -> None:
        self._records = records
        self._by_place: dict[int, OldSheet] = {}
        self._book: list[bytes] = []
        self._texts: list[bytes] = []
        self._used: Counter[int] = Counter()
        self._wide = True
        self._formula = b""
        self._readers: dict[int, Callable[[OldSheet, int, int], None]] = {
            _ROW: self._row,
            _COLINFO: self._columns,
            _MULRK: self._several,
            _LABEL: self._label,
            _FORMULA: self._computed,
            _STRING: self._computed_text,
        } | dict.fromkeys(_FIXED, self._cell)
        self._begin()
        self._walk()
        self.sheets = self._checked()

    def anew(self) -> bytes:
        """Return the stream with what was looked at."""
        begin = _record(_BOF, struct.pack("<HHHHII", self._version, 5, 0, 0, 0, 0))
        end = _record(_EOF, b"")
        bound = sum(4 + len(sheet.bound) for sheet in self.sheets)
        book = b"".join(self._book)
        texts = b"".join(
            _record(_CONTINUE if n else _SST, text) for n, text in enumerate(self._texts)
        )
        at = len(begin) + len(book) + bound + len(texts) + len(end)
        places: list[bytes] = []
        bodies: list[bytes] = []
        start = _record(_BOF, struct.pack("<HHHHII", self._version, 16, 0, 0, 0, 0))
        for sheet in self.sheets:
            body = b"".join((start, *(sheet.cells or ()), end))
            places.append(_record(_BOUNDSHEET, struct.pack("<I", at) + sheet.bound[4:]))
            bodies.append(body)
            at += len(body)
        return b"".join((begin, book, *places, texts, end, *bodies))

    def _begin(self) -> None:
        kind, _, self._version = struct.unpack_from("<HHH", self._records)
        if kind in _OLDER_BOF:
            raise UnreadableWorkbook(
                "这是很早以前的 Excel 格式（Excel 4 或更早），请在 Excel 中另存为 .xlsx 再传。"
                " This is the format of Excel 4 or earlier; save it as .xlsx in Excel and send again."
            )
        if kind != _BOF or self._version not in (_BIFF5, _BIFF8):
            raise damaged()
        self._wide = self._version == _BIFF8

    def _walk(self) -> None:
        at, depth, last = 0, 0, 0
        sheet: OldSheet | None = None
        end = len(self._records)
        unpack, readers = _HEAD.unpack_from, self._readers
        while at + 4 <= end:
            kind, length = unpack(self._records, at)
            body = at + 4
            if body + length > end:
                raise damaged()
            if kind == _BOF:
                depth += 1
                if depth == 1 and (sheet := self._by_place.get(at)) is not None:
                    sheet.cells = []
            elif kind == _EOF:
                depth -= 1
                if depth == 0:
                    sheet = None
            elif depth == 1:
                if sheet is None:
                    self._of_book(kind, last, body, length)
                elif (read := readers.get(kind)) is not None:
                    read(sheet, at, length)
            if kind != _CONTINUE:
                last = kind
            at = body + length

    def _of_book(self, kind: int, last: int, body: int, length: int) -> None:
        content = self._records[body : body + length]
        if kind == _FILEPASS:
            raise has_password()
        if kind == _BOUNDSHEET:
            start, _, of, *_ = struct.unpack_from("<IBBBB", content)
            if of in _MACRO_SHEETS:
                raise has_macros()
            if of == _WORKSHEET:
                if start in self._by_place or len(self._by_place) >= _SHEETS_LIMIT:
                    raise damaged()  # one sheet under two names
                self._by_place[start] = OldSheet(content)
        elif kind == _SST or (kind == _CONTINUE and last == _SST):
            self._texts.append(content)
        elif length >= _OF_BOOK.get(kind, length + 1):
            self._book.append(_record(kind, content))

    def _row(self, sheet: OldSheet, at: int, length: int) -> None:
        if length >= 13 and self._records[at + 16] & 0x20:
            sheet.hidden_rows.add(_PLACE.unpack_from(self._records, at + 4)[0] + 1)

    def _columns(self, sheet: OldSheet, at: int, length: int) -> None:
        first, last, _, _, options = struct.unpack_from("<HHHHH", self._records, at + 4)
        if length >= 10 and options & 1:
            sheet.hidden_columns.update(range(first, min(last, _COLUMNS) + 1))

    def _cell(self, sheet: OldSheet, at: int, length: int) -> None:
        record = self._records[at : at + 4 + length]
        kind, _, row, column = struct.unpack_from("<HHHH", record)
        if length != _FIXED[kind]:
            raise damaged()
        if kind == _LABELSST:
            self._used[int.from_bytes(record[10:14], "little")] += 1
        self._add(sheet, row, column, record)

    def _several(self, sheet: OldSheet, at: int, length: int) -> None:
        record = self._records[at : at + 4 + length]
        row, first, last = *_PLACE.unpack_from(record, 4), int.from_bytes(record[-2:], "little")
        if last < first or length != 6 + 6 * (last - first + 1):
            raise damaged()
        self._add(sheet, row, last, record)

    def _label(self, sheet: OldSheet, at: int, length: int) -> None:
        self._add_text(sheet, self._records[at + 4 : at + 4 + length])

    def _computed(self, sheet: OldSheet, at: int, length: int) -> None:
        body = self._records[at + 4 : at + 4 + length]
        self._formula = b""
        if length < 14:
            raise damaged()
        row, column = _PLACE.unpack_from(body)
        if body[12:14] != b"\xff\xff":
            self._add(sheet, row, column, _record(_NUMBER, body[:14]))
        elif body[6] in (1, 2):
            self._add(
                sheet, row, column, _record(_BOOLERR, body[:6] + bytes((body[8], body[6] - 1)))
            )
        elif body[6] == 0:
            self._formula = body[:6]  # its text follows

    def _computed_text(self, sheet: OldSheet, at: int, length: int) -> None:
        if self._formula:
            text = self._records[at + 4 : at + 4 + length]
            self._add_text(sheet, self._formula + text)
            self._formula = b""

    def _add_text(self, sheet: OldSheet, body: bytes) -> None:
        row, column, _, characters = struct.unpack_from("<HHHH", body)
        needed = 8 + characters
        if self._wide:
            needed = 9 + characters * (1 + (body[8] & 1)) if len(body) > 8 else 9
        if len(body) < needed:
            raise damaged()
        self._add(sheet, row, column, _record(_LABEL, body))

    def _add(self, sheet: OldSheet, row: int, column: int, record: bytes) -> None:
        if row >= sheet.height:
            sheet.height = row + 1
        if column >= sheet.width:
            sheet.width = column + 1
        if sheet.cells is not None:
            sheet.cells.append(record)

    def _checked(self) -> list[OldSheet]:
        sheets = list(self._by_place.values())
        if not sheets or any(sheet.cells is None for sheet in sheets):
            raise damaged()
        if sum(sheet.height * sheet.width for sheet in sheets) > CELLS_LIMIT:
            raise too_many_cells()
        sizes = _text_sizes(self._texts) if self._texts else []
        if any(text >= len(sizes) for text in self._used):
            raise damaged()
        if sum(sizes[text] * times for text, times in self._used.items()) > TEXT_LIMIT:
            raise too_many_cells()
        return sheets


def _record(kind: int, body: bytes) -> bytes:
    return _HEAD.pack(kind, len(body)) + body


def _text_sizes(chunks: list[bytes]) -> list[int]:
    """Return the bytes of every shared text; they run on over the records that continue them."""
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
