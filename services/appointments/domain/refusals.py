"""Why a site says no; each message says what, where, and what to do."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar


class Refusal(Exception):
    """A command that a rule forbids; `code` is for programs, the text for people."""

    code: ClassVar[str] = "refused"
    status: ClassVar[int] = 409

    def __init__(self, message: str, **details: Any) -> None:
        super().__init__(message)
        self.details = details


class NotRegisteredHere(Refusal):
    """The resident's unit is not docked to this site (R15)."""

    code, status = "not-registered-here", 404

    def __init__(self) -> None:
        super().__init__(
            "本接种点没有这个人。请核对编号，或到其单位对接的接种点办理。"
            " This site does not have this person; check the id, or go to the site of their unit."
        )


class CourseElsewhere(Refusal):
    """Another record of the same person has had a dose at another site: the course is there."""

    code = "course-elsewhere"

    def __init__(self, site: str) -> None:
        super().__init__(
            f"此人的另一条登记已在接种点 {site} 接种，第二剂也在那里预约和接种。"
            f" Another record of this person has had a dose at site {site}; the course goes on"
            " there.",
            site=site,
        )


class DockedElsewhere(Refusal):
    """The unit's people go to another site on those days; courses begin there (R15)."""

    code, status = "docked-elsewhere", 422

    def __init__(self, first: date, last: date) -> None:
        super().__init__(
            f"{first} 至 {last} 期间，此人所在单位对接其他接种点，第一剂请到那里预约。"
            f" From {first} to {last} this person's unit goes to another site;"
            " book the first dose there.",
        )


class Erased(Refusal):
    """Who this is has been forgotten; nothing new begins for an erased person."""

    code = "erased"

    def __init__(self) -> None:
        super().__init__(
            "此人的资料已删除，不能预约。本人愿意重新参加的，请先由所在单位重新导入名册。"
            " This person's data are erased, nothing can be booked; someone who wants to take part"
            " again is first put on the unit's roster again."
        )


class NoConsent(Refusal):
    """Nobody is booked without having agreed."""

    code = "no-consent"

    def __init__(self, declined: bool) -> None:
        zh, en = (
            ("已谢绝接种", "has declined")
            if declined
            else ("还没有登记同意", "has not consented yet")
        )
        super().__init__(
            f"本人{zh}，请先由所在单位登记同意。 The resident {en}; the unit records consent first."
        )


class Contraindicated(Refusal):
    """Screening found that this vaccine is not for this resident (R10, R11, R13)."""

    code = "contraindicated"

    def __init__(self, reasons: str) -> None:
        super().__init__(
            f"筛查发现接种禁忌（{reasons}），不能接种。"
            f" Contraindicated ({reasons}); no dose may be given.",
            reasons=reasons.split(","),
        )


class Deferred(Refusal):
    """Screening says not before a day (R09, R12)."""

    code = "deferred"

    def __init__(self, until: str) -> None:
        super().__init__(
            f"暂缓接种，请预约 {until} 或以后。 Deferred; book for {until} or later.", until=until
        )


class UnderAge(Refusal):
    """R07: never under the youngest age, on the day of the dose."""

    code, status = "under-age", 422

    def __init__(self, day: date, age: int, youngest: int) -> None:
        super().__init__(
            f"{day} 时 {age} 岁，未满 {youngest} 岁不能接种。"
            f" Aged {age} on {day}; nobody under {youngest} is vaccinated."
        )


class AfterCutoff(Refusal):
    """R05: first doses end early enough for the second."""

    code, status = "after-cutoff", 422

    def __init__(self, day: date, cutoff: date) -> None:
        super().__init__(
            f"第一剂最晚 {cutoff}，{day} 已过期限；如需例外，请由授权人员填写理由。"
            f" First doses end on {cutoff}, {day} is later;"
            " an authorised person may give a reason.",
            cutoff=cutoff.isoformat(),
        )


class AfterCampaign(Refusal):
    """The campaign is over on that day."""

    code, status = "after-campaign", 422

    def __init__(self, day: date, end: date) -> None:
        super().__init__(
            f"接种到 {end} 结束，{day} 已过。 The campaign ends on {end}; {day} is later."
        )


class TooEarly(Refusal):
    """R04: the interval between two doses."""

    code, status = "too-early", 422

    def __init__(self, day: date, earliest: date) -> None:
        super().__init__(
            f"第二剂最早 {earliest}，{day} 太早。"
            f" The second dose is due from {earliest}; {day} is too early.",
            earliest=earliest.isoformat(),
        )


class SiteNotOpen(Refusal):
    """R06: a site opens with its first batch."""

    code = "site-not-open"

    def __init__(self) -> None:
        super().__init__(
            "疫苗还没有到本接种点，暂不能预约。请先登记到货批次。"
            " No vaccine has reached this site yet; record its first batch."
        )


