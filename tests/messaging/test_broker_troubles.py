"""What goes wrong at the broker is one queue's own, is said, and costs no message and no event."""

from __future__ import annotations

import io
import json
import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from typing import Any

import pika
import pika.exceptions
import pytest
from rich.console import Console
from typer.testing import CliRunner

from deploy.cli import status as status_of_all
from deploy.cli import status_table
from deploy.cli.commands import app
from deploy.cli.troubles import moment
from deploy.local.ports import free_ports
from deploy.local.rabbitmq import RabbitMQ
from deploy.local.supervisor import ProcessGroup
from deploy.parts import open_work
from services.reporting.progress.queries import progress
from shared.kit.contracts import decode
from shared.kit.contracts.chain import Linked, beginning, next_link
from shared.kit.eventstore import Store
from shared.kit.messaging import cloudevents, dead_letters, topology
from shared.kit.messaging.broker import QueueState, states
from shared.kit.messaging.pika_publisher import NotConfirmed, PikaPublisher
from shared.town.deployment import Deployment
from tests.support.deaf_proxy import DeafProxy
from tests.support.part_processes import (
    NEVER,
    SITE,
    TestRelay,
    a_deployment,
    give_doses,
    position,
    running,
    site_store,
)
from tests.support.rabbitmqctl import rabbitmqctl
from tests.support.waiting import until

NOBODY = "amqp://guest:guest@127.0.0.1:1/%2F"
HEARTBEAT = 5  # of a machine that is busy with other tests
ACKNOWLEDGED_MS = 3000
CONSUMER_TIMEOUT = (
    f"[{{rabbit, [{{consumer_timeout, {ACKNOWLEDGED_MS}}}, {{channel_tick_interval, 500}}]}}].\n"
)
QUEUE = topology.queue_name("reporting", SITE)
OTHER = topology.queue_name("reporting", "registration")
SITES = [topology.queue_name(SITE, each) for each in ("registration", "screening", "supervision")]


class Town:
    """A site that may declare nothing, and reporting, which hears the broker through a proxy.

    Nobody looks into a log without reason, and the test is the site's relay.
    """

    def __init__(
        self,
        deployment: Deployment,
        rabbitmq: RabbitMQ,
        proxy: DeafProxy,
        processes: ProcessGroup,
    ) -> None:
        self.deployment, self.rabbitmq, self.proxy = deployment, rabbitmq, proxy
        self.processes = processes
        self.store: Store = site_store(deployment)
        self.relay = TestRelay(rabbitmq.url, self.store, deployment.secret_of(SITE))

    def close(self) -> None:
        self.relay.close()
        self.store.close()

    def says(self, doses: int, *, publish: bool = True) -> int:
        """The site gives doses and publishes them; return the position of the last."""
        head = self.store.head()
        give_doses(self.store, doses)
        if publish:
            self.relay.publish(list(range(head + 1, head + doses + 1)))
        return head + doses

    def follower(self, part: str = "reporting", source: str = SITE) -> dict[str, Any]:
        return position(self.deployment, part, source)

    def hears(self) -> bool:
        return all(
            self.follower("reporting", source)["unheard"] is None
            for source in ("registration", SITE)
        )

    def reaches(self, at: int) -> None:
        until(lambda: self.follower()["position"] == at, what=self.follower)

    def counted(self) -> int:
        work: Any = open_work(self.deployment, self.deployment.part("reporting"))
        with closing(work.store):
            return progress(work, work.today())["figures"]["town"]["first"]

    def queue(self, name: str = QUEUE) -> QueueState | None:
        return states(self.rabbitmq.url, [name])[name]

    def dead(self) -> list[dead_letters.Letter]:
        return dead_letters.dead_letters(self.rabbitmq.url)

    def as_operator(self) -> Deployment:
        """The operator's machine reaches the broker without the proxy."""
        return replace(self.deployment, broker=self.rabbitmq.url)

    def status(self) -> dict[str, Any]:
        return status_of_all.status(self.as_operator())

    def troubles(self, part: str, source: str) -> dict[str, dict[str, Any]]:
        found = self.status()["troubles"]
        return {
            each["kind"]: each for each in found if (each["part"], each["source"]) == (part, source)
        }

    def vaxledger(self, *words: str) -> Any:
        folder = ("--folder", str(self.deployment.folder), "--json")
        ran = CliRunner().invoke(app, [*words, *folder])
        assert ran.exit_code == 0, ran.output
        return json.loads(ran.output)

    def at_broker(self) -> pika.BlockingConnection:
        return pika.BlockingConnection(pika.URLParameters(self.rabbitmq.url))

    def dies(self, at: int, queue: str = QUEUE) -> None:
        """A true message stands among the dead letters, as the broker would put it there."""
        each = self.store.log(at - 1, 1)[0]
        event = decode(SITE, at, each.body)
        headers = cloudevents.headers(event, each.link, self.relay.seal(each))
        death = {"queue": queue, "reason": "delivery_limit", "count": 1}
        with closing(self.at_broker()) as connection:
            properties = pika.BasicProperties(
                content_type=cloudevents.CONTENT_TYPE,
                headers=headers | {"x-death": [death]},
                message_id=event.id,
            )
            connection.channel().basic_publish(topology.DEAD, event.name, each.body, properties)


