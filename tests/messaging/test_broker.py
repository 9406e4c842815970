"""Between the broker and the views: what comes twice, out of order, damaged or not at all."""

from __future__ import annotations

import io
import json
import random
import sys
import textwrap
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pika
import pytest
from rich.console import Console
from typer.testing import CliRunner

from deploy.cli import status as status_of_all
from deploy.cli import status_table
from deploy.cli.commands import app
from deploy.local.ports import free_ports
from deploy.local.processes import Process
from deploy.local.rabbitmq import RabbitMQ
from deploy.parts import open_work
from services.reporting.progress.queries import progress
from shared.kit.contracts.chain import Linked, next_link
from shared.kit.eventstore import Context, Store
from shared.kit.messaging import cloudevents, dead_letters
from shared.kit.source_keys import sealing
from shared.town.deployment import Deployment
from tests.support.part_processes import (
    NEVER,
    SITE,
    TestRelay,
    a_deployment,
    give_doses,
    position,
    relay,
    running,
    site_store,
)
from tests.support.rabbitmqctl import rabbitmqctl
from tests.support.waiting import until

DOSES = 60


class Town:
    """A site whose events the test itself brings to the broker, and reporting that counts them."""

    def __init__(self, deployment: Deployment, store: Store, relay: TestRelay) -> None:
        self.deployment, self.store, self.relay = deployment, store, relay

    def counted(self) -> int:
        # Nobody can sign in where supervision does not run, so reporting's store is read.
        app: Any = open_work(self.deployment, self.deployment.part("reporting"))
        try:
            return progress(app, app.today())["figures"]["town"]["first"]
        finally:
            app.store.close()

    def standing(self) -> dict:
        return position(self.deployment, "reporting", SITE)

    def store_of_reporting(self) -> Store:
        return open_work(self.deployment, self.deployment.part("reporting")).store

    def reporting_has(self, at: int) -> None:
        until(lambda: self.standing()["position"] == at, what=self.standing)


@pytest.fixture
def town(tmp_path: Path, rabbitmq: RabbitMQ, request: pytest.FixtureRequest) -> Iterator[Town]:
    for step in ("stop_app", "reset", "start_app"):
        rabbitmqctl(rabbitmq, step)
    poll = getattr(request, "param", NEVER)
    deployment = a_deployment(tmp_path, rabbitmq.url, free_ports(5), poll)
    store = site_store(deployment)
    give_doses(store, DOSES)
    with running(deployment, SITE, "reporting"):
        until(
            lambda: position(deployment, "reporting", SITE)["position"] == DOSES, what="first look"
        )
        give_doses(store, DOSES)
        publisher = TestRelay(rabbitmq.url, store, deployment.secret_of(SITE))
        yield Town(deployment, store, publisher)
        publisher.close()
    store.close()


NEW = list(range(DOSES + 1, 2 * DOSES + 1))


def test_messages_that_come_twice_count_once(town):
    town.relay.publish([position for position in NEW for _ in range(2)] + NEW)
    town.reporting_has(2 * DOSES)
    until(lambda: town.standing()["duplicates"] >= DOSES, what="duplicates are seen")
    assert town.counted() == 2 * DOSES


def test_messages_out_of_order_count_once_each(town):
    town.relay.publish(random.Random(1).sample(NEW, len(NEW)))
    town.reporting_has(2 * DOSES)
    assert town.counted() == 2 * DOSES


def test_lost_messages_are_read_from_the_sources_own_log(town):
    town.relay.publish([position for position in NEW if position % 5 == 0])
    town.reporting_has(2 * DOSES)
    assert town.standing()["filled"] > 0
    assert town.counted() == 2 * DOSES


@pytest.mark.parametrize("town", [1.0], indirect=True)
def test_when_no_message_comes_at_all_the_log_is_looked_into(town):
    town.reporting_has(2 * DOSES)
    assert town.counted() == 2 * DOSES


