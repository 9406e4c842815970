"""Workbooks nobody sends by mistake, made for tests; each shows one way to harm who opens it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

from tests.support.workbooks import HEADINGS, person, roster, workbook

SHEET = "xl/worksheets/sheet1.xml"
STRINGS = "xl/sharedStrings.xml"
BOOK = "xl/workbook.xml"
RELATIONS = "xl/_rels/workbook.xml.rels"
OLE = bytes.fromhex("d0cf11e0a1b11ae1")


def parts_of(content: bytes) -> dict[str, bytes]:
    """The parts of a workbook by name."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return {name: package.read(name) for name in package.namelist()}


def packed(parts: dict[str, bytes]) -> bytes:
    """A package of parts."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return file.getvalue()


def good() -> bytes:
    """A roster of one person."""
    return roster(person(1, "演练甲"))


def changed(name: str, change: Callable[[bytes], bytes]) -> bytes:
    """The good roster with one part changed."""
    parts = parts_of(good())
    return packed(parts | {name: change(parts[name])})


def with_part(name: str, content: bytes) -> bytes:
    """The good roster with one more part."""
    return packed(parts_of(good()) | {name: content})


def with_rows(rows: bytes) -> bytes:
    """The good roster with more rows at its end."""
    return changed(SHEET, lambda sheet: sheet.replace(b"</sheetData>", rows + b"</sheetData>"))


def zip_bomb() -> bytes:
    """A small file that unpacks to 70 MB of nothing."""
    return with_rows(b" " * 70_000_000)


def large_bomb() -> bytes:
    """A small file that unpacks to 1 GB."""
    return packed(parts_of(good()) | {f"xl/media/{n}.xml": bytes(100_000_000) for n in range(10)})


def lying_bomb() -> bytes:
    """A package whose directory says that its sheet is short."""
    content = zip_bomb()
    size = len(parts_of(content)[SHEET]).to_bytes(4, "little")
    assert size in content
    return content.replace(size, (1000).to_bytes(4, "little"))


def overlapping() -> bytes:
    """A package whose directory lists one packed part 900 times."""
    file = io.BytesIO(good())
    with zipfile.ZipFile(file, "a") as package:
        for n in range(900):
            part = zipfile.ZipInfo(f"xl/media/{n}.xml")
            source = package.getinfo(SHEET)
            for name in ("header_offset", "compress_size", "file_size", "CRC", "compress_type"):
                setattr(part, name, getattr(source, name))
            package.filelist.append(part)
        package._didModify = True  # type: ignore[attr-defined]
    return file.getvalue()


def million_rows() -> bytes:
    """A million empty rows below the roster, as Excel writes rows that only have a height."""
    return with_rows(b"".join(b'<row r="%d"/>' % n for n in range(3, 1_000_003)))


def million_rows_without_numbers() -> bytes:
    """The same with rows that do not say their number, and a cell at the end."""
    return with_rows(b"<row/>" * 1_000_000 + b"<row><c><v>1</v></c></row>")


def wide_and_tall() -> bytes:
    """A wide row and a long column of cells that do not say their place: a huge rectangle."""
    wide = b"<row>" + b"<c><v>1</v></c>" * 16_000 + b"</row>"
    return with_rows(wide + b"<row><c><v>1</v></c></row>" * 100_000)


def far_cell() -> bytes:
    """One cell in the last corner."""
    return with_rows(b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')


def boasting() -> bytes:
    """A table of texts that says it has four thousand million."""
    return changed(STRINGS, lambda text: text.replace(b'uniqueCount="', b'uniqueCount="429496'))


def overflowing_row() -> bytes:
    """A cell in a row whose number no computer counts to."""
    return with_rows(b'<row r="3"><c r="B99999999999999999999"><v>1</v></c></row>')


def overflowing_column() -> bytes:
    """A cell in a column whose letters no computer counts to."""
    return with_rows(b'<row r="3"><c r="' + b"Z" * 40 + b'3"><v>1</v></c></row>')


def echo() -> bytes:
    """One long text that 150,000 cells show."""
    parts = parts_of(good())
    parts[STRINGS] = parts[STRINGS].replace(
        b"</sst>", b"<si><t>" + b"x" * 30_000 + b"</t></si></sst>"
    )
    last = parts[STRINGS].count(b"<si>") - 1
    cells = b"".join(
        b'<row r="%d"><c r="A%d" t="s"><v>%d</v></c></row>' % (n, n, last)
        for n in range(3, 150_003)
    )
    parts[SHEET] = parts[SHEET].replace(b"</sheetData>", cells + b"</sheetData>")
    return packed(parts)


def hidden_echo() -> bytes:
    """The same, with the text's number written so that a simple search misses it."""
    parts = parts_of(echo())
    parts[SHEET] = parts[SHEET].replace(b"</v>", b"<!-- --></v>")
    return packed(parts)


