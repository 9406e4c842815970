"""The same campaign: embedded, on a cluster, with every kind of process killed, and broken off again and again."""

from __future__ import annotations

import json
import random
import threading
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from deploy.cli.commands import app
from deploy.cli.rehearsals import rehearsal_embedded
from deploy.local.running import Running, running_cluster, running_embedded
from deploy.rehearsal.api import Api
from deploy.rehearsal.journal import Stopped
from deploy.rehearsal.outcome import Outcome
from deploy.rehearsal.rehearsing import rehearse
from tests.support.examples import LONG
from tests.support.short_plan import a_plan, an_embedded_town

PEOPLE, SEED = 60, 7
BREAKS = 4 if LONG else 2
KILL_AFTER_SECONDS = 0.15  # in the middle of a day's commands


class BrokenOff(Exception):
    """Stands for whatever ends the program in the middle of a day."""


def figures(outcome: Outcome) -> dict[str, Any]:
    """All a rehearsal says but how often somebody signed in: who is killed is asked again."""
    said = outcome.as_json()
    return said | {"events": {k: n for k, n in said["events"].items() if k != "supervision"}}


@pytest.fixture(scope="module")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    folder = tmp_path_factory.mktemp("embedded")
    an_embedded_town(folder, PEOPLE)
    return rehearsal_embedded(folder, people=PEOPLE, seed=SEED, quiet=True)


def on_a_cluster(
    folder: Path, on_day: Callable[[Running], Callable[[date], object]] | None = None
) -> Outcome:
    plan = a_plan(folder)
    with running_cluster(folder, campaign_file=plan, rehearsal=True, people=PEOPLE) as running:
        return rehearse(
            running.deployment,
            people=PEOPLE,
            seed=SEED,
            progress=lambda *_: None,
            on_day=on_day(running) if on_day else None,
        )


def test_the_embedded_rehearsal_completes_and_everything_agrees(embedded):
    assert embedded.problems == []
    assert all(embedded.checks.values())
    assert embedded.doses == {"first": PEOPLE, "second": PEOPLE}
    assert embedded.people["completed"] == PEOPLE


@pytest.mark.skipif(not LONG, reason="LONG=1; the next one asks the same of a cluster in trouble")
@pytest.mark.timeout(400)
def test_a_cluster_gives_the_same_figures_number_for_number(embedded, tmp_path):
    assert on_a_cluster(tmp_path).as_json() == embedded.as_json()


@pytest.mark.timeout(600)
def test_kill_9_of_every_process_kind_changes_nothing(embedded, tmp_path):
    killed: list[str] = []

    def killing(running: Running) -> Callable[[date], object]:
        def restart(server) -> None:
            server.kill()
            server.start()

        group = running.group
        victims: dict[str, tuple[str, Callable[[], None]]] = {
            "2024-03-27": ("a site", group["appointments/stadium"].kill),
            "2024-04-02": ("a relay", group["relay appointments/community"].kill),
            "2024-04-05": ("a service", group["screening"].kill),
            "2024-04-09": ("the broker", lambda: restart(running.rabbitmq)),
            "2024-04-12": ("the database", lambda: restart(running.postgresql)),
            "2024-04-16": ("registration", group["registration"].kill),
            "2024-04-22": ("reporting", group["reporting"].kill),
            "2024-04-23": ("supervision", group["supervision"].kill),
            "2024-04-26": ("all relays", lambda: [p.kill() for p in group if "relay" in p.name]),
        }

        def on_day(day: date) -> None:
            if str(day) in victims:
                name, kill = victims.pop(str(day))
                killed.append(name)
                threading.Timer(KILL_AFTER_SECONDS, kill).start()

        return on_day

    outcome = on_a_cluster(tmp_path, killing)
    assert len(killed) == 9
    assert outcome.problems == []
    assert figures(outcome) == figures(embedded)


@pytest.mark.timeout(600)
def test_a_rehearsal_broken_off_again_and_again_ends_as_one_that_was_not(
    embedded: Outcome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
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
    assert figures(again) == figures(embedded)
    # The demonstration of the same town: its pages' addresses and accounts, first and once more.
    for _ in range(2):
        words = ["demo", "--folder", str(tmp_path / "broken"), "--people", str(PEOPLE)]
        shown = CliRunner().invoke(app, [*words, "--seed", str(SEED), "--stop", "--json"])
        told = json.loads(shown.output)
        assert (shown.exit_code, told["by_day"]) == (0, embedded.by_day)
        assert set(told["pages"]) == set(embedded.events)
        assert {"admin", "office", "county", "doctor"} <= set(told["accounts"])
