"""Old workbooks (.xls) and tables of text nobody sends by mistake, made for tests."""

from __future__ import annotations

import io
import struct

import xlwt
from olefile import OleFileIO
from xlwt.CompoundDoc import XlsDoc

from tests.support.workbooks import HEADINGS, person

BOF, EOF, FILEPASS, BOUNDSHEET = 0x809, 0x0A, 0x2F, 0x85
DIMENSIONS, LABELSST, NUMBER, SST, CONTINUE = 0x200, 0xFD, 0x203, 0xFC, 0x3C


def good_xls(*more: list[str]) -> bytes:
    """A roster of one person, and more rows."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("名册")
    for row, cells in enumerate([list(HEADINGS), person(1, "演练甲"), *more]):
        for column, cell in enumerate(cells):
            sheet.write(row, column, cell)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def records_of(content: bytes) -> list[tuple[int, bytes]]:
    """The records of an .xls file."""
    with OleFileIO(io.BytesIO(content)) as container:
        stream = container.openstream("Workbook").read()
    records: list[tuple[int, bytes]] = []
    at = 0
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        if not kind and not length:
            break
        records.append((kind, stream[at + 4 : at + 4 + length]))
        at += 4 + length
    return records


def book_of(records: list[tuple[int, bytes]]) -> bytes:
    """An .xls file of records; the place of the (one) sheet is put right."""
    stream = b"".join(struct.pack("<HH", kind, len(body)) + body for kind, body in records)
    begins = [at for at, (kind, _) in enumerate(records) if kind == BOF]
    place = sum(4 + len(body) for _, body in records[: begins[1]])
    at = 0
    for kind, body in records:
        if kind == BOUNDSHEET:
            stream = stream[: at + 4] + struct.pack("<I", place) + stream[at + 8 :]
        at += 4 + len(body)
    return contained(stream)


def contained(stream: bytes) -> bytes:
    """A container of one stream."""
    file = io.BytesIO()
    XlsDoc().save(file, stream)
    return file.getvalue()


def inserted(at: int, *more: tuple[int, bytes]) -> bytes:
    """The good file with more records before the one at `at` (from the end where negative)."""
    records = records_of(good_xls())
    at = at % len(records)
    return book_of([*records[:at], *more, *records[at:]])


def locked() -> bytes:
    """Records under a password begin with a FILEPASS record."""
    return inserted(1, (FILEPASS, b"\x01\x00" + bytes(52)))


def macro_sheet() -> bytes:
    """A book whose one sheet holds macros of Excel 4."""
    records = records_of(good_xls())
    changed = [(k, b[:5] + b"\x01" + b[6:] if k == BOUNDSHEET else b) for k, b in records]
    return book_of(changed)


def with_storage(name: str) -> bytes:
    """The good file with one more entry in its directory, such as a macro project's."""
    content = bytearray(good_xls())
    at = content.index("Workbook".encode("utf-16-le"))
    text = name.encode("utf-16-le")
    entry = text.ljust(64, b"\0") + struct.pack("<HBB", len(text) + 2, 1, 1) + bytes(60)
    content[at + 128 : at + 256] = entry
    return bytes(content)


def far_cell() -> bytes:
    """A number in the last corner."""
    return inserted(-1, (NUMBER, struct.pack("<HHHd", 65_535, 255, 15, 1.0)))


def vast_dimensions() -> bytes:
    """A sheet that says it has four thousand million rows."""
    records = records_of(good_xls())
    vast = struct.pack("<IIHHH", 0, 0xFFFF_FFF0, 0, 256, 0)
    return book_of([(k, vast if k == DIMENSIONS else b) for k, b in records])


def echo() -> bytes:
    """One text of 16,000 characters that 60,000 cells show."""
    records = records_of(good_xls(["x" * 16_000]))
    last = struct.unpack_from("<I", next(b for k, b in records if k == SST), 4)[0] - 1
    cells = [(LABELSST, struct.pack("<HHHI", row, 0, 15, last)) for row in range(4, 60_000)]
    return book_of([*records[:-1], *cells, records[-1]])


FORMULA, STRING, NAME = 0x06, 0x207, 0x18


def _formula(column: int, value: bytes, tokens: bytes = b"") -> tuple[int, bytes]:
    place = struct.pack("<HHH", 0, column, 15)
    return (FORMULA, place + value + bytes(6) + struct.pack("<H", len(tokens)) + tokens)


