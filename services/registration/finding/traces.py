"""Finding the sealed: residents are remembered by blind traces, and found by them (ADR 0010)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, bindparam, delete, func, or_, select, update

from services.registration.belonging.belonging_views import memberships
from services.registration.finding.sought import Meant, meant_by
from services.registration.finding.traces_views import OF_CONTACT, traces
from services.registration.finding.tracing import REGION, Seen, Tracer
from services.registration.queries import AT_ONCE, RegistrationQueries
from services.registration.standing import standing_on
from services.registration.views import residents, units
from shared.kit.eventstore import Context, Prepared, among, in_json, insert_all
from shared.town import request_context
from shared.town.privacy import CONTACT, FACTS

PURPOSE = "residents"
# Two values hardly ever have the same trace: a few rows more than wanted make up for it.
SPARE = 8
_NEXT = Prepared(select(func.coalesce(func.max(traces.c.number) + 1, 0)))
_FORGET = Prepared(delete(traces).where(among(traces.c.resident, "ids")))


class Traces(RegistrationQueries):
    """Residents are remembered when they are registered, found by what is typed, forgotten."""

    @cached_property
    def tracer(self) -> Tracer:
        """What computes traces under this deployment's key."""
        return Tracer(self.privacy.blind(PURPOSE))

    # Remembering and forgetting, in the running transaction

    def remember(self, people: Sequence[Seen]) -> None:
        """Write the traces of people, in place of those they had; a person's last word counts."""
        latest = {who.resident: who for who in people}
        self._forget_rows(list(latest))
        if not latest:
            return
        connection = self.store.current.connection
        number = _NEXT.value(connection, {})
        rows = [self.tracer.row(at, who) for at, who in enumerate(latest.values(), number)]
        insert_all(connection, traces, rows)

    def forget_traces(self, resident: str, classes: Sequence[str]) -> None:
        """Forget what a resident could be found by, as far as keys of these classes are destroyed.

        Without the facts the whole row goes; without the contact, what came of the telephone.
        """
        if FACTS in classes:
            self._forget_rows([resident])
        elif CONTACT in classes:
            row = update(traces).where(traces.c.resident == resident)
            nothing: dict[str, None] = dict.fromkeys(OF_CONTACT)
            self.store.current.connection.execute(row.values(nothing))

    def reindex(self, after: str | None = None) -> dict[str, Any]:
        """Remember anew, of their sealed identities, the next `AT_ONCE` residents by id.

        In a short transaction of its own, so that others write in between. Returns how many were
        remembered and forgotten, and the `after` to go on with, None when all are done.
        """
        with self.store.transaction(Context("reindex", "operator", "reindex"), repeatable=True):
            next_ones = select(residents).order_by(residents.c.resident).limit(AT_ONCE)
            if after is not None:
                next_ones = next_ones.where(residents.c.resident > after)
            rows = self.rows(next_ones)
            with request_context.answering(
                None
            ):  # the operator who asks for it may see no identities
                people = self.opened(rows)
            self.remember(people)
            gone = {row["resident"] for row in rows} - {who.resident for who in people}
            self._forget_rows(sorted(gone))
            last = rows[-1]["resident"] if len(rows) == AT_ONCE else None
            if last is None:
                known = select(residents.c.resident)
                stray = delete(traces).where(traces.c.resident.not_in(known))
                self.store.current.connection.execute(stray)
        return {"remembered": len(people), "unreadable": len(gone), "after": last}

    def _forget_rows(self, ids: Sequence[str]) -> None:
        for start in range(0, len(ids), AT_ONCE):
            some = in_json(ids[start : start + AT_ONCE])
            _FORGET.run(self.store.current.connection, {"ids": some})

    # Finding

    def search(
        self, text: str, *, units: frozenset[str] | None = None, most: int = 20
    ) -> list[str]:
        """Return the ids of at most `most` residents that a typed text means, of these units.

        The text decides what is sought (see `meant_by`). Whoever has the traces is opened and
        compared before being named; `units` None is the whole town. Nobody has looked at anybody
        yet: that happens when the caller opens those found. A person may be found twice only by
        two documents.
        """
        for group in meant_by(text):
            found: list[str] = []
            for who in self._candidates(group, units, most + SPARE):
                if len(found) < most and any(meant.holds(who) for meant in group):
                    found.append(who.resident)
            if found:
                return found
        return []

    def found(self, ids: Sequence[str]) -> list[dict[str, Any]]:
        """Return those found as a list shows them: this is a look, the number is masked."""
        wanted = standing_on(self.today()).where(residents.c.resident.in_(ids))
        rows = {row["resident"]: row for row in self.rows(wanted)}
        listed = [rows[each] for each in ids if each in rows]
        opened = self.identities(listed, ("name", "card_number", "number"))
        names = {row["unit"]: row for row in self.rows(select(units))}
        return [_shown(row, opened[row["resident"]] or {}, names[row["unit"]]) for row in listed]

    def _candidates(
        self, group: Sequence[Meant], reach: frozenset[str] | None, most: int
    ) -> list[Seen]:
        regions = self._regions()
        has_one = or_(*(self._has(meant, regions) for meant in group))
        query = select(residents).join(traces, traces.c.resident == residents.c.resident)
        query = query.where(has_one)
        if reach is not None:
            also = select(memberships.c.resident).where(memberships.c.unit.in_(sorted(reach)))
            # Without an index for this, both databases begin with the few who have the traces.
            counted = func.coalesce(residents.c.unit, "").in_(sorted(reach))
            query = query.where(counted | residents.c.resident.in_(also))
        return self.opened(self.rows(query.limit(most)))

    def _has(self, meant: Meant, regions: range) -> ColumnElement[bool]:
        sought = list(self.tracer.sought(meant.column, meant.value, regions))
        # One parameter for all: thousands of single ones would each be looked at by SQLAlchemy.
        # Of its own, PostgreSQL would be told INTEGER when the first happens to fit one.
        asked = bindparam(None, sought, BigInteger, expanding=True)
        return traces.c[meant.column].in_(asked)

    def _regions(self) -> range:
        # Two questions: asked for both ends at once, SQLite would read the whole table.
        ends = [
            self.row(select(end(traces.c.number).label("number"))) for end in (func.min, func.max)
        ]
        first, last = (end["number"] if end else None for end in ends)
        if first is None or last is None:
            return range(0)
        return range(first // REGION, last // REGION + 1)

    def opened(self, rows: Sequence[dict[str, Any]]) -> list[Seen]:
        """Open rows of the residents' view for the system's own use; nobody is shown them."""
        with request_context.deciding():
            identities = self.identities(rows)
        return [
            seen_of(row, identity)
            for row in rows
            if (identity := identities[row["resident"]]) is not None
        ]


def masked(number: str) -> str:
    """Return a document number of which the last four characters can be read."""
    return "*" * len(number[:-4]) + number[-4:]


def _shown(row: dict[str, Any], who: dict[str, Any], unit: dict[str, Any]) -> dict[str, Any]:
    number = who.get("card_number") or who.get("number")
    return {name: row[name] for name in ("resident", "birth_date", "sex", "unit", "status")} | {
        "name": who.get("name"),
        "unit_name_zh": unit["name_zh"],
        "unit_name_en": unit["name_en"],
        "number": masked(number) if number else None,
    }


def seen_of(row: dict[str, Any], identity: dict[str, Any]) -> Seen:
    """Put a row of the residents' view and the opened identity together."""
    return Seen(
        resident=row["resident"],
        name=identity.get("name") or "",
        number=identity.get("card_number") or identity.get("number") or "",
        phone=identity.get("phone") or "",
        birth_date=row["birth_date"],
        sex=row["sex"],
    )
