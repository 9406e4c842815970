"""Opening a workbook that anybody may have sent: its kind, its unpacked size, its cells."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from python_calamine import (
    CalamineError,
    CalamineWorkbook,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from services.registration.domain.refusals import Refusal

Cell = str | int | float | bool | date | datetime | time | timedelta

SIZE_LIMIT = 10_000_000
UNPACKED_LIMIT = 150_000_000
CELLS_LIMIT = 4_000_000

_OLD_OFFICE = bytes.fromhex("d0cf11e0a1b11ae1")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_PLACE = re.compile(rb"""\br\s*=\s*["']([A-Za-z]{0,3})([0-9]{1,10})["']""")


class UnreadableWorkbook(Refusal):
    """The file cannot be read as a workbook at all."""

    code = "unreadable-workbook"
    status = 422


class TooLarge(Refusal):
    """The file, or what is packed in it, is too large."""

    code = "too-large"
    status = 413


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: rows of cells from the first row and column on; empty cells are ''."""

    name: str
    hidden: bool
    rows: list[list[Cell]]


def read_workbook(content: bytes) -> list[Sheet]:
    """Return the sheets of an .xlsx file; raise `UnreadableWorkbook` or `TooLarge`."""
    _check_kind(content)
    _check_unpacked(content)
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
            return [
                Sheet(
                    about.name,
                    about.visible != SheetVisibleEnum.Visible,
                    book.get_sheet_by_name(about.name).to_python(skip_empty_area=False),
                )
                for about in book.sheets_metadata
                if about.typ == SheetTypeEnum.WorkSheet
            ]
    except (CalamineError, ValueError, OverflowError):
        raise _damaged() from None
    except BaseException as error:
        # A panic of the reader is no Exception; the file is as damaged as with any other error.
        if type(error).__name__ == "PanicException":
            raise _damaged() from None
        raise


def _check_kind(content: bytes) -> None:
    if len(content) > SIZE_LIMIT:
        raise TooLarge(
            "文件超过 10 MB，请按单位拆分后再传。 The file is larger than 10 MB; split it."
        )
    if content.startswith(_OLD_OFFICE):
        if _ENCRYPTED in content:
            raise UnreadableWorkbook(
                "文件有密码保护，请在 Excel 中取消密码后另存再传。"
                " The file is protected by a password; remove it in Excel, save and send again."
            )
        raise UnreadableWorkbook(
            "这是旧的 .xls 格式，请在 Excel 中另存为 .xlsx 再传。"
            " This is the old .xls format; save it as .xlsx in Excel and send again."
        )
    if not content.startswith(b"PK\x03\x04"):
        raise UnreadableWorkbook(
            "这不是 Excel 文件（.xlsx）。请下载名册模板填写后再传。"
            " This is no Excel workbook (.xlsx); fill in the roster template and send that."
        )


def _check_unpacked(content: bytes) -> None:
    """Refuse what would fill the memory: the reader unpacks all, and a sheet is a full rectangle.

    Every part is unpacked here once, which also proves that the sizes the file states are true.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            parts = package.infolist()
            if "xl/workbook.xml" not in {part.filename for part in parts}:
                raise UnreadableWorkbook(
                    "这不是 Excel 工作簿（.xlsx），请在 Excel 中另存为 .xlsx 再传。"
                    " This is no Excel workbook (.xlsx); save it as .xlsx in Excel and send again."
                )
            if sum(part.file_size for part in parts) > UNPACKED_LIMIT:
                raise _unpacks_too_large()
            for part in parts:
                if _rectangle(package.read(part)) > CELLS_LIMIT:
                    raise _unpacks_too_large()
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError):
        raise _damaged() from None


def _rectangle(part: bytes) -> int:
    """Return how many cells lie between the first and the farthest that the part names."""
    width = height = 1
    for found in _PLACE.finditer(part):
        height = max(height, int(found[2]))
        column = 0
        for letter in found[1].upper():
            column = column * 26 + letter - 64
        width = max(width, column)
    return width * height


def _damaged() -> UnreadableWorkbook:
    return UnreadableWorkbook(
        "文件已损坏，无法读取。请在 Excel 中另存为 .xlsx 再传。"
        " The file is damaged; open it in Excel, save it as .xlsx and send again."
    )


def _unpacks_too_large() -> TooLarge:
    return TooLarge(
        "表格太大：可能有内容写到了很远的行或列。请只保留名册，复制到模板后再传。"
        " The sheets are too large: something may stand in a far row or column."
        " Copy the roster alone into the template and send that."
    )
