"""A part's own role in PostgreSQL: it works with its store and cannot change history."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import make_url

from deploy.local.postgresql import PostgreSQL
from deploy.parts import open_store
from services.supervision.ledger.views import ledger
from shared.kit.eventstore import Context, Store
from shared.kit.eventstore.tables import APPEND_ONLY
from shared.town.deployment import Deployment, Instance, Secrets
from tests.support.part import CAMPAIGN_FILE
from tests.support.part_processes import give_doses

PASSWORD = "a-generated-password"
Refused = psycopg.errors.InsufficientPrivilege


def a_store(postgresql: PostgreSQL, folder: Path, source: str) -> Store:
    """A part's store, prepared by the owner and opened by the part's own role."""
    name = f"r{uuid.uuid4().hex}"
    owner = Instance(source, "127.0.0.1", 1, postgresql.url(name))
    registration = Instance("registration", "127.0.0.1", 1, "sqlite://")
    parts = (owner, registration)
    deployment = Deployment(
        folder, "memory://", parts, Secrets.generate(), campaign_file=CAMPAIGN_FILE
    ).with_keys()
    postgresql.prepare(name, name, PASSWORD, lambda url: open_store(deployment, owner))
    own = Instance(source, "127.0.0.1", 1, postgresql.url_for(name, name, PASSWORD))
    return open_store(deployment, own)


@pytest.fixture
def store(postgresql: PostgreSQL, tmp_path: Path) -> Iterator[Store]:
    store = a_store(postgresql, tmp_path, "appointments/stadium")
    give_doses(store, 3)
    yield store
    store.close()


def as_the_part(store: Store) -> psycopg.Connection:
    url = make_url(store.url).set(drivername="postgresql")
    return psycopg.connect(url.render_as_string(hide_password=False), autocommit=True)


def test_the_part_s_own_role_does_all_a_part_does(store: Store):
    assert store.head() == 3
    answer = store.execute(Context("one", "tester", "test"), "f", lambda: {"done": True})
    assert answer == ({"done": True}, False)
    assert store.rebuild(Context("two", "tester", "test")) == 3
    store.mark_published(3)
    assert store.published()[0] == 3


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE events SET body = ''",
        "DELETE FROM events",
        "TRUNCATE events",
        "ALTER TABLE events DISABLE TRIGGER ALL",
        "DROP TRIGGER events_refuses_change ON events",
        "DROP TABLE events",
        "ALTER TABLE events RENAME TO old_events",
        "BEGIN; LOCK TABLE events IN ACCESS EXCLUSIVE MODE",
        "CREATE TABLE mine (id integer)",
        "CREATE OR REPLACE FUNCTION events_is_append_only() RETURNS trigger AS 'BEGIN RETURN NEW; END' LANGUAGE plpgsql",
        "SET session_replication_role = replica",
        "SET ROLE vaxledger",
        "ALTER ROLE CURRENT_USER SUPERUSER",
        "CREATE DATABASE other",
        "COPY events TO PROGRAM 'cat'",
        "SELECT pg_read_file('/etc/passwd')",
    ],
)
def test_nobody_changes_history_with_a_part_s_role(store: Store, statement: str):
    with as_the_part(store) as connection, pytest.raises(Refused):
        connection.execute(statement)
    assert store.head() == 3


def test_a_part_s_role_reads_no_other_part_s_database(
    store: Store, postgresql: PostgreSQL, tmp_path: Path
):
    other = a_store(postgresql, tmp_path, "screening")
    url = make_url(store.url).set(database=make_url(other.url).database, drivername="postgresql")
    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        psycopg.connect(url.render_as_string(hide_password=False))
    other.close()


def test_without_the_password_nobody_comes_in(store: Store):
    url = make_url(store.url).set(drivername="postgresql", password="wrong")
    for user in (url.username, "vaxledger"):
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(url.set(username=user).render_as_string(hide_password=False))


def test_the_ledger_is_as_untouchable_as_the_events(postgresql: PostgreSQL, tmp_path: Path):
    store = a_store(postgresql, tmp_path, "supervision")
    assert ledger.info[APPEND_ONLY]
    with as_the_part(store) as connection:
        for statement in ("UPDATE ledger SET hash = ''", "DELETE FROM ledger", "TRUNCATE ledger"):
            with pytest.raises(Refused):
                connection.execute(statement)
    store.close()
