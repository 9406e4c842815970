"""A workbook's package made safe to open.

Anybody may have sent the file. Of a workbook only its XML parts are taken, each bounded, and packed
anew: the reader opens what was looked at here and nothing else, so that two ways of reading a ZIP
directory can never disagree. Pictures, macros and embedded files are not even unpacked.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from services.registration.reading.unreadable import (
    CELLS_LIMIT,
    ROWS_LIMIT,
    TEXT_LIMIT,
    TooLarge,
    UnreadableWorkbook,
    check_size,
    damaged,
    has_macros,
    too_many_cells,
)

PARTS_LIMIT = 1_000
UNPACKED_LIMIT = 80_000_000
RATIO_LIMIT = 300
RATIO_FROM = 2_000_000
"""Bytes unpacked from which on a part that shrinks more than RATIO_LIMIT times is a bomb."""

_PIECE = 1_000_000
_LETTERS = 3

_BOOK = "xl/workbook.xml"

_PLACE = re.compile(rb"""\br\s*=\s*["']([A-Za-z]*)([0-9]{1,30})""")
_ROW = re.compile(rb"<(?:[A-Za-z]\w{0,20}:)?row\b")
_UNPLACED = re.compile(
    rb"""<(?:[A-Za-z]\w{0,20}:)?(?:c|row)\b(?![^<>]{0,300}?\br\s*=\s*["'][A-Za-z0-9])"""
)
_TEXT = re.compile(rb"<(?:[A-Za-z]\w{0,20}:)?si\b")
_COUNT = re.compile(rb"""[cC]ount\s*=\s*["']\+?([0-9]{1,30})""")
_SHARED = re.compile(rb"""\bt\s*=\s*["']s["']""")
_SHARED_AT = re.compile(
    rb"""\bt\s*=\s*["']s["'][^<>]{0,100}><(?:[A-Za-z]\w{0,20}:)?v>([0-9]{1,9})<"""
)
_SHEET_ID = re.compile(rb"""<(?:\w{1,20}:)?sheet\b[^<>]{0,600}?\b\w{1,20}:id\s*=\s*["']([^"']*)""")
_TARGET = re.compile(rb"""\bTarget\s*=\s*["']([^"']*)["']""")


def checked_package(content: bytes) -> bytes:
    """Return a package of the file's XML parts; raise `UnreadableWorkbook` or `TooLarge`."""
    check_size(content)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            parts = package.infolist()
            _check_directory(parts)
            return _packed_anew(package, [part for part in parts if _is_read(part.filename)])
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError):
        raise damaged() from None


def _check_directory(parts: list[zipfile.ZipInfo]) -> None:
    names = {part.filename for part in parts}
    if any(part.flag_bits & 1 for part in parts):
        raise UnreadableWorkbook(
            "文件的压缩包有密码。请解压并取消密码后，直接传 .xlsx 文件。"
            " The file is packed with a password; unpack it and send the .xlsx itself."
        )
    if _BOOK not in names:
        raise _another_package(names)
    if any(_is_program(name.lower()) for name in names):
        raise has_macros()
    if any(_leads_out(name) for name in names):
        raise UnreadableWorkbook(
            "文件内部的路径不正常，可能被人改动过，不接收。请把名册复制到模板后再传。"
            " The file holds paths that lead out of it and may have been tampered with;"
            " copy the roster into the template and send that."
        )
    if len(names) < len(parts):
        raise damaged()
    bombs = (
        part.file_size > RATIO_FROM and part.file_size > RATIO_LIMIT * max(part.compress_size, 1)
        for part in parts
    )
    if len(parts) > PARTS_LIMIT or sum(part.file_size for part in parts) > UNPACKED_LIMIT:
        raise _unpacks_too_large()
    if any(bombs):
        raise _unpacks_too_large()


def _another_package(names: set[str]) -> UnreadableWorkbook:
    if "xl/workbook.bin" in names:
        return UnreadableWorkbook(
            "这是 .xlsb 格式，请在 Excel 中另存为 .xlsx 再传。"
            " This is the .xlsb format; save it as .xlsx in Excel and send again."
        )
    if any(name.lower().endswith((".xlsx", ".xls", ".xlsm")) for name in names):
        return UnreadableWorkbook(
            "这是压缩包，请解压后逐个上传其中的 Excel 文件。"
            " This is an archive; unpack it and send the workbooks in it one by one."
        )
    return UnreadableWorkbook(
        "这不是 Excel 工作簿（.xlsx），请在 Excel 中另存为 .xlsx 再传。"
        " This is no Excel workbook (.xlsx); save it as .xlsx in Excel and send again."
    )


