"""What the people of the rehearsal do on their days, without any part being asked."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from deploy.rehearsal import Town, generate_town
from deploy.rehearsal.driver import NO, Rehearsal
from deploy.rehearsal.person import Person
from deploy.rehearsal.preparing import BATCHES_PER_SITE
from shared.town.campaign import load

PLAN = load(Path(__file__).parents[2] / "deploy" / "campaigns" / "town-2024.toml")
MONDAY = date(2024, 4, 1)
TOWN = generate_town(PLAN, 90, seed=3)
ANNA = replace(
    next(person for person in TOWN.residents if person.completes),
    no_show_first=False,
    no_show_second=False,
    fever_first=False,
    fever_second=False,
)


class Told:
    """Takes the rehearsal's commands in place of the parts."""

    def __init__(self) -> None:
        self.deployment = SimpleNamespace(campaign=PLAN)
        self.commands: list[tuple[str, str, dict[str, Any], str]] = []

    def command(self, source: str, path: str, body: dict[str, Any], name: str) -> dict[str, Any]:
        self.commands.append((source, path, body, name))
        return {}

    def try_command(
        self, source: str, path: str, body: dict[str, Any], name: str
    ) -> tuple[int, dict[str, Any]]:
        return 200, self.command(source, path, body, name)

    def each(self, work: Any, items: Any) -> list[Any]:
        return [work(item) for item in items]


def rehearsal_of(people: tuple[Person, ...]) -> tuple[Rehearsal, Told]:
    told: Any = Told()
    rehearsal = Rehearsal(told, Town(3, len(people), people))
    for n, person in enumerate(people):
        rehearsal.people[f"r{n}"], rehearsal.order[f"r{n}"] = person, n
    return rehearsal, told


def visit(dose: int, resident: str = "r0") -> dict[str, Any]:
    return {"resident": resident, "dose": dose, "site": "stadium"}


def test_the_campaign_has_88_days_from_march_to_june() -> None:
    days = rehearsal_of(())[0].days()
    assert (days[0], days[-1], len(days)) == (date(2024, 3, 25), date(2024, 6, 20), 88)


def test_who_is_well_says_so() -> None:
    answers = rehearsal_of((ANNA,))[0].answers(visit(1))
    assert answers.pop("temperature") == 36.5
    assert answers.pop("healthy") is True
    assert answers == dict.fromkeys(NO, False)


@pytest.mark.parametrize(("trait", "dose"), [("fever_first", 1), ("fever_second", 2)])
def test_a_fever_is_over_at_the_next_visit(trait: str, dose: int) -> None:
    rehearsal, _ = rehearsal_of((replace(ANNA, **{trait: True}),))
    assert rehearsal.answers(visit(3 - dose))["temperature"] == 36.5
    assert rehearsal.answers(visit(dose))["temperature"] == 38.2
    assert rehearsal.answers(visit(dose))["temperature"] == 36.5


@pytest.mark.parametrize("code", ["pregnant", "severe_allergy", "severe_chronic_illness"])
def test_a_contraindication_is_answered_with_yes(code: str) -> None:
    person = replace(ANNA, contraindication=code, screened_healthy=False)
    answers = rehearsal_of((person,))[0].answers(visit(1))
    assert [name for name in NO if answers[name]] == [code]
    assert answers["healthy"] is True, "not asked of the young, so it forbids nobody"


@pytest.mark.parametrize(("trait", "dose"), [("no_show_first", 1), ("no_show_second", 2)])
def test_who_did_not_come_is_booked_again_and_comes(trait: str, dose: int) -> None:
    rehearsal, told = rehearsal_of((replace(ANNA, **{trait: True}),))
    assert rehearsal.comes(visit(3 - dose), MONDAY)
    assert not rehearsal.comes(visit(dose), MONDAY)
    rehearsal.book(MONDAY + timedelta(days=1))
    assert [body["from_day"] for _, _, body, _ in told.commands] == ["2024-04-04"]
    assert rehearsal.comes(visit(dose), MONDAY + timedelta(days=3))


def test_a_week_is_booked_once_for_each_who_wished_it_in_a_fixed_order() -> None:
    rehearsal, told = rehearsal_of(TOWN.residents)
    rehearsal.wish(MONDAY)
    rehearsal.book(MONDAY)
    wished = [
        f"r{n}"
        for n, person in enumerate(TOWN.residents)
        if person.consents and person.wished_week == "2024-W14"
    ]
    assert sorted(body["resident"] for _, _, body, _ in told.commands) == sorted(wished)
    for site in PLAN.sites:
        source = f"appointments/{site.code}"
        mine = [body for at, _, body, _ in told.commands if at == source]
        assert [body["from_day"] for body in mine] == sorted(body["from_day"] for body in mine)
        assert all(MONDAY.isoformat() <= body["from_day"] <= "2024-04-07" for body in mine)
        units = {rehearsal.people[body["resident"]].unit for body in mine}
        assert all(PLAN.unit(unit).site == site.code for unit in units)
    again, told_again = rehearsal_of(TOWN.residents)
    again.wish(MONDAY)
    again.book(MONDAY)
    assert told_again.commands == told.commands
    assert len({name for *_, name in told.commands}) == len(told.commands)


def test_the_oldest_batch_is_used_up_before_the_next() -> None:
    rehearsal, told = rehearsal_of((ANNA,) * 60)
    size = rehearsal.batch_size()
    rows = [visit(1, f"r{n}") for n in range(60)]
    rehearsal.vaccinate(rows, MONDAY)
    given = [body["batch"] for _, path, body, _ in told.commands if path.endswith("/dose")]
    assert given == sorted(given)
    assert max(given.count(batch) for batch in given) <= size
    assert rehearsal.doses == 60


@pytest.mark.parametrize("people", [40, 180, 1800, 72000])
def test_the_batches_last_for_everyone(people: int) -> None:
    rehearsal, _ = rehearsal_of(())
    rehearsal.town = Town(1, people, ())
    received = rehearsal.batch_size() * BATCHES_PER_SITE
    fullest = max(
        sum(unit.target for unit in PLAN.scaled(people).units if unit.site == site.code)
        for site in PLAN.sites
    )
    assert 2 * fullest <= received