@pytest.fixture(scope="module")
def alive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    folder = tmp_path_factory.mktemp("troubles")
    rabbitmq = RabbitMQ(folder / "rabbitmq")
    rabbitmq.folder.mkdir(parents=True)
    (rabbitmq.folder / "advanced.config").write_text(CONSUMER_TIMEOUT)
    with rabbitmq, DeafProxy(rabbitmq.port) as proxy:
        asked = f"?heartbeat={HEARTBEAT}"
        through = rabbitmq.url.replace(f":{rabbitmq.port}/", f":{proxy.port}/") + asked
        made = a_deployment(folder / "town", through, free_ports(5), NEVER)
        parts = tuple(
            replace(part, broker=rabbitmq.url + asked) if part.source == SITE else part
            for part in made.parts
        )
        deployment = replace(made, parts=parts)
        deployment.save()
        with running(deployment, SITE, "reporting") as processes:
            town = Town(deployment, rabbitmq, proxy, processes)
            try:
                until(lambda: (at := town.queue()) is not None and at.consumers, what=town.follower)
                yield town
            finally:
                town.close()


@pytest.fixture
def town(alive: Town) -> Town:
    """The town in health: reporting has everything, hears every queue, and no letter is dead."""
    alive.proxy.speak()
    until(alive.hears, what=alive.follower)
    alive.reaches(alive.says(3))
    with closing(alive.at_broker()) as connection:
        connection.channel().queue_purge(topology.DEAD)
    return alive


def words(document: dict[str, Any]) -> str:
    console = Console(width=300, record=True, file=io.StringIO())
    console.print(status_table.in_tables(document))
    return console.export_text()


def test_f3_a_deleted_queue_is_declared_again_by_who_may(town: Town):
    with closing(town.at_broker()) as connection:
        connection.channel().queue_delete(QUEUE)
        assert town.queue() is None
        missed = town.says(4)
        until(lambda: (town.queue() or (0, 0))[1] == 1, what="the queue is there and heard")
    town.reaches(missed)
    town.reaches(town.says(5))
    assert town.counted() == town.store.head()


def test_f3_a_queue_that_cannot_be_used_takes_no_other_along(town: Town):
    with closing(town.at_broker()) as connection:
        channel = connection.channel()
        channel.queue_delete(QUEUE)
        channel.queue_declare(QUEUE, durable=True)  # of another kind than the part declares
        try:
            until(lambda: "no queue" in (town.follower()["unheard"] or ""), what=town.follower)
            first = town.follower()["unheard_since"]
            town.reaches(town.says(5, publish=False))  # read from the log
            assert town.queue(OTHER) == QueueState(0, 1)
            assert town.follower("reporting", "registration")["unheard"] is None
            found = town.troubles("reporting", SITE)["unheard"]
            assert found["red"]
            assert found["since"] == first
            assert not town.status()["healthy"]
        finally:
            channel.queue_delete(QUEUE)
    until(lambda: town.follower()["unheard"] is None, 60, what=town.follower)
    town.reaches(town.says(5))


