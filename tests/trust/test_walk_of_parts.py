"""Whoever has taken over one part tries its credentials on everything of every other part.

Broker, databases and internal addresses: what is allowed is printed as a table, and is what stands
here and nothing more.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

import pika
import pika.exceptions
import psycopg
import pytest
from werkzeug.test import Client

from deploy.local.postgresql import PostgreSQL
from deploy.local.rabbitmq import RabbitMQ
from deploy.local.running import PLAN, sources
from deploy.parts import FOLLOWS, open_store
from services.registration.key_desk.http import KEY_HOLDERS
from services.registration.search.http import FINDERS
from shared.kit.messaging import rights, topology
from shared.kit.service_tokens import FIND, KEYS, LOG, OPERATE, SESSIONS, STATUS
from shared.town.deployment import Deployment, Instance
from tests.support.calls import called_by
from tests.support.part import PartUnderTest, a_deployment
from tests.support.rabbitmqctl import rabbitmqctl

SOURCES = sources(PLAN)
Allowed = set[tuple[str, str, str]]
"""Who may do what with what."""

# The broker


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RabbitMQ]:
    """A broker that knows every part, as a cluster's does."""
    users = (rights.OPERATOR, *map(rights.user_of, SOURCES))
    passwords = {name: f"generated for {name}" for name in users}
    server = RabbitMQ(tmp_path_factory.mktemp("broker"))
    known = rights.definitions(SOURCES, FOLLOWS, passwords)
    server.define(known, rights.OPERATOR, passwords[rights.OPERATOR])
    with server:
        yield server


def queues_of(part: str) -> list[str]:
    """The queues in which a part hears the others."""
    followed = [each for each in SOURCES if part in topology.subscribers(each, SOURCES, FOLLOWS)]
    return [topology.queue_name(part, each) for each in followed]


QUEUES = [topology.DEAD, *(queue for part in SOURCES for queue in queues_of(part))]
SERVICE_EXCHANGES = {topology.service_exchange(each.partition("/")[0]) for each in SOURCES}
EXCHANGES = sorted({topology.DEAD, *map(topology.source_exchange, SOURCES), *SERVICE_EXCHANGES})
WITH_QUEUES: dict[str, Callable[[Any, str], Any]] = {
    "get": lambda channel, queue: channel.basic_get(queue),
    "consume": lambda channel, queue: channel.basic_consume(queue, lambda *_: None),
    "purge": lambda channel, queue: channel.queue_purge(queue),
    "delete": lambda channel, queue: channel.queue_delete(queue),
    "put into": lambda channel, queue: channel.basic_publish("", queue, b"{}"),
    "bind": lambda channel, queue: channel.queue_bind(queue, "registration.events", "#"),
}
WITH_EXCHANGES: dict[str, Callable[[Any, str], Any]] = {
    "publish to": lambda channel, exchange: channel.basic_publish(exchange, "x", b"{}"),
    "delete": lambda channel, exchange: channel.exchange_delete(exchange),
    "bind to the own": lambda channel, exchange: channel.exchange_bind(
        "reporting.events", exchange, "#"
    ),
    "listen to": lambda channel, exchange: channel.queue_bind("mine", exchange, "#"),
}


def at_the_broker(broker: RabbitMQ, part: str) -> Iterator[tuple[str, str, str]]:
    """Everything that a part's user is not refused with every queue and exchange."""
    user = rights.user_of(part)
    address = broker.url_for(user, f"generated for {user}")
    connection = pika.BlockingConnection(pika.URLParameters(address))
    tried = [(what, do, name) for what, do in WITH_QUEUES.items() for name in QUEUES]
    tried += [(what, do, name) for what, do in WITH_EXCHANGES.items() for name in EXCHANGES]
    for what, do, name in tried:
        channel = connection.channel()
        channel.confirm_delivery()
        try:
            do(channel, name)
        except pika.exceptions.ChannelClosedByBroker as refused:
            # A queue with a single active consumer is read by consuming only, also by its owner.
            unsupported = what == "get" and refused.reply_code == 405 and name in queues_of(part)
            assert refused.reply_code == 403 or unsupported, (part, what, name, refused)
            continue
        yield part, what, name
        channel.close()
    connection.close()


def test_what_each_part_may_do_at_the_broker(broker: RabbitMQ, capsys: pytest.CaptureFixture[str]):
    expected: Allowed = set()
    for part in SOURCES:
        own = {(what, queue) for what in ("consume", "purge") for queue in queues_of(part)}
        own.add(("publish to", topology.source_exchange(part)))
        expected |= {(part, *each) for each in own}
    found = {each for part in SOURCES for each in at_the_broker(broker, part)}
    show("at the broker", found, capsys)
    assert found == expected


def test_no_part_manages_the_broker(broker: RabbitMQ):
    users = dict(
        line.split("\t", 1) for line in rabbitmqctl(broker, "-q", "list_users").splitlines()[1:]
    )
    assert users.pop(rights.OPERATOR) == "[administrator]"
    assert users == {rights.user_of(part): "[]" for part in SOURCES}
    assert "management" not in rabbitmqctl(broker, "-q", "status")


# The databases


@pytest.fixture(scope="module")
def databases(postgresql: PostgreSQL, tmp_path_factory: pytest.TempPathFactory) -> Deployment:
    """A deployment whose every part has a database and a role of its own."""
    deployment = a_deployment(tmp_path_factory.mktemp("walk"))
    for part in SOURCES:
        name = database_of(part)
        owned = Instance(part, "127.0.0.1", 1, postgresql.url(name))
        postgresql.prepare(
            name, name, f"generated for {part}", lambda _, own=owned: open_store(deployment, own)
        )
    return deployment


