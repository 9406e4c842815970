"""The shape of a campaign file: its keys and tables, and what each may hold (R01)."""

import re
from datetime import date, time
from typing import Any
from zoneinfo import ZoneInfo

from marshmallow import Schema, ValidationError, fields, missing, validate

from shared.kit.language import Text, t
from shared.town.campaign.plan import Opening

KINDS = ("village", "community", "neighbourhood", "sector")
SECTORS = ("market", "building", "school", "enterprise", "office")

FRIDGE = r"[A-Za-z0-9][A-Za-z0-9-]{0,9}"
_OPENING = re.compile(r"([0-9]{2}:[0-9]{2})-([0-9]{2}:[0-9]{2})")
_WRONG = (ValidationError, ValueError, TypeError, LookupError, OSError)


class Value(fields.Field[Any]):
    """A value of the type that TOML gave it; wrong in whichever way, it is told what is allowed."""

    def __init__(self, allowed: Text, *types: type, required: bool = True, **more: Any) -> None:
        super().__init__(required=required, **more)
        self._allowed, self._types = allowed, types

    def deserialize(self, value: Any, attr: Any = None, data: Any = None, **more: Any) -> Any:
        """Return the plan's value. Raises ValidationError with what is allowed."""
        try:
            # Neither is `true` a whole number here, nor a date with a time a date.
            if value is not missing and type(value) not in self._types:
                raise TypeError
            return super().deserialize(value, attr, data, **more)
        except _WRONG as error:
            raise ValidationError(str(self._allowed)) from error


class Tables(fields.Nested):
    """An array of at least one table, as `[[units]]`."""

    def deserialize(self, value: Any, attr: Any = None, data: Any = None, **more: Any) -> Any:
        """Return the tables. Raises ValidationError with what is wrong in which of them."""
        if not isinstance(value, list) or not value:
            raise ValidationError(
                t("至少一个 [[{name}]] 表", "at least one [[{name}]] table", name=self.name)
            )
        return super().deserialize(value, attr, data, **more)


class Keys(Schema):
    """The keys of a table; it may have no others."""

    def __init__(self, **more: Any) -> None:
        super().__init__(**more)
        unknown = Text("没有这个键；有：{known}", "no such key; known: {known}")
        known = ", ".join(sorted(self.fields))
        # Said when it is told: one schema reads all files of a process.
        told: dict[str, Any] = {
            "unknown": unknown.format(known=known),
            "type": Text("一个表", "a table"),
        }
        self.error_messages |= told


def _text() -> Value:
    filled = validate.Regexp(r"\s*\S")
    return Value(
        Text("加引号的文字，不能为空", "a text in quotes, not empty"),
        str,
        validate=filled,
        post_load=str.strip,
    )


def _code() -> Value:
    allowed = Text(
        "以字母开头，只含字母、数字和连字符，最多 32 个，加引号",
        "a letter, then letters, digits and hyphens, at most 32 in all, in quotes",
    )
    return Value(allowed, str, validate=validate.Regexp(r"[A-Za-z][A-Za-z0-9-]{0,31}\Z"))


def _whole(least: int, most: int | None = None, *, required: bool = True) -> Value:
    values = {"least": least, "most": most}
    allowed = Text("整数，{least} 到 {most}", "a whole number, {least} to {most}", values)
    if most is None:
        allowed = Text("整数，至少 {least}", "a whole number, {least} or more", values)
    return Value(allowed, int, validate=validate.Range(least, most), required=required)


def _day() -> Value:
    return Value(
        Text(
            "日期，不加引号，不写时刻，如 2024-03-25",
            "a date without quotes and time, as 2024-03-25",
        ),
        date,
    )


def _one_of(choices: tuple[str, ...], **more: Any) -> Value:
    allowed = Text("其中之一：{choices}", "one of {choices}", {"choices": ", ".join(choices)})
    return Value(allowed, str, validate=validate.OneOf(choices), **more)


def _zone(name: str) -> str:
    return ZoneInfo(name).key


def _share(value: float) -> float:
    if not 0 < value <= 1:
        raise ValueError
    return float(value)


def _hours(entries: list[Any]) -> tuple[Opening, ...]:
    openings: list[Opening] = []
    for entry in entries:
        match = _OPENING.fullmatch(entry)
        if match is None:
            raise ValueError
        opening = Opening(time.fromisoformat(match[1]), time.fromisoformat(match[2]))
        if opening.closes <= opening.opens or (openings and opening.opens < openings[-1].closes):
            raise ValueError
        openings.append(opening)
    return tuple(openings)


