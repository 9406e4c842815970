"""The same campaign, embedded, on a cluster, and on a cluster whose every process kind is killed."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from deploy.cli.rehearsals import rehearsal_embedded
from deploy.local.running import Running, running_cluster
from deploy.rehearsal.driver import Outcome, rehearse
from tests.support.examples import LONG
from tests.support.short_plan import a_plan, an_embedded_town

PEOPLE, SEED = 60, 7
KILL_AFTER_SECONDS = 0.15  # in the middle of a day's commands


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
            "2024-04-09": ("a service", group["screening"].kill),
            "2024-04-16": ("the broker", lambda: restart(running.rabbitmq)),
            "2024-04-23": ("the database", lambda: restart(running.postgresql)),
            "2024-04-30": ("registration", group["registration"].kill),
            "2024-05-06": ("reporting", group["reporting"].kill),
            "2024-05-07": ("supervision", group["supervision"].kill),
            "2024-05-14": ("all relays", lambda: [p.kill() for p in group if "relay" in p.name]),
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
    assert outcome.as_json() == embedded.as_json()
