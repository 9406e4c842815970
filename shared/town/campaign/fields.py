"""What each key of a campaign file may hold: one small parser per kind of value."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from math import inf
from typing import cast
from zoneinfo import ZoneInfo

from shared.town.campaign.plan import Opening

Parser = Callable[[object], object]
"""Turns the value of a TOML key into the plan's value, or raises NotAllowed."""

KINDS = ("village", "community", "neighbourhood", "sector")
SECTORS = ("market", "building", "school", "enterprise", "office")
COURSE_DOSES = 2

_CODE = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,31}")
_COHORT = re.compile(r"[a-z][a-z0-9_-]{0,31}")
_OPENING = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])-([01][0-9]|2[0-3]):([0-5][0-9])")


class NotAllowed(Exception):
    """A value that a key may not hold; ``allowed`` says what it may."""

    def __init__(self, allowed: str) -> None:
        super().__init__(allowed)
        self.allowed = allowed


@dataclass(frozen=True, slots=True)
class Table:
    """The keys of one kind of table; ``optional`` ones may be left out."""

    fields: Mapping[str, Parser]
    optional: frozenset[str] = frozenset()


def _text(value: object) -> str:
    if isinstance(value, str) and value.strip():
        return value.strip()
    raise NotAllowed("a text in quotes, not empty")


def _code(value: object) -> str:
    if isinstance(value, str) and _CODE.fullmatch(value):
        return value
    raise NotAllowed("a letter, then letters, digits and hyphens, at most 32 in all, in quotes")


def _whole(least: int, most: int | None = None) -> Parser:
    allowed = f"a whole number, {least} " + ("or more" if most is None else f"to {most}")
    limit = inf if most is None else most

    def parse(value: object) -> int:
        if isinstance(value, int) and not isinstance(value, bool) and least <= value <= limit:
            return value
        raise NotAllowed(allowed)

    return parse


def _share(value: object) -> float:
    if isinstance(value, (int, float)) and not isinstance(value, bool) and 0 < value <= 1:
        return float(value)
    raise NotAllowed("a number above 0 and up to 1, as 0.40 for 40 %")


def _day(value: object) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    raise NotAllowed("a date without quotes and time, as 2024-03-25")


def _zone(value: object) -> str:
    if isinstance(value, str) and value:
        try:
            return ZoneInfo(value).key
        except (OSError, ValueError, LookupError):
            pass
    raise NotAllowed('an IANA time zone, as "Asia/Shanghai"')


def _kind(value: object) -> str:
    if value in KINDS:
        return value
    raise NotAllowed("one of " + ", ".join(KINDS))


def _sector(value: object) -> str:
    if value in SECTORS:
        return value
    raise NotAllowed("one of " + ", ".join(SECTORS))


def _cohort(value: object) -> str:
    if isinstance(value, str) and _COHORT.fullmatch(value):
        return value
    raise NotAllowed("small letters and underscores, as merchant or party_member, in quotes")


def _two_doses(value: object) -> int:
    if value == COURSE_DOSES and isinstance(value, int):
        return value
    raise NotAllowed("2: a course is two doses (R04)")


def _hours(value: object) -> tuple[Opening, ...]:
    wrong = NotAllowed('a list of "HH:MM-HH:MM", each ending after it begins, in order, apart')
    if not isinstance(value, list) or not value:
        raise wrong
    openings: list[Opening] = []
    for entry in cast("list[object]", value):
        match = _OPENING.fullmatch(entry) if isinstance(entry, str) else None
        if match is None:
            raise wrong
        opening = Opening(time(int(match[1]), int(match[2])), time(int(match[3]), int(match[4])))
        overlaps = bool(openings) and opening.opens < openings[-1].closes
        if opening.closes <= opening.opens or overlaps:
            raise wrong
        openings.append(opening)
    return tuple(openings)


TOP = Table(
    {
        "name_zh": _text,
        "name_en": _text,
        "town_zh": _text,
        "town_en": _text,
        "timezone": _zone,
        "start": _day,
        "end": _day,
        "first_dose_cutoff": _day,
        "interval_days": _whole(1),
        "population": _whole(1),
        "coverage_target": _share,
        "head_count_target": _whole(1),
        "min_age": _whole(0, 150),
        "max_age": _whole(0, 150),
        "slot_minutes": _whole(1, 24 * 60),
        "clearance_days": _whole(1),
        "observation_minutes": _whole(1, 24 * 60),
        "retain_until": _day,
    }
)

ARRAYS: Mapping[str, Table] = {
    "products": Table(
        {
            "code": _code,
            "name_zh": _text,
            "name_en": _text,
            "min_interval_days": _whole(1),
            "doses": _two_doses,
        }
    ),
    "sites": Table(
        {
            "code": _code,
            "name_zh": _text,
            "name_en": _text,
            "daily_floor": _whole(1),
            "slot_capacity": _whole(1),
            "hours": _hours,
        }
    ),
    "units": Table(
        {
            "code": _code,
            "kind": _kind,
            "name_zh": _text,
            "name_en": _text,
            "site": _code,
            "target": _whole(1),
            "cohort": _cohort,
            "sector": _sector,
        },
        optional=frozenset({"cohort", "sector"}),
    ),
}
