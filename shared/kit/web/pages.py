"""Templates: how values are written on pages, in the language of whoever reads them."""

from __future__ import annotations

from calendar import day_abbr, month_name
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from shared.kit import language
from shared.kit.language import t

TEMPLATES = Path(__file__).parent / "templates"
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
    """From one day to another: 4月22日—28日."""
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


def percent(part: float, whole: float) -> str:
    """A share as text: 41.5%."""
    return f"{100 * part / whole:.1f}%" if whole else "—"


def bar(part: float, whole: float, floor: float | None = None) -> Markup:
    """A progress bar; turns green when the whole (or `floor`) is reached."""
    share = min(100.0, 100 * part / whole) if whole else 0.0
    reached = "reached" if part >= (floor if floor is not None else whole) else ""
    return Markup(
        '<svg class="bar {}" viewBox="0 0 100 6" preserveAspectRatio="none" role="img" '
        'aria-label="{}"><rect class="track" width="100" height="6"/>'
        '<rect class="part" width="{:.2f}" height="6"/></svg>'
    ).format(reached, percent(part, whole), share)


@cache
def environment(folders: tuple[Path, ...]) -> Environment:
    """Return an environment of templates in these folders, the first one found counts."""
    jinja = Environment(
        loader=FileSystemLoader([*folders, TEMPLATES]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    jinja.policies["json.dumps_kwargs"] = {"ensure_ascii": False}
    words: dict[str, Any] = jinja.globals
    words.update(t=t, bar=bar, percent=percent, language=language)
    filters: dict[str, Any] = jinja.filters
    filters.update(day=day_text, date=date_text, moment=moment_text, week=week_text)
    return jinja


def render_plain(problem: Any) -> str:
    """Render a problem without the frame of a part, for what reaches none."""
    return environment(()).get_template("plain_problem.html").render(problem=problem)
