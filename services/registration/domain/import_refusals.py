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
ImportAsks = refusal(
    "import-asks",
    zh="这个文件有没写清或可疑的地方，还没有登记任何人。请打开导入页面回答后继续。",
    en="The file leaves something open, and nobody is registered yet: open the import's page and answer.",
)
NothingAsked = refusal(
    "nothing-asked",
    zh="这次导入没有在等待回答。请刷新页面查看现在的情况。",
    en="This import does not wait for an answer; load the page again to see where it stands.",
)
AnswerMissing = refusal(
    "answer-missing",
    422,
    zh="还有问题没有回答，请每一项都选择；不想继续的，请取消导入。",
    en="Something is not answered yet: choose for every question, or cancel the import.",
)
NoSuchAnswer = refusal(
    "no-such-answer",
    422,
    zh="不能这样回答，请从列出的选项中选择。",
    en="This is none of the answers; choose one of those listed.",
)
UnknownQuestion = refusal(
    "unknown-question",
    404,
    zh="这次导入没有这个问题。请在导入结果页面查看待确认的行。",
    en="This import has no such question; its result lists the rows that ask.",
)
QuestionAnswered = refusal(
    "question-answered",
    zh="这一行已经有人确认过了，请刷新页面查看结果。",
    en="This row has been answered already; load the page again to see what came of it.",
)


def refused_before(code: str, status: int, text: Text, details: Mapping[str, object]) -> Refusal:
    """Return the refusal with which the reading of a file has ended."""
    again = refusal(code, status, zh=text.zh, en=text.en)(**text.values)
    again.details = details
    return again
