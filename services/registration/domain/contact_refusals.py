"""Why a contact with a resident is not recorded, or not undone."""

from __future__ import annotations

from datetime import date

from services.registration.domain.refusals import Refusal

FIELDS = {
    "wished_week": ("希望接种周", "the wished week"),
    "wished_site": ("希望接种点", "the wished site"),
    "reason": ("原因", "the reason"),
}


class BadContact(Refusal):
    """What was said does not go with the outcome."""

    code = "bad-contact"
    status = 422

    def __init__(self, field: str, outcome: str, *, missing: bool) -> None:
        zh, en = FIELDS[field]
        do_zh, do_en = ("请补上", "add it") if missing else ("请去掉", "leave it out")
        super().__init__(
            f"联系结果 {outcome}：{'缺少' if missing else '不应有'}{zh}（{field}），{do_zh}。"
            f" With the outcome {outcome}, {en} ({field}) is {'missing' if missing else 'wrong'}:"
            f" {do_en}.",
            field=field,
        )


class BadNextDay(Refusal):
    """The day to try again is over, or after the campaign."""

    code = "bad-next-day"
    status = 422

    def __init__(self, day: date, first: date, last: date) -> None:
        super().__init__(
            f"下次联系日 {day} 不行，请选 {first} 至 {last} 之间的一天。"
            f" The next day {day} will not do; choose one from {first} to {last}."
        )


class UnknownContact(Refusal):
    """The resident has no such contact."""

    code = "unknown-contact"
    status = 404

    def __init__(self) -> None:
        super().__init__(
            "此人没有这条联系记录。请在居民页面查看经过。"
            " This person has no such contact; look at the history on the resident's page."
        )


class ContactKnown(Refusal):
    """Another contact was recorded under the same id."""

    code = "contact-known"

    def __init__(self) -> None:
        super().__init__(
            "这个联系编号已用于另一条记录。请用新编号重新登记。"
            " This id already stands for a different contact; record it under a new one."
        )


class NotLatestContact(Refusal):
    """Only the latest contact can be undone."""

    code = "not-latest-contact"

    def __init__(self) -> None:
        super().__init__(
            "之后又联系过此人，只能撤销最近一次。请先撤销后面的，或登记新的联系结果。"
            " This person was contacted again since; only the latest contact can be undone. Undo the"
            " later ones first, or record a new one."
        )


class NotYoursToUndo(Refusal):
    """Whoever recorded a contact undoes it the same day; afterwards the unit's chief does."""

    code = "not-yours-to-undo"
    status = 403

    def __init__(self, by: str, day: str) -> None:
        super().__init__(
            f"这条记录由 {by} 于 {day} 登记，只能由本人当天撤销，或由单位负责人撤销。"
            f" {by} recorded this on {day}: they may undo it on that day, later the unit's chief may."
        )


class VaccinatedSince(Refusal):
    """A dose was given on the strength of the consent: it is no mis-tap any more."""

    code = "vaccinated-since"

    def __init__(self) -> None:
        super().__init__(
            "此人已按这次同意接种，不能再撤销。本人不愿接种第二剂的，请登记新的联系结果。"
            " A dose was given after this consent, so it cannot be undone. If the person does not want"
            " the second dose, record a new contact."
        )
