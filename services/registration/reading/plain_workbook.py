"""An .xlsx of plain cells, written row by row in memory: no temporary files, no formulas.

Libraries keep every cell as an object or put the sheets into temporary files; personal data is not
to touch the disk, and the largest roster has more than a million cells.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from html import escape

from services.registration.reading.workbook import Cell, Sheet

GENERAL, TEXT, MARKED, DATE, DATETIME, PROBLEM, HEADING = range(7)
"""Places of the formats in the workbook's table."""

MARK = "FFFFE08A"
WIDTH, NARROW, WIDEST = 14, 6, 60
_DAY_ZERO = datetime(1899, 12, 30)  # noqa: DTZ001 - a count of days knows no zone
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_CONTENT = "http://schemas.openxmlformats.org/package/2006/content-types"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml."

Styled = tuple[Cell, int | None]


@dataclass(frozen=True, slots=True)
class PlainSheet:
    """A sheet to be written: `rows` give cells with their format, None for the usual one."""

    like: Sheet
    rows: Callable[[], Iterator[list[Styled]]]
    width: int


def plain_workbook(sheets: list[PlainSheet]) -> bytes:
    """Return the workbook; texts stay texts, whatever they begin with."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as package:
        for name, content in _fixed_parts([sheet.like for sheet in sheets]):
            package.writestr(name, content)
        for number, sheet in enumerate(sheets, start=1):
            with package.open(f"xl/worksheets/sheet{number}.xml", "w", force_zip64=True) as part:
                for text in _sheet_xml(sheet):
                    part.write(text.encode())
    return file.getvalue()


def _sheet_xml(sheet: PlainSheet) -> Iterator[str]:
    yield f'{_HEAD}<worksheet xmlns="{_MAIN}"><cols>'
    for column in range(sheet.width):
        hidden = ' hidden="1"' if column in sheet.like.hidden_columns else ""
        wide = WIDEST if column == sheet.width - 1 else WIDTH
        at = column + 1
        yield f'<col min="{at}" max="{at}" width="{wide}" customWidth="1"{hidden}/>'
    yield "</cols><sheetData>"
    for row, cells in enumerate(sheet.rows(), start=1):
        hidden = ' hidden="1"' if row in sheet.like.hidden_rows else ""
        written = "".join(_cells(row, cells))
        if written or hidden:
            yield f'<row r="{row}"{hidden}>{written}</row>'
    yield "</sheetData></worksheet>"


def _cells(row: int, cells: Iterable[Styled]) -> Iterator[str]:
    for column, (value, style) in enumerate(cells):
        if value == "" and style is None:
            continue
        place = f'r="{column_name(column)}{row}"'
        if isinstance(value, bool):
            yield f'<c {place} s="{style or GENERAL}" t="b"><v>{int(value)}</v></c>'
        elif isinstance(value, int | float):
            yield f'<c {place} s="{style or GENERAL}"><v>{value!r}</v></c>'
        elif (days := _days(value)) is not None:
            usual = DATETIME if isinstance(value, datetime) else DATE
            yield f'<c {place} s="{style or usual}"><v>{days!r}</v></c>'
        elif value == "":
            yield f'<c {place} s="{style}"/>'
        else:
            text = escape(_NO_XML.sub(" ", str(value)), quote=False)
            yield (
                f'<c {place} s="{style or TEXT}" t="inlineStr">'
                f'<is><t xml:space="preserve">{text}</t></is></c>'
            )


def _days(value: Cell) -> float | None:
    if isinstance(value, datetime):
        return (value.replace(tzinfo=None) - _DAY_ZERO) / timedelta(days=1)
    if isinstance(value, date):
        return (datetime.combine(value, time()) - _DAY_ZERO).days
    return None


def column_name(column: int) -> str:
    """Return the letters of a column that counts from 0."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def _fixed_parts(sheets: list[Sheet]) -> Iterator[tuple[str, str]]:
    types = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{_TYPE}worksheet+xml"/>'
        for n in range(1, len(sheets) + 1)
    )
    yield (
        "[Content_Types].xml",
        f'{_HEAD}<Types xmlns="{_CONTENT}"><Default Extension="rels"'
        ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}styles+xml"/>{types}</Types>',
    )
    yield (
        "_rels/.rels",
        f'{_HEAD}<Relationships xmlns="{_RELATIONS}"><Relationship Id="rId1"'
        f' Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    )
    listed = "".join(
        f'<sheet name="{escape(sheet.name)}" sheetId="{n}"'
        f'{" state=" + chr(34) + "hidden" + chr(34) if sheet.hidden else ""} r:id="rId{n}"/>'
        for n, sheet in enumerate(sheets, start=1)
    )
    shown = next((n for n, sheet in enumerate(sheets) if not sheet.hidden), 0)
    yield (
        "xl/workbook.xml",
        f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">'
        f'<bookViews><workbookView activeTab="{shown}"/></bookViews>'
        f"<sheets>{listed}</sheets></workbook>",
    )
    relations = "".join(
        f'<Relationship Id="rId{n}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in range(1, len(sheets) + 1)
    )
    last = len(sheets) + 1
    yield (
        "xl/_rels/workbook.xml.rels",
        f'{_HEAD}<Relationships xmlns="{_RELATIONS}">{relations}'
        f'<Relationship Id="rId{last}" Type="{_OFFICE}/styles" Target="styles.xml"/>'
        "</Relationships>",
    )
    yield "xl/styles.xml", _STYLES


def _format(number: int, *, font: int = 0, fill: int = 0, wrap: bool = False) -> str:
    align = '<alignment vertical="top" wrapText="1"/>' if wrap else ""
    return (
        f'<xf numFmtId="{number}" fontId="{font}" fillId="{fill}" borderId="0" xfId="0"'
        f' applyNumberFormat="1" applyFont="1" applyFill="1" applyAlignment="1">{align}</xf>'
    )


_STYLES = (
    f'{_HEAD}<styleSheet xmlns="{_MAIN}">'
    '<numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/>'
    '<numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss"/></numFmts>'
    '<fonts count="3"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><color rgb="FF9C1C1C"/><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="3"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill>'
    f'<fill><patternFill patternType="solid"><fgColor rgb="{MARK}"/></patternFill></fill></fills>'
    '<borders count="1"><border/></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="7">'
    + _format(0)
    + _format(49)
    + _format(49, fill=2)
    + _format(164)
    + _format(165)
    + _format(49, font=1, wrap=True)
    + _format(49, font=2)
    + '</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
    "</styleSheet>"
)
