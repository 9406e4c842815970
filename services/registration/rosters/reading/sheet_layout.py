"""How a workbook's sheets are laid out: hidden rows and columns, widths, the year from which days are counted.

Calamine tells none of it.

A broken file raises whatever it makes of this.
"""

from __future__ import annotations

import html
import io
import re
import struct
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field

from olefile import OleFileIO

from services.registration.rosters.reading.unreadable import (
    DAMAGED,
    NO_WORKBOOK,
    PROTECTED,
    ROWS_LIMIT,
    TOO_MANY_CELLS,
    TooLarge,
    UnreadableWorkbook,
)

_COLUMNS_LIMIT = 16_384


@dataclass(frozen=True, slots=True)
class Layout:
    """What is hidden on a sheet, rows from 1, columns from 0; widths of columns in characters.

    `date1904` tells that the book counts its days from 1904, as Excel did on a Mac.
    """

    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    widths: dict[int, float] = field(default_factory=dict[int, float])
    date1904: bool = False


# .xlsx

_BOOK = "xl/workbook.xml"
_RELATIONS = "xl/_rels/workbook.xml.rels"

_SHEET = re.compile(rb"""<(?:\w{1,20}:)?sheet\b[^<>]{0,900}?\b\w{1,20}:id\s*=\s*["']([^"']*)""")
_RELATION = re.compile(rb"<(?:\w{1,20}:)?Relationship\b[^<>]{0,900}>")
_RELATION_ID = re.compile(rb"""\bId\s*=\s*["']([^"']*)["']""")
_TARGET = re.compile(rb"""\bTarget\s*=\s*["']([^"']*)["']""")
_HIDDEN = rb"""\bhidden\s*=\s*["'](?:1|true)["']"""
_HIDDEN_ROW = re.compile(
    rb"<(?:\w{1,20}:)?row\b(?=[^<>]{0,400}?"
    + _HIDDEN
    + rb")[^<>]{0,400}?\br\s*=\s*[\"']([0-9]{1,7})"
)
_FROM_1904 = re.compile(
    rb"""<(?:\w{1,20}:)?workbookPr\b[^<>]{0,900}?\bdate1904\s*=\s*["'](?:1|true|on)["']"""
)
_COLUMN = re.compile(rb"<(?:\w{1,20}:)?col\b[^<>]{0,400}>")
_NUMBER = {
    name: re.compile(rb"""\b%s\s*=\s*["']([0-9]{1,5}(?:\.[0-9]{1,20})?)["']""" % name)
    for name in (b"min", b"max", b"width")
}