def grown_formula() -> bytes:
    """A thousand formulas, each a thousand times a name of eight kilobytes."""
    tokens = b"\x17" + bytes((250, 0)) + b"x" * 250
    name = struct.pack("<HBBHHHIB", 0, 0, 1, 8_000, 0, 0, 0, 0)[:14] + b"\0n"
    records = records_of(good_xls())
    grown = [
        _formula(0, struct.pack("<d", 1.0), (b"\x23\x01\0\0\0" + b"\x15") * 1_000)
        for _ in range(1_000)
    ]
    names = (NAME, name + (tokens * 40)[:8_000])
    return book_of([records[0], names, *records[1:-1], *_below(grown), records[-1]])


def _below(formulas: list[tuple[int, bytes]]) -> list[tuple[int, bytes]]:
    """The formulas, one a row below the roster."""
    return [(k, struct.pack("<H", row) + b[2:]) for row, (k, b) in enumerate(formulas, start=9)]


def formulas() -> bytes:
    """A sheet of nothing but formulas: a number, a truth, a text, an empty text."""
    records = records_of(good_xls())
    cells = frozenset((NUMBER, LABELSST, 0x27E, 0xBD, 0x204))
    text = (STRING, struct.pack("<HB", 2, 1) + "演练".encode("utf-16-le"))
    more = [
        _formula(0, struct.pack("<d", 7.0)),
        _formula(1, b"\x01\0\x01\0\0\0\xff\xff"),
        _formula(2, b"\0\0\0\0\0\0\xff\xff"),
        text,
        _formula(3, b"\x03\0\0\0\0\0\xff\xff"),
        (NUMBER, struct.pack("<HHHd", 0, 0, 15, 7.0)),
    ]
    kept = [(k, b) for k, b in records if k not in cells]
    return book_of([*kept[:-1], *more, kept[-1]])


def no_such_string() -> bytes:
    """A cell whose text is not in the table."""
    return inserted(-1, (LABELSST, struct.pack("<HHHI", 3, 0, 15, 9_999_999)))


def many_strings() -> bytes:
    """A table of texts that says it has far more than it can hold."""
    records = records_of(good_xls())
    return book_of(
        [(k, struct.pack("<II", 1, 0x7FFF_FFFF) + b[8:] if k == SST else b) for k, b in records]
    )


def same_sheet_twice() -> bytes:
    """A book that names its one sheet twice."""
    records = records_of(good_xls())
    sheet = next((k, b) for k, b in records if k == BOUNDSHEET)
    at = records.index(sheet)
    return book_of([*records[:at], sheet, *records[at:]])


def endless_chain() -> bytes:
    """A container in which a chain of sectors bites its tail."""
    content = bytearray(good_xls())
    sectors = struct.unpack_from("<I", content, 0x4C)[0]
    at = (sectors + 1) * 512
    content[at : at + 512] = struct.pack("<128I", *([1, 0] * 64))
    return bytes(content)


def endless_difat() -> bytes:
    """A container whose list of tables leads back to itself."""
    content = bytearray(good_xls())
    content[0x44:0x48] = struct.pack("<I", 0)
    content[512:1024] = struct.pack("<128I", *([0xFFFF_FFFF] * 127), 0)
    return bytes(content)


def letter() -> bytes:
    """A letter of Word 97, and a table in it."""
    return with_storage("WordDocument")


# Tables of text

HEAD = "姓名,身份证号,类别\n"


def long_line() -> bytes:
    """A line of a megabyte."""
    return (HEAD + "东" * 350_000 + "\n").encode()


def open_quote() -> bytes:
    """A quotation mark that is never closed before thousands of rows."""
    return (HEAD + '演练,"1\n' + "演练,1,户籍\n" * 40_000).encode()


def many_rows() -> bytes:
    """More rows than any roster has."""
    return (HEAD + ",\n" * 1_000_000).encode()


def many_cells() -> bytes:
    """Five million empty cells."""
    return (HEAD + ("," * 50_000 + "\n") * 100).encode()


def one_wide_row() -> bytes:
    """One wide row and many short ones: a huge rectangle."""
    return (HEAD + "," * 100_000 + "\n" + "a,b\n" * 100_000).encode()


def two_encodings() -> bytes:
    """The heading in UTF-8 and people in GB18030, as two programs have written them."""
    return HEAD.encode() + "演练甲,1,户籍\n演练乙,2,户籍\n".encode("gb18030") * 3


def broken_utf8() -> bytes:
    """A file with the mark of UTF-8 that is none."""
    return b"\xef\xbb\xbf" + HEAD.encode() + "演练甲,1,户籍\n".encode("gb18030")


def with_nul() -> bytes:
    """A program's file with commas in it."""
    return b"name,card\n\0\0\0,\x01\x02\n"


def with_controls() -> bytes:
    """Text that no spreadsheet writes."""
    return b"name,card\n\x1b[31mred,1\n"
