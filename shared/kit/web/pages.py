"""Templates: how values are written on pages, in the language of whoever reads them."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from shared.kit import language
from shared.kit.dates import date_text, day_text, moment_text, slot_text, week_text
from shared.kit.language import t

TEMPLATES = Path(__file__).parent / "templates"


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


def spoken(say: Callable[..., Any]) -> Callable[..., Any]:
    """Return a filter that speaks when a page is rendered.

    Jinja works out a filter of a constant when it reads the template, in the language of whoever
    asked first; one that wants the context it leaves for later.
    """

    @pass_context
    def said(_page: Context, *values: Any) -> Any:
        return say(*values)

    return said


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
    said: dict[str, Callable[..., str]] = {
        "day": day_text,
        "date": date_text,
        "moment": moment_text,
        "slot": slot_text,
        "week": week_text,
        "listed": language.listed,
    }
    filters.update({name: spoken(say) for name, say in said.items()})
    return jinja


def render_plain(problem: Any) -> str:
    """Render a problem without the frame of a part, for what reaches none."""
    return environment(()).get_template("plain_problem.html").render(problem=problem)
