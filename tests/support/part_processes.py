"""Real processes of single parts for tests that stand between them and the broker."""

from __future__ import annotations

import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pika
import requests

from deploy.local.processes import Process
from deploy.local.running import PLAN
from deploy.local.supervisor import ProcessGroup
from deploy.parts import open_store
from shared.kit.contracts import decode
from shared.kit.eventstore import Context, Store
from shared.kit.messaging import cloudevents, topology
from shared.kit.service_tokens import STATUS
from shared.kit.source_keys import sealing
from shared.town.contracts import catalogue
from shared.town.deployment import Deployment, Instance, Secrets
from tests.support.calls import as_operator

SITE = "appointments/stadium"
NEVER = 3600.0


def a_deployment(folder: Path, broker: str, ports: list[int], poll_seconds: float) -> Deployment:
    """Registration, one site and reporting on SQLite files, with a real broker."""
    folder.mkdir(parents=True, exist_ok=True)
    names = ["registration", "screening", SITE, "reporting", "supervision"]
    parts = tuple(
        Instance(name, "127.0.0.1", port, f"sqlite:///{folder}/{name.replace('/', '.')}.db")
        for name, port in zip(names, ports, strict=True)
    )
    begun = Deployment(
        folder,
        broker,
        parts,
        Secrets.generate(),
        rehearsal=True,
        poll_seconds=poll_seconds,
        campaign_file=PLAN,
    )
    deployment = begun.with_keys()
    deployment.save()
    return deployment


def given_file(deployment: Deployment, source: str) -> str:
    """The file a part is given, which holds no other's secrets."""
    given = deployment.for_part(source)
    given.save()
    return str(given.file)


@contextmanager
def running(deployment: Deployment, *sources: str) -> Iterator[ProcessGroup]:
    """Serve some parts, each in its own process, without any relay."""
    python = [sys.executable, "-W", "ignore", "-m", "deploy.local.serve", "serve"]
    with ProcessGroup() as group:
        for source in sources:
            log = deployment.folder / f"{source.replace('/', '.')}.log"
            argv = [*python, given_file(deployment, source), source]
            group.add(Process(source, argv, None, log), deployment.part(source).url)
        group.start(60)
        yield group


def relay(deployment: Deployment, source: str) -> Process:
    """The relay process of a source, not yet started."""
    argv = [
        sys.executable,
        "-W",
        "ignore",
        "-m",
        "deploy.local.relay",
        given_file(deployment, source),
        source,
    ]
    return Process(f"relay {source}", argv, None, deployment.folder / "relay.log")


def site_store(deployment: Deployment) -> Store:
    """The site's own store."""
    return open_store(deployment, deployment.part(SITE))


def give_doses(store: Store, number: int, day: date = date(2024, 3, 25)) -> None:
    """Append so many doses to the site's store."""
    contract = catalogue.latest("DoseAdministered")
    with store.transaction(Context(str(uuid.uuid4()), "tester", "test")) as transaction:
        documents = []
        for _ in range(number):
            stream, now = str(uuid.uuid4()), transaction.recorded_at.isoformat()
            document = {
                "event": contract.name,
                "version": 1,
                "stream": stream,
                "stream_version": 1,
                "occurred_at": now,
                "recorded_at": now,
                "actor": "tester",
                "command": stream,
                "correlation": "test",
                "causation": None,
                "data": contract.example | {"resident": stream, "day": day.isoformat()},
            }
            documents.append(document)
        store.append(documents)


class TestRelay:
    """Publishes a store's events as a relay does, in whatever order and number a test wants."""

    __test__ = False

    def __init__(self, broker: str, store: Store, secret: str) -> None:
        self.store = store
        self.seal = sealing(secret, store.source)
        self.connection = pika.BlockingConnection(pika.URLParameters(broker))
        self.channel = self.connection.channel()

    def publish(self, positions: list[int]) -> None:
        """Publish the events at these positions, in this order."""
        log = self.store.log(0, 100_000)
        for position in positions:
            each = log[position - 1]
            event = decode(self.store.source, position, each.body)
            seal = self.seal(each) if position == positions[-1] or position % 50 == 0 else ""
            self.send(event.name, event.body, cloudevents.headers(event, each.link, seal))

    def send(self, name: str, body: bytes, headers: dict[str, Any]) -> None:
        """Publish anything at all."""
        properties = pika.BasicProperties(
            content_type="application/json", headers=headers, delivery_mode=2
        )
        exchange = topology.source_exchange(self.store.source)
        self.channel.basic_publish(exchange, name, body, properties)

    def close(self) -> None:
        self.connection.close()


def position(deployment: Deployment, follower: str, source: str) -> dict[str, Any]:
    """Where a part stands with a source."""
    headers = as_operator(deployment, follower, STATUS)
    status = requests.get(f"{deployment.part(follower).url}/status", headers=headers, timeout=5)
    return next(follow for follow in status.json()["follows"] if follow["source"] == source)
