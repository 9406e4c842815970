"""Every loop comes back after the database was away: follower, look into the log, relay, tasks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import eventlet
import pytest
import requests

from deploy.local.ports import free_ports
from deploy.local.postgresql import PostgreSQL
from deploy.local.rabbitmq import RabbitMQ
from shared.kit.service_tokens import STATUS
from shared.kit.tasks import Lasting
from shared.kit.web.nameko_service import Doing
from shared.town.deployment import Deployment
from tests.support.calls import as_operator
from tests.support.part_processes import (
    SITE,
    a_deployment,
    give_doses,
    position,
    relay,
    running,
    site_store,
)
from tests.support.waiting import until

BACK_SECONDS = 60
POLL_SECONDS = 2.0
OF_A_DATABASE = ("[SQL", "parameters", "Background on this error", "Traceback")
"""What its errors would bring into a log, line by line."""


@pytest.fixture
def database(tmp_path: Path) -> Iterator[PostgreSQL]:
    with PostgreSQL(tmp_path / "postgresql") as server:
        for name in ("site", "reporting"):
            server.create_database(name)
        yield server


def test_e13_every_loop_is_back_within_a_minute(
    tmp_path: Path, database: PostgreSQL, rabbitmq: RabbitMQ
):
    made = a_deployment(tmp_path / "town", rabbitmq.url, free_ports(5), POLL_SECONDS)
    stores = {SITE: database.url("site"), "reporting": database.url("reporting")}
    parts = tuple(replace(one, store=stores.get(one.source, one.store)) for one in made.parts)
    deployment = replace(made, parts=parts)
    deployment.save()
    relaying = relay(deployment, SITE)
    with (
        closing(site_store(deployment)) as store,
        running(deployment, SITE, "reporting") as processes,
    ):
        relaying.start()
        try:
            give_doses(store, 5)
            until(lambda: store.published()[0] == 5, what=relaying.tail)
            until(lambda: standing(deployment).get("position") == 5, what="followed")
            pids = {name: processes[name].pid for name in (SITE, "reporting")}
            database.stop()
            until(lambda: "停住" in relaying.tail(), what="the relay says so")
            until(lambda: not answers(deployment), what="the part says so")
            heard = processes["reporting"].log_path
            until(lambda: f"{SITE} 停在第" in heard.read_text(), what=heard.read_text)
            database.start()
            give_doses(store, 5)
            until(lambda: store.published()[0] == 10, BACK_SECONDS, what=relaying.tail)
            until(
                lambda: (
                    standing(deployment).get("position") == 10 and standing(deployment)["healthy"]
                ),
                BACK_SECONDS,
                what=lambda: standing(deployment),
            )
            # By messages, and by the log where none comes.
            relaying.kill()
            give_doses(store, 5)
            until(lambda: standing(deployment).get("position") == 15, BACK_SECONDS, what="the log")
            assert pids == {name: processes[name].pid for name in pids}, "nobody was started again"
            for log in (relaying.log_path, *(processes[name].log_path for name in pids)):
                said = log.read_text()
                assert not [word for word in OF_A_DATABASE if word in said], said
            followed = processes["reporting"].log_path.read_text().splitlines()
            begun = [line for line in followed if f"{SITE} 停在第" in line]
            # A connection that breaks and one that is refused are of one kind; its log, when the
            # site has no database either, is of another. Each is said once.
            assert len(begun) <= 3, followed
            assert any(f"{SITE} 已恢复" in line for line in followed), followed
        finally:
            relaying.stop()


def standing(deployment: Deployment) -> dict[str, Any]:
    try:
        return position(deployment, "reporting", SITE)
    except (requests.RequestException, KeyError):
        return {}


def answers(deployment: Deployment) -> bool:
    headers = as_operator(deployment, "reporting", STATUS)
    url = f"{deployment.part('reporting').url}/status"
    return requests.get(url, headers=headers, timeout=20).ok


def test_a_timed_task_that_fails_is_done_again():
    done: list[str] = []

    def fails(edge: object) -> None:
        done.append("once more")
        if len(done) < 3:
            raise ConnectionError("the database is away")
        raise SystemExit

    task = Doing(Lasting(fails, 0.001, each_process=True))
    with pytest.raises(SystemExit), eventlet.Timeout(20):
        task._repeat(SimpleNamespace(), 0.001)  # type: ignore[arg-type]
    assert len(done) == 3
