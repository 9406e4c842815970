"""A rehearsal that is stopped or broken off goes on with the same data, to the same figures."""

from __future__ import annotations

import json
import random
import threading
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from deploy.cli.commands import app
from deploy.cli.rehearsals import rehearsal_embedded
from deploy.local.running import running_embedded
from deploy.rehearsal.api import Api
from deploy.rehearsal.driver import Outcome, rehearse
from deploy.rehearsal.journal import AnotherRehearsal, Journal, Stopped, Today
from tests.support.examples import LONG
from tests.support.short_plan import an_embedded_town

PEOPLE, SEED = 40, 11
BREAKS = 4 if LONG else 2


class BrokenOff(Exception):
    """Stands for whatever ends the program in the middle of a day."""


def figures(outcome: Outcome) -> dict[str, Any]:
    """All a rehearsal says but how often somebody signed in."""
    said = outcome.as_json()
    said["events"].pop("supervision")
    return said


def test_what_was_written_is_remembered(tmp_path: Path):
    journal = Journal(tmp_path, PEOPLE, SEED)
    assert journal.residents == []
    journal.prepared([("r1", 4), ("r2", 2)])
    assert journal.residents == []  # nothing to go on from before the state is written too
    journal.write({"doses": 3}, date(2024, 4, 1))
    again = Journal(tmp_path, PEOPLE, SEED)
    assert again.residents == [("r1", 4), ("r2", 2)]
    assert again.read() == ({"doses": 3}, date(2024, 4, 1), None)
    today = Today(date(2024, 4, 2), [{"resident": "r1"}], [])
    again.write({"doses": 5}, date(2024, 4, 1), today)
    assert Journal(tmp_path, PEOPLE, SEED).read() == ({"doses": 5}, date(2024, 4, 1), today)


@pytest.mark.parametrize(("people", "seed"), [(PEOPLE + 1, SEED), (PEOPLE, SEED + 1)])
def test_data_of_another_town_are_left_alone(tmp_path: Path, people: int, seed: int):
    Journal(tmp_path, PEOPLE, SEED).prepared([])
    with pytest.raises(AnotherRehearsal, match="40 人，种子 11"):
        Journal(tmp_path, people, seed)


@pytest.mark.timeout(600)
def test_a_rehearsal_broken_off_again_and_again_ends_as_one_that_was_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    an_embedded_town(tmp_path / "whole", PEOPLE)
    whole = rehearsal_embedded(tmp_path / "whole", people=PEOPLE, seed=SEED, quiet=True)
    assert whole.problems == []
    # On the evening of a day, as after a Ctrl-C.
    deployment = an_embedded_town(tmp_path / "broken", PEOPLE)
    stop = threading.Event()
    with running_embedded(deployment), pytest.raises(Stopped, match="4月5日"):
        rehearse(
            deployment,
            people=PEOPLE,
            seed=SEED,
            progress=lambda day, *_: stop.set() if day == date(2024, 4, 5) else None,
            stop=stop,
        )
    # In the middle of a day, as when the power fails.
    command, left = Api.command, 0

    def until_it_breaks(self: Api, *said: Any) -> dict[str, Any]:
        nonlocal left
        left -= 1
        if left <= 0:
            raise BrokenOff
        return command(self, *said)

    chance, broken = random.Random(5), 0
    monkeypatch.setattr(Api, "command", until_it_breaks)
    while True:
        left = chance.randint(10, 160) if broken < BREAKS else 10**9
        try:
            again = rehearsal_embedded(tmp_path / "broken", people=PEOPLE, seed=SEED, quiet=True)
        except BrokenOff:
            broken += 1
        else:
            break
    assert broken == BREAKS
    assert again.problems == []
    assert figures(again) == figures(whole)
    # The demonstration of the same town: its pages' addresses and accounts, first and once more.
    for _ in range(2):
        words = ["demo", "--folder", str(tmp_path / "broken"), "--people", str(PEOPLE)]
        shown = CliRunner().invoke(app, [*words, "--seed", str(SEED), "--stop", "--json"])
        told = json.loads(shown.output)
        assert (shown.exit_code, told["by_day"]) == (0, whole.by_day)
        assert set(told["pages"]) == set(whole.events)
        assert {"admin", "office", "county", "doctor"} <= set(told["accounts"])
