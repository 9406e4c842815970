"""How somebody stood, and what differs, in the reader's words: the page's side of what programs are told in codes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, cast

from shared.kit.language import listed, t
from shared.kit.web.pages import day_text, week_text
from shared.town.web.pages import term_of
from shared.town.web.telling import Telling, dose_text

Rows = list[tuple[str, list[str]]]
"""What a state consists of: each with what it is called, and one line or several."""

_WEEK = re.compile(r"\d{4}-W\d{2}")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_BOOKED = {
    "booked": "booked",
    "cancelled": "cancelled",
    "did not come": "no_show",
    "checked in": "waiting",
}
_DIFFERENCE = re.compile(
    r"(\w+)(?:\[(\d+)\])?(?:\.(\w+))?: published (.*), replayed (.*)", re.DOTALL
)


def state(found: Mapping[str, object], telling: Telling) -> Rows:
    """Say how a resident or a unit stood."""
    return [
        (term_of(name, "states"), _lines(name, value, telling)) for name, value in found.items()
    ]


def _lines(name: str, value: object, telling: Telling) -> list[str]:
    if value is None or value in ({}, []):
        return ["—"]
    if name == "answer":
        answer, _, detail = str(value).partition(", ")
        said = week_text(detail) if _WEEK.fullmatch(detail) else term_of(detail, "decline_reasons")
        return [f"{term_of(answer, 'answers')} · {said}"]
    if name == "screening":
        finding, _, day = str(value).rpartition(" ")
        finding = finding.removeprefix("clearance ")
        return [f"{term_of(finding, 'findings')} · {day_text(day)}"]
    if name == "appointments":
        booked = cast("dict[str, str]", value)
        return [f"{dose_text(dose)} · {_appointment(text)}" for dose, text in booked.items()]
    if name == "doses":
        given = cast("list[dict[str, object]]", value)
        return [" · ".join(telling.value(*each) for each in one.items()) for one in given]
    if name == "erased":
        return [listed(term_of(each, "key_classes") for each in str(value).split(", "))]
    if name == "linked":
        number = str(value).count(", ") + 1
        return [t("{n} 条登记", "{n} records", n=number)]
    return [telling.value(name, value)]


def _appointment(text: str) -> str:
    day, _, rest = text.partition(" ")
    if not _DAY.fullmatch(day):
        return term_of("DoseAdministered", "events")
    time, _, code = rest.partition(" ")
    given = code.endswith("vaccinated")
    said = (
        term_of("DoseAdministered", "events") if given else term_of(_BOOKED[code], "appointments")
    )
    return f"{day_text(day)} {time} · {said}"


def difference(line: str, telling: Telling) -> str:
    """Say one difference between a report and its replay, of which the audit tells in codes."""
    if (found := _DIFFERENCE.fullmatch(line)) is None:
        return t("另有差异", "a further difference")
    group, number, field, published, replayed = found.groups()
    values: dict[str, object] = {"place": _place(group, number, telling), "what": ""}
    if field is None:
        return t("{place}：行数不同", "{place}: other rows", **values)
    if field in ("day", "site"):
        return t("{place}：日期或接种点不同", "{place}: another day or site", **values)
    values |= {"what": term_of(field, "states"), "published": published, "replayed": replayed}
    return t(
        "{place}{what}：发布 {published}，按记录 {replayed}",
        "{place}, {what}: published {published}, by the records {replayed}",
        **values,
    )


def _place(group: str, number: str | None, telling: Telling) -> str:
    campaign = telling.campaign
    known: Any = {"sites": campaign.sites, "units": campaign.units}.get(group, ())
    if number is not None and int(number) < len(known):
        found = known[int(number)]
        return t(found.name_zh, found.name_en)
    return {
        "town": t("全镇", "The town"),
        "sites": t("各接种点", "Sites"),
        "units": t("各单位", "Units"),
        "days": t("每日数", "Days"),
    }.get(group, t("其他", "Others"))


def chain(said: str) -> str:
    """Say where the chain of the ledger, or its last checkpoint, does not fit."""
    number = said.rpartition(" ")[2]
    if said.startswith("broken"):
        return t("台账从第 {n} 条起对不上", "the ledger does not fit from entry {n} on", n=number)
    return t(
        "台账在第 {n} 条的核对码之前被改动",
        "the ledger was changed before the check code at entry {n}",
        n=number,
    )
