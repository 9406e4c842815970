"""Dates: days, weeks and instants as an office writes them, in the language that is spoken.

    day_text(date(2024, 4, 24))        # 4月24日（周三）
    str(Week("2024-W17"))              # 第17周（4月22日—28日）

Pure: a domain may say its days through it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from shared.kit.language import Text, t

WEEKDAYS = (
    Text("周一", "Mon"),
    Text("周二", "Tue"),
    Text("周三", "Wed"),
    Text("周四", "Thu"),
    Text("周五", "Fri"),
    Text("周六", "Sat"),
    Text("周日", "Sun"),
)
MONTHS = (
    Text("1月", "January"),
    Text("2月", "February"),
    Text("3月", "March"),
    Text("4月", "April"),
    Text("5月", "May"),
    Text("6月", "June"),
    Text("7月", "July"),
    Text("8月", "August"),
    Text("9月", "September"),
    Text("10月", "October"),
    Text("11月", "November"),
    Text("12月", "December"),
)


def _date_of(value: str | date) -> date:
    return date.fromisoformat(value[:10]) if isinstance(value, str) else value


def _month(day: date) -> Text:
    return MONTHS[day.month - 1]


def day_text(value: str | date | None) -> str:
    """A day of the campaign: 4月24日（周三）."""
    if not value:
        return "—"
    day = _date_of(value)
    said = {"weekday": WEEKDAYS[day.weekday()], "day": day.day, "month": _month(day)}
    return t("{month}{day}日（{weekday}）", "{weekday} {day} {month}", **said)


def weekday_text(day: date) -> str:
    """A day of the week, short: 周三."""
    return str(WEEKDAYS[day.weekday()])


def date_text(value: str | date | None) -> str:
    """A date of any year: 1962年3月5日."""
    if not value:
        return "—"
    day = _date_of(value)
    said = {"year": day.year, "day": day.day, "month": _month(day)}
    return t("{year}年{month}{day}日", "{day} {month} {year}", **said)


def days_text(first: date, last: date) -> str:
    """From one day to another: 4月22日—28日; of one day, only that: 4月22日."""
    said = {"a": first.day, "b": last.day, "first": _month(first), "last": _month(last)}
    if first == last:
        return t("{first}{a}日", "{a} {first}", a=first.day, first=_month(first))
    if first.month == last.month:
        return t("{first}{a}日—{b}日", "{a}–{b} {first}", **said)
    return t("{first}{a}日—{last}{b}日", "{a} {first} – {b} {last}", **said)


def week_text(value: str) -> str:
    """A week by its ISO name, as an office writes it: 第17周（4月22日—28日）."""
    first = date.fromisocalendar(int(value[:4]), int(value[-2:]), 1)
    days = days_text(first, first + timedelta(days=6))
    return t("第{week}周（{days}）", "week {week} ({days})", week=int(value[-2:]), days=days)


def moment_text(value: str | datetime) -> str:
    """An instant to the minute, in the offset it carries: 4月24日 10:31."""
    instant = datetime.fromisoformat(value) if isinstance(value, str) else value
    said = {"day": instant.day, "month": _month(instant), "time": instant.strftime("%H:%M")}
    return t("{month}{day}日 {time}", "{day} {month} {time}", **said)


@dataclass(frozen=True, slots=True)
class Day:
    """A day that a person is told of in words, a program in ISO 8601."""

    code: str

    def __str__(self) -> str:
        """Say it."""
        return day_text(self.code)


@dataclass(frozen=True, slots=True)
class Week:
    """A week that a person is told of in words, a program by its ISO name."""

    code: str

    def __str__(self) -> str:
        """Say it; what names no week is repeated as it was sent."""
        try:
            return week_text(self.code)
        except ValueError:
            return self.code


@dataclass(frozen=True, slots=True)
class Slot:
    """A time of a day that a person is told of in words, a program in ISO 8601."""

    day: date
    time: str

    @property
    def code(self) -> str:
        """Day and time."""
        return f"{self.day} {self.time}"

    def __str__(self) -> str:
        """Say it."""
        return t("{day}{time}", "{day} {time}", day=day_text(self.day), time=self.time)


def slot_text(row: Mapping[str, Any]) -> str:
    """The slot of a row with `day` (ISO) and `time` (HH:MM): 4月24日（周三）10:00."""
    return str(Slot(_date_of(row["day"]), row["time"]))
