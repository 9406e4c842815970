"""What a rehearsal came to: figures asked from all parts, checked against each other."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from deploy.parts import SHARDED
from deploy.rehearsal.agreement import DOSES, Answers, disagreements
from deploy.rehearsal.api import Api
from deploy.rehearsal.invariants import Rules, read_ledger
from deploy.rehearsal.mistakes import Mistakes
from deploy.rehearsal.person import Town
from deploy.rehearsal.wording import refusal_words
from shared.kit.language import t
from shared.town.campaign import Campaign
from shared.town.deployment import source_of

LEDGER_PAGE = 1000
Doses = dict[str, int]


@dataclass(slots=True)
class Outcome:
    """Figures of a rehearsal, in an order that is the same in every run with the same seed.

    Doses are {"first": n, "second": n}. `problems` names everything that does not add up.
    """

    people: dict[str, int]
    doses: Doses
    by_site: dict[str, Doses]
    by_unit: dict[str, Doses]
    by_day: dict[str, dict[str, Doses]]
    by_week: dict[str, Doses]
    floors: dict[str, dict[str, int]]
    refusals: dict[str, int]
    repeated: int
    events: dict[str, int]
    checks: dict[str, bool]
    problems: list[str] = field(default_factory=list[str])

    def as_json(self) -> dict[str, Any]:
        """Return the outcome as a JSON object without anything that depends on timing."""
        return asdict(self)


def collect(api: Api, town: Town, counted: dict[str, int]) -> Outcome:
    """Ask every part, cross-check what they say, and check the rules from the ledger."""
    answers = ask(api, counted)
    outcome = _figures(api.deployment.campaign, answers)
    outcome.people = {"rostered": len(town.residents)} | outcome.people
    outcome.repeated = api.repeated
    judge(outcome, answers, town)
    return outcome


def ask(api: Api, counted: dict[str, int]) -> Answers:
    """Let everything arrive and ask every part for what it knows."""
    campaign, heads = api.deployment.campaign, api.settle()
    sources = {site.code: source_of(SHARDED, site.code) for site in campaign.sites}
    weeks = [row["week"] for row in api.get("reporting", "/api/weeks")["weeks"] if row["closed"]]
    days = {"from": str(campaign.start), "to": str(campaign.end)}
    return Answers(
        progress=api.get("reporting", "/api/progress"),
        units={unit["unit"]: unit for unit in api.get("registration", "/api/units")["units"]},
        audit=api.compute("supervision", "/api/audit"),
        reports={week: api.get("reporting", f"/api/weeks/{week}") for week in weeks},
        replays={week: api.compute("supervision", "/api/replay", week=week) for week in weeks},
        stock={site: api.get(at, "/api/batches")["batches"] for site, at in sources.items()},
        sessions={
            site: api.get(at, "/api/sessions", **days)["sessions"] for site, at in sources.items()
        },
        heads=heads,
        ledger=read_ledger(_ledger(api), Rules.of(campaign)),
        counted=counted,
        refusals=dict(sorted(api.refusals.items())),
    )


def judge(outcome: Outcome, answers: Answers, town: Town) -> None:
    """Enter what was checked, and everything that does not add up."""
    agreement, rules, audit = disagreements(answers, town), answers.ledger.broken, answers.audit
    missed = [code for code in _expected(town) if not outcome.refusals.get(code)]
    outcome.checks = {
        "services_agree": not agreement,
        "rules_hold": not rules,
        "ledger_verifies": audit["chain"] == "ok" and not any(s["gaps"] for s in audit["sources"]),
        "reports_replay": bool(audit["weeks"]) and all(week["agrees"] for week in audit["weeks"]),
        "mistakes_refused": not missed and outcome.repeated == Mistakes.REPEATED,
    }
    outcome.problems = [
        *agreement,
        *rules,
        *(
            t("没有人被拒绝：{why}", "nobody was refused: {why}", why=refusal_words(code))
            for code in missed
        ),
    ]
    if outcome.repeated != Mistakes.REPEATED:
        outcome.problems.append(
            t("重发的命令没有被认出", "a command sent twice was not recognised")
        )


def _figures(campaign: Campaign, answers: Answers) -> Outcome:
    progress, units = answers.progress, answers.units.values()
    figures = progress["figures"]
    by_day: dict[str, dict[str, Doses]] = {}
    for row in progress["days"]:
        by_day.setdefault(row["day"], {})[row["site"]] = _doses(row)
    return Outcome(
        people={
            "registered": sum(unit["registered"] for unit in units),
            "consented": sum(unit["consented"] for unit in units),
            "declined": sum(unit["declined"] for unit in units),
            "contraindicated": progress["screening"].get("contraindicated", 0),
            "completed": figures["town"]["second"],
            **answers.counted,
        },
        doses=_doses(figures["town"]),
        by_site={row["site"]: _doses(row) for row in figures["sites"]},
        by_unit={row["unit"]: _doses(row) for row in figures["units"]},
        by_day=by_day,
        by_week={
            week: {key: sum(row[key] for row in report["figures"]["days"]) for key in DOSES}
            for week, report in answers.reports.items()
        },
        floors=_floors(campaign, by_day),
        refusals=answers.refusals,
        repeated=0,
        events=dict(sorted(answers.heads.items())),
        checks={},
    )


def _expected(town: Town) -> list[str]:
    young = any(person.outcome == "too_young" for person in town.residents)
    return [code for code in Mistakes.EXPECTED if code != "under-age" or young]


def _doses(row: dict[str, Any]) -> Doses:
    return {"first": row["first"], "second": row["second"]}


def _floors(campaign: Campaign, by_day: dict[str, dict[str, Doses]]) -> dict[str, dict[str, int]]:
    """Days on which each site vaccinated, and on how many it reached its floor (R03)."""
    floors: dict[str, dict[str, int]] = {}
    for site in campaign.sites:
        given = [sum(sites[site.code].values()) for sites in by_day.values() if site.code in sites]
        reached = sum(doses >= site.daily_floor for doses in given)
        floors[site.code] = {"floor": site.daily_floor, "days": len(given), "reached": reached}
    return floors


def _ledger(api: Api) -> Any:
    after = 0
    while True:
        page = api.get("supervision", "/api/ledger", after=after, limit=LEDGER_PAGE)["entries"]
        if not page:
            return
        yield from page
        after = page[-1]["entry"]
