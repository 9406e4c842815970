"""Who a resident is to this site, and whose course goes on here (R04, R15, R16).

Registration links two records of one person and may take them apart again; a site keeps every
course in the stream it was begun in. Of linked records the one whose course has most to it holds
the course: what is booked and given from then on is its own, and the doses of the others count.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, func, or_, select

from services.appointments.courses.views import (
    Appointment,
    DoseGiven,
    ToldDose,
    appointments,
    doses,
    told_doses,
)
from services.appointments.courses.where import DOCKED_HERE, HOST, docked_here, host_of, with_host
from services.appointments.domain.course import Course
from services.appointments.domain.person import Given, Person, Rules
from services.appointments.domain.refusals import (
    AfterReaction,
    CourseElsewhere,
    NotRegisteredHere,
    SentOn,
)
from shared.kit.eventstore import Prepared
from shared.kit.formats import Id
from shared.town.mirrors.findings import SCREENED, Screened, findings, of
from shared.town.mirrors.merges import records_of
from shared.town.mirrors.reactions import cards
from shared.town.mirrors.residents import Resident, residents
from shared.town.work import Work

# What makes a course the one that goes on, the weightiest first.
_WEIGHTS = ("vaccinated", "done", "waiting", "booked")
_BROKEN_OFF = ("cancelled", "no_show")

# A course stays with the site that began it, wherever the unit is docked later.
_COURSE_HERE = (
    select(appointments.c.resident)
    .where(
        appointments.c.resident == residents.c.resident,
        *(appointments.c.status != status for status in _BROKEN_OFF),
    )
    .exists()
)
_TOLD = (
    select(func.min(told_doses.c.site))
    .where(told_doses.c.resident == residents.c.resident, told_doses.c.site != bindparam("here"))
    .correlate(residents)
    .scalar_subquery()
    .label("told_at")
)
_RESIDENT = select(residents, *SCREENED).outerjoin(findings, of(residents.c.resident))
_WANTED = residents.c.resident == bindparam("wanted")
_ANYBODY = Prepared(_RESIDENT.where(_WANTED))
_HERE_AND_TOLD = (
    select(residents, *SCREENED, _TOLD, HOST)
    .select_from(with_host(residents))
    .outerjoin(findings, of(residents.c.resident))
)
_OF_THIS_SITE = Prepared(
    _HERE_AND_TOLD.where(_WANTED, or_(DOCKED_HERE, _COURSE_HERE, HOST.is_not(None)))
)


class Known(Resident, Screened):
    """A resident as a site knows the person; of linked records, the one that stays.

    `records` are all records of the person, `course` the one that holds the course, `told`
    doses at other sites, `told_at` one of those sites; `host`: see `courses.where`.
    """

    records: list[Id]
    course: Id
    told: list[ToldDose]
    told_at: str | None
    host: str | None


class Behind(NamedTuple):
    """A person with several records, wherever the course is.

    `docked`: the staying record's unit comes here, or the person alone does; `begun`: records with
    a course here that was not broken off; `doses_here`: how many doses this site has given.
    """

    known: Known
    doses_here: int
    docked: bool
    begun: list[str]


def known(work: Work, resident: UUID) -> Known:
    """Return a resident of this site: docked here (R15), sent here (R17), or with a course here.

    Raises `NotRegisteredHere`, `CourseElsewhere` when another site has given a dose to the person,
    `SentOn` when they go to another one alone.
    """
    records = records_of(work, str(resident))
    if len(records) == 1:
        wanted = {"here": work.site, "today": work.today().isoformat()}
        row = work.row(_OF_THIS_SITE, Known, wanted=str(resident), **wanted)
        if row is None:
            raise NotRegisteredHere
        row["records"], row["course"] = records, records[0]
        row["told"] = _told(work, records) if row["told_at"] else []
        if row["told"] and not doses_of(work, records):
            raise CourseElsewhere(site=work.campaign.site(row["told"][0]["site"]))
        if row["host"] not in (None, work.site) and not doses_of(work, records):
            raise SentOn(site=work.campaign.site(row["host"]))
        return row
    behind = person_behind(work, records)
    if not behind.doses_here:
        if behind.known["told"]:
            site = work.campaign.site(behind.known["told"][0]["site"])
            raise CourseElsewhere(site=site)
        if (host := behind.known["host"]) not in (None, work.site):
            raise SentOn(site=work.campaign.site(str(host)))
        if not (behind.docked or behind.begun):
            raise NotRegisteredHere
    return behind.known


def person_behind(work: Work, records: list[str]) -> Behind:
    """Return what is known of the person of these records. Raises `NotRegisteredHere`."""
    mine = work.row(_ANYBODY, Known, wanted=records[0])
    if mine is None:
        raise NotRegisteredHere
    visits = work.rows(
        select(appointments).where(appointments.c.resident.in_(records)), Appointment
    )
    here = len(work.rows(select(doses.c.dose).where(doses.c.resident.in_(records))))
    mine["records"], mine["course"] = records, _holder(records, visits)
    mine["told"] = _told(work, records)
    mine["answer"], mine["wished_week"], mine["answered"] = _answer_of(work, records)
    mine["declined_at"] = _declined_at(work, records)
    begun = {each["resident"] for each in visits if each["status"] not in _BROKEN_OFF}
    mine["host"] = host = host_of(work, records).site
    docked = docked_here(work, records[0]) if host is None else host == work.site
    return Behind(mine, here, docked, sorted(begun))


def _told(work: Work, records: list[str]) -> list[ToldDose]:
    """The doses that other sites have given to some records, each once."""
    at = told_doses.c
    mine = or_(at.link.in_(records), at.resident.in_(records))
    query = select(told_doses).where(mine, at.site != work.site)
    found = {(row["resident"], row["site"], row["dose"]): row for row in work.rows(query, ToldDose)}
    return sorted(found.values(), key=lambda dose: dose["day"])


def _answer_of(work: Work, records: list[str]) -> tuple[str | None, str | None, int | None]:
    """The newest answer of any record."""
    at = residents.c
    query = select(at.answer, at.wished_week, at.answered)
    query = query.where(at.resident.in_(records), at.answer.is_not(None))
    newest = work.row(query.order_by(at.answered.desc()).limit(1))
    return tuple(newest.values()) if newest else (None, None, None)  # type: ignore[return-value]


def _declined_at(work: Work, records: list[str]) -> str | None:
    """When any record was last answered no."""
    last = func.max(residents.c.declined_at).label("last")
    found = work.row(select(last).where(residents.c.resident.in_(records)))
    return found["last"] if found else None


def _holder(records: list[str], visits: list[Appointment]) -> str:
    def weight(record: str) -> tuple[int, ...]:
        mine = [each["status"] for each in visits if each["resident"] == record]
        given = mine.count("vaccinated") + mine.count("done")
        return (given, *(mine.count(status) for status in _WEIGHTS))

    return max(records, key=lambda record: (weight(record), record == records[0]))


def still_consents(work: Work, resident: str) -> bool:
    """Tell whether another record of the same person has a consent that stands."""
    records = records_of(work, resident)
    return len(records) > 1 and person_behind(work, records).known["answer"] == "consented"


def must_not_follow_a_reaction(work: Work, known: Known) -> None:
    """Raise `AfterReaction` after a severe reaction here, until what was found of it is lifted.

    Whether screening has heard of it or not.
    """
    at = cards.c
    last = select(func.max(at.serious_at).label("last")).where(at.resident.in_(known["records"]))
    found = work.row(last)
    reported = found["last"] if found else None
    if reported is not None and reported > (known["lifted_at"] or ""):
        raise AfterReaction(day=datetime.fromisoformat(reported).date())


def appointments_of(work: Work, records: list[str]) -> list[Appointment]:
    """Return all appointments of some records, first doses first."""
    query = select(appointments).where(appointments.c.resident.in_(records))
    return work.rows(query.order_by(appointments.c.dose, appointments.c.day), Appointment)


def doses_of(work: Work, records: list[str]) -> list[DoseGiven]:
    """Return all doses this site has given to some records, in order."""
    told = (doses.c[name] for name in DoseGiven.__annotations__)
    query = select(*told).where(doses.c.resident.in_(records))
    return work.rows(query.order_by(doses.c.day, doses.c.dose), DoseGiven)


def side_of(work: Work, record: str, dose: int) -> str | None:
    """Return into which arm this site has given a dose; None: nobody said, or it was not given here."""
    at = doses.c
    found = work.row(select(at.body_side).where(at.resident == record, at.dose == dose))
    return found["body_side"] if found else None


# Courses, to decide on


def rules_of(work: Work, product: str) -> Rules:
    """Return the plan's rules for a product."""
    plan, today = work.campaign, work.today()
    interval, cutoff = plan.interval(product), plan.cutoff(product)
    named = {each.code: each for each in plan.products}
    return Rules(product, today, interval, cutoff, plan.end, plan.min_age, named)


