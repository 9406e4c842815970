"""Erasure: destroy the keys of a resident, now or again after a backup was restored."""

from __future__ import annotations

from datetime import date
from typing import Literal, TypedDict
from uuid import UUID

from services.registration.domain.refusals import VisitOpen
from services.registration.domain.resident import FACTS, Resident
from services.registration.history import queries as history
from services.registration.key_desk import commands as key_desk
from services.registration.residents import persons
from services.registration.residents import queries as residents
from services.registration.search import commands as search
from shared.kit.dates import date_text
from shared.kit.formats import Id
from shared.kit.language import Text
from shared.town.work import Work

# Why not everything is forgotten at once (Vaccine Administration Law, art. 46).
RETAINED = Text(
    "已接种，接种记录（姓名、证件号码）依《疫苗管理法》第四十六条保存至 {day}，之后可再次申请删除；联系方式已删除。",
    "Vaccinated: the law (Vaccine Administration Law, art. 46) needs name and document number"
    " until {day}; ask again after that day. How to reach the person is erased.",
)


class Erased(TypedDict):
    """What was destroyed, and what the law retains until when."""

    resident: Id
    status: Literal["erased", "already_erased"]
    records: list[Id]
    destroyed: list[str]
    retained: list[str]
    retained_until: date | None
    because: str | None


def erase(work: Work, resident: UUID, reason: str) -> Erased:
    """Forget who a resident is, as far as the law allows today; events stay as they are.

    All records of one person are forgotten together. Raises `UnknownResident`, `VisitOpen`.
    """
    person = residents.stored_resident(work, resident)
    others = [UUID(each) for each in persons.records_of(work, resident) if each != str(resident)]
    people = [person, *(residents.stored_resident(work, each) for each in others)]
    vaccinated = any(residents.is_vaccinated(work, each.id) for each in people)
    retained_until = residents.retained_until(work) if vaccinated else None
    days = [day for each in people if (day := _open_visit(work, each.id))]
    if days and retained_until is None and FACTS in person.held:
        raise VisitOpen(day=date.fromisoformat(min(days)))
    gone: dict[UUID, list[str]] = {}
    for each in people:
        gone[each.id] = each.erase(reason, today=work.today(), retained_until=retained_until)
        if gone[each.id]:
            work.privacy.table.destroy(str(each.id), gone[each.id])
            work.forget(str(each.id))
            key_desk.forget(work, str(each.id))
            search.forget_traces(work, str(each.id), gone[each.id])
            work.save(each)
    classes = gone[person.id]
    kept = retained_until if person.held else None
    return {
        "resident": str(resident),
        "status": "erased" if classes else "already_erased",
        "records": [str(each) for each, lost in gone.items() if lost],
        "destroyed": classes,
        "retained": list(person.held),
        "retained_until": kept,
        "because": str(RETAINED.format(day=date_text(kept))) if kept else None,
    }


def _open_visit(work: Work, resident: UUID) -> str | None:
    """The day of an appointment, today or before, whose outcome nobody has told yet."""
    today = work.today().isoformat()
    booked = history.open_appointments(work, str(resident))
    return next((each["day"] for each in booked if each["day"] <= today), None)


def bury(work: Work) -> None:
    """Destroy again the keys that a restored backup has brought back, and say so."""
    people: list[Resident] = []
    retained_until: date | None = None
    for resident, classes in work.privacy.table.bury().items():
        search.forget_traces(work, resident, sorted(classes))
        key_desk.forget(work, resident)
        retained_until = retained_until or residents.retained_until(work)
        person = work.find(Resident, UUID(resident))
        if person is not None and person.lose(classes, retained_until=retained_until):
            people.append(person)
    work.save(*people)
