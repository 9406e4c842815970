"""What cadres and chiefs do: make somebody responsible, set quotas, record contacts (R16, R24)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Literal, TypedDict, Unpack
from uuid import UUID, uuid5

from sqlalchemy import select

from services.registration.domain.contact import Contact, Frame
from services.registration.domain.contact_refusals import (
    NotYoursToUndo,
    UnknownContact,
    VaccinatedSince,
)
from services.registration.domain.quotas import Quotas
from services.registration.domain.responsibility import Responsibility
from services.registration.domain.responsibility_refusals import (
    BadAssignments,
    NobodySelected,
    SelectionChanged,
    TooManySelected,
    UnknownCadre,
)
from services.registration.mobilisation.queries import may_undo
from services.registration.mobilisation.selection import (
    BY_NAME,
    FROM_CADRE,
    Choice,
    Chosen,
    chosen,
    ever_assigned,
)
from services.registration.mobilisation.views import contacts
from services.registration.residents import queries as residents
from services.registration.staff.queries import cadres_at_work
from services.registration.units import queries as units
from shared.kit.eventstore import blank
from shared.kit.formats import Id
from shared.kit.refusals import Refusal
from shared.town.work import Work

MOST_ASSIGNED = 5000
CONTACTS = UUID("3d1f7a52-6c0e-5b9c-8f34-0f6f0f6a1c05")


class QuotaSet(TypedDict):
    """The quota as it stands."""

    unit: str
    cadre: str
    quota: int
    status: Literal["set", "unchanged"]


class AssignedOne(TypedDict):
    """The assignment as it stands."""

    resident: Id
    unit: str
    cadre: str
    since: date
    status: Literal["assigned", "unchanged"]


class Share(TypedDict):
    """How many people a cadre has of those chosen; without a cadre: not assigned."""

    cadre: str | None
    people: int


class SharedOut(TypedDict):
    """What an assignment does, or with `dry_run` would do."""

    unit: str
    since: date
    dry_run: bool
    selected: int
    changed: int
    cadres: list[Share]
    before: list[Share]


class Recorded(TypedDict):
    """The contact, and the answer that stands after it, or again."""

    resident: Id
    contact: Id
    outcome: str
    answer: str
    status: Literal["recorded", "undone", "already_undone"]


class Undone(Recorded):
    """A contact that was undone, and the answer that stands again."""

    answer_changed: bool


# Responsibility


def set_quota(work: Work, unit: str, cadre: str, quota: int) -> QuotaSet:
    """Set how many people a cadre is to bring. Raises `UnknownUnit`, `UnknownCadre`, `BadQuota`."""
    units.stored_unit(work, unit)
    _must_be_at_work(work, unit, [cadre])
    quotas = work.begin(Quotas, Quotas.create_id(unit))
    changed = quotas.set(unit, cadre, quota)
    work.save(quotas)
    return QuotaSet(unit=unit, cadre=cadre, quota=quota, status="set" if changed else "unchanged")


def assign_one(work: Work, resident: UUID, cadre: str, since: date | None) -> AssignedOne:
    """Make a cadre responsible for one resident, from today on or an earlier day."""
    unit = residents.unit_of(work, resident)
    done = assign(work, unit, cadres=[cadre], since=since, choice=BY_NAME, residents=[resident])
    return {
        "resident": str(resident),
        "unit": unit,
        "cadre": cadre,
        "since": done["since"],
        "status": "assigned" if done["changed"] else "unchanged",
    }


def assign(
    work: Work,
    unit: str,
    *,
    cadres: Sequence[str],
    since: date | None = None,
    dry_run: bool = False,
    expected: int | None = None,
    **which: Unpack[Choice],
) -> SharedOut:
    """Share the chosen residents evenly out over cadres, all of them or none.

    In the order of registration, so that neighbours stay together. `dry_run` only counts;
    `expected` is the preview's count. Raises `UnknownUnit`, `UnknownCadre`, `NobodySelected`,
    `TooManySelected`, `SelectionChanged`, `BadAssignments`.
    """
    units.stored_unit(work, unit)
    cadres = list(dict.fromkeys(cadres))
    _must_be_at_work(work, unit, cadres)
    people = chosen(work, unit, which)
    if not people:
        raise NobodySelected
    if len(people) > MOST_ASSIGNED:
        raise TooManySelected(count=len(people), most=MOST_ASSIGNED)
    if expected is not None and expected != len(people):
        raise SelectionChanged(expected=expected, found=len(people))
    day = since or work.today()
    shares = [
        (row, cadres[number * len(cadres) // len(people)]) for number, row in enumerate(people)
    ]
    changed = _shared_out(work, unit, shares, day, passed_on=which["choice"] == FROM_CADRE)
    if not dry_run:
        work.save(*changed)
    counts = Counter(cadre for _, cadre in shares)
    before = Counter(row["cadre"] for row in people)
    return {
        "unit": unit,
        "since": day,
        "dry_run": dry_run,
        "selected": len(people),
        "changed": len(changed),
        "cadres": [{"cadre": each, "people": counts[each]} for each in cadres],
        "before": [
            {"cadre": each, "people": before[each]}
            for each in sorted(before, key=lambda cadre: cadre or "")
        ],
    }


def _shared_out(
    work: Work, unit: str, shares: Sequence[tuple[Chosen, str]], day: date, *, passed_on: bool
) -> list[Responsibility]:
    """Assign everybody to their new cadre; return what has changed by that."""
    today = work.today()
    start = min(work.campaign.start, today)
    known = ever_assigned(work, unit)
    changed: list[Responsibility] = []
    bad: list[dict[str, str]] = []
    for row, cadre in shares:
        resident = UUID(row["resident"])
        # Most are assigned for the first time: their streams need not be looked for.
        begin = work.begin if row["resident"] in known else blank
        held = begin(Responsibility, Responsibility.create_id(resident))
        lapsed = row["cadre"] is None
        # Who had the person from a later day on passes them on from that day.
        since = max(day, held.since) if passed_on and held.since else day
        try:
            if held.assign(resident, unit, cadre, since, start=start, today=today, lapsed=lapsed):
                changed.append(held)
        except Refusal as refusal:
            about = {"resident": row["resident"], "code": refusal.code}
            bad.append(about | {"problem": str(refusal)})
    if bad:
        raise BadAssignments(bad=len(bad), example=bad[0]["problem"], lines=bad[:100])
    return changed


def _must_be_at_work(work: Work, unit: str, cadres: Sequence[str]) -> None:
    at_work = cadres_at_work(work, unit)
    for cadre in cadres:
        if cadre not in at_work:
            raise UnknownCadre(cadre=cadre, unit=unit)


# Contacts


def record_contact(
    work: Work,
    resident: UUID,
    *,
    channel: str,
    outcome: str,
    contact: UUID | None = None,
    next_day: date | None = None,
    wished_week: str | None = None,
    wished_site: str | None = None,
    reason: str | None = None,
) -> Recorded:
    """Record an attempt and the answer it brought, in one transaction.

    Without an id the contact is named after the command, so that the same command again is the
    same contact. Raises `UnknownResident`, and what `Answering.record_contact` raises.
    """
    person = residents.stored_resident(work, resident)
    named = contact or uuid5(CONTACTS, f"{resident} {work.store.current.context.command}")
    made = Contact(named, channel, outcome, next_day, wished_week, wished_site, reason)
    sites = tuple(site.code for site in work.campaign.sites)
    plan = work.campaign
    frame = Frame(units.weeks(work), sites, work.today(), plan.end, plan.min_age)
    person.record_contact(made, frame, superseded=residents.is_superseded(work, person))
    work.save(person)
    return {
        "resident": str(resident),
        "contact": str(named),
        "outcome": outcome,
        "answer": person.answered().answer,
        "status": "recorded",
    }


def undo_contact(work: Work, resident: UUID, contact: UUID, *, by: str, senior: bool) -> Undone:
    """Take back a resident's latest contact with the answer it brought; once is enough.

    `by` may undo what they recorded today; who is `senior` (the unit's chief, the office) what
    anybody recorded, whenever. Raises `UnknownContact`, `NotYoursToUndo`, `NotLatestContact`,
    `VaccinatedSince`.
    """
    person = residents.stored_resident(work, resident)
    mine = contacts.c.resident == str(resident)
    query = select(contacts).where(mine, contacts.c.contact == str(contact))
    row = work.row(query)
    if row is None:
        raise UnknownContact
    if not (row["undone_at"] or may_undo(work, row, by, senior=senior)):
        raise NotYoursToUndo(by=row["actor"], day=date.fromisoformat(row["day"]))
    before = person.answered()
    told = person.undo_contact(contact)
    changed = person.answered() != before
    if changed and before.answer == "consent" and residents.is_vaccinated(work, resident):
        raise VaccinatedSince
    work.save(person)
    return {
        "resident": str(resident),
        "contact": str(contact),
        "outcome": row["outcome"],
        "answer": person.answered().answer,
        "status": "undone" if told else "already_undone",
        "answer_changed": changed,
    }