def one_sheet_many_times() -> bytes:
    """A book that names the same sheet 2,000 times."""
    more = b"".join(
        b'<sheet name="s%d" sheetId="%d" r:id="rId1"/>' % (n, n) for n in range(2, 2_002)
    )
    return changed(BOOK, lambda book: book.replace(b"</sheets>", more + b"</sheets>"))


def one_part_many_times() -> bytes:
    """A book whose sheets are all the same part under other names."""
    parts = parts_of(good())
    parts[BOOK] = parts[BOOK].replace(
        b"</sheets>", b'<sheet name="s" sheetId="9" r:id="rId99"/></sheets>'
    )
    again = b'<Relationship Id="rId99" Type="x/worksheet" Target="worksheets/Sheet1.xml"/>'
    parts[RELATIONS] = parts[RELATIONS].replace(b"</Relationships>", again + b"</Relationships>")
    return packed(parts)


def many_parts() -> bytes:
    """20,000 empty parts."""
    return packed(parts_of(good()) | {f"xl/media/{n}.xml": b"" for n in range(20_000)})


def entities() -> bytes:
    """Entities that grow tenfold nine times (billion laughs)."""
    lines = [b'<!ENTITY a0 "ha">']
    lines += [b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 10)]
    doctype = b"<!DOCTYPE x [" + b"".join(lines) + b"]>"
    return changed(
        STRINGS,
        lambda text: text.replace(b"?>", b"?>" + doctype, 1).replace(b"<t>", b"<t>&a9;", 1),
    )


def external_entity() -> bytes:
    """An entity that stands for a file of the server."""
    doctype = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    return changed(
        STRINGS, lambda text: text.replace(b"?>", b"?>" + doctype, 1).replace(b"<t>", b"<t>&a;", 1)
    )


def utf16() -> bytes:
    """A sheet in UTF-16, in which a search for bytes finds nothing."""
    return changed(SHEET, lambda sheet: sheet.decode().encode("utf-16"))


def with_macros() -> bytes:
    """An .xlsm: the roster with a macro project."""
    return with_part("xl/vbaProject.bin", OLE + bytes(2_000))


def locked() -> bytes:
    """What Excel writes under a password: an OLE file that holds the encrypted package."""
    names = "".join(name + "\0" * 20 for name in ("EncryptionInfo", "EncryptedPackage"))
    return OLE + bytes(504) + names.encode("utf-16-le") + bytes(4_000)


def locked_archive() -> bytes:
    """A package whose parts are encrypted by ZIP's own password."""
    content = bytearray(good())
    with zipfile.ZipFile(io.BytesIO(good())) as package:
        offsets = [part.header_offset for part in package.infolist()]
        start = package.start_dir
    for offset in offsets:
        content[offset + 6] |= 1
    while content[start : start + 4] == b"PK\x01\x02":
        content[start + 8] |= 1
        start += 46 + sum(
            int.from_bytes(content[start + at : start + at + 2], "little") for at in (28, 30, 32)
        )
    return bytes(content)


def nested() -> bytes:
    """An archive of workbooks."""
    return packed({"名册/东河村.xlsx": good(), "名册/西河村.xlsx": good()})


def deeply_nested() -> bytes:
    """A workbook that holds an archive that holds an archive."""
    inner = packed({"bomb": bytes(9_000_000)})
    return with_part("xl/embeddings/inner.zip", packed({f"{n}.zip": inner for n in range(100)}))


def slip(name: str) -> bytes:
    """A part that would be written outside of the folder it is unpacked to."""
    return with_part(name, b"<x/>")


def formulas() -> bytes:
    """A roster in which one name is computed and one is text that looks like a formula."""
    one, two = person(1, "演练甲"), person(2, "=cmd|' /C calc'!A0")
    content = workbook([list(HEADINGS), one, two])
    parts = parts_of(content)
    sheet = parts[SHEET]
    at = sheet.index(b'<c r="A2"')
    cell = b'<c r="A2" t="str"><f>HYPERLINK("http://x.invalid","a")</f><v>\xe6\xbc\x94\xe7\xbb\x83</v></c>'
    parts[SHEET] = sheet[:at] + cell + sheet[sheet.index(b"</c>", at) + 4 :]
    return packed(parts)
