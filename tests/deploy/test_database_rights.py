"""A part's own role in PostgreSQL: it works with its store and cannot change history."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from eventsourcing.application import AggregateNotFoundError
from sqlalchemy import delete, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from deploy.local.postgresql import PostgreSQL
from deploy.parts import SERVICES, open_store, open_work
from services.supervision.ledger.views import ledger
from services.supervision.sign_in.office import SignInOffice
from services.supervision.sign_in.views import changes_of_credentials, credentials
from services.supervision.staff import commands as staff
from shared.kit.eventstore import Context, Store, rights
from shared.kit.eventstore.tables import APPEND_ONLY
from shared.town.deployment import Deployment, Instance, Secrets
from shared.town.work import Work
from tests.support.part import CAMPAIGN_FILE, PartUnderTest, a_deployment
from tests.support.part_processes import SITE, give_doses

PASSWORD = "a-generated-password"
A_PROCESS_NEEDS, TWO_RELAYS_NEED = 22, 6
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
    assert answer == ({"done": True}, "")
    assert store.rebuild(Context("two", "tester", "test")) == 3
    store.mark_published(3)
    assert store.published()[0] == 3


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE events SET body = ''",
        "DELETE FROM events",
        "TRUNCATE events",
        "UPDATE links_of_events SET link = ''",
        "DELETE FROM links_of_events",
        "TRUNCATE links_of_events",
        "DROP TRIGGER links_of_events_refuses_change ON links_of_events",
        "ALTER TABLE events OWNER TO CURRENT_USER",
        "CREATE TEMPORARY TABLE events (position integer)",
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


def test_a_part_s_connections_are_enough_for_two_processes_and_an_operator_s_number_stays(
    postgresql: PostgreSQL, tmp_path: Path
):
    role = f"r{uuid.uuid4().hex}"
    with psycopg.connect(postgresql.conninfo("postgres"), autocommit=True) as owner:

        def most() -> int:
            words = "SELECT rolconnlimit FROM pg_roles WHERE rolname = %s"
            [found] = owner.execute(words, [role]).fetchone() or [None]
            return found

        rights.make_role(owner, role, PASSWORD)
        usual = most()
        assert usual >= 2 * A_PROCESS_NEEDS + TWO_RELAYS_NEED
        for set_by_hand, afterwards in ((usual - 20, usual), (200, 200), (-1, -1)):
            owner.execute(f"ALTER ROLE {role} CONNECTION LIMIT {set_by_hand}")
            rights.make_role(owner, role, PASSWORD)
            assert most() == afterwards
        owner.execute(f"DROP ROLE {role}")


def test_the_ledger_is_as_untouchable_as_the_events(postgresql: PostgreSQL, tmp_path: Path):
    store = a_store(postgresql, tmp_path, "supervision")
    assert ledger.info[APPEND_ONLY]
    with as_the_part(store) as connection:
        for statement in ("UPDATE ledger SET hash = ''", "DELETE FROM ledger", "TRUNCATE ledger"):
            with pytest.raises(Refused):
                connection.execute(statement)
    store.close()


@pytest.mark.parametrize("source", [*filter("appointments".__ne__, SERVICES), SITE])
def test_no_part_s_role_owns_a_table_or_may_do_more_than_append(
    postgresql: PostgreSQL, tmp_path: Path, source: str
):
    store = a_store(postgresql, tmp_path, source)
    role = make_url(store.url).username
    verbs = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER")
    may = dict[str, list[str]]()
    with as_the_part(store) as connection:
        owners = dict(
            connection.execute(
                "SELECT tablename, tableowner FROM pg_tables WHERE schemaname = 'public'"
            ).fetchall()
        )
        for table in owners:
            asked = ", ".join(f"has_table_privilege('{table}', '{verb}')" for verb in verbs)
            row = connection.execute(f"SELECT {asked}").fetchone()
            assert row is not None
            may[table] = [verb for verb, yes in zip(verbs, row, strict=True) if yes]
    assert role not in owners.values()
    assert may["events"] == may["links_of_events"] == ["SELECT", "INSERT"]
    most = {"SELECT", "INSERT", "UPDATE", "DELETE"}
    assert all(set(each) <= most for each in may.values())
    store.close()


# What proves who somebody is


@pytest.fixture
def supervision(postgresql: PostgreSQL, tmp_path: Path) -> Iterator[Work]:
    """Supervision on a database of its own, as its own role."""
    store = a_store(postgresql, tmp_path, "supervision")
    deployment = a_deployment(tmp_path)
    url = store.url
    store.close()
    work = open_work(deployment, replace(deployment.part("supervision"), store=url))
    yield work
    work.store.close()


def changes(work: Work) -> list[tuple[str, str | None, str | None, str]]:
    """What the database has noted of credentials: verb, login before and after, columns."""
    rows = work.rows(select(changes_of_credentials).order_by(changes_of_credentials.c.number))
    own = make_url(work.store.url).username
    assert {row["role"] for row in rows} <= {own}
    return [(r["verb"], r["key_before"], r["key_after"], r["columns"]) for r in rows]


def enrolled(work: Work, folder: Path) -> SignInOffice:
    """Enrol somebody and let them sign in, as the product does."""
    office = SignInOffice(work, a_deployment(folder))
    with work.store.transaction(Context("enrol", "admin", "test")):
        staff.enrol(work, "nurse", "nurse")
        staff.grant(work, "nurse", "auditor", "town")
    code = office.issue_code("nurse", "admin")
    assert office.choose_password("nurse", code, "seven-blue-lanterns-9", "127.0.0.1")
    assert office.sign_in("nurse", "seven-blue-lanterns-9", "127.0.0.1")
    return office


def test_the_database_notes_each_change_of_a_credential(supervision: Work, tmp_path: Path):
    enrolled(supervision, tmp_path)
    assert changes(supervision) == [
        ("INSERT", None, "nurse", ""),
        ("UPDATE", "nurse", "nurse", "code"),
        ("UPDATE", "nurse", "nurse", "password code"),
    ]


def test_no_account_is_made_or_taken_over_by_supervision_s_role_without_a_trace(
    supervision: Work, tmp_path: Path
):
    office = enrolled(supervision, tmp_path)
    before = len(changes(supervision))
    with as_the_part(supervision.store) as connection:
        for statement in (
            "INSERT INTO credentials (login, post, password) VALUES ('mallory', 'x', 'y')",
            "UPDATE credentials SET password = 'z' WHERE login = 'nurse'",
            "UPDATE credentials SET login = 'alice' WHERE login = 'mallory'",
            "DELETE FROM credentials WHERE login = 'alice'",
        ):
            connection.execute(statement)
    assert changes(supervision)[before:] == [
        ("INSERT", None, "mallory", "password"),
        ("UPDATE", "nurse", "nurse", "password"),
        ("UPDATE", "mallory", "alice", ""),
        ("DELETE", "alice", None, "password"),
    ]
    with pytest.raises(AggregateNotFoundError):  # without events there is no account
        office._start("mallory", "password", None)


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO changes_of_credentials (at, role, verb, columns) VALUES ('', '', '', '')",
        "UPDATE changes_of_credentials SET role = 'somebody else'",
        "DELETE FROM changes_of_credentials",
        "TRUNCATE changes_of_credentials",
        "TRUNCATE credentials",
        "ALTER TABLE credentials DISABLE TRIGGER ALL",
        "ALTER TABLE credentials DISABLE TRIGGER credentials_is_recorded",
        "DROP TRIGGER credentials_is_recorded ON credentials",
        "DROP TABLE changes_of_credentials",
        "CREATE OR REPLACE FUNCTION changes_of_credentials_is_written() RETURNS trigger"
        " AS 'BEGIN RETURN NULL; END' LANGUAGE plpgsql",
        "DROP FUNCTION changes_of_credentials_is_written() CASCADE",
        "SET session_replication_role = replica",
        "CREATE TEMPORARY TABLE changes_of_credentials (number integer)",
    ],
)
def test_supervision_s_role_does_not_get_round_the_trace(supervision: Work, statement: str):
    with as_the_part(supervision.store) as connection, pytest.raises(Refused):
        connection.execute(statement)
    with as_the_part(supervision.store) as connection:
        connection.execute("INSERT INTO credentials (login, post) VALUES ('later', 'x')")
    assert changes(supervision)[-1] == ("INSERT", None, "later", "")


def test_sqlite_notes_the_same(tmp_path: Path):
    part = PartUnderTest(tmp_path, "supervision")
    enrolled(part.app, tmp_path)
    with part.transaction() as transaction:
        transaction.connection.execute(delete(credentials))
    rows = part.app.rows(select(changes_of_credentials).order_by(changes_of_credentials.c.number))
    assert [(row["verb"], row["columns"]) for row in rows] == [
        ("INSERT", ""),
        ("UPDATE", "code"),
        ("UPDATE", "password code"),
        ("DELETE", "password"),
    ]
    with pytest.raises(DBAPIError, match="append-only"), part.transaction() as transaction:
        transaction.connection.execute(delete(changes_of_credentials))


def test_a_store_from_before_gets_the_trace_when_its_owner_opens_it(
    postgresql: PostgreSQL, tmp_path: Path
):
    store = a_store(postgresql, tmp_path, "supervision")
    database, role = (make_url(store.url).database, make_url(store.url).username)
    assert database is not None
    assert role is not None
    store.close()
    with psycopg.connect(postgresql.conninfo(database), autocommit=True) as owner:
        owner.execute("DROP TRIGGER credentials_is_recorded ON credentials")
        owner.execute("DROP TABLE changes_of_credentials")
    part = Instance("supervision", "127.0.0.1", 1, postgresql.url(database))
    deployment = a_deployment(tmp_path)
    postgresql.prepare(database, role, PASSWORD, lambda _: open_store(deployment, part))
    with psycopg.connect(postgresql.conninfo(database), autocommit=True) as owner:
        owner.execute("INSERT INTO credentials (login, post) VALUES ('later', 'x')")
        count = owner.execute("SELECT count(*) FROM changes_of_credentials").fetchone()
    assert count == (1,)
