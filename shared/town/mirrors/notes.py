"""Mirror of notes: what rosters say of residents beside the facts (妊娠期, 外出务工), as of now.

They are no verdicts: whoever screens reads them beside the questions and decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypedDict

from sqlalchemy import Column, Connection, MetaData, String, Table, bindparam, delete, select

from shared.kit.contracts import Event
from shared.kit.eventstore import Prepared, Views, among, in_json, put
from shared.town.contracts.asked_rosters import LEFT, MARKS
from shared.town.mirrors.merges import records_of
from shared.town.work import Work

AT_ONCE = 500

tables = MetaData()
notes = Table(
    "notes",
    tables,
    Column("resident", String, primary_key=True),
    Column("marks", String, nullable=False),  # codes with commas between
    Column("remark", String),  # an `Event.sealed` reference
    Column("noted_at", String, nullable=False),
)
views = Views(tables)

_AMONG = Prepared(select(notes).where(among(notes.c.resident, "ids")))
_FORGOTTEN = Prepared(delete(notes).where(notes.c.resident == bindparam("who")))


@views.on("ResidentNoted")
def _noted(connection: Connection, event: Event) -> None:
    sealed = event.sealed("remark") if event.data["remark"] else None
    row = {"resident": event.data["resident"], "marks": ",".join(event.data["marks"])}
    put(connection, notes, "resident", row | {"remark": sealed, "noted_at": event.recorded_at})


@views.on("ResidentErased", "RegistrationTakenBack")
def _forgotten(connection: Connection, event: Event) -> None:
    _FORGOTTEN.run(connection, {"who": event.data["resident"]})


@dataclass(frozen=True, slots=True)
class Noted:
    """What is noted of somebody; `remark` is an `Event.sealed` reference, None: no words."""

    marks: tuple[str, ...] = ()
    remark: str | None = None

    @property
    def left(self) -> str | None:
        """The mark of who died, moved away or is not known there; None: nothing of the sort."""
        return next((mark for mark in self.marks if mark in LEFT), None)


NOTHING = Noted()


class _Row(TypedDict):
    resident: str
    marks: str
    remark: str | None


def noted_among(work: Work, residents: Sequence[str]) -> dict[str, Noted]:
    """Return what is noted of each of some records of whom anything is."""
    found: dict[str, Noted] = {}
    for start in range(0, len(residents), AT_ONCE):
        some = in_json(residents[start : start + AT_ONCE])
        for row in work.rows(_AMONG, _Row, ids=some):
            marks = tuple(mark for mark in row["marks"].split(",") if mark)
            found[row["resident"]] = Noted(marks, row["remark"])
    return found


def noted_of(work: Work, resident: str) -> tuple[list[str], list[str]]:
    """Return the marks of a person's records, and their remarks opened, which is a look."""
    found = noted_among(work, records_of(work, resident))
    marks = {mark for noted in found.values() for mark in noted.marks}
    sealed = [(who, noted.remark) for who, noted in found.items() if noted.remark]
    opened = work.privacy.read_all(sealed, ("remark",)) if sealed else {}
    remarks = [who["remark"] for who in opened.values() if who and who.get("remark")]
    return [mark for mark in MARKS if mark in marks], remarks
