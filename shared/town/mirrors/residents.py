"""Mirror of residents: who is registered in which unit, sealed identity, newest answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TypedDict
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Index,
    MetaData,
    String,
    Table,
    bindparam,
    select,
)

from shared.kit.contracts import Event
from shared.kit.eventstore import Prepared, Views, change, put_all
from shared.kit.formats import Day, Id, Moment
from shared.kit.language import t
from shared.town.places import Places
from shared.town.privacy import ERASED
from shared.town.work import Work

tables = MetaData()
residents = Table(
    "residents",
    tables,
    Column("resident", String, primary_key=True),
    Column("unit", String, nullable=False),
    Column("cohort", String, nullable=False),
    Column("sex", String, nullable=False),
    Column("birth_date", String, nullable=False),
    Column("identity", String, nullable=False),  # "" when the person is erased
    Column("answer", String),  # consented or declined
    Column("wished_week", String),
    Column("answered", BigInteger),  # position of the answer
    Column("declined_at", String),  # when the answer was last no
    Index("residents_of_unit", "unit", "resident"),  # a unit's list is read a page at a time
)


class Registered(TypedDict):
    """A row of the mirror without what is sealed."""

    resident: Id
    unit: str
    cohort: str
    sex: str
    birth_date: Day
    answer: str | None
    wished_week: str | None
    answered: int | None
    declined_at: Moment | None


class Resident(Registered):
    """A row of the mirror; `identity` is an `Event.sealed` reference."""

    identity: str


views = Views(tables)

_UNIT = Prepared(select(residents.c.unit).where(residents.c.resident == bindparam("wanted")))
ANSWERING = ("ConsentGiven", "VaccinationDeclined", "AnswerTakenBack")
_FACTS = ("resident", "unit", "cohort", "sex", "birth_date")


@views.on_run("ResidentRegistered", "ResidentCorrected")
def _registered(connection: Connection, events: Sequence[Event]) -> None:
    rows = [
        {name: event.data[name] for name in _FACTS} | {"identity": event.sealed("identity")}
        for event in events
    ]
    put_all(connection, residents, "resident", rows)


@views.on("ResidentErased")
def _erased(connection: Connection, event: Event) -> None:
    found = residents.c.resident == event.data["resident"]
    connection.execute(residents.update().where(found).values(identity=""))


@views.on("RegistrationTakenBack")
def _taken_back(connection: Connection, event: Event) -> None:
    connection.execute(residents.delete().where(residents.c.resident == event.data["resident"]))


@views.on(*ANSWERING)
def _answered(connection: Connection, event: Event) -> None:
    week = event.data.get("wished_week")
    row = {"answer": answer_in(event), "wished_week": week, "answered": event.position}
    if event.name == "VaccinationDeclined":
        row["declined_at"] = event.recorded_at
    change(connection, residents, "resident", row | {"resident": event.data["resident"]})


def answer_in(event: Event) -> str | None:
    """Return the answer that stands after one of `ANSWERING`: consented, declined or none."""
    if event.name == "AnswerTakenBack":
        return {"consent": "consented", "decline": "declined"}.get(event.data["answer"])
    return "consented" if event.name == "ConsentGiven" else "declined"


def unit_of(work: Work, resident: UUID) -> str | None:
    """Return the code of the unit that counts a resident; None: nobody of this id is registered."""
    found = work.row(_UNIT, wanted=str(resident))
    return found["unit"] if found else None


class ResidentPlaces(Places):
    """What admission asks of residents, answered by the mirror; raises `nobody` of strangers."""

    def __init__(self, nobody: type[Exception]) -> None:
        self._nobody = nobody

    def unit_of(self, work: Work, resident: UUID) -> str:
        """Return the code of the unit that counts a resident."""
        unit = unit_of(work, resident)
        if unit is None:
            raise self._nobody
        return unit


def name_of(work: Work, person: Mapping[str, object]) -> str:
    """Return the name of one, as `names_of` does."""
    return names_of(work, [person])[str(person["resident"])]


def names_of(work: Work, people: Iterable[Mapping[str, object]]) -> dict[str, str]:
    """Return names by resident of rows with `resident` and `identity`; noted as a look.

    Said not to be shown where the key is not to be had; people without identity are erased.
    """
    names = {str(each["resident"]): str(each["identity"] or "") for each in people}
    opened = work.privacy.read_all(
        [(who, sealed) for who, sealed in names.items() if sealed], ("name",)
    )
    nameless = t("姓名不显示", "name not shown")
    return {
        who: str(ERASED) if not sealed else (opened[who] or {}).get("name", nameless)
        for who, sealed in names.items()
    }


def names_among(work: Work, ids: Iterable[str]) -> dict[str, str]:
    """Return the names of some residents by their ids, as `names_of` does; who is unknown is left out."""
    query = select(residents.c.resident, residents.c.identity)
    return names_of(work, work.rows(query.where(residents.c.resident.in_(list(ids)))))
