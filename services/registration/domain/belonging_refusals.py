"""Why registration says no to officers, dockings, lists and tags."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from services.registration.domain.refusals import Refusal


class NamedLater(Refusal):
    """Officers were named from a later day on already; what was is not rewritten (R14)."""

    code = "named-later"
    status = 422

    def __init__(self, named: date) -> None:
        super().__init__(
            f"本单位已有自 {named} 起的任命，新任命请从 {named} 或之后开始。"
            f" Officers are named from {named} on already; give that day or a later one.",
            named=named.isoformat(),
        )


class UnknownStaff(Refusal):
    """Nobody has an account under this login."""

    code = "unknown-staff"
    status = 422

    def __init__(self, logins: Sequence[str]) -> None:
        shown = "、".join(login[:40] for login in logins)
        super().__init__(
            f"没有账号：{shown}。请核对登录名，或先由账号管理员建立账号。"
            f" No account: {shown}; check the login, or have the administrator make one first.",
            logins=list(logins),
        )


class UnknownSite(Refusal):
    """The campaign has no such site."""

    code = "unknown-site"
    status = 422

    def __init__(self, site: str, known: Sequence[str]) -> None:
        super().__init__(
            f"没有接种点“{site[:40]}”，请用：{'、'.join(known)}。"
            f" There is no site “{site[:40]}”; use one of {', '.join(known)}.",
            known=list(known),
        )


class DockingPast(Refusal):
    """Where people went on days that are over cannot be changed (R15)."""

    code = "docking-past"
    status = 422

    def __init__(self, since: date, first: date, last: date) -> None:
        super().__init__(
            f"不能从 {since} 起改变对接，请选 {first} 至 {last} 之间的一天；已过的日子不能改。"
            f" A docking cannot change from {since} on; choose a day from {first} to {last}.",
            first=first.isoformat(),
            last=last.isoformat(),
        )


class NothingToMove(Refusal):
    """No other site can hold bookings of the unit on those days (R15)."""

    code = "nothing-to-move"

    def __init__(self, unit: str, site: str, day: date) -> None:
        super().__init__(
            f"单位 {unit} 自 {day} 起对接 {site}，此前没有其他接种点，没有预约可转移。"
            f" From {day} on unit {unit} goes to {site} and to no other site before:"
            " there are no bookings to move. Change the docking first.",
        )


class CountsHere(Refusal):
    """The unit that registered a person counts them, and cannot leave them out (R16)."""

    code = "counts-here"

    def __init__(self, unit: str) -> None:
        super().__init__(
            f"此人由单位 {unit} 登记并计数，不能从该单位名册中移除；误登记的请删除资料。"
            f" Unit {unit} registered this person and counts them, so they stay on its list;"
            " someone registered in error is erased instead.",
        )


class UnknownCohort(Refusal):
    """A cohort that nobody has agreed on (R20)."""

    code = "unknown-cohort"
    status = 422

    def __init__(self, cohorts: Sequence[str], known: Sequence[str]) -> None:
        shown = "、".join(cohort[:40] for cohort in cohorts)
        super().__init__(
            f"没有人群“{shown}”，请用：{'、'.join(known)}。"
            f" “{shown}” is no known cohort; use one of {', '.join(known)}.",
            known=list(known),
        )
