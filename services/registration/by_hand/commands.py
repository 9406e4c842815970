"""Add or correct one person by hand, as a roster's row would; take a correction back."""

from __future__ import annotations

from datetime import date
from typing import Literal, TypedDict, Unpack
from uuid import UUID

from marshmallow import ValidationError

from services.registration.by_hand import queries
from services.registration.by_hand.typed import Typed, line_of
from services.registration.domain.by_hand_refusals import (
    ErasedAtOwnWish,
    KnownElsewhere,
    KnownHere,
    NoCorrection,
    OnlyContact,
    UnderAge,
)
from services.registration.domain.refusals import Erased
from services.registration.domain.resident import CLASSES, Resident
from services.registration.domain.responsibility import Responsibility
from services.registration.domain.taking_back_refusals import DayOver
from services.registration.duplicates.commands import record_matches
from services.registration.residents import lists
from services.registration.residents import queries as residents
from services.registration.residents.queries import ResidentRow
from services.registration.rosters import comparison
from services.registration.rosters.batch import SHOWN
from services.registration.rosters.comparison import FACTS, Known
from services.registration.rosters.outcome import Candidate, Change
from services.registration.rosters.reading.roster_lines import Line
from services.registration.search.close_matches import close_matches
from services.registration.search.commands import remember
from services.registration.taking_back.commands import restore, seen_as
from services.registration.units import queries as units
from shared.kit.formats import Id
from shared.kit.language import Text
from shared.town import request_context
from shared.town.campaign import age_on
from shared.town.privacy import Identity
from shared.town.work import Work

CONTACT_FIELDS = ("phone", "email", "address")


class Person(Typed, total=False):
    """Somebody to be added; the two that are asked for where they are needed."""

    despite_wish: bool
    despite_age: bool


class Added(TypedDict):
    """Who was added; `matches` are people known who may be the same; `version` names it to an undo."""

    resident: Id
    unit: str
    status: Literal["registered", "listed_too"]
    matches: list[Candidate]
    version: int


class Corrected(TypedDict):
    """What is different now; `told`: whether anything is. `version` names it to an undo."""

    resident: Id
    changes: list[Change]
    told: bool
    version: int


def add(work: Work, code: str, **said: Unpack[Person]) -> Added:
    """Register one person on a unit's list, with the checks of a roster.

    Raises `UnknownUnit`, `ValidationError`, `KnownHere`, `KnownElsewhere`, `ErasedAtOwnWish`, `UnderAge`.
    """
    units.stored_unit(work, code)
    wish, age = said.pop("despite_wish", False), said.pop("despite_age", False)
    line = line_of(work, code, said)
    document = line.document
    resident = str(work.privacy.resident_id(document.kind, document.number))
    row = next(residents.registered(work, [resident]), None)
    if row is not None and row["unit"] != code:
        return _list_too(work, code, line, row)
    if row is not None and row["erased"] is None:
        raise KnownHere(resident=resident)
    _is_meant(work, line, resident, wish=wish, age=age)
    person = _registered(work, code, line, resident, row)
    work.privacy.table.prepare([resident])
    seen = comparison.seen_in(line, resident, {})
    remember(work, [seen])
    work.save(person)
    if line.cohorts and person.tag((*person.cohorts, *line.cohorts)):
        work.save(person)
    if line.cadre:
        _assign(work, code, resident, line.cadre)
    found = close_matches(work, [seen], at_least=SHOWN)
    record_matches(work, found)
    return Added(
        resident=resident,
        unit=code,
        status="registered",
        matches=[
            Candidate(resident=each.other, score=each.score, reasons=list(each.reasons))
            for each in found
        ],
        version=person.version,
    )


def _is_meant(work: Work, line: Line, resident: str, *, wish: bool, age: bool) -> None:
    """Ask before somebody is registered against their own wish, or for nothing."""
    wished = queries.erased_at_own_wish(work, resident)
    if wished is not None and not wish:
        raise ErasedAtOwnWish(day=wished)
    oldest = age_on(line.birth_date, work.campaign.end)
    if oldest < work.campaign.min_age and not age:
        raise UnderAge(age=work.campaign.min_age)


def _registered(
    work: Work, code: str, line: Line, resident: str, row: ResidentRow | None
) -> Resident:
    """Somebody new; who was erased, or taken back, is registered once more."""
    if row is not None:
        known = Known(row, None)
        person = work.get(Resident, UUID(resident))
        comparison.correct(line, person, code, known, comparison.changes(line, known))
        return person
    again = work.find(Resident, UUID(resident))
    cohort = queries.default_cohort(work, code)
    return comparison.register(line, resident, code, cohort, again)


