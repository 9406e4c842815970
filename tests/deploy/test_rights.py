"""A part's own user at the broker: it speaks for itself, hears what is meant for it, no more."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pika
import pika.exceptions
import pytest

from deploy.local.rabbitmq import RabbitMQ
from deploy.local.running import PLAN, sources
from deploy.parts import FOLLOWS
from shared.kit.messaging import rights, topology

SITE = "appointments/stadium"
OWN = topology.source_exchange(SITE)
MINE = topology.queue_name(SITE, "registration")
REPORTINGS = topology.queue_name("reporting", SITE)


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RabbitMQ]:
    names = sources(PLAN)
    passwords = {
        name: f"generated for {name}" for name in (rights.OPERATOR, *map(rights.user_of, names))
    }
    server = RabbitMQ(tmp_path_factory.mktemp("broker"))
    server.define(
        rights.definitions(names, FOLLOWS, passwords), rights.OPERATOR, passwords[rights.OPERATOR]
    )
    with server:
        yield server


def as_part(broker: RabbitMQ, source: str) -> pika.BlockingConnection:
    user = rights.user_of(source)
    return pika.BlockingConnection(
        pika.URLParameters(broker.url_for(user, f"generated for {user}"))
    )


def test_a_site_publishes_to_its_own_exchange_and_reporting_hears_it(broker: RabbitMQ):
    site, reporting = as_part(broker, SITE), as_part(broker, "reporting")
    channel = site.channel()
    channel.confirm_delivery()
    channel.basic_publish(OWN, "DoseAdministered", b"{}", mandatory=True)
    heard = reporting.channel().consume(REPORTINGS, auto_ack=True, inactivity_timeout=20)
    assert next(heard)[2] == b"{}"
    site.close()
    reporting.close()


FORBIDDEN: dict[str, Callable[[Any], Any]] = {
    "speak for registration": lambda c: c.basic_publish(
        "registration.events", "ConsentGiven", b"{}"
    ),
    "speak for another site": lambda c: c.basic_publish("appointments.township.events", "x", b"{}"),
    "speak to everybody past its own exchange": lambda c: c.basic_publish(
        "appointments.events", "x", b"{}"
    ),
    "put a message into a queue": lambda c: c.basic_publish("", REPORTINGS, b"{}"),
    "hear what is meant for reporting": lambda c: c.basic_get(REPORTINGS),
    "consume another's queue": lambda c: c.basic_consume(REPORTINGS, lambda *_: None),
    "read the dead letters": lambda c: c.basic_get(topology.DEAD),
    "listen to everything by a queue of its own": lambda c: c.queue_declare("mine", exclusive=True),
    "make an exchange": lambda c: c.exchange_declare("mine", "topic"),
    "bind its queue to more": lambda c: c.queue_bind(MINE, "registration.events", "#"),
    "bind an exchange to its own": lambda c: c.exchange_bind(OWN, "registration.events", "#"),
    "delete its queue": lambda c: c.queue_delete(MINE),
    "delete another's queue": lambda c: c.queue_delete(REPORTINGS),
    "purge another's queue": lambda c: c.queue_purge(REPORTINGS),
    "delete its exchange": lambda c: c.exchange_delete(OWN),
}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_a_site_may_not(broker: RabbitMQ, what: str):
    connection = as_part(broker, SITE)
    channel = connection.channel()
    channel.confirm_delivery()
    with pytest.raises(pika.exceptions.ChannelClosedByBroker) as refusal:
        FORBIDDEN[what](channel)
    assert refusal.value.reply_code == 403
    connection.close()


def test_a_site_hears_all_it_follows(broker: RabbitMQ):
    connection = as_part(broker, SITE)
    for source in ("registration", "screening", "supervision"):
        name = topology.queue_name(SITE, source)
        assert connection.channel().basic_consume(name, lambda *_: None)
    connection.close()


@pytest.mark.parametrize("user", ["guest", rights.OPERATOR, rights.user_of(SITE)])
def test_nobody_comes_in_without_the_password(broker: RabbitMQ, user: str):
    with pytest.raises(pika.exceptions.AMQPConnectionError):
        pika.BlockingConnection(pika.URLParameters(broker.url_for(user, "guest")))


def test_the_definitions_hold_no_password(broker: RabbitMQ):
    assert b"generated for" not in (broker.folder / "definitions.json").read_bytes()