def test_f3_who_may_not_declare_goes_on_without_and_the_operator_declares(town: Town):
    lost, *others = SITES
    assert town.vaxledger("broker", "declare")["refused"] == {}
    until(lambda: all((town.queue(name) or (0, 0))[1] == 1 for name in SITES), 60, what="all heard")
    with closing(town.at_broker()) as connection:
        connection.channel().queue_delete(lost)
    until(lambda: town.follower(SITE, "registration")["unheard"], what="the site says so")
    assert all(town.queue(name) == QueueState(0, 1) for name in others)
    assert all(
        town.follower(SITE, each)["unheard"] is None for each in ("screening", "supervision")
    )
    document = town.status()
    found = {
        each["kind"]: each
        for each in document["troubles"]
        if (each["part"], each["source"]) == (SITE, "registration")
    }
    assert found["unheard"]["since"]
    assert lost in found["no-queue"]["zh"]
    said = words(document)
    assert f"消息队列里没有队列 {lost}。运行 vaxledger broker declare" in said
    assert (
        f"自 {moment(found['unheard']['since'])} 起，听不到消息，改读来源的日志（no queue" in said
    )
    town.vaxledger("broker", "declare")
    until(lambda: town.follower(SITE, "registration")["unheard"] is None, 60, what="heard again")
    assert not {"unheard", "no-queue"} & set(town.troubles(SITE, "registration"))


def test_f4_and_e11_a_stuck_follower_makes_no_good_message_dead(town: Town):
    """More messages than are fetched at once, and the limit for acknowledging long over."""
    before = town.follower()
    file = town.deployment.part("reporting").store.removeprefix("sqlite:///")
    with closing(sqlite3.connect(file, isolation_level=None, timeout=30)) as views:
        views.execute("ALTER TABLE doses RENAME TO doses_away")
        try:
            head = town.says(1200)
            until(lambda: not town.follower()["healthy"], what="the view fails")
            assert "doses" in town.follower()["failing"]
            until(lambda: town.queue() == QueueState(0, 1), what=town.queue)
            counts = rabbitmqctl(town.rabbitmq, "-q", "list_queues", "name", "messages")
            assert f"{QUEUE}\t0" in counts, "nothing is held unacknowledged either"
            later = town.says(7)
            until(lambda: town.queue() == QueueState(0, 1), what=town.queue)
            assert town.follower()["position"] == before["position"]
            assert town.troubles("reporting", SITE)["failing"]["since"]
        finally:
            views.execute("ALTER TABLE doses_away RENAME TO doses")
    assert later == head + 7
    town.reaches(later)
    until(lambda: town.follower()["healthy"], what=town.follower)
    assert town.counted() == later
    assert town.dead() == []
    assert town.follower()["unheard_since"] is None
    town.reaches(town.says(3))


def test_messages_of_a_source_whose_part_is_down_still_count(town: Town):
    """Its log cannot be read, which is said; messages that continue need none."""
    town.processes[SITE].stop()
    try:
        with closing(town.at_broker()) as connection:
            connection.channel().queue_delete(QUEUE)
        until(lambda: town.follower()["failing"], what="the log has been looked into")
        until(lambda: (town.queue() or (0, 0))[1] == 1, what="heard again")
        town.reaches(town.says(5))
        assert "Connection" in town.follower()["failing"]
        assert {"failing"} == set(town.troubles("reporting", SITE))
        assert "down" in {
            each["kind"] for each in town.status()["troubles"] if each["part"] == SITE
        }
    finally:
        town.processes[SITE].start()
    until(lambda: town.follower()["healthy"], 60, what=town.follower)
    assert town.counted() == town.store.head()