def _is_program(name: str) -> bool:
    return name.endswith("vbaproject.bin") or name.startswith("xl/macrosheets/")


def _leads_out(name: str) -> bool:
    return name.startswith(("/", "\\")) or ":" in name or ".." in re.split(r"[/\\]", name)


def _is_read(name: str) -> bool:
    return name.lower().endswith((".xml", ".rels"))


def _packed_anew(package: zipfile.ZipFile, parts: list[zipfile.ZipInfo]) -> bytes:
    """Pack the parts without compression, each checked: reading also proves the stated sizes."""
    file = io.BytesIO()
    cells = 0
    texts: list[int] = []
    shared = next((p for p in parts if p.filename.lower() == "xl/sharedstrings.xml"), None)
    if shared is not None:
        texts = _text_sizes(package.read(shared))
    text = 0
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as anew:
        for part in parts:
            content = package.read(part)
            _check_markup(content)
            _check_counts(content)
            if b"sheetData" in content:
                cells += _reach(content)
                text += _text_written(content, texts)
            if cells > CELLS_LIMIT or text > TEXT_LIMIT:
                raise too_many_cells()
            if part.filename.lower() in (_BOOK, "xl/_rels/workbook.xml.rels"):
                _check_no_sheet_twice(content)
            anew.writestr(part.filename, content)
    return file.getvalue()


def _check_markup(content: bytes) -> None:
    if content.startswith((b"\xff\xfe", b"\xfe\xff", b"\0", b"<\0")):
        raise damaged()
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise UnreadableWorkbook(
            "文件里有 Excel 不会写的内容（XML 实体），不接收。请把名册复制到模板后再传。"
            " The file holds XML entities, which Excel never writes;"
            " copy the roster into the template and send that."
        )


def _check_counts(part: bytes) -> None:
    """Refuse a part that says it has more of something than is read: the reader makes room first."""
    if any(int(found[1]) > CELLS_LIMIT for found in _COUNT.finditer(part)):
        raise damaged()


def _reach(part: bytes) -> int:
    """Return how many cells the reader would make room for, at most: a full rectangle."""
    width = height = 1
    for piece in _pieces(part):
        places = _PLACE.findall(piece)
        height = max(height, *map(int, {row for _, row in places}), 1)
        width = max(width, *map(_column, {letters for letters, _ in places}), 1)
    if _UNPLACED.search(part):
        # Cells and rows without a place follow each other.
        rows = _ROW.split(part)
        height += len(rows)
        width += max(len(_UNPLACED.findall(b"<row" + row)) for row in rows)
    if height > ROWS_LIMIT:
        raise too_many_cells()
    return width * height


def _pieces(part: bytes) -> Iterator[bytes]:
    """Cut a part between its tags, so that what is found in it never piles up."""
    at = 0
    while at < len(part):
        end = part.find(b"<", at + _PIECE)
        end = len(part) if end < 0 else end
        if end - at > 4 * _PIECE:
            raise damaged()  # no cell holds so much
        yield part[at:end]
        at = end


def _column(letters: bytes) -> int:
    if len(letters) > _LETTERS:
        return CELLS_LIMIT + 1
    column = 0
    for letter in letters.upper():
        column = column * 26 + letter - 64
    return column


def _text_sizes(shared: bytes) -> list[int]:
    ends = [found.start() for found in _TEXT.finditer(shared)] + [len(shared)]
    return [after - at for at, after in pairwise(ends)]


def _text_written(part: bytes, sizes: list[int]) -> int:
    """Return the bytes of shared text that the part's cells would be copies of, at most."""
    longest = max(sizes, default=0)
    uses = len(_SHARED.findall(part))
    if uses * longest <= TEXT_LIMIT // 10:
        return uses * longest
    places: Counter[bytes] = Counter()
    for piece in _pieces(part):
        places.update(_SHARED_AT.findall(piece))
    written = ((int(at), times) for at, times in places.items())
    known = sum(sizes[at] * times for at, times in written if at < len(sizes))
    return known + (uses - places.total()) * longest


def _check_no_sheet_twice(part: bytes) -> None:
    """Refuse a book that names one sheet's part many times, each to be read anew."""
    ids = _SHEET_ID.findall(part)
    targets = [b"/".join(name.lower().split(b"/")[-2:]) for name in _TARGET.findall(part)]
    if len(set(ids)) < len(ids) or len(set(targets)) < len(targets):
        raise damaged()


def _unpacks_too_large() -> TooLarge:
    return TooLarge(
        "文件解压后过大，不接收。请只保留名册，复制到模板后再传。"
        " The file unpacks to far too much; copy the roster alone into the template and send that."
    )
