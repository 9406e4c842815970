"""Why registration says no; each message says what, where, and what to do."""

from __future__ import annotations

from typing import Any


class Refusal(Exception):
    """A command that cannot be carried out; `code` is for programs, the text for people."""

    code = "refused"
    status = 409

    def __init__(self, message: str, **details: Any) -> None:
        super().__init__(message)
        self.details = details


class UnknownUnit(Refusal):
    """The campaign has no such unit."""

    code = "unknown-unit"
    status = 404

    def __init__(self, unit: str) -> None:
        super().__init__(
            f"没有单位“{unit[:40]}”。请从全镇页面选择单位。"
            f" There is no unit “{unit[:40]}”; choose one on the town's page."
        )


class UnknownResident(Refusal):
    """Nobody is registered under this id."""

    code = "unknown-resident"
    status = 404

    def __init__(self) -> None:
        super().__init__(
            "没有这个人的登记。请先由所在村、社区导入名册。"
            " This person is not registered; have the unit import its roster first."
        )


class Erased(Refusal):
    """Who this is has been forgotten; nothing new begins for an erased person."""

    code = "erased"

    def __init__(self) -> None:
        super().__init__(
            "此人的资料已删除，不能再登记答复。本人愿意重新参加的，请先由所在单位重新导入名册。"
            " This person's data are erased, no answer can be recorded; someone who wants to take"
            " part again is first put on the unit's roster again."
        )


class VisitOpen(Refusal):
    """A dose may be given at this moment, and then the law needs to know to whom."""

    code = "visit-open"

    def __init__(self, day: str) -> None:
        super().__init__(
            f"此人 {day} 的预约还没有结果，可能正在接种，现在不能删除。请先取消预约、登记未到，或等接种登记后再删除。"
            f" The appointment of {day} has no outcome yet and a dose may be given right now: cancel"
            " it, record the no-show, or wait until the dose is recorded, then erase.",
            day=day,
        )


class WeekOutsideCampaign(Refusal):
    """No first dose is given in the wished week (R05)."""

    code = "week-outside-campaign"
    status = 422

    def __init__(self, week: str, first: str, last: str) -> None:
        super().__init__(
            f"希望接种周 {week} 不在可选范围内，请选择 {first} 至 {last} 之间的一周。"
            f" {week} is not a week with first doses; choose one from {first} to {last}.",
            first=first,
            last=last,
        )


class UnknownReason(Refusal):
    """A reason for declining that nobody has agreed on."""

    code = "unknown-reason"
    status = 422

    def __init__(self, reason: str, known: list[str]) -> None:
        super().__init__(
            f"没有“{reason[:40]}”这个原因，请用：{'、'.join(known)}。"
            f" “{reason[:40]}” is no known reason; use one of {', '.join(known)}."
        )


class RegisteredElsewhere(Refusal):
    """The person is already on another unit's list; nobody counts twice (R16)."""

    code = "registered-elsewhere"

    def __init__(self, unit: str) -> None:
        super().__init__(
            f"此人已在单位 {unit} 登记，一人只算一次。请与该单位核对由谁登记。"
            f" This person is already registered in unit {unit} and counts once;"
            " settle with that unit who registers them."
        )
        self.unit = unit


class NotInUnit(Refusal):
    """A unit answers for its own residents only."""

    code = "not-in-unit"
    status = 422

    def __init__(self, unit: str) -> None:
        super().__init__(
            f"此人不在单位 {unit} 的名册上。请由其登记单位答复。"
            f" This person is not on the list of unit {unit}; their own unit answers."
        )


class TwoAnswers(Refusal):
    """One batch says two things of one resident."""

    code = "two-answers"
    status = 422

    def __init__(self) -> None:
        super().__init__(
            "同一批里此人有两个不同答复，请只留一个。"
            " This batch has two different answers of this person; keep one."
        )


class BadTarget(Refusal):
    """A target that cannot be one (R02)."""

    code = "bad-target"
    status = 422

    def __init__(self, target: int) -> None:
        super().__init__(
            f"任务数不能是 {target}，请填 0 或更大的整数。"
            f" A target cannot be {target}; give 0 or more."
        )


class BadAnswers(Refusal):
    """Some lines of a batch of answers are wrong; none was taken."""

    code = "bad-answers"
    status = 422

    def __init__(self, lines: list[dict[str, Any]]) -> None:
        super().__init__(
            f"有 {len(lines)} 行不对，全部未记入。请按 lines 修改后整批重发。"
            f" {len(lines)} lines are wrong and none was taken; mend them and send all again.",
            lines=lines,
        )
