"""Pages: the templates of a part's rooms over the town's common frame."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Protocol

from jinja2 import Environment, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from shared.kit.dates import day_text
from shared.kit.language import t
from shared.kit.web import pages
from shared.town import request_context
from shared.town.mirrors.findings import NO_END
from shared.town.terms import GROUPS
from shared.town.terms.rules import RULES

FRAME = Path(__file__).parent / "templates"


class Named(Protocol):
    """What has a name in each language."""

    @property
    def name_zh(self) -> str:
        """In Chinese."""
        ...

    @property
    def name_en(self) -> str:
        """In English."""
        ...


def form_key() -> Markup:
    """What every form carries: its idempotency key, and the mark of the session it belongs to.

    Pressing the button twice does it once; a page of somebody else cannot send it at all.
    """
    asked = request_context.current()
    hidden = Markup('<input type="hidden" name="{}" value="{}">')
    return hidden.format("_key", uuid.uuid4()) + hidden.format("_mark", asked.mark if asked else "")


@pass_context
def unix_text(page: Context, value: float) -> str:
    """A Unix time to the minute, in the town's zone, as all other times of the page."""
    return pages.moment_text(datetime.fromtimestamp(value, page["campaign"].zone))


def term_of(code: str | None, group: str) -> str:
    """What a code of a group of terms is called; an unknown one is shown as it is, none as —."""
    term = GROUPS[group].get(code or "")
    return str(term) if term else code or "—"


def status_of(code: str, group: str) -> Markup:
    """What a code of a group of terms is called, as a label in the colour of its kind."""
    return Markup('<span class="status {}">{}</span>').format(
        GROUPS[group][code].kind, term_of(code, group)
    )


def named(thing: Named) -> str:
    """What a unit, a site, a product or the campaign is called."""
    return t(thing.name_zh, thing.name_en)


def rule(code: str) -> Markup:
    """A link from a figure to how it is counted: to its place on the help page."""
    link = Markup('<a class="rule" href="/help#rule-{}" aria-label="{}">{}</a>')
    named = t("怎么算：{name}", "How counted: {name}", name=RULES[code].name)
    return link.format(code, named, t("怎么算", "How counted"))


def hint(field: str, text: str) -> Markup:
    """A line under a field that says what is not obvious; the field is described by `<id>-hint`."""
    return Markup('<small class="hint" id="{}-hint">{}</small>').format(field, text)


def deferral(row: Mapping[str, Any]) -> str:
    """Say until when somebody is deferred."""
    if row["until"] == NO_END:
        return t("由筛查医生结束", "until one who screens ends it")
    return t("到{day}再筛查", "screened again on {day}", day=day_text(row["until"]))


def words_of(group: str, *codes: str) -> str:
    """What some codes of a group of terms are called, as JSON for a script of the page."""
    return json.dumps({code: term_of(code, group) for code in codes}, ensure_ascii=False)


@cache
def environment(folders: tuple[Path, ...]) -> Environment:
    """Return the template environment of one part."""
    jinja = pages.environment((*folders, FRAME))
    words: dict[str, Any] = jinja.globals
    words.update(form_key=form_key, terms=GROUPS, words_of=words_of)
    words.update(rule=rule, rules=RULES, hint=hint)
    filters: dict[str, Any] = jinja.filters
    said = {"term": term_of, "status": status_of, "named": named, "deferral": deferral}
    filters.update({name: pages.spoken(say) for name, say in said.items()}, unix=unix_text)
    return jinja


def render(folders: tuple[Path, ...], template: str, values: Mapping[str, Any]) -> str:
    """Render a template of a part."""
    return environment(folders).get_template(template).render(values)