def _traces(entries: list[Any]) -> tuple[str, ...]:
    if not all(type(each) is str and re.fullmatch(r"\d{7}", each) for each in entries):
        raise ValueError
    return tuple(entries)


def _fridges(entries: list[Any]) -> tuple[str, ...]:
    known = all(type(each) is str and re.fullmatch(FRIDGE, each) for each in entries)
    if not known or len(set(entries)) != len(entries):
        raise ValueError
    return tuple(entries)


class NamedKeys(Keys):
    """What every table of an array has."""

    code = _code()
    name_zh = _text()
    name_en = _text()


class ProductKeys(NamedKeys):
    """A vaccine product."""

    min_interval_days = _whole(1)
    doses = Value(
        Text("2：全程两剂（R04）", "2: a course is two doses (R04)"),
        int,
        validate=validate.Equal(2),
    )
    doses_per_vial = Value(
        Text("每支剂数：整数，1 到 20", "doses in a vial: a whole number, 1 to 20"),
        int,
        required=False,
        load_default=1,
        validate=validate.Range(1, 20),
    )
    traces = Value(
        Text(
            '追溯码前七位的列表，如 ["8330155"]',
            'a list of the first seven digits of trace codes, as ["8330155"]',
        ),
        list,
        required=False,
        load_default=(),
        post_load=_traces,
    )
    open_vial_hours = _whole(1, 72, required=False)


class SiteKeys(NamedKeys):
    """A site."""

    daily_floor = _whole(1)
    slot_capacity = _whole(1)
    observation_seats = _whole(1, required=False)
    hours = Value(
        Text(
            '若干个 "HH:MM-HH:MM"，每段结束晚于开始，按先后排列，互不重叠',
            'a list of "HH:MM-HH:MM", each ending after it begins, in order, apart',
        ),
        list,
        post_load=_hours,
        validate=validate.Length(1),
    )
    fridges = Value(
        Text(
            '1 到 20 个冰箱编号的列表，各不相同，字母、数字和连字符，如 ["A", "B"]',
            'a list of 1 to 20 different names of refrigerators, letters, digits and hyphens, as ["A", "B"]',
        ),
        list,
        required=False,
        load_default=("1",),
        post_load=_fridges,
        validate=validate.Length(1, 20),
    )


class UnitKeys(NamedKeys):
    """A village, community, neighbourhood or sector."""

    kind = _one_of(KINDS)
    site = _code()
    target = _whole(1)
    cohort = Value(
        Text(
            "小写字母和下划线，如 merchant、party_member，加引号",
            "small letters and underscores, as merchant or party_member, in quotes",
        ),
        str,
        required=False,
        validate=validate.Regexp(r"[a-z][a-z0-9_-]{0,31}\Z"),
    )
    sector = _one_of(SECTORS, required=False)


class AefiKeys(Keys):
    """When reactions are reported up, and what is a cluster of them."""

    urgent_hours = _whole(1, 24, required=False)
    other_hours = _whole(1, 7 * 24, required=False)
    cluster_days = _whole(1, 90, required=False)
    cluster_cases = _whole(2, 100, required=False)
    cluster_cases_mild = _whole(2, 1000, required=False)


class CampaignKeys(Keys):
    """A campaign file."""

    name_zh = _text()
    name_en = _text()
    town_zh = _text()
    town_en = _text()
    timezone = Value(
        Text('IANA 时区，如 "Asia/Shanghai"', 'an IANA time zone, as "Asia/Shanghai"'),
        str,
        post_load=_zone,
    )
    start = _day()
    end = _day()
    first_dose_cutoff = _day()
    interval_days = _whole(1)
    population = _whole(1)
    coverage_target = Value(
        Text(
            "大于 0、不大于 1 的数，如 0.40 即 40%",
            "a number above 0 and up to 1, as 0.40 for 40 %",
        ),
        int,
        float,
        post_load=_share,
    )
    head_count_target = _whole(1)
    min_age = _whole(0, 150)
    max_age = _whole(0, 150)
    slot_minutes = _whole(1, 24 * 60)
    clearance_days = _whole(1)
    observation_minutes = _whole(1, 24 * 60)
    retain_until = _day()
    aefi = fields.Nested(AefiKeys)
    products = Tables(ProductKeys, many=True)
    sites = Tables(SiteKeys, many=True)
    units = Tables(UnitKeys, many=True)
