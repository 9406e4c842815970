"""Every number that two parts know has to be the same in both: compared without asking anyone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from deploy.rehearsal.invariants import LedgerReading
from deploy.rehearsal.person import Town

DOSES = ("first", "second")
UNIT_FIGURES = ("registered", "consented", "declined", *DOSES)
Rows = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Answers:
    """What the parts said after the last day, as they said it; `counted` is the rehearsal's own.

    `reports` and `replays` are by week, `stock` and `sessions` by site, `heads` by source.
    """

    progress: dict[str, Any]
    units: dict[str, dict[str, Any]]
    audit: dict[str, Any]
    reports: dict[str, dict[str, Any]]
    replays: dict[str, dict[str, Any]]
    stock: dict[str, Rows]
    sessions: dict[str, Rows]
    heads: dict[str, int]
    ledger: LedgerReading
    counted: dict[str, int]
    refusals: dict[str, int]


def disagreements(answers: Answers, town: Town) -> list[str]:
    """Say every number that differs, and where both come from."""
    return [
        f"{what}: {one} is not {other}"
        for what, one, other in _pairs(answers, town)
        if one != other
    ] + _audit(answers)


def _pairs(answers: Answers, town: Town) -> Iterator[tuple[str, Any, Any]]:
    yield from _units(answers)
    yield from _sites(answers)
    yield from _stock(answers)
    yield from _totals(answers)
    yield from _reports(answers)
    yield from _plan(answers, town)


def _units(answers: Answers) -> Iterator[tuple[str, Any, Any]]:
    """Registration, reporting and the ledger know the same of each unit."""
    reported = {row["unit"]: row for row in answers.progress["figures"]["units"]}
    yield "units, reporting and registration", sorted(reported), sorted(answers.units)
    for unit in sorted(reported.keys() & answers.units.keys()):
        for key in UNIT_FIGURES:
            what = f"unit {unit} {key}, reporting and registration"
            yield what, reported[unit][key], answers.units[unit][key]
        for number, key in enumerate(DOSES, start=1):
            in_ledger = answers.ledger.by_unit[unit, number]
            yield f"unit {unit} {key}, reporting and ledger", reported[unit][key], in_ledger


def _sites(answers: Answers) -> Iterator[tuple[str, Any, Any]]:
    """Reporting, the sites' own stock and slots, and the ledger know the same of each site."""
    ledger = answers.ledger
    for row in answers.progress["figures"]["sites"]:
        site, given = row["site"], row["first"] + row["second"]
        used = sum(batch["used"] for batch in answers.stock[site])
        yield f"doses at {site}, reporting and the site's stock", given, used
        taken = sum(session["taken"] for session in answers.sessions[site])
        held = sum(n for (place, _, _), n in ledger.taken.items() if place == site)
        yield f"places held at {site}, its sessions and ledger", taken, held
    reported = {
        (row["day"], row["site"], number): row[key]
        for row in answers.progress["days"]
        for number, key in enumerate(DOSES, start=1)
        if row[key]
    }
    for day, site, number in sorted(reported.keys() | ledger.by_day.keys()):
        what = f"dose {number} on {day} at {site}, reporting and ledger"
        yield what, reported.get((day, site, number), 0), ledger.by_day[day, site, number]


def _stock(answers: Answers) -> Iterator[tuple[str, Any, Any]]:
    """No dose comes from nowhere: received = used + wasted + left; no slot holds too many."""
    for site, batches in answers.stock.items():
        for batch in batches:
            what, name = f"batch {batch['batch']} at {site}", batch["batch"]
            spent = batch["used"] + batch["wasted"] + batch["left"]
            yield f"{what}, received and used, wasted, left", batch["received"], spent
            in_ledger = answers.ledger.left.get((site, name))
            yield f"{what}, left there and in the ledger", batch["left"], in_ledger
    for site, sessions in answers.sessions.items():
        full = [
            f"{session['day']} {slot['time']}"
            for session in sessions
            for slot in session["slots"]
            if slot["taken"] > slot["capacity"]
        ]
        yield f"overfull slots at {site}", full, []


def _totals(answers: Answers) -> Iterator[tuple[str, Any, Any]]:
    """The town is the sum of its parts; what happened on the way is in the ledger."""
    figures = answers.progress["figures"]
    for key in DOSES:
        town = figures["town"][key]
        for kind in ("sites", "units"):
            summed = sum(row[key] for row in figures[kind])
            yield f"{key} doses, town and its {kind}", town, summed
        weekly = sum(row[key] for r in answers.reports.values() for row in r["figures"]["days"])
        yield f"{key} doses, town and its weekly reports", town, weekly
    happened, counted = answers.ledger.happened, answers.counted
    yield "no-shows, rehearsal and ledger", counted["no_shows"], happened["NoShowRecorded"]
    yield "deferrals, rehearsal and ledger", counted["deferrals"], happened["ResidentDeferred"]
    consents = sum(unit["consented"] + unit["declined"] for unit in answers.units.values())
    yield "answers, registration and ledger", consents, len(answers.ledger.answered)


def _reports(answers: Answers) -> Iterator[tuple[str, Any, Any]]:
    """What reporting published is what supervision replays, week by week (R26)."""
    for week, report in answers.reports.items():
        what = f"report of {week}, reporting and supervision"
        yield what, report["figures"], answers.replays[week]["figures"]
    audited = [week["week"] for week in answers.audit["weeks"]]
    yield "weeks published and weeks audited", list(answers.reports), audited


def _plan(answers: Answers, town: Town) -> Iterator[tuple[str, Any, Any]]:
    """The town's own plan: who is registered, refused, and complete in each unit."""
    registered = sum(unit["registered"] for unit in answers.units.values())
    yield "people, registered and on the rosters", registered, len(town.residents)
    wanted = Counter(person.unit for person in town.residents if person.completes)
    for row in answers.progress["figures"]["units"]:
        what = f"people complete in unit {row['unit']}, reporting and the town"
        yield what, row["second"], wanted[row["unit"]]
    young = sum(person.outcome == "too_young" for person in town.residents)
    yield "people refused as under age", answers.refusals.get("under-age", 0), young
    against = sum(
        person.outcome == "too_old"
        or (person.outcome == "contraindicated" and person.contraindication != "pregnant")
        for person in town.residents
    )
    found = answers.progress["screening"].get("contraindicated", 0)
    yield "people contraindicated, reporting and the town", found, against


def _audit(answers: Answers) -> list[str]:
    """The ledger holds every event of every source and verifies; every report replays."""
    audit = answers.audit
    found = [f"the ledger is {audit['chain']}"] if audit["chain"] != "ok" else []
    found += [f"report {w['week']}: {w['differences']}" for w in audit["weeks"] if not w["agrees"]]
    held = {source["source"]: source for source in audit["sources"]}
    for source, head in answers.heads.items():
        events = held[source]["events"] if source in held else 0
        if events != head:
            found.append(f"ledger holds {events} of {head} events of {source}")
        if source in held and held[source]["gaps"]:
            found.append(f"ledger misses {held[source]['gaps']} events of {source}")
    return found
