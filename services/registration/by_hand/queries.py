"""What is known of somebody before they are added or corrected by hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TypedDict
from uuid import UUID

from services.registration.residents import lists
from services.registration.residents import queries as residents
from services.registration.residents.queries import ResidentRow
from services.registration.rosters import queries as rosters
from services.registration.rosters.reading.roster_dates import NoDate, day_of
from services.registration.rosters.registering import cohort_of
from services.registration.rosters.row_questions import OWN_WISH
from services.registration.search import queries as search
from services.registration.search.blind_index import Seen
from services.registration.search.close_matches import close_matches
from services.registration.search.queries import Found
from services.registration.taking_back.built import TAKEN_BACK, built_since
from services.registration.taking_back.queries import LISTING, listed_last
from services.registration.units import queries as units
from shared.kit.contracts import Event
from shared.town.identity_documents import BadDocument, read_document
from shared.town.privacy import Identity
from shared.town.work import Work

TAGGED = "CohortsTagged"
MOST = 20


class Known(TypedDict):
    """Somebody known by the number: where, and what may be done."""

    resident: str
    unit: str
    here: bool
    shared: bool
    erased: bool


@dataclass(frozen=True, slots=True)
class Sought:
    """What is known of whom somebody looks for before they add them.

    `elsewhere` are people of other units who are like them, who may not be shown.
    """

    known: Known | None
    people: list[Found]
    elsewhere: int


def sought(work: Work, unit: str, text: str, born: str, reach: frozenset[str] | None) -> Sought:
    """Look for somebody by number, or by name and date of birth, and for whoever is like them."""
    try:
        document = read_document(text, None)
    except BadDocument:
        return _by_name(work, text, born, reach)
    resident = work.privacy.resident_id(document.kind, document.number)
    for row in residents.registered(work, [str(resident)]):
        return Sought(_known(work, unit, row), [], 0)
    return Sought(None, [], 0)


def _by_name(work: Work, text: str, born: str, reach: frozenset[str] | None) -> Sought:
    ids = search.search(work, text, reach=reach, most=MOST)
    day = _day(born)
    if day is not None:
        rows = {row["resident"]: row for row in residents.registered(work, ids)}
        ids = [each for each in ids if rows[each]["birth_date"] == day.isoformat()]
        someone = Seen("", text, "", "", day.isoformat(), "")
        ids += [each.other for each in close_matches(work, [someone])]
    ids = list(dict.fromkeys(ids))[:MOST]
    near = [row for row in residents.registered(work, ids) if reach is None or row["unit"] in reach]
    here = {row["resident"] for row in near}
    return Sought(
        None, search.found(work, [each for each in ids if each in here]), len(ids) - len(here)
    )


def _day(text: str) -> date | None:
    try:
        return day_of(text)[0] if text.strip() else None
    except NoDate:
        return None


def _known(work: Work, unit: str, row: ResidentRow) -> Known:
    return Known(
        resident=row["resident"],
        unit=row["unit"],
        here=row["unit"] == unit or unit in residents.units_of(work, UUID(row["resident"])),
        shared=may_share(work, unit, row["resident"], row["unit"]),
        erased=row["erased"] is not None,
    )


def may_share(work: Work, unit: str, resident: str, counted_in: str) -> bool:
    """Tell whether a unit may list somebody whom another counts (R16)."""
    return lists.sharing(work, unit, [resident]).may(resident, counted_in)


def erased_at_own_wish(work: Work, resident: str) -> date | None:
    """Return the day on which somebody had their data erased at their own wish, if so."""
    said = [
        each
        for each in work.store.stream(resident)
        if each.name in (*LISTING, "ResidentErased", TAKEN_BACK)
    ]
    if not said or said[-1].name != "ResidentErased" or said[-1].data["reason"] not in OWN_WISH:
        return None
    return _day_in(work, said[-1])


def _day_in(work: Work, event: Event) -> date:
    return datetime.fromisoformat(event.recorded_at).astimezone(work.campaign.zone).date()


def latest_correction(work: Work, resident: UUID) -> list[Event]:
    """Return what the latest correction of a resident said of them; nothing if there was none.

    The registration itself is none, also where it followed one that was taken back.
    """
    listed = listed_last(work, resident)
    said = [
        each
        for each in listed.own
        if each.position > listed.with_it[-1].position and each.name in (*LISTING, TAGGED)
    ]
    return [each for each in said if each.command == said[-1].command]


class Undoable(TypedDict):
    """What can be taken back today of a resident: the entry by hand, the latest correction.

    `version` is that of the record.
    """

    entry: bool
    correction: bool
    version: int


def undoable(work: Work, resident: UUID) -> Undoable:
    """Return what can be taken back today of a resident."""
    event, own, with_it = listed_last(work, resident)
    today = work.today()
    entry = (
        _day_in(work, event) == today
        and not rosters.is_import(work, event.command, event.actor)
        and not built_since(work, {str(resident): own}, with_it[-1])
    )
    correction = latest_correction(work, resident)
    return Undoable(
        entry=entry,
        correction=bool(correction) and is_of_today(work, correction[-1]),
        version=own[-1].stream_version,
    )


def is_of_today(work: Work, event: Event) -> bool:
    """Tell whether something was done today, by hand."""
    by_import = rosters.is_import(work, event.command, event.actor)
    return _day_in(work, event) == work.today() and not by_import


def carried_by_number(row: ResidentRow, identity: Identity) -> set[str]:
    """Return what the number of somebody's document says itself: birth date, sex."""
    try:
        document = read_document(identity.get("card_number", ""), row["document_kind"])
    except BadDocument:
        return set()
    says = {"birth_date": document.birth_date, "sex": document.sex}
    return {name for name, value in says.items() if value is not None}


def default_cohort(work: Work, unit: str) -> str:
    """Return the cohort most of a unit's people belong to, as the plan says."""
    units.unit(work, unit)
    return cohort_of(work, unit)
