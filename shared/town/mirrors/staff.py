"""Mirror of staff: signing keys, versions of accounts, sessions that have ended.

It comes by supervision's events and lies in every part's own views, so that a site checks who
stands before it while everything around it is down.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from sqlalchemy import Column, Connection, Integer, MetaData, String, Table, delete, insert, select

from shared.kit.contracts import Event
from shared.kit.eventstore import Store, Views, put

FRESH_SECONDS = 2.0
STAFF_EVENTS = (
    "StaffEnrolled",
    "RoleGranted",
    "RoleRevoked",
    "StaffLocked",
    "StaffUnlocked",
    "CredentialsReset",
)

tables = MetaData()
signing_keys = Table(
    "signing_keys",
    tables,
    Column("key", String, primary_key=True),
    Column("x", String, nullable=False),
)
staff_versions = Table(
    "staff_versions",
    tables,
    Column("login", String, primary_key=True),
    Column("version", Integer, nullable=False),
)
ended_sessions = Table("ended_sessions", tables, Column("session", String, primary_key=True))

views = Views(tables)


@views.on("SigningKeyPublished")
def _published(connection: Connection, event: Event) -> None:
    put(connection, signing_keys, "key", {"key": event.data["key"], "x": event.data["x"]})


@views.on("SigningKeyRetired")
def _retired(connection: Connection, event: Event) -> None:
    connection.execute(delete(signing_keys).where(signing_keys.c.key == event.data["key"]))


@views.on(*STAFF_EVENTS)
def _changed(connection: Connection, event: Event) -> None:
    row = {"login": event.data["login"], "version": event.stream_version}
    put(connection, staff_versions, "login", row)


@views.on("SignedOut")
def _signed_out(connection: Connection, event: Event) -> None:
    connection.execute(insert(ended_sessions), {"session": event.data["session"]})


@dataclass(slots=True)
class Known:
    """What the views say at one moment; `keys` are public Ed25519 keys (base64url) by name."""

    keys: dict[str, str] = field(default_factory=dict[str, str])
    versions: dict[str, int] = field(default_factory=dict[str, int])
    ended: set[str] = field(default_factory=set[str])


class StaffMirror:
    """Reads those views again when they are older than `seconds`: a revocation works so soon."""

    def __init__(self, store: Store, seconds: float = FRESH_SECONDS) -> None:
        self._store = store
        self._seconds = seconds
        self._known = Known()
        self._read_at = float("-inf")
        self._ended_here: set[str] = set()

    def now(self, *, fresh: bool = False) -> Known:
        """Return what is known; `fresh` asks the store again in any case."""
        if fresh or time.monotonic() - self._read_at > self._seconds:
            self._known, self._read_at = self._read(), time.monotonic()
        return self._known

    def end(self, session: str) -> None:
        """Let a session end here at once; its event is on its way."""
        self._ended_here.add(session)
        self._known.ended.add(session)

    def _read(self) -> Known:
        known = Known(ended=set(self._ended_here))
        with self._store.connection() as connection:
            known.keys.update((key, x) for key, x in connection.execute(select(signing_keys)))
            known.versions.update(
                (login, version) for login, version in connection.execute(select(staff_versions))
            )
            known.ended.update(connection.execute(select(ended_sessions)).scalars())
        return known