def test_what_cannot_be_read_becomes_a_dead_letter_and_stops_nothing(town):
    broker = town.deployment.broker
    town.relay.send("DoseAdministered", b"not json", {})
    town.relay.send("DoseAdministered", b"{}", {cloudevents.PREFIX + "source": "elsewhere"})
    town.relay.publish(NEW)
    town.reporting_has(2 * DOSES)
    until(lambda: len(dead_letters.dead_letters(broker)) == 2, what="two dead letters")
    letters = dead_letters.dead_letters(broker)
    assert {letter.queue for letter in letters} == {f"reporting<-{SITE}"}
    assert {letter.reason for letter in letters} == {"rejected"}
    assert letters[0].body == b"not json"
    assert town.standing()["rejected"] == 2
    folder = str(town.deployment.folder)
    listed = CliRunner().invoke(app, ["dead", "list", "--folder", folder, "--json"])
    assert [letter["excerpt"] for letter in json.loads(listed.output)["dead"]] == ["not json", "{}"]
    replayed = CliRunner().invoke(app, ["dead", "replay", "--folder", folder, "--json"])
    assert json.loads(replayed.output) == {"replayed": 2}
    until(lambda: town.standing()["rejected"] == 4, what="both came again")
    until(
        lambda: len(dead_letters.dead_letters(broker)) == 2,
        what="they die again, for the same reason",
    )


def test_a_poison_event_stops_its_source_visibly_and_is_never_skipped(town):
    document = json.loads(town.store.log(0, 1)[0].body)
    with town.store.transaction(Context("poison", "tester", "test")):
        town.store.append([document | {"event": "DoseImagined", "stream": str(uuid.uuid4())}])
    give_doses(town.store, 1)
    town.relay.publish(NEW)
    for poison in town.store.log(2 * DOSES, 2):
        town.relay.send("DoseImagined", poison.body, headers_of(poison))
    until(lambda: not town.standing()["healthy"], what="the standing says so")
    assert "DoseImagined" in town.standing()["failing"]
    # What came before it is not held up by it, however they came together.
    town.reporting_has(2 * DOSES)
    assert town.counted() == 2 * DOSES
    assert dead_letters.dead_letters(town.deployment.broker) == []


def test_a_false_message_becomes_a_dead_letter_and_the_true_event_counts(town):
    true = town.store.log(DOSES, 1)[0]
    false = true.body.replace(b'"DoseAdministered"', b'"DoseImagined"', 1)
    for link in (true.link, next_link(town.store.log(DOSES - 1, 1)[0].link, DOSES + 1, false)[:31]):
        town.relay.send("DoseAdministered", false, headers_of(Linked(DOSES + 1, false, link)))
    town.relay.send("DoseAdministered", false, headers_of(Linked(2**53, false, true.link)))
    town.relay.publish(NEW)
    town.reporting_has(2 * DOSES)
    assert town.counted() == 2 * DOSES
    until(lambda: len(dead_letters.dead_letters(town.deployment.broker)) == 3, what="dead letters")
    assert town.standing()["healthy"]


def test_case_a3_an_owner_of_the_broker_cannot_speak_for_a_source(town):
    """Even with the right link: without the source's seal its own log is asked."""
    before, true = town.store.log(DOSES - 1, 2)
    false = true.body.replace(b'"v01"', b'"v02"').replace(b'"nurse', b'"burse')
    assert false != true.body
    link = next_link(before.link, DOSES + 1, false)
    sealed_elsewhere = sealing("ab" * 32, SITE)(Linked(DOSES + 1, false, link))
    for seal in ("", "not hex", sealed_elsewhere):
        headers = headers_of(Linked(DOSES + 1, false, link)) | {cloudevents.PREFIX + "seal": seal}
        town.relay.send("DoseAdministered", false, headers)
    town.relay.publish(NEW)
    town.reporting_has(2 * DOSES)
    assert town.counted() == 2 * DOSES
    until(lambda: len(dead_letters.dead_letters(town.deployment.broker)) == 3, what="dead letters")
    follower = town.store_of_reporting().reached(SITE)
    assert follower.link == town.store.log(2 * DOSES - 1, 1)[0].link


def headers_of(event: Linked) -> dict[str, object]:
    said = {"source": SITE, "position": event.position, "link": event.link.hex()}
    return {cloudevents.PREFIX + name: value for name, value in said.items()}


