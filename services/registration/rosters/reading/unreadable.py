"""Why a file is not taken as a roster, and how large one may be."""

from __future__ import annotations

from shared.kit.language import Text
from shared.kit.refusals import Refusal

SIZE_LIMIT = 10_000_000
ROWS_LIMIT = 200_000
CELLS_LIMIT = 1_500_000

# What is said of a file; `TooLarge` of the last three.
DAMAGED = Text(
    "文件已损坏或没有传完整，无法读取。请在 Excel 中打开，另存为 .xlsx 再传。",
    "The file is damaged or incomplete; open it in Excel, save it as .xlsx and send again.",
)
PROTECTED = Text(
    "文件有密码保护，请在 Excel 中取消密码后另存再传。",
    "The file is protected by a password; remove it in Excel, save and send again.",
)
HAS_MACROS = Text(
    "文件带有宏（程序），不接收。请在 Excel 中另存为不带宏的 .xlsx 再传。",
    "The workbook has macros (programs); save it as .xlsx without macros and send again.",
)
NO_WORKBOOK = Text(
    "这不是 Excel 文件（.xlsx、.xls）或 CSV 表格。请下载名册模板填写后再传。",
    "This is no Excel workbook (.xlsx, .xls) and no CSV table;"
    " fill in the roster template and send that.",
)
TOO_MANY_CELLS = Text(
    "表格太大：可能有内容或空行、格式写到了很远的行或列。请只保留名册，复制到模板后再传。",
    "The sheets are too large: something, or empty rows, may stand in a far row or column."
    " Copy the roster alone into the template and send that.",
)
UNPACKS_TOO_LARGE = Text(
    "文件解压后过大，不接收。请只保留名册，复制到模板后再传。",
    "The file unpacks to far too much; copy the roster alone into the template and send that.",
)
TAKES_TOO_MUCH = Text(
    "读取这个文件所需的内存或时间超出限度：文件可能已损坏，或有内容写到了很远的行或列。"
    "请只保留名册，复制到模板后再传。",
    "Reading the file takes too much memory or time: it may be damaged, or something may stand"
    " in a far row or column. Copy the roster alone into the template and send that.",
)


class NotTaken(Refusal):
    """A file that is refused; the text is found where the file is read, in a process of its own."""

    def __init__(self, text: Text, **details: object) -> None:
        """Take what is wrong with the file, in all languages."""
        super().__init__(**details)
        self.text = text

    def __str__(self) -> str:
        """What is wrong with it."""
        return str(self.text)


class UnreadableWorkbook(NotTaken):
    """The file cannot be read as a workbook at all."""

    code = "unreadable-workbook"
    status = 422


class TooLarge(NotTaken):
    """The file, or what is packed in it, is too large."""

    code = "too-large"
    status = 413


def check_size(content: bytes) -> None:
    """Raise `TooLarge` for a file that is larger than anybody's roster."""
    if len(content) > SIZE_LIMIT:
        raise TooLarge(
            Text("文件超过 10 MB，请按单位拆分后再传。", "The file is larger than 10 MB; split it.")
        )
