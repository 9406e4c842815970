"""What a rehearsal came to: figures asked from all parts, checked against each other."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any

from deploy.rehearsal.api import Api
from deploy.rehearsal.invariants import Rules, broken_rules
from deploy.rehearsal.mistakes import Mistakes
from deploy.rehearsal.person import Town
from shared.campaign import Campaign
from shared.deployment import SHARDED, source_of

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
    campaign = api.deployment.campaign
    events = api.settle()
    progress = api.get("reporting", "/api/progress")
    figures = progress["figures"]
    units = {u["unit"]: u for u in api.get("registration", "/api/units")["units"]}
    by_day: dict[str, dict[str, Doses]] = {}
    for row in progress["days"]:
        by_day.setdefault(row["day"], {})[row["site"]] = _doses(row)
    audit = api.get("supervision", "/api/audit")
    weeks = [row["week"] for row in api.get("reporting", "/api/weeks")["weeks"] if row["closed"]]
    reports = {week: api.get("reporting", f"/api/weeks/{week}") for week in weeks}
    replays = {week: api.get("supervision", "/api/replay", week=week) for week in weeks}
    outcome = Outcome(
        people={
            "rostered": len(town.residents),
            "registered": sum(unit["registered"] for unit in units.values()),
            "consented": sum(unit["consented"] for unit in units.values()),
            "declined": sum(unit["declined"] for unit in units.values()),
            "contraindicated": progress["screening"].get("contraindicated", 0),
            "completed": figures["town"]["second"],
            **counted,
        },
        doses=_doses(figures["town"]),
        by_site={row["site"]: _doses(row) for row in figures["sites"]},
        by_unit={row["unit"]: _doses(row) for row in figures["units"]},
        by_day=by_day,
        by_week={
            week: {
                key: sum(row[key] for row in report["figures"]["days"])
                for key in ("first", "second")
            }
            for week, report in reports.items()
        },
        floors=_floors(campaign, by_day),
        refusals=dict(sorted(api.refusals.items())),
        repeated=api.repeated,
        events=dict(sorted(events.items())),
        checks={},
    )
    agreement = _disagreements(api, outcome, units, figures, reports, replays)
    agreement += _of_audit(audit, events, weeks)
    agreement += _of_town(outcome, town)
    rules = broken_rules(_ledger(api), Rules.of(campaign))
    outcome.checks = {
        "services_agree": not agreement,
        "rules_hold": not rules,
        "ledger_verifies": audit["chain"] == "ok" and not any(s["gaps"] for s in audit["sources"]),
        "reports_replay": bool(audit["weeks"]) and all(week["agrees"] for week in audit["weeks"]),
        "mistakes_refused": all(outcome.refusals.get(code) for code in _expected(town)),
    }
    missed = [code for code in _expected(town) if not outcome.refusals.get(code)]
    outcome.problems = agreement + rules + [f"nobody was refused with {code}" for code in missed]
    return outcome


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


def _disagreements(
    api: Api,
    outcome: Outcome,
    units: dict[str, Any],
    figures: dict[str, Any],
    reports: dict[str, Any],
    replays: dict[str, Any],
) -> list[str]:
    """Every number that two services know has to be the same in both."""
    found: list[str] = []

    def same(what: str, one: Any, other: Any) -> None:
        if one != other:
            found.append(f"{what}: {one} is not {other}")

    for row in figures["units"]:
        for key in ("registered", "consented", "declined", "first", "second"):
            what = f"unit {row['unit']} {key}, reporting and registration"
            same(what, row[key], units[row["unit"]][key])
    for site, doses in outcome.by_site.items():
        source = source_of(SHARDED, site)
        used = sum(batch["used"] for batch in api.get(source, "/api/batches")["batches"])
        same(f"doses at {site}, reporting and the site's stock", sum(doses.values()), used)
    for week, report in reports.items():
        same(
            f"report of {week}, reporting and supervision",
            report["figures"],
            replays[week]["figures"],
        )
    same("second doses by unit and town", *(_total(outcome.by_unit), outcome.doses["second"]))
    return found


def _total(by_unit: dict[str, Doses]) -> int:
    return sum(doses["second"] for doses in by_unit.values())


def _of_audit(audit: dict[str, Any], heads: dict[str, int], weeks: list[str]) -> list[str]:
    found = [f"the ledger is {audit['chain']}"] if audit["chain"] != "ok" else []
    found += [f"report {w['week']}: {w['differences']}" for w in audit["weeks"] if not w["agrees"]]
    if [week["week"] for week in audit["weeks"]] != weeks:
        found.append("the ledger does not hold every published report")
    held = {source["source"]: source["events"] for source in audit["sources"]}
    for source, head in heads.items():
        if held.get(source, 0) != head:
            found.append(f"ledger holds {held.get(source, 0)} of {head} events of {source}")
    return found


def _of_town(outcome: Outcome, town: Town) -> list[str]:
    """The town's own plan: so many complete, in each unit."""
    found: list[str] = []
    if outcome.people["registered"] != len(town.residents):
        found.append(f"registered {outcome.people['registered']} of {len(town.residents)}")
    wanted = Counter(person.unit for person in town.residents if person.completes)
    for unit, doses in outcome.by_unit.items():
        if doses["second"] != wanted[unit]:
            found.append(f"unit {unit}: {doses['second']} of {wanted[unit]} people completed")
    return found


def _ledger(api: Api) -> Any:
    after = 0
    while True:
        page = api.get("supervision", "/api/ledger", after=after, limit=LEDGER_PAGE)["entries"]
        if not page:
            return
        yield from page
        after = page[-1]["entry"]