def test_a_plain_nameko_service_and_a_ten_line_client_receive_events(tmp_path, rabbitmq):
    deployment = a_deployment(tmp_path, rabbitmq.url, free_ports(5), NEVER)
    store = site_store(deployment)
    program = tmp_path / "outsider.py"
    program.write_text(
        textwrap.dedent(
            f"""
            import eventlet; eventlet.monkey_patch()
            from nameko.containers import ServiceContainer
            from nameko.events import event_handler

            class Outsider:
                name = "outsider"

                @event_handler("appointments", "DoseAdministered")
                def heard(self, payload):
                    with open({str(tmp_path / "heard")!r}, "a") as file:
                        file.write(payload["data"]["resident"] + "\\n")

            container = ServiceContainer(Outsider, {{"AMQP_URI": {rabbitmq.url!r}}})
            container.start()
            open({str(tmp_path / "ready")!r}, "w").close()
            container.wait()
            """
        )
    )
    outsider = Process(
        "outsider", [sys.executable, "-W", "ignore", str(program)], None, tmp_path / "log"
    )
    relaying = relay(deployment, SITE)
    try:
        relaying.start()
        until(lambda: store.published()[1] is not None, what="the relay has declared its exchanges")
        outsider.start()
        until((tmp_path / "ready").exists, what="the nameko service listens")
        # The ten-line client:
        connection = pika.BlockingConnection(pika.URLParameters(rabbitmq.url))
        channel = connection.channel()
        queue = channel.queue_declare("", exclusive=True).method.queue
        channel.queue_bind(queue, "appointments.events", "DoseAdministered")
        give_doses(store, 3)
        bodies = []
        for _method, properties, body in channel.consume(
            queue, auto_ack=True, inactivity_timeout=20
        ):
            assert body is not None, "no event within 20 s"
            bodies.append((properties.headers["cloudEvents_id"], body))
            if len(bodies) == 3:
                break
        connection.close()
        assert bodies == [(f"{SITE}:{each.position}", each.body) for each in store.log(0, 10)]
        heard = tmp_path / "heard"
        until(lambda: heard.exists() and len(heard.read_text().split()) == 3, what="nameko heard 3")
    finally:
        outsider.stop()
        relaying.stop()
        store.close()


def test_a_dead_relay_is_told_from_a_quiet_one(tmp_path, rabbitmq, monkeypatch):
    deployment = a_deployment(tmp_path, rabbitmq.url, free_ports(5), NEVER)
    relaying = relay(deployment, SITE)

    def standing() -> dict[str, Any]:
        return status_of_all.status(deployment)["parts"][SITE]["relay"]

    with running(deployment, SITE):
        assert not standing()["healthy"], "nobody has ever relayed"
        relaying.start()
        try:
            until(lambda: standing()["healthy"], what="a quiet relay is alive")
            assert standing()["silent_seconds"] <= status_of_all.DEAD_RELAY_SECONDS
            relaying.kill()
            monkeypatch.setattr(status_of_all, "DEAD_RELAY_SECONDS", 1)
            until(lambda: not standing()["healthy"], what="a dead one is not")
            assert not status_of_all.status(deployment)["healthy"]
            assert "没有动静" in rendered(status_table.in_tables(status_of_all.status(deployment)))
        finally:
            relaying.stop()


def rendered(table: Any) -> str:
    console = Console(width=200, record=True, file=io.StringIO())
    console.print(table)
    return console.export_text()


def test_only_one_of_two_relays_is_active_and_the_other_takes_over(tmp_path, rabbitmq):
    deployment = a_deployment(tmp_path, rabbitmq.url, free_ports(5), NEVER)
    store = site_store(deployment)
    first, second = relay(deployment, SITE), relay(deployment, SITE)
    second.log_path = tmp_path / "second.log"
    try:
        first.start()
        until(lambda: store.published()[1] is not None, what="the first relay is active")
        second.start()
        until(lambda: "待命" in second.tail(), what="the second stands by")
        give_doses(store, 3)
        until(lambda: store.published()[0] == 3, what="the first publishes")
        first.kill()
        give_doses(store, 2)
        until(lambda: store.published()[0] == 5, what="the second has taken over")
        assert "正在转发" in second.tail()
    finally:
        first.stop()
        second.stop()
        store.close()
