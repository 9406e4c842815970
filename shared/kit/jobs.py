"""Jobs: work that waits in a table of the store, is claimed by one worker and tried again.

    IMPORTS = Jobs(imports, ImportRow, attempts="attempts", due="claimed_until", ...)

    with work.store.transaction(context):
        job = IMPORTS.claim(work, now, state="reading", claimed_until=now + LEASE)
    ...
    with work.store.transaction(context):
        if IMPORTS.held(work, job) is None:
            raise Stopped
        IMPORTS.change(work, job["id"], rows_done=120, claimed_until=now + LEASE)

The table stays its room's own, with whatever columns it has beside; states are the room's words.
`due` says when a job may be begun; of one at work it is the end of its lease, unless its state is
none that waits, where it stays until it is given back. The number of the attempt says whose the job
is: whoever was overtaken, or cancelled, holds it no more. Columns of bytes are sealed by the room,
and read one by one with `payload`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Generic, TypeVar, cast

from sqlalchemy import ColumnElement, LargeBinary, Select, Table, or_, select, update

from shared.kit.eventstore import Work

T = TypeVar("T", bound=Mapping[str, object])
Instant = str | float
"""A moment as the table writes it: a text of one offset, or seconds since 1970."""


class Jobs(Generic[T]):
    """The jobs in one table; what changes them runs in a transaction, which excludes all others."""

    def __init__(
        self,
        table: Table,
        kind: type[T],
        *,
        key: str,
        attempts: str,
        due: str,
        order: Sequence[str],
        waiting: Sequence[str],
        at_work: Sequence[str],
    ) -> None:
        """Take the names of the columns, and the states in which a job waits or is at work.

        `kind` is the `TypedDict` of a row without its payloads. One that is in both kinds of state
        waits again as soon as its lease is over.
        """
        self.table, self.kind = table, kind
        self._key, self._attempts, self._due = table.c[key], table.c[attempts], table.c[due]
        self._order = [table.c[name] for name in order]
        self._waiting, self._at_work = waiting, at_work
        plain = (column for column in table.c if not isinstance(column.type, LargeBinary))
        self.rows: Select[Any] = select(*plain)

    def due(self, now: Instant, *conditions: ColumnElement[bool]) -> Select[Any]:
        """Return a query for what may be begun at this moment, what has waited longest first."""
        is_due = (
            or_(self._due.is_(None), self._due <= now) if self._due.nullable else self._due <= now
        )
        query = self.rows.where(self.table.c.state.in_(self._waiting), is_due, *conditions)
        return query.order_by(*self._order)

    def claim(
        self, work: Work, now: Instant, *conditions: ColumnElement[bool], **values: object
    ) -> T | None:
        """Begin an attempt at the next job, writing `values`; return its row, None: none is due."""
        oldest = self.due(now, *conditions).with_only_columns(self._key).limit(1)
        begun = (
            update(self.table)
            .where(self._key == oldest.scalar_subquery())
            .values({**values, self._attempts.name: self._attempts + 1})
            .returning(*self.rows.selected_columns)
        )
        row = work.store.current.connection.execute(begun).mappings().first()
        return None if row is None else cast("T", dict(row))

    def get(self, work: Work, key: str) -> T | None:
        """Return a job's row; None: there is no such job."""
        return work.row(self.rows.where(self._key == key), self.kind)

    def held(self, work: Work, job: T) -> T | None:
        """Return the row of a job that was claimed as it is now; None: it is ours no more."""
        now = self.get(work, str(job[self._key.name]))
        if now is None or now["state"] not in self._at_work:
            return None
        return now if now[self._attempts.name] == job[self._attempts.name] else None

    def change(self, work: Work, key: str, **values: object) -> None:
        """Change columns of a job: its lease, progress, state, when it is due again."""
        changing = update(self.table).where(self._key == key).values(values)
        work.store.current.connection.execute(changing)

    def payload(self, work: Work, key: str, name: str) -> bytes | None:
        """Return what a column of bytes holds; None: nothing."""
        row = work.row(select(self.table.c[name]).where(self._key == key))
        return None if row is None or row[name] is None else bytes(row[name])