class NoFreeSlot(Refusal):
    """All places are taken; says which are free next."""

    code = "no-free-slot"

    def __init__(self, next_free: list[dict[str, Any]]) -> None:
        super().__init__(
            "没有空位了，请从最近的空位中选择。"
            " No place is free there; choose one of the next free slots.",
            next_free=next_free,
        )


class NoSuchSlot(Refusal):
    """There is no session, or no slot, at that time."""

    code, status = "no-such-slot", 422

    def __init__(self, day: date, time: str | None = None) -> None:
        where = f"{day} {time or ''}".strip()
        super().__init__(
            f"{where} 没有接种场次，请另选。 There is no session at {where}; choose another."
        )


class DayOver(Refusal):
    """What is past by the clock of the site cannot be booked."""

    code, status = "day-over", 422

    def __init__(self, day: date, time: str | None = None) -> None:
        when = f"{day} {time or ''}".strip()
        super().__init__(f"{when} 已经过去，请另选时间。 {when} is over; choose another time.")


class OutsideCampaign(Refusal):
    """Sessions are held while the campaign runs (R01)."""

    code, status = "outside-campaign", 422

    def __init__(self, start: date, end: date) -> None:
        super().__init__(
            f"场次只能开在 {start} 到 {end} 之间，并且先填开始日期、后填结束日期。"
            f" Sessions are held from {start} to {end}; give the first day before the last."
        )


class DayNotOver(Refusal):
    """Whoever is expected later may still come."""

    code, status = "day-to-come", 422

    def __init__(self, day: date) -> None:
        super().__init__(
            f"{day} 还没到，不能登记未到。 {day} is still to come; nobody has missed it yet."
        )


class CourseComplete(Refusal):
    """Both doses are given."""

    code = "course-complete"

    def __init__(self) -> None:
        super().__init__("两剂都已接种。 Both doses have been given.")


class NoAppointment(Refusal):
    """There is nothing booked that the command could act on."""

    code = "no-appointment"

    def __init__(self, day: date | None = None) -> None:
        when = f"{day} " if day else ""
        super().__init__(f"{when}没有预约，请先预约。 No appointment {when}; book one first.")


class NotCheckedIn(Refusal):
    """A dose is given to somebody who is here (R23)."""

    code = "not-checked-in"

    def __init__(self) -> None:
        super().__init__("还没有签到，请先签到。 Not checked in yet; check in first.")


class NotClearedToday(Refusal):
    """Everybody is screened before every dose (R09)."""

    code = "not-cleared-today"

    def __init__(self) -> None:
        super().__init__(
            "今天还没有通过健康筛查，请先筛查。 Not cleared by screening today; screen first."
        )


class NothingToObserve(Refusal):
    """Nobody is in observation who has had no dose."""

    code = "nothing-to-observe"

    def __init__(self) -> None:
        super().__init__(
            "还没有接种，没有留观。 No dose has been given; there is nothing to observe."
        )


class UnknownBatch(Refusal):
    """The site has not received such a batch."""

    code, status = "unknown-batch", 404

    def __init__(self, batch: str) -> None:
        super().__init__(f"本接种点没有批号 {batch}。 This site has no batch {batch}.")


class BatchDiffers(Refusal):
    """The same batch number arrives with another product or expiry."""

    code = "batch-differs"

    def __init__(self, batch: str) -> None:
        super().__init__(
            f"批号 {batch} 已登记，但疫苗或有效期不同，请核对。"
            f" Batch {batch} is known with another product, number of doses or expiry; check it."
        )


class BatchExpired(Refusal):
    """The last day of a batch is over."""

    code, status = "batch-expired", 422

    def __init__(self, batch: str, expiry: date) -> None:
        super().__init__(
            f"批号 {batch} 已于 {expiry} 过期，请换批次。"
            f" Batch {batch} expired on {expiry}; take another."
        )


class BatchRecalled(Refusal):
    """A recalled batch stays where it is."""

    code, status = "batch-recalled", 422

    def __init__(self, batch: str) -> None:
        super().__init__(
            f"批号 {batch} 已召回，不能使用。 Batch {batch} is recalled; take another."
        )


class BatchEmpty(Refusal):
    """Nothing is left of a batch."""

    code = "batch-empty"

    def __init__(self, batch: str, left: int) -> None:
        super().__init__(f"批号 {batch} 只剩 {left} 剂。 Batch {batch} has {left} doses left.")


class ProductMismatch(Refusal):
    """Both doses of a course are of one product."""

    code, status = "product-mismatch", 422

    def __init__(self, wanted: str, given: str) -> None:
        super().__init__(
            f"应接种 {wanted}，所选批次是 {given}。 {wanted} is due, the batch chosen is {given}.",
            product=wanted,
        )
