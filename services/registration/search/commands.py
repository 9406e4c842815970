"""What is remembered of residents, so that they are found: traces are written and forgotten."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict

from sqlalchemy import delete, func, select, update

from services.registration.residents.joining import records
from services.registration.residents.queries import AT_ONCE, ResidentRow
from services.registration.search.blind_index import Seen
from services.registration.search.queries import opened, tracer_of
from services.registration.search.views import OF_CONTACT, traces
from shared.kit.eventstore import Context, Prepared, among, in_json, insert_all
from shared.town import request_context
from shared.town.privacy import CONTACT, FACTS
from shared.town.work import Work

_NEXT = Prepared(select(func.coalesce(func.max(traces.c.number) + 1, 0)))
_FORGET = Prepared(delete(traces).where(among(traces.c.resident, "ids")))


class Reindexed(TypedDict):
    """How many were remembered and forgotten, and the `after` to go on with, None when all are."""

    remembered: int
    unreadable: int
    after: str | None


def remember(work: Work, people: Sequence[Seen]) -> None:
    """Write the traces of people, in place of those they had; a person's last word counts."""
    latest = {who.resident: who for who in people}
    _forget_rows(work, list(latest))
    if not latest:
        return
    connection = work.store.current.connection
    number, tracer = _NEXT.value(connection, {}), tracer_of(work)
    rows = [tracer.row(at, who) for at, who in enumerate(latest.values(), number)]
    insert_all(connection, traces, rows)


def forget_traces(work: Work, resident: str, classes: Sequence[str]) -> None:
    """Forget what a resident could be found by, as far as keys of these classes are destroyed.

    Without the facts the whole row goes; without the contact, what came of the telephone.
    """
    if FACTS in classes:
        _forget_rows(work, [resident])
    elif CONTACT in classes:
        row = update(traces).where(traces.c.resident == resident)
        nothing: dict[str, None] = dict.fromkeys(OF_CONTACT)
        work.store.current.connection.execute(row.values(nothing))


def reindex(work: Work, after: str | None = None) -> Reindexed:
    """Remember once more, of their sealed identities, the next `AT_ONCE` residents by id.

    In a short transaction of its own, so that others write in between.
    """
    with work.store.transaction(Context("reindex", "operator", "reindex"), repeatable=True):
        person = records()
        next_ones = select(person).order_by(person.c.resident).limit(AT_ONCE)
        if after is not None:
            next_ones = next_ones.where(person.c.resident > after)
        rows = work.rows(next_ones, ResidentRow)
        with request_context.answering(None):  # the operator who asks may see no identities
            people = opened(work, rows)
        remember(work, people)
        gone = {row["resident"] for row in rows} - {who.resident for who in people}
        _forget_rows(work, sorted(gone))
        last = rows[-1]["resident"] if len(rows) == AT_ONCE else None
        if last is None:
            stray = delete(traces).where(traces.c.resident.not_in(select(person.c.resident)))
            work.store.current.connection.execute(stray)
    return Reindexed(remembered=len(people), unreadable=len(gone), after=last)


def _forget_rows(work: Work, ids: Sequence[str]) -> None:
    for start in range(0, len(ids), AT_ONCE):
        some = in_json(ids[start : start + AT_ONCE])
        _FORGET.run(work.store.current.connection, {"ids": some})
