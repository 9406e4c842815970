"""What a file is, by its bytes, and what is wrong with it at first sight: a password, macros, a bomb.

Not a check that makes a file safe to open: that is the sandbox. It is for the word to the clerk.
"""

from __future__ import annotations

import io
import re
import zipfile
from typing import Literal

from services.registration.rosters.reading.unreadable import (
    DAMAGED,
    HAS_MACROS,
    NO_WORKBOOK,
    PROTECTED,
    UNPACKS_TOO_LARGE,
    TooLarge,
    UnreadableWorkbook,
    check_size,
)
from shared.kit.language import Text

Kind = Literal["xlsx", "xls", "csv"]

PARTS_LIMIT = 1_000
UNPACKED_LIMIT = 80_000_000
RATIO_LIMIT = 300
RATIO_FROM = 2_000_000
"""Bytes unpacked from which on a part that shrinks more than RATIO_LIMIT times is a bomb."""

_MARKUP_SEEN = 2_000
_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
# What folders and streams of an OLE file are called that holds something else than a table.
_OLE_NAMES = {
    "EncryptedPackage": PROTECTED,
    "WordDocument": NO_WORKBOOK,
    "PowerPoint Document": NO_WORKBOOK,
    "_VBA_PROJECT": HAS_MACROS,
}


def kind_of(content: bytes) -> Kind:
    """Return what a file is, whatever it is called; raise `UnreadableWorkbook` or `TooLarge`."""
    check_size(content)
    if content.startswith(_ZIP[0]):
        _look_into_package(content)
        return "xlsx"
    if content.startswith(_OLE):
        for name, told in _OLE_NAMES.items():
            if name.encode("utf-16-le") in content:
                raise UnreadableWorkbook(told)
        return "xls"
    if content.startswith(_ZIP):
        raise UnreadableWorkbook(NO_WORKBOOK)
    if content[:_MARKUP_SEEN].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        raise UnreadableWorkbook(
            Text(
                "这是网页或 XML 表格，不是 Excel 文件。请用 Excel 打开，另存为 .xlsx 再传。",
                "This is a web page or an XML table; open it in Excel, save it as .xlsx and send again.",
            )
        )
    return "csv"


def _look_into_package(content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            parts = package.infolist()
    except (zipfile.BadZipFile, NotImplementedError, OSError):
        raise UnreadableWorkbook(DAMAGED) from None
    names = {part.filename for part in parts}
    if any(part.flag_bits & 1 for part in parts):
        raise UnreadableWorkbook(
            Text(
                "文件的压缩包有密码。请解压并取消密码后，直接传 .xlsx 文件。",
                "The file is packed with a password; unpack it and send the .xlsx itself.",
            )
        )
    if "xl/workbook.xml" not in names:
        raise _another_package(names)
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise UnreadableWorkbook(HAS_MACROS)
    if any(map(_leads_out, names)):
        raise UnreadableWorkbook(
            Text(
                "文件内部的路径不正常，可能被人改动过，不接收。请把名册复制到模板后再传。",
                "The file holds paths that lead out of it and may have been tampered with;"
                " copy the roster into the template and send that.",
            )
        )
    if len(names) < len(parts):
        raise UnreadableWorkbook(DAMAGED)
    if len(parts) > PARTS_LIMIT or sum(part.file_size for part in parts) > UNPACKED_LIMIT:
        raise TooLarge(UNPACKS_TOO_LARGE)
    if any(part.file_size > max(RATIO_FROM, RATIO_LIMIT * part.compress_size) for part in parts):
        raise TooLarge(UNPACKS_TOO_LARGE)


def _another_package(names: set[str]) -> UnreadableWorkbook:
    if "xl/workbook.bin" in names:
        return UnreadableWorkbook(
            Text(
                "这是 .xlsb 格式，请在 Excel 中另存为 .xlsx 再传。",
                "This is the .xlsb format; save it as .xlsx in Excel and send again.",
            )
        )
    if any(name.lower().endswith((".xlsx", ".xls", ".xlsm")) for name in names):
        return UnreadableWorkbook(
            Text(
                "这是压缩包，请解压后逐个上传其中的 Excel 文件。",
                "This is an archive; unpack it and send the workbooks in it one by one.",
            )
        )
    return UnreadableWorkbook(
        Text(
            "这不是 Excel 工作簿（.xlsx），请在 Excel 中另存为 .xlsx 再传。",
            "This is no Excel workbook (.xlsx); save it as .xlsx in Excel and send again.",
        )
    )


def _leads_out(name: str) -> bool:
    return name.startswith(("/", "\\")) or ":" in name or ".." in re.split(r"[/\\]", name)
