"""RabbitMQ and PostgreSQL that die are started again by who supervises the parts, and all goes on."""

from __future__ import annotations

import logging
import os
import signal
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import requests

from deploy.local import children
from deploy.local import postgresql as postgresql_server
from deploy.local.ports import free_ports
from deploy.local.postgresql import PostgreSQL
from deploy.local.processes import Process
from deploy.local.rabbitmq import RabbitMQ
from deploy.local.servers import Server
from deploy.local.supervisor import ProcessGroup
from deploy.parts import FOLLOWS
from shared.kit.messaging import rights, topology
from shared.kit.messaging.broker import QueueState, states
from shared.town.deployment import Deployment
from tests.support.part_processes import (
    NEVER,
    SITE,
    a_deployment,
    give_doses,
    position,
    relay,
    running,
    site_store,
)
from tests.support.waiting import until

BACK_SECONDS = 90
QUEUE = topology.queue_name("reporting", SITE)


@pytest.fixture
def servers(tmp_path: Path) -> Iterator[tuple[RabbitMQ, PostgreSQL]]:
    rabbitmq, postgresql = RabbitMQ(tmp_path / "rabbitmq"), PostgreSQL(tmp_path / "postgresql")
    yield rabbitmq, postgresql
    rabbitmq.stop()
    postgresql.stop()


def a_town(folder: Path, rabbitmq: RabbitMQ, postgresql: PostgreSQL) -> Deployment:
    """A town whose parts have a user each at the broker, who may declare nothing."""
    made = a_deployment(folder, rabbitmq.url_for(rights.OPERATOR, "o"), free_ports(5), NEVER)
    stores = {SITE: "site", "reporting": "reporting"}
    passwords = {rights.OPERATOR: "o"}
    parts = list[Any]()
    for part in made.parts:
        user = rights.user_of(part.source)
        passwords[user] = "p"
        store = postgresql.url(stores[part.source]) if part.source in stores else part.store
        parts.append(replace(part, store=store, broker=rabbitmq.url_for(user, "p")))
    known = rights.definitions([part.source for part in parts], FOLLOWS, passwords)
    rabbitmq.define(known, rights.OPERATOR, "o")
    deployment = replace(made, parts=tuple(parts))
    deployment.save()
    return deployment


def power_cut(server: Server) -> None:
    """SIGKILL by somebody else, to the server and all its processes."""
    child = server._child
    assert child is not None
    for pid in (child.pid, *children.family(child)):
        with suppress(ProcessLookupError):  # it ended with one before it
            os.kill(pid, signal.SIGKILL)
    if isinstance(server, RabbitMQ):
        assert server._epmd is not None
        os.kill(server._epmd.pid, signal.SIGKILL)


def standing(deployment: Deployment) -> dict[str, Any]:
    try:
        return position(deployment, "reporting", SITE)
    except (requests.RequestException, KeyError):
        return {}


def test_killed_servers_are_started_again_and_the_parts_go_on(
    tmp_path: Path, servers: tuple[RabbitMQ, PostgreSQL], caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.WARNING, "deploy.local.supervisor")
    rabbitmq, postgresql = servers
    postgresql.start()
    for name in ("site", "reporting"):
        postgresql.create_database(name)
    deployment = a_town(tmp_path / "town", rabbitmq, postgresql)
    rabbitmq.start()
    addresses = rabbitmq.url, postgresql.url("site")
    with (
        closing(site_store(deployment)) as store,
        running(deployment, SITE, "reporting") as processes,
        ProcessGroup(supervise=True) as supervised,
    ):
        for server in servers:
            supervised.watch(server)
        relaying: Process = supervised.add(relay(deployment, SITE))
        supervised.start()

        def all_is_well(head: int) -> bool:
            found = standing(deployment)
            return (
                store.published()[0] == found.get("position") == head
                and found["healthy"]
                and found["unheard"] is None
                and states(rabbitmq.url, [QUEUE])[QUEUE] == QueueState(0, 1)
            )

        give_doses(store, 5)
        until(lambda: all_is_well(5), BACK_SECONDS, what=relaying.tail)
        pids = [process.pid for process in (*processes, relaying)]

        broker, database = rabbitmq.pid, postgresql.pid
        power_cut(rabbitmq)
        give_doses(store, 5)
        until(lambda: rabbitmq.pid not in (broker, None), BACK_SECONDS, what=caplog.text)
        until(lambda: "RabbitMQ 已重新启动" in caplog.text, BACK_SECONDS, what="it answers")
        until(lambda: all_is_well(10), BACK_SECONDS, what=relaying.tail)
        assert postgresql.pid == database

        inhabitants = postgresql_server._inhabitants(postgresql.data)
        memory, _ = postgresql_server._shared_memory(inhabitants)
        assert memory
        power_cut(postgresql)
        until(lambda: "PostgreSQL 已重新启动" in caplog.text, BACK_SECONDS, what="it answers")
        assert not any(Path(file).exists() for file in memory)
        give_doses(store, 5)
        until(lambda: all_is_well(15), BACK_SECONDS, what=relaying.tail)

        assert [process.pid for process in (*processes, relaying)] == pids
        assert (rabbitmq.url, postgresql.url("site")) == addresses
        for name in ("RabbitMQ", "PostgreSQL"):
            assert f"{name} 已退出（-9），0.5 秒后重新启动" in caplog.text


def test_servers_are_left_alone_once_nobody_supervises(servers: tuple[RabbitMQ, PostgreSQL]):
    """The group ends while a server lies dead, or is about to be started again."""
    _, postgresql = servers
    postgresql.start()
    with ProcessGroup(supervise=True) as supervised:
        supervised.watch(postgresql)
        supervised.start()
        power_cut(postgresql)
    postgresql.stop()
    assert not postgresql.alive
    assert not postgresql_server._inhabitants(postgresql.data)
    postgresql.start()
    assert postgresql.wanted
