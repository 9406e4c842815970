"""Why screening says no to a command; each message says what, and what to do."""

from __future__ import annotations

from typing import Any


class Refusal(Exception):
    """A command that cannot be carried out; `code` is for programs, the text for people."""

    code = "refused"
    status = 409

    def __init__(self, message: str, **details: Any) -> None:
        super().__init__(message)
        self.details = details


class NotRegistered(Refusal):
    """The resident is not known from registration."""

    code = "not-registered"
    status = 404

    def __init__(self) -> None:
        super().__init__(
            "没有这个人的登记。请先由所在村、社区登记，稍后再筛查。"
            " This person is not registered; have the unit register them first, then screen."
        )


class Erased(Refusal):
    """Who this is has been forgotten; nothing new begins for an erased person."""

    code = "erased"

    def __init__(self) -> None:
        super().__init__(
            "此人的资料已删除，不能再筛查。本人愿意重新参加的，请先由所在单位重新导入名册。"
            " This person's data are erased and nobody can be screened under this id; someone who"
            " wants to take part again is first put on the unit's roster again."
        )


class UnansweredQuestion(Refusal):
    """Every question has to be answered (R09)."""

    code = "unanswered-question"
    status = 422

    def __init__(self, missing: list[str]) -> None:
        super().__init__(
            f"还有问题没有回答：{'、'.join(missing)}。 Not answered yet: {', '.join(missing)}.",
            missing=missing,
        )


class ImplausibleTemperature(Refusal):
    """A temperature no living person has."""

    code = "implausible-temperature"
    status = 422

    def __init__(self, value: float) -> None:
        super().__init__(
            f"体温 {value} 不合理，应在 34.0 到 43.0 之间，请重新测量。"
            f" A temperature of {value} is implausible (34.0 to 43.0 °C); measure again."
        )


class NotCleared(Refusal):
    """There is no clearance to withdraw."""

    code = "not-cleared"

    def __init__(self) -> None:
        super().__init__(
            "这个人现在没有有效的筛查通过记录。 This person has no clearance to withdraw."
        )
