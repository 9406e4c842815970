"""Templates: how values are written on pages, Chinese first, English beside it."""

from __future__ import annotations

from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

TEMPLATES = Path(__file__).parent / "templates"
WEEKDAYS = "一二三四五六日"


def bilingual(zh: str, en: str) -> Markup:
    """Chinese text with its English beside it, smaller."""
    return Markup('{} <span class="en" lang="en">{}</span>').format(zh, en)


def day_text(value: str | date | None) -> str:
    """A day as people read it: 2024-04-02 周二."""
    if not value:
        return "—"
    day = date.fromisoformat(value[:10]) if isinstance(value, str) else value
    return f"{day.isoformat()} 周{WEEKDAYS[day.weekday()]}"


def moment_text(value: str | datetime) -> str:
    """An instant to the minute, in the offset it carries."""
    instant = datetime.fromisoformat(value) if isinstance(value, str) else value
    return instant.strftime("%Y-%m-%d %H:%M")


def percent(part: float, whole: float) -> str:
    """A share as text: 41.5 %."""
    return f"{100 * part / whole:.1f} %" if whole else "—"


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
    words: dict[str, Any] = jinja.globals
    words.update(t=bilingual, bar=bar, percent=percent)
    jinja.filters.update(day=day_text, moment=moment_text)
    return jinja


def render_plain(problem: Any) -> str:
    """Render a problem without the frame of a part, for what reaches none."""
    return environment(()).get_template("plain_problem.html").render(problem=problem)