def _list_too(work: Work, code: str, line: Line, row: ResidentRow) -> Added:
    """Somebody whom another unit counts: a village and a sector may share (R16)."""
    resident = row["resident"]
    sharing = lists.sharing(work, code, [resident])
    if sharing.tie_of(resident):
        raise KnownHere(resident=resident)
    if not sharing.may(resident, row["unit"]):
        unit = units.unit(work, row["unit"])
        raise KnownElsewhere(unit=Text(unit["name_zh"], unit["name_en"]), unit_code=row["unit"])
    cohort = line.cohort or queries.default_cohort(work, code)
    person = lists.share(work, sharing, UUID(resident), line.tie, cohort)
    assert person is not None, "the unit does not list them yet"
    work.save(person)
    return Added(
        resident=resident, unit=code, status="listed_too", matches=[], version=person.version
    )


def _assign(work: Work, code: str, resident: str, cadre: str) -> None:
    today = work.today()
    holder = work.begin(Responsibility, Responsibility.create_id(UUID(resident)))
    holder.assign(
        UUID(resident),
        code,
        cadre,
        max(today, holder.since or today),
        start=min(work.campaign.start, today),
        today=today,
        lapsed=True,
    )
    work.save(holder)


# Correcting


def correct(
    work: Work, resident: UUID, *, version: int | None, whole: bool, **said: Unpack[Typed]
) -> Corrected:
    """Let a resident's record say what was typed; what was left out stays.

    `whole`: all of it may be corrected, else only how to reach the person. Raises
    `UnknownResident`, `ChangedSince`, `Erased`, `OnlyContact`, `ValidationError`.
    """
    row = residents.one_row(work, resident)
    person = work.begin(Resident, resident, version)
    identity = _identity(work, row)
    if person.held != CLASSES or identity is None:
        raise Erased
    if not whole and said.keys() - set(CONTACT_FIELDS):
        raise OnlyContact
    before = residents.cohorts_of(work, resident)
    line = _line(work, row, identity, before, said)
    # An empty cell leaves what is known on a roster; here it goes.
    to_nothing = {name: "" for name in CONTACT_FIELDS if name in said and not getattr(line, name)}
    changes = comparison.changes(line, Known(row, identity | to_nothing))
    changes += [
        Change(field=name, before=identity[name], after="")
        for name in to_nothing
        if identity.get(name)
    ]
    if changes:
        now = comparison.identity_of(line, identity | to_nothing)
        person.correct(
            unit=row["unit"],
            tie=line.tie,
            cohort=line.cohort or row["cohort"],
            identity=now,
            new_identity=any(each["field"] not in FACTS for each in changes),
            sex=line.sex,
            birth_date=line.birth_date,
        )
        remember(work, [seen_as(person, now)])
    if "cohorts" in said and person.tag(each for each in said["cohorts"] if each):
        changes.append(
            Change(field="cohort", before=" ".join(before), after=" ".join(person.cohorts))
        )
    work.save(person)
    return Corrected(
        resident=str(resident),
        changes=[each for each in changes if each["before"] != each["after"]],
        told=bool(changes),
        version=person.version,
    )


def _line(
    work: Work, row: ResidentRow, identity: Identity, cohorts: list[str], said: Typed
) -> Line:
    """What is known with what was typed over it, checked as a roster's row."""
    known: Typed = {
        "name": identity.get("name", ""),
        "document_kind": row["document_kind"],
        "card_number": identity.get("card_number", ""),
        "sex": row["sex"],
        "birth_date": row["birth_date"],
        "phone": identity.get("phone", ""),
        "email": identity.get("email", ""),
        "address": identity.get("address", ""),
        "tie": row["tie"],
        "cohort": row["cohort"],
        "cohorts": cohorts,
    }
    try:
        return line_of(work, row["unit"], known | said)
    except ValidationError as error:
        # What was known before is not what somebody has to mend now.
        wrong = {n: e for n, e in error.normalized_messages().items() if n in said}
        raise ValidationError(wrong or error.messages) from None


def _identity(work: Work, row: ResidentRow) -> Identity | None:
    with request_context.deciding():
        return residents.identities(work, [row])[row["resident"]]


def take_correction_back(work: Work, resident: UUID, version: int | None) -> Corrected:
    """Let a resident be as before the latest correction, on its day.

    Raises `UnknownResident`, `ChangedSince`, `NoCorrection`, `DayOver`, `Erased`.
    """
    row = residents.one_row(work, resident)
    person = work.begin(Resident, resident, version)
    if person.held != CLASSES:
        raise Erased
    said = queries.latest_correction(work, resident)
    if not said:
        raise NoCorrection
    if not queries.is_of_today(work, said[-1]):
        raise DayOver(day=date.fromisoformat(said[-1].recorded_at[:10]))
    before = work.before(Resident, resident, said[0].stream_version)
    earlier = [
        each
        for each in work.store.stream(row["resident"])
        if each.name in queries.LISTING and each.position < said[0].position
    ]
    with request_context.answering(None):
        identity = work.privacy.read(row["resident"], earlier[-1].sealed("identity"))
    if identity is None:
        raise Erased
    restore(person, before, identity)
    remember(work, [seen_as(person, identity)])
    work.save(person)
    return Corrected(resident=str(resident), changes=[], told=True, version=person.version)
