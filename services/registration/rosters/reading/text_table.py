"""A table of text (CSV): UTF-8, with or without its mark, GB18030, Big5, or Excel's "Unicode text"."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress

from services.registration.rosters.reading.unreadable import (
    CELLS_LIMIT,
    NO_WORKBOOK,
    ROWS_LIMIT,
    TooLarge,
    UnreadableWorkbook,
    check_size,
)
from shared.kit.language import Text

CELL_LIMIT = 32_767
"""Characters, as many as a cell of Excel holds."""

_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_SIGNATURES = (b"%PDF", b"{\\rtf", b"\x1f\x8b", b"Rar!", b"7z\xbc\xaf", b"\x89PNG", b"\xff\xd8\xff")
_HAN_UTF8 = re.compile(rb"(?:[\xe4-\xe9][\x80-\xbf]{2}){2}")
_FORMULA = re.compile(r'\s*="([^"]*)"\s*')
_DELIMITERS = ",\t;，"
_SEEN = 30


def read_text_table(content: bytes) -> list[list[str]]:
    """Return the rows of a CSV file, all of one length; raise `UnreadableWorkbook` or `TooLarge`."""
    check_size(content)
    if content.startswith(_SIGNATURES):
        raise UnreadableWorkbook(NO_WORKBOOK)
    text = _decoded(content)
    if _CONTROL.search(text):
        raise UnreadableWorkbook(NO_WORKBOOK)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    rows = list(_rows(text))
    if swallowing := _swallowing(rows):
        if any(
            sign in cell for row in rows for cell in row for sign in _DELIMITERS if "\n" not in cell
        ):
            raise _open_quote(swallowing)
        rows = list(_rows(text, quoted=False))
    width = max(map(len, rows), default=0)
    if width * len(rows) > CELLS_LIMIT:
        row = next(number for number, cells in enumerate(rows, start=1) if len(cells) == width)
        raise _too_wide(row, width)
    for row in rows:
        row += [""] * (width - len(row))
    return rows


def _decoded(content: bytes) -> str:
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            try:
                return content[len(mark) :].decode(encoding)
            except UnicodeDecodeError as error:
                raise _mixed(content.count(b"\n", 0, error.start + len(mark)) + 1) from None
    if b"\0" in content:
        raise UnreadableWorkbook(NO_WORKBOOK)
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as utf8:
        line = content.count(b"\n", 0, utf8.start) + 1
    _check_one_encoding(content)
    texts: list[str] = []
    for encoding in _OF_CHINESE:
        with suppress(UnicodeDecodeError):
            texts.append(content.decode(encoding))
    if texts:
        return max(texts, key=_common)
    if line > 1:
        raise _mixed(line)
    raise UnreadableWorkbook(NO_WORKBOOK)


def _common(text: str) -> tuple[int, int]:
    """How many words of headings a text begins with, and how many letters of common use."""
    begin = text[:_BEGINNING]
    return len(_HEADING_WORDS.findall(begin)), sum(sign in _COMMON for sign in begin)


def _letters(encoding: str, leads: range, trails: Sequence[int]) -> frozenset[str]:
    """The letters of a level of an encoding."""
    found: set[str] = set()
    for lead in leads:
        for trail in trails:
            with suppress(UnicodeDecodeError):
                found.add(bytes((lead, trail)).decode(encoding))
    return frozenset(found)


_OF_CHINESE = ("gb18030", "cp950", "big5hkscs")
_BEGINNING = 4_000
_HEADING_WORDS = re.compile(
    "姓名|身[份分][证證]|[证證]件|[号號][码碼]|手[机機]|[电電][话話]|住址|地址|[类類][别別]|性[别別]|出生|[户戶]籍"
    "|[备備][注註]|人群|序[号號]"
)
_COMMON = _letters("gb2312", range(0xB0, 0xD8), range(0xA1, 0xFF)) | _letters(
    "big5", range(0xA4, 0xC7), (*range(0x40, 0x7F), *range(0xA1, 0xFF))
)
"""The letters of the first levels of GB 2312 and of Big5, those of common use."""


def _check_one_encoding(content: bytes) -> None:
    """Refuse lines of Chinese in UTF-8 among others that are not: one of them would be garbage."""
    if _HAN_UTF8.search(content) is None:
        return
    for number, line in enumerate(content.split(b"\n"), start=1):
        if _HAN_UTF8.search(line):
            try:
                line.decode("utf-8")
            except UnicodeDecodeError:
                continue
            raise _mixed(number)


def _rows(text: str, *, quoted: bool = True) -> Iterator[list[str]]:
    cells, begins = 0, 1
    quoting = csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE
    reader = csv.reader(_lines(text), delimiter=_delimiter(text), quoting=quoting)
    try:
        for row in reader:
            cells += max(len(row), 1)
            if cells > CELLS_LIMIT or reader.line_num > ROWS_LIMIT:
                raise _too_wide(reader.line_num, len(row))
            if any(len(cell) > CELL_LIMIT for cell in row):
                raise _open_quote(begins)
            yield [
                _FORMULA.sub(r"\1", cell) if '="' in cell else cell if quoted else cell.strip('"')
                for cell in row
            ]
            begins = reader.line_num + 1
    except csv.Error:
        raise _open_quote(begins) from None


def _swallowing(rows: list[list[str]]) -> int:
    """The first row of which a stray quotation mark made one cell of several rows; 0 for none."""
    signs = max(2, max(map(len, rows), default=0) // 2)
    for number, row in enumerate(rows, start=1):
        for cell in row:
            if "\n" in cell and any(
                line.count(sign) >= signs for line in cell.split("\n")[1:] for sign in _DELIMITERS
            ):
                return number
    return 0


def _lines(text: str) -> Iterator[str]:
    """The lines of a text, one after another, each of a bounded length."""
    at = number = 0
    while at < len(text):
        number += 1
        end = text.find("\n", at) + 1 or len(text)
        if end - at > CELL_LIMIT * 4:
            raise TooLarge(
                Text(
                    "第 {number} 行太长，不像名册的一行。请只保留名册，复制到模板后再传。",
                    "Line {number} is far too long for a row of a roster;"
                    " copy the roster alone into the template and send that.",
                    {"number": number},
                )
            )
        yield text[at:end]
        at = end


def _delimiter(text: str) -> str:
    lines = [line for line in text[:CELL_LIMIT].splitlines()[:_SEEN] if line.strip()]
    best = max(_DELIMITERS, key=lambda sign: sum(sign in line for line in lines))
    if not lines:
        return ","
    if not any(best in line for line in lines):
        raise UnreadableWorkbook(NO_WORKBOOK)
    return best


def _too_wide(row: int, column: int) -> TooLarge:
    return TooLarge(
        Text(
            "表格太大：到第 {row} 行第 {column} 列已超过 {most} 格。请只保留名册，复制到模板后再传。",
            "The table is too large: at row {row}, column {column} it has more than {most} cells;"
            " copy the roster alone into the template and send that.",
            {"row": row, "column": column, "most": CELLS_LIMIT},
        )
    )


def _mixed(line: int) -> UnreadableWorkbook:
    return UnreadableWorkbook(
        Text(
            "第 {line} 行附近的文字编码与其他行不同（有的行是 UTF-8，有的不是），中文会变成乱码。"
            "请在 Excel 中核对，另存为“CSV UTF-8”或 .xlsx 再传。",
            "The text around line {line} has another encoding than the rest (some lines are UTF-8,"
            " some are not); check it in Excel, save it as CSV UTF-8 or .xlsx and send again.",
            {"line": line},
        )
    )


def _open_quote(line: int) -> UnreadableWorkbook:
    return UnreadableWorkbook(
        Text(
            "从第 {line} 行起的一格太长：可能少了一个引号。请核对该行，或另存为 .xlsx 再传。",
            "A cell from line {line} on is too long: a quotation mark may be missing;"
            " check that line, or save the table as .xlsx and send again.",
            {"line": line},
        )
    )
