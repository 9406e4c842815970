"""What every service knows of staff: signing keys, account versions, sessions that have ended.

It comes by supervision's events and lies in the service's own views, so that a site checks who
stands before it while everything around it is down.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from joserfc.jwk import OKPKey
from sqlalchemy import Column, Connection, Integer, MetaData, String, Table, delete, insert, select

from shared.kit.contracts import Event
from shared.kit.eventstore.store import Store
from shared.kit.eventstore.views import Views, put
from shared.town.access.tokens import public_key

FRESH_SECONDS = 2.0
STAFF_EVENTS = (
    "StaffEnrolled",
    "RoleGranted",
    "RoleRevoked",
    "StaffLocked",
    "StaffUnlocked",
    "CredentialsReset",
)


def with_standing(views: Views) -> Views:
    """Add the tables and effects to a service's views, once."""
    if "staff_versions" in views.tables.tables:
        return views
    tables = views.tables
    keys = _table(tables, "signing_keys", "key", Column("x", String, nullable=False))
    staff = _table(tables, "staff_versions", "login", Column("version", Integer, nullable=False))
    ended = _table(tables, "ended_sessions", "session")

    @views.on("SigningKeyPublished")
    def published(connection: Connection, event: Event) -> None:
        put(connection, keys, "key", {"key": event.data["key"], "x": event.data["x"]})

    @views.on("SigningKeyRetired")
    def retired(connection: Connection, event: Event) -> None:
        connection.execute(delete(keys).where(keys.c.key == event.data["key"]))

    @views.on(*STAFF_EVENTS)
    def changed(connection: Connection, event: Event) -> None:
        row = {"login": event.data["login"], "version": event.stream_version}
        put(connection, staff, "login", row)

    @views.on("SessionEnded")
    def over(connection: Connection, event: Event) -> None:
        connection.execute(insert(ended), {"session": event.data["session"]})

    return views


def _table(tables: MetaData, name: str, key: str, *columns: Column[object]) -> Table:
    return Table(name, tables, Column(key, String, primary_key=True), *columns)


@dataclass(slots=True)
class Known:
    """What the views say at one moment."""

    keys: dict[str, OKPKey] = field(default_factory=dict[str, OKPKey])
    versions: dict[str, int] = field(default_factory=dict[str, int])
    ended: set[str] = field(default_factory=set[str])


class Standing:
    """Reads those views anew when they are older than `seconds`: a revocation works so soon."""

    def __init__(
        self,
        store: Store,
        seconds: float = FRESH_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Read the store of the service."""
        self._store = store
        self._seconds = seconds
        self._clock = clock
        self._known = Known()
        self._read_at = float("-inf")
        self._ended_here: set[str] = set()

    def now(self, *, fresh: bool = False) -> Known:
        """Return what is known; `fresh` asks the store again in any case."""
        if fresh or self._clock() - self._read_at > self._seconds:
            self._known, self._read_at = self._read(), self._clock()
        return self._known

    def end(self, session: str) -> None:
        """Let a session end here at once; its event is on its way."""
        self._ended_here.add(session)
        self._known.ended.add(session)

    def _read(self) -> Known:
        tables = self._store.views.tables.tables
        known = Known(ended=set(self._ended_here))
        with self._store.connection() as connection:
            for key, x in connection.execute(select(tables["signing_keys"])):
                known.keys[key] = self._known.keys.get(key) or public_key(key, x)
            known.versions.update(
                (login, version)
                for login, version in connection.execute(select(tables["staff_versions"]))
            )
            known.ended.update(connection.execute(select(tables["ended_sessions"])).scalars())
        return known