def second_due(work: Work, person: Person, course: Course) -> date | None:
    """Return the first day of the second dose (R04); None: no first one is given or booked."""
    doses = [*course.given(person), *course.standing()]
    if not doses:
        return None
    return course.second_due_from(person, work.campaign.interval(doses[0]["product"]))


def course_of(work: Work, resident: UUID) -> tuple[Person, Course]:
    """Return a resident of this site and their course. Raises as `known` does."""
    return course_of_known(work, known(work, resident))


def course_of_known(work: Work, person: Known) -> tuple[Person, Course]:
    """Return the course of a known person, whose other records' doses count with it."""
    others = [each for each in person["records"] if each != person["course"]]
    elsewhere = [dose for each in others for dose in own_course(work, each).doses]
    elsewhere += [_given(dose) for dose in person["told"]]
    who = _person(work, person, person["course"], tuple(elsewhere))
    return who, own_course(work, person["course"])


def _given(dose: ToldDose) -> Given:
    return {"day": date.fromisoformat(dose["day"]), "product": dose["product"]}


def course_of_record(work: Work, record: str) -> tuple[Person, Course]:
    """Return one record's own course, whoever it is linked to; no other dose counts with it."""
    row = work.row(_ANYBODY, Resident, wanted=record)
    if row is None:
        raise NotRegisteredHere
    return _person(work, row, record), own_course(work, record)


def own_course(work: Work, record: str) -> Course:
    """Return the course in a record's own stream."""
    return work.begin(Course, Course.create_id(UUID(record)))


def _person(work: Work, row: Resident, record: str, elsewhere: tuple[Given, ...] = ()) -> Person:
    born = date.fromisoformat(row["birth_date"])
    return Person(work.site, UUID(record), row["unit"], row["cohort"], born, elsewhere)