def test_f8_and_e12_a_connection_that_is_deaf_is_noticed(town: Town):
    town.proxy.fall_silent()
    head = town.says(5)
    # Two heartbeats, and no more than the turns of whoever listens beside.
    until(lambda: town.follower()["unheard"], 2 * HEARTBEAT + 6, what=town.follower)
    since = town.follower()["unheard_since"]
    town.reaches(head)
    town.reaches(town.says(5))
    assert "no connection" in town.follower()["unheard"]
    assert town.follower()["unheard_since"] == since
    assert town.troubles("reporting", SITE)["unheard"]["since"] == since
    why = str(town.follower()["unheard"]).removeprefix("no connection: ")
    said = words(town.status())
    assert f"自 {moment(since)} 起，听不到消息，改读来源的日志（no connection: {why}）" in said
    # When the operator does not reach the broker either, that is the cause, and said first.
    away = status_of_all.status(replace(town.deployment, broker=NOBODY))
    cause, *rest = away["troubles"]
    deaf = [f for f in away["parts"]["reporting"]["follows"] if f["unheard"]]
    assert cause["kind"] == "no-broker"
    assert cause["since"] == min(follow["unheard_since"] for follow in deaf)
    assert {each["because"] for each in rest if each["kind"] == "unheard"} == {"no-broker"}
    said = words(away)
    assert f"自 {moment(cause['since'])} 起，消息队列服务没有应答" in said
    assert f"因此 {len(deaf)} 处跟随改读来源的日志。" in said
    assert "听不到消息" not in said
    town.proxy.speak()
    until(lambda: town.follower()["unheard"] is None, 60, what=town.follower)
    town.reaches(town.says(5))
    until(lambda: town.queue() == QueueState(0, 1), 60, what="what came twice is acknowledged")
    assert town.counted() == town.store.head()
    assert town.dead() == []


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"content_type": "application/x-python-serialize"}, "not plain application/json"),
        ({"compression": "zlib"}, "not plain application/json"),
        ({"source": "registration"}, "message of 'registration'"),
        ({"position": 2**53 + 1}, "no event has position"),
        ({"position": 10**9}, "的日志还不到 1000000000"),
        ({"body": b"\x00garbage"}, "的日志在 1 处是别的内容"),
    ],
)
def test_f13_what_is_no_event_is_dead_at_once_with_its_reason(
    town: Town, change: dict[str, Any], why: str
):
    true = town.store.log(0, 1)[0]
    event = decode(SITE, 1, true.body)
    headers = cloudevents.headers(event, true.link, town.relay.seal(true))
    for name in ("source", "position"):
        headers[cloudevents.PREFIX + name] = change.get(name, headers[cloudevents.PREFIX + name])
    body = change.get("body", true.body)
    if "compression" in change:
        headers["compression"] = "application/x-gzip"
        body = zlib.compress(body)
    properties = pika.BasicProperties(
        content_type=change.get("content_type", cloudevents.CONTENT_TYPE), headers=headers
    )
    exchange = topology.source_exchange(SITE)
    town.relay.channel.basic_publish(exchange, event.name, body, properties)
    until(lambda: len(town.dead()) == 1, what="a dead letter")
    [letter] = town.vaxledger("dead", "list")["dead"]
    assert why in letter["why"]
    assert letter["queue"] == QUEUE
    town.reaches(town.says(2))
    until(lambda: town.follower()["healthy"], what=town.follower)
    assert "1 封死信" in words(town.status())


def test_no_message_larger_than_any_event_comes_through(town: Town):
    with closing(town.at_broker()) as connection:
        channel = connection.channel()
        channel.confirm_delivery()
        large = b"0" * (cloudevents.LARGEST_BYTES + 1)
        with pytest.raises(pika.exceptions.AMQPError, match="larger than"):
            channel.basic_publish(topology.source_exchange(SITE), "DoseAdministered", large)
    with pytest.raises(ValueError, match="larger than any event"):
        cloudevents.read(SITE, cloudevents.CONTENT_TYPE, {}, large)


def test_e14_dead_letters_replayed_twice_do_nothing_twice(town: Town):
    head, count = town.store.head(), town.counted()
    for _ in range(2):
        duplicates = town.follower()["duplicates"]
        for at in (1, 2, head):
            town.dies(at)
        listed = town.vaxledger("dead", "list")["dead"]
        assert {(each["position"], each["followed"]) for each in listed} == {
            (1, True),
            (2, True),
            (head, True),
        }
        assert {each["why"] for each in listed} == {"delivery_limit"}
        assert town.vaxledger("dead", "replay") == {"replayed": 3}
        until(lambda d=duplicates: town.follower()["duplicates"] == d + 3, what=town.follower)
        assert town.dead() == []
        assert (town.follower()["position"], town.counted()) == (head, count)
    town.reaches(town.says(1))


