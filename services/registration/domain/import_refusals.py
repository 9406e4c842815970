"""Why a job of importing a roster says no."""

from __future__ import annotations

from collections.abc import Mapping

from shared.kit.language import Text
from shared.kit.refusals import Refusal, refusal

UnknownImport = refusal(
    "unknown-import",
    404,
    zh="没有这次导入。请在单位页面查看最近的导入。",
    en="There is no such import; the unit's page lists the latest ones.",
)
ImportRunning = refusal(
    "import-running",
    zh="导入还没有完成，请稍后再看。",
    en="The import is not finished yet; look again later.",
)
ImportEnded = refusal(
    "import-ended",
    zh="导入已经结束，不能再取消。要改正名册，请上传改好的文件。",
    en="The import has ended and cannot be cancelled; to correct the roster send the corrected file.",
)
ImportCancelled = refusal(
    "import-cancelled",
    zh="这次导入已取消，没有登记任何人。需要时请重新上传。",
    en="This import was cancelled and nobody was registered; send the file again if needed.",
)
NotKept = refusal(
    "import-not-kept",
    410,
    zh="为保护个人信息，文件和逐行结果只保存两天，遇有人申请删除资料时立即销毁。"
    "请重新上传文件，已登记的行不会重复。",
    en="To protect personal data the file and its rows are kept for two days only, and"
    " destroyed at once when somebody is erased. Send the file again: rows that are in"
    " are not registered twice.",
    doc="File and result are sealed under a key of a day that is gone.",
)
Interrupted = refusal(
    "import-interrupted",
    500,
    zh="处理这个文件时连续中断 {attempts} 次，没有登记任何人。请拆分文件后再传，并告知系统运维。",
    en="Work on this file broke off {attempts} times and nobody was registered: split it,"
    " send it again, and tell the operator.",
)
TooManyRows = refusal(
    "too-many-rows",
    422,
    zh="文件有 {rows:,} 行，一个文件最多 {most:,} 行。请拆分后分别上传。",
    en="The file has {rows:,} rows; one file may have {most:,}. Split it and send the parts.",
    doc="More rows than one transaction should hold.",
)


def refused_before(code: str, status: int, text: Text, details: Mapping[str, object]) -> Refusal:
    """Return the refusal with which the reading of a file has ended."""
    again = refusal(code, status, zh=text.zh, en=text.en)(**text.values)
    again.details = details
    return again
