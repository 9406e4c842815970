"""Telling: an event as a sentence in the reader's language - who did what, to whom, with which values.

telling = Telling(campaign, person=posts.name, source=web.source_name)
telling.sentence("TargetSet", 1, {"unit": "v01", "target": 1756}, actor="v01-chief")
# 东河村主任把东河村的任务数定为1,756人
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, cast

from markupsafe import Markup, escape

from shared.kit.contracts.catalogue import ContractError
from shared.kit.dates import moment_text
from shared.kit.language import CHINESE, current, listed, t
from shared.kit.web.pages import date_text, day_text, percent, week_text
from shared.town.access.roles import OPERATOR, ROLES, TOWN
from shared.town.campaign import Campaign
from shared.town.contracts import catalogue
from shared.town.terms import GROUPS
from shared.town.terms.sentences import SENTENCES

Data = Mapping[str, Any]

# In which groups of terms the codes of a field are looked for, the first that has it counts.
_GROUPS = {
    "answer": ("answers_told",),
    "cause": ("quarantine_causes", "taken_back_causes"),
    "channel": ("contact_channels", "notice_channels"),
    "classes": ("key_classes",),
    "cohort": ("cohorts",),
    "cohorts": ("cohorts",),
    "classified": ("reaction_classes",),
    "kind": ("unit_kinds", "anomalies", "cluster_kinds", "reviewed"),
    "marks": ("marks",),
    "method": ("sign_in_methods",),
    "open": ("closing_points",),
    "outcome": ("contact_outcomes", "reaction_outcomes"),
    "reason": (
        "reasons",
        "site_refusals",
        "skip_reasons",
        "fail_reasons",
        "lock_reasons",
        "end_reasons",
        "waste_reasons",
        "spoilt_syringes",
    ),
    "reasons": ("finding_reasons", "match_reasons"),
    "body_side": ("sides",),
    "posts": ("duty_posts",),
    "severity": ("severities",),
    "sign": ("reaction_signs",),
    "signs": ("reaction_signs",),
    "state": ("ticket_states",),
    "statuses": ("statuses",),
    "tie": ("ties",),
    "undone": ("ticket_states",),
    "viewed": ("fields",),
}
_UNITS = ("unit",)
_SITES = ("site", "from_site", "to_site", "kept_at", "wished_site", "place")
_WEEKS = ("week", "wished_week")
_YEARS = ("expiry", "retained_until", "birth_date")
_PEOPLE = (
    "login",
    "decided_by",
    "cadre",
    "chief",
    "clerk",
    "contact_leader",
    "vaccinator",
    "by",
    "proposed_by",
)
_SHARES = ("score", "coverage_target")
_SOURCES = ("part", "source")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")
SHOWN_OF_ID = 8
"""Signs of a resident's id that tell people apart."""
_BY_ITSELF = ("sign-in", "sign-out", "system", "sender")


