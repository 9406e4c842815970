"""Nothing personal in clear: markers are planted through every way in, then every byte is searched."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pika
import requests

from deploy.local.running import embedded_deployment, running_cluster, running_embedded
from shared.kit.messaging import topology
from shared.kit.service_tokens import KEYS, LOG
from shared.town.deployment import Deployment
from tests.support.calls import called_by
from tests.support.markers import MARKERS, found_in, found_under
from tests.support.planted_markers import Planter


def on_the_wire(deployment: Deployment, residents: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    """What the parts send each other: every log, and the answer to a question for keys."""
    for part in deployment.parts:
        headers = called_by(deployment, "supervision", part.source, LOG)
        yield (
            f"log of {part.source}",
            requests.get(f"{part.url}/log", headers=headers, timeout=30).content,
        )
    keys = [f"{resident}.facts.1" for resident in residents]
    body = {"keys": keys, "nonce": "a" * 32}
    url = f"{deployment.part('registration').url}/keys"
    headers = called_by(deployment, "screening", "registration", KEYS)
    answer = requests.post(url, json=body, headers=headers, timeout=30)
    assert answer.status_code == 200, answer.text
    yield "keys", answer.content


def test_the_search_finds_what_it_looks_for(tmp_path: Path):
    for number, marker in enumerate(MARKERS.values()):
        (tmp_path / f"{number}").write_bytes(b"\0\1 x" + marker.encode() + b"x")
        (tmp_path / f"{number}.base64").write_bytes(
            base64.b64encode(b"ab" + marker.encode() + b"cd")
        )
    assert len(found_under(tmp_path)) == 2 * len(MARKERS)


def test_nothing_personal_lies_in_clear_in_the_embedded_system(tmp_path: Path):
    deployment = embedded_deployment(tmp_path / "town", first_port=None, rehearsal=True, people=400)
    with running_embedded(deployment) as running:
        residents = Planter(deployment).plant()
        for what, content in on_the_wire(deployment, residents):
            assert found_in(content) == [], what
        assert found_under(tmp_path) == {}
        running.group["embedded"].kill()
        assert found_under(tmp_path) == {}


def a_copy_of_everything(broker: str, deployment: Deployment) -> Any:
    """A queue bound to every source's exchange: what it gets is what travels."""
    connection = pika.BlockingConnection(pika.URLParameters(broker))
    channel = connection.channel()
    queue = channel.queue_declare("", exclusive=True).method.queue
    for part in deployment.parts:
        exchange = topology.source_exchange(part.source)
        channel.exchange_declare(exchange, "topic", durable=True)
        channel.queue_bind(queue, exchange, "#")
    return channel, queue


def test_nothing_personal_lies_in_clear_in_the_cluster(tmp_path: Path):
    with running_cluster(tmp_path / "cluster", rehearsal=True, people=400) as running:
        deployment = running.deployment
        channel, queue = a_copy_of_everything(deployment.broker, deployment)
        residents = Planter(deployment).plant()
        travelled = 0
        while (message := channel.basic_get(queue, auto_ack=True))[0] is not None:
            travelled += 1
            assert found_in(message[2] + repr(message[1]).encode()) == []
        assert travelled > 20
        for what, content in on_the_wire(deployment, residents):
            assert found_in(content) == [], what
        assert found_under(tmp_path) == {}
