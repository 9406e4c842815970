"""Take back an import as a whole, or a person entered by hand: keys are destroyed, values restored."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, TypedDict
from uuid import UUID

from services.registration.domain.resident import CLASSES, Resident
from services.registration.domain.taking_back_refusals import (
    BuiltUpon,
    CameWithRoster,
    DayOver,
    NothingToTakeBack,
    OtherThanPreviewed,
)
from services.registration.key_desk import commands as key_desk
from services.registration.rosters import queries as rosters
from services.registration.search import commands as search
from services.registration.search.blind_index import Seen
from services.registration.taking_back import queries
from services.registration.taking_back.built import built_since
from services.registration.taking_back.queries import LISTING, Judged, Touched
from services.registration.units import queries as units
from shared.kit.formats import Id
from shared.town import request_context
from shared.town.contracts.taken_back import BY_HAND, BY_IMPORT
from shared.town.privacy import Identity
from shared.town.terms.rosters import BUILT
from shared.town.work import Work

NOTED = "ResidentNoted"


class Counts(TypedDict):
    """How many people went, are as before, and stay."""

    taken_back: int
    restored: int
    stays: int


RosterTakenBack = TypedDict(
    "RosterTakenBack",
    {"import": Id, "unit": str, "taken_back": int, "restored": int, "stays": int},
)
"""The same, with the import and its unit."""


class TakenBack(TypedDict):
    """Who is off the list as if never on it."""

    resident: Id
    unit: str
    status: Literal["taken_back"]


def take_back_import(work: Work, job: str, people: int) -> RosterTakenBack:
    """Take an import back as a whole; on whom something was built stays as they are.

    `people` are how many the preview takes back or restores. Raises `UnknownImport`,
    `ImportRunning`, `AlreadyTakenBack`, `NothingToTakeBack`, `OtherThanPreviewed`.
    """
    found = queries.judged(work, job)
    if not found.taken_back and not found.restored:
        raise NothingToTakeBack
    if (now := len(found.taken_back) + len(found.restored)) != people:
        raise OtherThanPreviewed(people=now)
    gone = [work.get(Resident, UUID(each)) for each in found.taken_back]
    for person in gone:
        person.take_back(BY_IMPORT, UUID(job))
    restored = _restored(work, found)
    counts = Counts(taken_back=len(gone), restored=len(restored), stays=len(found.stays))
    unit = units.stored_unit(work, found.row["unit"])
    unit.take_back_roster(UUID(job), found.row["file_sha256"], **counts)
    work.save(*gone, *restored)
    _forget(work, found.taken_back)
    work.save(unit)
    return {
        "import": job,
        "unit": found.row["unit"],
        "taken_back": counts["taken_back"],
        "restored": counts["restored"],
        "stays": counts["stays"],
    }


def take_back_one(work: Work, resident: UUID, version: int) -> TakenBack:
    """Take back, on the same day, that somebody was entered by hand; nothing may be built on it.

    Raises `UnknownResident`, `CameWithRoster`, `DayOver`, `BuiltUpon`, `ChangedSince`.
    """
    event, own, with_it = queries.listed_last(work, resident)
    if rosters.is_import(work, event.command, event.actor):
        raise CameWithRoster
    entered = datetime.fromisoformat(event.recorded_at).astimezone(work.campaign.zone).date()
    if entered != work.today():
        raise DayOver(day=entered)
    if built := built_since(work, {str(resident): own}, with_it[-1]).get(str(resident)):
        raise BuiltUpon(since=[BUILT[code] for code in built])
    person = work.begin(Resident, resident, version)
    person.take_back(BY_HAND)
    work.save(person)
    _forget(work, [str(resident)])
    return {"resident": str(resident), "unit": event.data["unit"], "status": "taken_back"}


def _forget(work: Work, ids: Sequence[str]) -> None:
    """Destroy the keys of people, and drop by what they were found."""
    if not ids:
        return
    work.privacy.table.destroy_all_of(ids)
    for each in ids:
        work.forget(each)
        key_desk.forget(work, each)
        search.forget_traces(work, each, CLASSES)


# As it was before


def _restored(work: Work, found: Judged) -> list[Resident]:
    """Let people be as before the import, and be found by what they are called again."""
    touched = {each: found.touched[each] for each in found.restored}
    identities, noted = _identities_before(work, touched), _notes_before(work, touched)
    work.privacy.table.prepare(found.restored)
    people: list[Resident] = []
    seen: list[Seen] = []
    for resident, their in touched.items():
        person = work.get(Resident, UUID(resident))
        before = work.before(Resident, UUID(resident), their.said[0].stream_version)
        identity = identities[resident]
        if any(each.name in LISTING for each in their.said):
            restore(person, before, identity)
            seen.append(seen_as(person, identity))
        _restore_lists(person, before)
        if resident in noted:
            person.note(*noted[resident])
        people.append(person)
    search.remember(work, seen)
    return people


def restore(person: Resident, before: Resident, identity: Identity) -> None:
    """Say of a person again what was so before."""
    person.restore(
        unit=before.unit,
        tie=before.tie,
        cohort=before.cohort,
        sex=before.sex,
        birth_date=before.birth_date,
        document_kind=before.document_kind,
        identity=dict(identity),
    )
    person.tag(before.cohorts)


def seen_as(person: Resident, identity: Identity) -> Seen:
    """Return what a person is remembered by."""
    return Seen(
        str(person.id),
        identity.get("name") or "",
        identity.get("card_number") or "",
        identity.get("phone") or "",
        person.birth_date.isoformat(),
        person.sex,
    )


def _restore_lists(person: Resident, before: Resident) -> None:
    person.tag(before.cohorts)
    for unit in sorted(person.also.keys() - before.also.keys()):
        person.unlist(unit)
    for unit, tie in before.also.items():
        person.list_also(unit, tie)


def _identities_before(work: Work, touched: dict[str, Touched]) -> dict[str, Identity]:
    """Open who people were before: for the system's own use, nobody is shown them."""
    pairs = [
        (who, next(e for e in reversed(their.before) if e.name in LISTING).sealed("identity"))
        for who, their in touched.items()
    ]
    with request_context.answering(None):
        opened = work.privacy.read_all(pairs)
    return {who: identity or {} for who, identity in opened.items()}


def _notes_before(
    work: Work, touched: dict[str, Touched]
) -> dict[str, tuple[list[str], str | None]]:
    """Return the marks and the remark that people had, of whom the import has noted others."""
    latest = {
        who: next((each for each in reversed(their.before) if each.name == NOTED), None)
        for who, their in touched.items()
        if any(each.name == NOTED for each in their.said)
    }
    sealed = [
        (who, event.sealed("remark"))
        for who, event in latest.items()
        if event and event.data["remark"]
    ]
    with request_context.answering(None):
        opened = work.privacy.read_all(sealed, ("remark",)) if sealed else {}
    return {
        who: (list(event.data["marks"]) if event else [], (opened.get(who) or {}).get("remark"))
        for who, event in latest.items()
    }
