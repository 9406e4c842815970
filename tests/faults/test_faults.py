"""`make faults` in its short form: kills at random, the broker emptied, and a judge who finds faults."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.faults import checker
from tests.faults.__main__ import attempts, cluster
from tests.faults.journal import Acknowledged, Journal
from tests.faults.kinds import BROKER_EMPTIED, kills
from tests.faults.report import row
from tests.faults.trial import Fault, Outcome
from tests.support.examples import LONG

KILLS = 5 if LONG else 3


@pytest.mark.timeout(600)
def test_kills_and_an_emptied_broker_cost_nothing(tmp_path: Path):
    outcomes = list(attempts(cluster(tmp_path), (kills(KILLS), BROKER_EMPTIED)))
    for outcome in outcomes:
        assert outcome.survived, row(outcome)
        assert outcome.acknowledged > 20
    assert set(outcomes[0].during) - {"healthy"}


# The judge


def event(command: str, name: str = "DosesWasted", **data: Any) -> dict[str, Any]:
    return {"command": command, "event": name, "version": 1, "data": data}


def entry(position: int, of: dict[str, Any], source: str = "a") -> dict[str, Any]:
    return of | {"source": source, "position": position}


def test_the_journal_is_read_as_it_was_written(tmp_path: Path):
    journal = Journal(tmp_path / "journal")
    journal.acknowledged("a", "1")
    assert Journal(tmp_path / "journal").read() == [Acknowledged("a", "1")]
    journal.close()


def test_a_command_without_an_event_in_its_own_part_is_lost():
    journal = [Acknowledged("a", "1"), Acknowledged("a", "2")]
    assert checker.lost(journal, {"a": [event("1")], "b": [event("2")]}) == journal[1:]


def test_an_effect_twice_is_doubled_and_two_doses_booked_at_once_are_not():
    journal = [Acknowledged("a", "1"), Acknowledged("a", "2")]
    both = [event("2", "AppointmentBooked", dose=dose) for dose in (1, 2)]
    assert checker.doubled(journal, {"a": [event("1"), *both]}) == []
    assert checker.doubled(journal, {"a": [event("1"), event("1"), *both]}) == journal[:1]


def test_a_ledger_that_lacks_repeats_or_changes_an_event_is_found():
    logs = {"a": [event("1"), event("2")]}
    whole = [entry(1, event("1")), entry(2, event("2"))]
    assert checker.not_in_ledger(whole, logs) == []
    assert checker.not_in_ledger(whole[:1], logs)
    assert checker.not_in_ledger([*whole, whole[1]], logs)
    assert checker.not_in_ledger([whole[0], entry(2, event("2", doses=2))], logs)
    assert checker.not_in_ledger([*whole, entry(3, event("3"))], logs)


def test_a_view_that_a_rebuild_changes_is_found():
    before = {"a": {"batches": [("B1", 10)], "days": []}}
    after = {"a": {"batches": [("B1", 9)], "days": []}}
    assert checker.differing(before, before) == []
    assert checker.differing(before, after) == ["a: a rebuild changes batches"]


@pytest.mark.parametrize(
    "spoiled", [{"lost": 1}, {"doubled": 1}, {"troubles": ["x"]}, {"after": ["x"]}]
)
def test_whatever_is_not_right_is_not_survived(spoiled: dict[str, Any]):
    fault: Any = Fault("name", "how", lambda _: None)  # type: ignore[arg-type, return-value]
    assert Outcome(fault, converged=1.0).survived
    assert not Outcome(fault, converged=1.0, **spoiled).survived
    assert not Outcome(fault).survived