@dataclass(frozen=True, slots=True)
class Telling:
    """Says events; `person` names an account by its login, `source` a part by its own name."""

    campaign: Campaign
    person: Callable[[str], str]
    source: Callable[[str], str]

    def actor(self, actor: str) -> str:
        """Name who acted: a person, the system by itself, its operator."""
        if not actor or actor.startswith("policy:") or actor in _BY_ITSELF:
            return t("系统", "the system")
        if actor == "gateway":
            return t("短信网关", "the message gateway")
        if actor == OPERATOR:
            return str(ROLES[OPERATOR])
        return self.person(actor)

    def sentence(
        self, event: str, version: int, data: Data, actor: str, about: str | None = None
    ) -> str:
        """Tell an event as it was stored, in any version; `about`: whose history it stands in."""
        with suppress(ContractError, KeyError, ValueError, TypeError):
            event, newest = catalogue.upcast(event, version, dict(data))
            values = {name: self.value(name, value) for name, value in newest.items()}
            values |= _counted(event, newest)
            values |= {"who": self.actor(actor), "whom": _whom(newest, about)}
            said = str(SENTENCES[event].format(**values))
            return said if current() == CHINESE else said[:1].upper() + said[1:]
        term = GROUPS["events"].get(event)
        return str(term) if term else t("本版本不认识的事件", "An event this version does not know")

    @staticmethod
    def resident(resident: str) -> Markup:
        """Say which resident, to whoever may see no name: 居民 3f2a91bc.

        So much of the id no two people of a town have in common, and a search takes it.
        """
        number = Markup('<span lang="zxx">{}</span>').format(resident[:SHOWN_OF_ID])
        return escape(t("居民 {number}", "resident {number}")).format(number=number)

    def value(self, name: str, value: object) -> str:
        """Say one value of an event by the name of its field."""
        if value is None:
            return _without(name)
        if isinstance(value, list):
            return self._several(name, cast("list[object]", value))
        if isinstance(value, bool):
            return t("是", "yes") if value else t("否", "no")
        if isinstance(value, int | float):
            return self._number(name, value)
        return self._text(name, value) if isinstance(value, str) else str(value)

    def _several(self, name: str, values: list[object]) -> str:
        if name in _GROUPS:
            return listed(self.value(name, each) for each in values) or t("无", "none")
        return f"{len(values):,}"

    def _number(self, name: str, value: float) -> str:
        if name == "dose":
            return dose_text(value)
        return percent(value, 1) if name in _SHARES else f"{value:,}"

    def _text(self, name: str, text: str) -> str:
        if name in _UNITS:
            return self._place(self.campaign.unit, text)
        if name in _SITES:
            return self._place(self.campaign.site, text)
        if name == "product":
            return self._place(self.campaign.product, text)
        if name in _PEOPLE:
            return self.person(text)
        if name in _SOURCES:
            return self.source(text)
        if name == "role":
            return str(ROLES[text]) if text in ROLES else text
        if name == "scope":
            return self.scope(text)
        if name in _WEEKS:
            return week_text(text)
        for group in _GROUPS.get(name, ()):
            if text in GROUPS[group]:
                return str(GROUPS[group][text])
        try:
            day = date.fromisoformat(text)
        except ValueError:
            return moment_text(text) if _MOMENT.match(text) else text
        return date_text(day) if name in _YEARS else day_text(day)

    def does(self, login: str, held: Iterable[tuple[str, str]]) -> str:
        """Name an account by what it is granted; a role at several places without them.

        Where something was done is said beside; the login tells two of one role apart.
        """
        places = defaultdict[str, list[str]](list)
        for role, scope in held:
            places[role].append(scope)
        return listed(
            self.held(role, scopes[0])
            if len(scopes) == 1
            else t("{name}（{login}）", "{name} ({login})", name=self.held(role, TOWN), login=login)
            for role, scopes in places.items()
        )

    def held(self, role: str, scope: str) -> str:
        """Name a role where it is held: 青石村负责人; in the whole town by itself."""
        if role not in ROLES:
            return role
        place = self.scope(scope.replace("list:", "unit:", 1))
        return str(ROLES[role]) if scope == TOWN else ROLES[role].at(place)

    def scope(self, scope: str) -> str:
        """Name the place of a grant: the town, a site, a unit, or one's own list in a unit."""
        kind, _, code = scope.partition(":")
        if kind == "site":
            return self._place(self.campaign.site, code)
        if kind in ("unit", "list"):
            unit = self._place(self.campaign.unit, code)
            own = t("{unit}（仅本人名单）", "{unit}, own list only", unit=unit)
            return own if kind == "list" else unit
        return t("全镇", "the town")

    def _place(self, known: Callable[[str], Any], code: str) -> str:
        try:
            found = known(code)
        except LookupError:
            return code
        return t(found.name_zh, found.name_en)


def telling_of(
    campaign: Campaign, source: Callable[[str], str], names: Callable[[Telling], Mapping[str, str]]
) -> Telling:
    """Return what says events, with people named as `names` names all accounts by their logins.

    It is asked once, when the first is named, and may use what it is given to name places and roles.
    """

    @cache
    def known() -> Mapping[str, str]:
        return names(telling)

    telling = Telling(campaign, lambda login: known().get(login, login), source)
    return telling


def dose_text(dose: object) -> str:
    """Say which dose it is: 第一剂."""
    return t("第一剂", "first dose") if int(str(dose)) == 1 else t("第二剂", "second dose")


def _without(name: str) -> str:
    """Say that a field holds nothing."""
    if name == "wished_site":
        return t("对应接种点", "the unit's site")
    if name == "until":
        return t("有人提出时", "when somebody asks")
    if name == "body_side":
        return t("未记录", "not recorded")
    return t("无", "none")


def _whom(data: Data, about: str | None) -> str:
    resident = data.get("resident")
    if about is None:
        return t("一名居民", "a resident")
    if resident == about:
        return t("此人", "this person")
    return t("另一条登记的本人", "the person of another record")


def _counted(event: str, data: Data) -> dict[str, str]:
    """Figures that an event holds in its depth."""
    if event == "WeeklyProgressPublished":
        return {name: f"{number:,}" for name, number in data["figures"]["town"].items()}
    if event == "WeeklyPlanPublished":
        return {"planned": f"{sum(row['planned'] for row in data['rows']):,}"}
    return {}