def package_layouts(content: bytes) -> list[Layout]:
    """Return the layout of every sheet of an .xlsx, in the order of the book."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        names = {name.lower(): name for name in package.namelist()}
        if _RELATIONS not in names:
            return []
        targets = _targets(package.read(names[_RELATIONS]))
        book = package.read(_BOOK)
        parts = [targets.get(each, "") for each in _SHEET.findall(book)]
        if len(set(parts)) < len(parts):
            raise UnreadableWorkbook(DAMAGED)  # one sheet under many names, each to be read again
        date1904 = _FROM_1904.search(book) is not None
        return [_layout(package.read(names[part]), date1904) for part in parts if part in names]


def _targets(relations: bytes) -> dict[bytes, str]:
    targets: dict[bytes, str] = {}
    for tag in _RELATION.findall(relations):
        relation, target = _RELATION_ID.search(tag), _TARGET.search(tag)
        if relation and target:
            path = html.unescape(target[1].decode("utf-8", "replace")).lower()
            targets[relation[1]] = path.lstrip("/") if path.startswith("/") else f"xl/{path}"
    return targets


def _layout(sheet: bytes, date1904: bool) -> Layout:
    if sheet.startswith((b"\xff\xfe", b"\xfe\xff")):
        # UTF-16, of which the reader understands nothing and says nothing
        raise UnreadableWorkbook(DAMAGED)
    if sheet.count(b"<row") > ROWS_LIMIT:
        raise TooLarge(TOO_MANY_CELLS)
    hidden: set[int] = set()
    widths: dict[int, float] = {}
    for tag in _COLUMN.findall(sheet, 0, max(sheet.find(b"sheetData"), 0)):
        first, last, width = (_NUMBER[name].search(tag) for name in (b"min", b"max", b"width"))
        if first and last:
            columns = range(int(first[1]) - 1, min(int(last[1]), _COLUMNS_LIMIT))
            if re.search(_HIDDEN, tag):
                hidden.update(columns)
            if width:
                widths |= dict.fromkeys(columns, float(width[1]))
    rows = map(int, _HIDDEN_ROW.findall(sheet)) if b"hidden" in sheet else ()
    return Layout(frozenset(rows), frozenset(hidden), widths, date1904)


# .xls (MS-XLS): records of a kind, a length and a body

_BOF, _EOF, _FILEPASS, _BOUNDSHEET, _SST = 0x809, 0x0A, 0x2F, 0x85, 0xFC
_ROW, _COLINFO, _LABELSST, _DATEMODE = 0x208, 0x7D, 0xFD, 0x22
_HEAD = struct.Struct("<HH")
_TEXT = struct.Struct("<6xI")
_HIDDEN_BIT = 0x20


def old_layouts(content: bytes) -> list[Layout]:
    """Return the layout of every sheet of an .xls, in the order of the book."""
    file: OleFileIO[str] = OleFileIO(io.BytesIO(content))
    with file:
        name = next((each for each in ("Workbook", "Book") if file.exists(each)), None)
        if name is None:
            raise UnreadableWorkbook(NO_WORKBOOK)
        stream = file.openstream(name).read()
    places: list[int] = []
    texts = 0
    date1904 = False
    for kind, at, _ in _records(stream, 0):
        if kind == _FILEPASS:
            raise UnreadableWorkbook(PROTECTED)
        if kind == _BOUNDSHEET:
            places += struct.unpack_from("<I", stream, at)
        elif kind == _SST:
            (texts,) = struct.unpack_from("<I", stream, at + 4)
        elif kind == _DATEMODE:
            date1904 = stream[at] == 1
    if len(set(places)) < len(places) or texts > len(stream):
        raise UnreadableWorkbook(DAMAGED)
    return [_old_layout(stream, place, texts, date1904) for place in places]


def _old_layout(stream: bytes, place: int, texts: int, date1904: bool) -> Layout:
    rows: set[int] = set()
    hidden: set[int] = set()
    widths: dict[int, float] = {}
    for kind, at, length in _records(stream, place):
        if kind == _LABELSST:
            if _TEXT.unpack_from(stream, at)[0] >= texts:
                raise UnreadableWorkbook(DAMAGED)  # the reader would leave the cell out
        elif kind == _ROW and length > 12 and stream[at + 12] & _HIDDEN_BIT:
            rows.add(_HEAD.unpack_from(stream, at)[0] + 1)
        elif kind == _COLINFO:
            first, last, width, _, options = struct.unpack_from("<5H", stream, at)
            columns = range(first, min(last + 1, 256))
            widths |= dict.fromkeys(columns, width / 256)
            if options & 1:
                hidden.update(columns)
    return Layout(frozenset(rows), frozenset(hidden), widths, date1904)


def _records(stream: bytes, at: int) -> Iterator[tuple[int, int, int]]:
    """Kind, place and length of the records from here to the end of the book's or sheet's part."""
    depth = 0
    while at + 4 <= len(stream):
        kind, length = _HEAD.unpack_from(stream, at)
        if kind == _BOF:
            depth += 1
        elif kind == _EOF:
            depth -= 1
            if depth <= 0:
                return
        elif depth == 1:
            yield kind, at + 4, length
        at += 4 + length
    raise UnreadableWorkbook(DAMAGED)
