"""Dates: days, weeks and instants as an office writes them, in the language that is spoken.

    day_text(date(2024, 4, 24))        # 4月24日（周三）
    str(Week("2024-W17"))              # 第17周（4月22日—28日）

Pure: a domain may say its days through it.
"""

from __future__ import annotations

from calendar import day_abbr, month_name
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from shared.kit.language import t

WEEKDAYS = "一二三四五六日"


def _date_of(value: str | date) -> date:
    return date.fromisoformat(value[:10]) if isinstance(value, str) else value


def day_text(value: str | date | None) -> str:
    """A day of the campaign: 4月24日（周三）."""
    if not value:
        return "—"
    day = _date_of(value)
    return t(
        "{month}月{day}日（周{weekday}）",
        "{english} {day} {named}",
        month=day.month,
        day=day.day,
        weekday=WEEKDAYS[day.weekday()],
        english=day_abbr[day.weekday()],
        named=month_name[day.month],
    )


def weekday_text(day: date) -> str:
    """A day of the week, short: 周三."""
    named = {"weekday": WEEKDAYS[day.weekday()], "english": day_abbr[day.weekday()]}
    return t("周{weekday}", "{english}", **named)


def date_text(value: str | date | None) -> str:
    """A date of any year: 1962年3月5日."""
    if not value:
        return "—"
    day = _date_of(value)
    return t(
        "{year}年{month}月{day}日",
        "{day} {named} {year}",
        year=day.year,
        month=day.month,
        day=day.day,
        named=month_name[day.month],
    )


def days_text(first: date, last: date) -> str:
    """From one day to another: 4月22日—28日; of one day, only that: 4月22日."""
    if first == last:
        values = {"month": first.month, "day": first.day, "named": month_name[first.month]}
        return t("{month}月{day}日", "{day} {named}", **values)
    alike = first.month == last.month
    values = {"a": first.day, "b": last.day, "m": first.month, "n": last.month}
    values |= {"am": month_name[first.month], "bm": month_name[last.month]}
    if alike:
        return t("{m}月{a}日—{b}日", "{a}–{b} {am}", **values)
    return t("{m}月{a}日—{n}月{b}日", "{a} {am} – {b} {bm}", **values)


def week_text(value: str) -> str:
    """A week by its ISO name, as an office writes it: 第17周（4月22日—28日）."""
    first = date.fromisocalendar(int(value[:4]), int(value[-2:]), 1)
    days = days_text(first, first + timedelta(days=6))
    return t("第{week}周（{days}）", "week {week} ({days})", week=int(value[-2:]), days=days)


def moment_text(value: str | datetime) -> str:
    """An instant to the minute, in the offset it carries: 4月24日 10:31."""
    instant = datetime.fromisoformat(value) if isinstance(value, str) else value
    return t(
        "{month}月{day}日 {time}",
        "{day} {named} {time}",
        month=instant.month,
        day=instant.day,
        named=month_name[instant.month],
        time=instant.strftime("%H:%M"),
    )


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
