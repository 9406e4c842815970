"""Why a job of importing a roster says no."""

from __future__ import annotations

from typing import Any

from services.registration.domain.refusals import Refusal


class UnknownImport(Refusal):
    """There is no such job."""

    code = "unknown-import"
    status = 404

    def __init__(self) -> None:
        super().__init__(
            "没有这次导入。请在单位页面查看最近的导入。"
            " There is no such import; the unit's page lists the latest ones."
        )


class ImportRunning(Refusal):
    """The result is asked for before there is one."""

    code = "import-running"

    def __init__(self, state: str) -> None:
        super().__init__(
            "导入还没有完成，请稍后再看。 The import is not finished yet; look again later.",
            state=state,
        )


class ImportEnded(Refusal):
    """What has ended cannot be cancelled any more."""

    code = "import-ended"

    def __init__(self, state: str) -> None:
        super().__init__(
            "导入已经结束，不能再取消。要改正名册，请上传改好的文件。"
            " The import has ended and cannot be cancelled; to mend the roster send the mended file.",
            state=state,
        )


class ImportCancelled(Refusal):
    """A cancelled import has no result."""

    code = "import-cancelled"

    def __init__(self) -> None:
        super().__init__(
            "这次导入已取消，没有登记任何人。需要时请重新上传。"
            " This import was cancelled and nobody was registered; send the file again if needed."
        )


class NotKept(Refusal):
    """File and result are sealed under a key of a day that is gone."""

    code = "import-not-kept"
    status = 410

    def __init__(self) -> None:
        super().__init__(
            "为保护个人信息，文件和逐行结果只保存两天，遇有人申请删除资料时立即销毁。请重新上传文件，已登记的行不会重复。"
            " To protect personal data the file and its rows are kept for two days only, and"
            " destroyed at once when somebody is erased. Send the file again: rows that are in"
            " are not registered twice."
        )


class Interrupted(Refusal):
    """A file at which the program has broken off again and again."""

    code = "import-interrupted"
    status = 500

    def __init__(self, attempts: int) -> None:
        super().__init__(
            f"处理这个文件时连续中断 {attempts} 次，没有登记任何人。请拆分文件后再传，并告知运维人员。"
            f" Work on this file broke off {attempts} times and nobody was registered: split it,"
            " send it again, and tell the operator.",
            attempts=attempts,
        )


class TooManyRows(Refusal):
    """More rows than one transaction should hold."""

    code = "too-many-rows"
    status = 422

    def __init__(self, rows: int, most: int) -> None:
        super().__init__(
            f"文件有 {rows:,} 行，一个文件最多 {most:,} 行。请拆分后分别上传。"
            f" The file has {rows:,} rows; one file may have {most:,}. Split it and send the parts.",
            rows=rows,
            most=most,
        )


class Refused(Refusal):
    """The file was refused when it was read; told again as it was told then."""

    def __init__(self, told: dict[str, Any]) -> None:
        super().__init__(str(told["message"]), **told["details"])
        self.code = str(told["code"])
        self.status = int(told["status"])
