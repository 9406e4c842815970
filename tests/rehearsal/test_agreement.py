"""Two parts that say different numbers are caught, whichever number it is."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from deploy.rehearsal import Town, generate_town
from deploy.rehearsal.agreement import Answers, disagreements
from deploy.rehearsal.invariants import LedgerReading, Rules
from deploy.rehearsal.mistakes import Mistakes
from deploy.rehearsal.outcome import Outcome, judge
from deploy.rehearsal.table import closing_table
from deploy.rehearsal.wording import FIGURES
from shared.kit.language import ENGLISH, speaking
from shared.town.campaign import load
from tests.support.one_language import chinese_in, english_in

PLAN = load(Path(__file__).parents[2] / "deploy" / "campaigns" / "town-2024.toml")
STADIUM = PLAN.site("stadium")
TOWN = generate_town(PLAN, 2, seed=7)
DAYS = {1: "2024-04-01", 2: "2024-04-15"}
WEEKS = {"2024-W14": 1, "2024-W16": 2}


def _ledger(town: Town, site: str) -> LedgerReading:
    reading = LedgerReading(Rules({}, {}, 18, date(2024, 6, 20)))
    for person in town.residents:
        reading.answers.add(person.card_number)
        for number, day in DAYS.items():
            if person.completes:
                reading.by_unit[person.unit, number] += 1
                reading.by_day[day, site, number] += 1
                reading.taken[site, day, "08:00"] += 1
                reading.left[site, "B1"] -= 1
    reading.left[site, "B1"] += 10
    reading.happened["NoShowRecorded"], reading.happened["ResidentDeferred"] = 1, 2
    return reading


def _unit(town: Town, code: str) -> dict[str, Any]:
    people = town.of_unit(code)
    completes = sum(person.completes for person in people)
    return {
        "unit": code,
        "registered": len(people),
        "consented": sum(person.consents for person in people),
        "declined": sum(not person.consents for person in people),
        "first": completes,
        "second": completes,
    }


def consistent() -> Answers:
    """What five parts say of a town of two, given at one site on two days."""
    site, done = "stadium", TOWN.people
    days = [
        {"day": DAYS[n], "site": site, "first": done * (n == 1), "second": done * (n == 2)}
        for n in DAYS
    ]
    reports: dict[str, dict[str, Any]] = {
        week: {"figures": {"town": {}, "days": [days[n - 1]]}, "week": week}
        for week, n in WEEKS.items()
    }
    codes = sorted({person.unit for person in TOWN.residents})
    figures = {
        "town": {"first": done, "second": done},
        "sites": [{"site": site, "first": done, "second": done}],
        "units": [_unit(TOWN, code) for code in codes],
    }
    slots = [{"time": "08:00", "capacity": 10, "taken": done}]
    batch = {"batch": "B1", "received": 10, "used": 2 * done, "wasted": 0, "left": 10 - 2 * done}
    batch |= {"moved": 0, "lost": 0}
    heads = {"registration": 9, "screening": 4}
    against = sum(p.outcome in ("too_old", "contraindicated") for p in TOWN.residents)
    young = sum(p.outcome == "too_young" for p in TOWN.residents)
    return Answers(
        progress={
            "figures": figures,
            "days": days,
            "screening": {"contraindicated": against},
        },
        units={code: _unit(TOWN, code) for code in codes},
        audit={
            "chain": "ok",
            "weeks": [{"week": week, "agrees": True, "differences": []} for week in WEEKS],
            "sources": [{"source": s, "events": n, "gaps": 0} for s, n in heads.items()],
        },
        reports=reports,
        replays={week: {"figures": dict(report["figures"])} for week, report in reports.items()},
        stock={site: [batch]},
        sessions={site: [{"day": day, "taken": done, "slots": slots} for day in DAYS.values()]},
        heads=heads,
        ledger=_ledger(TOWN, site),
        counted={"no_shows": 1, "deferrals": 2},
        refusals={"under-age": young} if young else {},
    )


def test_parts_that_agree_are_left_in_peace() -> None:
    assert disagreements(consistent(), TOWN) == []


def _first_unit(answers: Answers) -> dict[str, Any]:
    return next(iter(answers.units.values()))


def _add(row: Any, key: Any, more: int = 1) -> None:
    row[key] = row[key] + more


def _replay(answers: Answers) -> None:
    answers.replays["2024-W14"]["figures"] = {"town": {}, "days": []}


LIES: dict[str, Callable[[Answers], object]] = {
    **{
        f"{FIGURES[key].en}, reporting and registration": lambda a, key=key: _add(
            _first_unit(a), key
        )
        for key in ("registered", "consented", "declined", "first", "second")
    },
    "units, reporting and registration": lambda a: a.units.pop(next(iter(a.units))),
    "reporting and ledger": lambda a: _add(a.ledger.by_unit, next(iter(a.ledger.by_unit))),
    "on Mon 1 April at stadium": lambda a: _add(a.ledger.by_day, ("2024-04-01", "stadium", 1)),
    "on Tue 2 April at stadium": lambda a: _add(a.ledger.by_day, ("2024-04-02", "stadium", 1)),
    "on Mon 15 April at stadium": lambda a: _add(a.progress["days"][1], "second"),
    "the site's stock": lambda a: _add(a.stock["stadium"][0], "used"),
    "received and used": lambda a: _add(a.stock["stadium"][0], "wasted"),
    "left there and in the ledger": lambda a: _add(a.ledger.left, ("stadium", "B1"), -1),
    "places held at stadium": lambda a: _add(a.sessions["stadium"][0], "taken"),
    "overfull slots": lambda a: _add(a.sessions["stadium"][0]["slots"][0], "taken", 9),
    "town and its sites": lambda a: _add(a.progress["figures"]["town"], "first"),
    "town and its units": lambda a: _add(a.progress["figures"]["units"][0], "second", -1),
    "its weekly reports": lambda a: _add(a.reports["2024-W16"]["figures"]["days"][0], "second"),
    "no-shows": lambda a: _add(a.counted, "no_shows"),
    "deferrals": lambda a: _add(a.ledger.happened, "ResidentDeferred"),
    "answers, registration and ledger": lambda a: a.ledger.answers.pop(),
    "report of week 14": _replay,
    "weeks audited": lambda a: a.audit["weeks"].pop(),
    "on the rosters": lambda a: _add(_first_unit(a), "registered", -1),
    "under age": lambda a: a.refusals.update({"under-age": 5}),
    "people contraindicated": lambda a: _add(a.progress["screening"], "contraindicated"),
    "the ledger does not verify": lambda a: a.audit.update(chain="broken at 7"),
    "report of week 16": lambda a: a.audit["weeks"][1].update(agrees=False, differences=["x"]),
    "ledger holds 3 of 4": lambda a: _add(a.audit["sources"][1], "events", -1),
    "ledger holds 0 of 4": lambda a: a.audit["sources"].pop(),
    "ledger misses 1": lambda a: _add(a.audit["sources"][0], "gaps"),
}


@pytest.mark.parametrize("told", LIES)
def test_a_number_that_differs_is_told(told: str) -> None:
    answers = consistent()
    LIES[told](answers)
    with speaking(ENGLISH):
        found = disagreements(answers, TOWN)
    assert any(told in line for line in found), found
    assert not any(map(chinese_in, found)), found
    in_chinese = disagreements(answers, TOWN)
    assert len(in_chinese) == len(found)
    assert not any(english_in(line.partition("{")[0]) for line in in_chinese), in_chinese


def _outcome(answers: Answers, refusals: dict[str, int], repeated: int) -> Outcome:
    doses = {"first": 2, "second": 2}
    outcome = Outcome(
        people={"rostered": 3, "completed": 2},
        doses=doses,
        by_site={"stadium": doses},
        by_unit={},
        by_day={},
        by_week={"2024-W14": {"first": 2, "second": 0}},
        floors={"stadium": {"floor": 1, "days": 2, "reached": 2}},
        refusals=refusals,
        repeated=repeated,
        events=answers.heads,
        checks={},
    )
    judge(outcome, answers, TOWN)
    return outcome


ALL_REFUSED: dict[str, int] = dict.fromkeys(Mistakes.EXPECTED, 1)


def test_when_all_is_well_every_check_passes() -> None:
    outcome = _outcome(consistent(), ALL_REFUSED, Mistakes.REPEATED)
    assert outcome.problems == []
    assert all(outcome.checks.values())
    assert len(outcome.checks) == 5


def test_a_mistake_that_was_let_through_is_a_problem() -> None:
    refusals = {code: 1 for code in ALL_REFUSED if code != "too-early"}
    outcome = _outcome(consistent(), refusals, Mistakes.REPEATED)
    assert outcome.problems == ["没有人被拒绝：第二剂间隔未到"]
    assert not outcome.checks["mistakes_refused"]


def test_a_repeat_taken_for_a_new_command_is_a_problem() -> None:
    outcome = _outcome(consistent(), ALL_REFUSED, 0)
    assert outcome.problems == ["重发的命令没有被认出"]


def test_a_broken_rule_is_a_problem() -> None:
    answers = consistent()
    answers.ledger.broken.append("dose of anna: under age")
    outcome = _outcome(answers, ALL_REFUSED, Mistakes.REPEATED)
    assert not outcome.checks["rules_hold"]
    assert outcome.problems == ["dose of anna: under age"]


def test_a_ledger_that_does_not_verify_fails_two_checks() -> None:
    answers = consistent()
    answers.audit["chain"] = "broken"
    outcome = _outcome(replace(answers), ALL_REFUSED, Mistakes.REPEATED)
    assert not outcome.checks["ledger_verifies"]
    assert not outcome.checks["services_agree"]


def _printed(outcome: Outcome) -> str:
    console = Console(record=True, width=110, file=StringIO())
    console.print(closing_table(outcome, PLAN))
    return console.export_text()


def test_the_closing_table_shows_numbers_in_one_language() -> None:
    outcome = _outcome(consistent(), ALL_REFUSED, Mistakes.REPEATED)
    text = _printed(outcome)
    for expected in (
        "全程接种",
        STADIUM.name_zh,
        "第14周",
        "第二剂间隔未到",
        "registration",
        "✓",
    ):
        assert expected in text
    assert "✗" not in text
    assert english_in(text) == []
    with speaking(ENGLISH):
        text = _printed(outcome)
    for expected in ("both doses", STADIUM.name_en, "week 14", "second dose too early", "✓"):
        assert expected in text
    assert chinese_in(text) == []


def test_the_closing_table_marks_what_failed_and_says_why() -> None:
    text = _printed(_outcome(consistent(), ALL_REFUSED, 0))
    assert "✗" in text
    assert "重发的命令没有被认出" in text