def database_of(part: str) -> str:
    return f"walk_{part.replace('/', '_')}"


STATEMENTS = {
    "read the log of": "SELECT * FROM events",
    "read the views of": "SELECT * FROM positions",
    "append to": "INSERT INTO events VALUES (1, 's', 1, 't', '')",
    "append links to": "INSERT INTO links_of_events VALUES (1, '')",
    "change the log of": "UPDATE events SET body = ''",
    "delete in the log of": "DELETE FROM events",
    "empty the log of": "TRUNCATE events",
    "change the links of": "UPDATE links_of_events SET link = ''",
    "make tables in": "CREATE TABLE mine (id integer)",
    "make temporary tables in": "CREATE TEMPORARY TABLE mine (id integer)",
    "see passwords in": "SELECT rolpassword FROM pg_authid",
    "be the owner in": "SET ROLE vaxledger",
    "run programs in": "COPY (SELECT 1) TO PROGRAM 'true'",
    "read files in": "SELECT pg_read_file('/etc/passwd')",
    "stop others in": "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE usename = 'vaxledger'",
}


def in_the_databases(postgresql: PostgreSQL, part: str) -> Iterator[tuple[str, str, str]]:
    """Everything that a part's role is not refused in every database of the server."""
    role = database_of(part)
    for database in (*map(database_of, SOURCES), "postgres", "template1"):
        url = postgresql.url_for(database, role, f"generated for {part}")
        try:
            connection = psycopg.connect(url.replace("+psycopg", ""))
        except psycopg.OperationalError as refused:
            assert "permission denied for database" in str(refused)
            continue
        with connection:
            yield part, "enter", database
            for what, statement in STATEMENTS.items():
                try:
                    connection.execute(statement)
                except psycopg.errors.InsufficientPrivilege:
                    continue
                finally:
                    connection.rollback()
                yield part, what, database


def test_what_each_part_may_do_in_the_databases(
    postgresql: PostgreSQL, databases: Deployment, capsys: pytest.CaptureFixture[str]
):
    own = ("enter", "read the log of", "read the views of", "append to", "append links to")
    expected = {(part, what, database_of(part)) for part in SOURCES for what in own}
    found = {each for part in SOURCES for each in in_the_databases(postgresql, part)}
    show("in the databases", found, capsys)
    assert found == expected


# The internal addresses of the parts


SHUT = ("not-signed-in", "not-allowed", "token-refused")
PURPOSES = (LOG, KEYS, FIND, STATUS, SESSIONS, OPERATE)


def at_the_addresses(called: PartUnderTest, caller: str) -> Iterator[tuple[str, str, str]]:
    """Every address, meant for parts, at which a part's caller is let in, whatever it calls for."""
    client, source = Client(called.routes), called.part.source
    ways = [called_by(called.deployment, caller, source, purpose) for purpose in PURPOSES]
    for rule in called.routes.url_map.iter_rules():
        declared = rule.endpoint.declaration
        if declared.allow.public:
            continue
        address = re.sub("<uuid:[a-z]+>", "00000000-0000-8000-8000-000000000000", declared.url)
        address = re.sub("<int:[a-z]+>", "1", address)
        address = re.sub("<(path:)?[a-z]+>", "x", address)
        body = {} if declared.verb == "GET" else {"json": {}}
        query = {"source": source} if declared.url == "/held" else {}
        answers = [
            client.open(address, method=declared.verb, headers=headers, query_string=query, **body)
            for headers in ways
        ]
        if not all(any(code in each.text for code in SHUT) for each in answers):
            yield caller, f"{declared.verb} {declared.url}", source


def service_of(source: str) -> str:
    return source.partition("/")[0]


def test_what_each_part_may_ask_of_each_other(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    parts = {}
    for source in SOURCES:
        service, _, site = source.partition("/")
        parts[source] = PartUnderTest(tmp_path, service, site or None)
    expected: Allowed = set()
    for caller in SOURCES:
        heard = [
            called for called in SOURCES if called.partition("/")[0] in FOLLOWS[service_of(caller)]
        ]
        for called in {caller, *heard}:
            expected |= {(caller, "GET /log", called), (caller, "GET /held", called)}
        expected |= {(caller, "GET /status", called) for called in SOURCES}
        if service_of(caller) in KEY_HOLDERS:
            expected.add((caller, "POST /keys", "registration"))
        if service_of(caller) in FINDERS:
            expected.add((caller, "POST /found", "registration"))
        for what in ("exchange", "renew", "end", "language"):
            expected.add((caller, f"POST /sessions/{what}", "supervision"))
    found = {
        each
        for called in parts.values()
        for caller in SOURCES
        for each in at_the_addresses(called, caller)
    }
    show("at the parts' addresses", found, capsys)
    for part in parts.values():
        part.app.store.close()
    assert found == expected


def show(where: str, allowed: Allowed, capsys: pytest.CaptureFixture[str]) -> None:
    """Print who may do what with what."""
    with capsys.disabled():
        print(f"\nAllowed {where}:")
        for (part, what), rows in groupby(sorted(allowed), key=lambda row: row[:2]):
            print(f"  {part:24} {what:18} {', '.join(row[2] for row in rows)}")