def test_e14_letters_are_put_back_and_dropped_one_by_one(town: Town):
    head = town.store.head()
    give_doses(town.store, 1)  # not followed: nobody has told reporting
    for at in (1, 2, head + 1):
        town.dies(at)
    town.dies(2, "nobody<-" + SITE)
    letters = {
        (each["queue"], each["position"]): each for each in town.vaxledger("dead", "list")["dead"]
    }
    assert letters[QUEUE, head + 1]["followed"] is False
    gone = letters["nobody<-" + SITE, 2]["id"]
    # One whose queue is gone stays: the broker takes no copy of it.
    assert town.vaxledger("dead", "replay", gone) == {"replayed": 0}
    assert town.vaxledger("dead", "drop", letters[QUEUE, 1]["id"]) == {"dropped": 1}
    assert town.vaxledger("dead", "drop", "--followed") == {"dropped": 1}
    left = {(each.queue, each.event().position) for each in town.dead()}
    assert left == {(QUEUE, head + 1), ("nobody<-" + SITE, 2)}
    assert town.vaxledger("dead", "replay", letters[QUEUE, head + 1]["id"]) == {"replayed": 1}
    town.reaches(head + 1)
    assert town.vaxledger("dead", "drop", gone) == {"dropped": 1}
    assert town.dead() == []
    refused = CliRunner().invoke(app, ["dead", "drop", "--folder", str(town.deployment.folder)])
    assert refused.exit_code == 2


def test_status_shows_queues_and_consumers_and_a_quiet_source_is_no_trouble(town: Town):
    follows = town.status()["parts"]["reporting"]["follows"]
    queue = next(each["queue"] for each in follows if each["source"] == SITE)
    assert queue == {"messages": 0, "consumers": 1}
    assert town.troubles("reporting", SITE) == {}
    assert town.follower("reporting", "registration")["unheard"] is None
    with closing(town.at_broker()) as connection:
        connection.channel().queue_declare("nobody", durable=False, exclusive=True)
        assert states(town.rabbitmq.url, ["nobody-at-all"]) == {"nobody-at-all": None}


def test_f1_a_source_that_was_set_back_is_said_in_red(town: Town, monkeypatch: pytest.MonkeyPatch):
    """As it is after its store was copied back from an older one."""
    real = status_of_all.ask_status

    def older(deployment: Deployment, source: str) -> dict[str, Any]:
        answer = real(deployment, source)
        return answer | {"head": 1} if source == SITE else answer

    monkeypatch.setattr(status_of_all, "ask_status", older)
    found = town.troubles("reporting", SITE)["set-back"]
    assert found["red"]
    document = town.status()
    follow = next(f for f in document["parts"]["reporting"]["follows"] if f["source"] == SITE)
    assert follow["lag"] == 1 - town.store.head()
    assert not document["healthy"]
    said = words(document)
    assert "来源倒退：它的日志只到第 1 条" in said


def test_the_broker_s_own_silence_is_said(town: Town):
    away = replace(town.deployment, broker=NOBODY)
    document = status_of_all.status(away)
    assert [each["kind"] for each in document["troubles"] if each["part"] == "RabbitMQ"] == [
        "no-broker"
    ]
    assert "127.0.0.1:1, " in document["troubles"][0]["en"]
    assert "guest" not in document["troubles"][0]["en"]
    assert document["dead_letters"] is None
    assert "position" in document["parts"]["reporting"]["follows"][0]


def a_publisher(town: Town, broker: str, source: str) -> PikaPublisher:
    return PikaPublisher(broker, source, ["reporting"], lambda _: "seal")


def an_event(town: Town, source: str) -> Linked:
    body = town.store.log(0, 1)[0].body
    return Linked(1, body, next_link(beginning(source), 1, body))


def test_f8_a_relay_whose_connection_is_deaf_connects_anew(town: Town):
    asked = town.deployment.broker.replace(f"heartbeat={HEARTBEAT}", "heartbeat=1")
    with closing(a_publisher(town, asked, "elsewhere")) as publisher:
        publisher.publish([an_event(town, "elsewhere")])
        town.proxy.fall_silent()
        with pytest.raises(NotConfirmed):
            publisher.serve(20)
        town.proxy.speak()
        publisher.publish([an_event(town, "elsewhere")])


def test_f3_a_queue_of_another_kind_does_not_stop_its_source_s_relay(town: Town):
    with closing(town.at_broker()) as connection:
        connection.channel().queue_declare("reporting<-odd", durable=True)
        with closing(a_publisher(town, town.rabbitmq.url, "odd")) as publisher:
            with pytest.raises(NotConfirmed, match="no queue"):
                publisher.publish([an_event(town, "odd")])
            connection.channel().queue_bind("reporting<-odd", "odd.events", "#")
            publisher.publish([an_event(town, "odd")])
