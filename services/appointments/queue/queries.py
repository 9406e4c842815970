"""Who waits for the dose, in which order, and where everybody of the day is."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy import ColumnElement, and_, case, func, select

from services.appointments.courses.views import appointments
from shared.town.line.calling import called_to, in_order
from shared.town.line.refusals import IsCalled
from shared.town.line.ticket import Caller
from shared.town.mirrors.calls import InLine, in_line, of_station, on_number, state_of
from shared.town.mirrors.duty import desk_of
from shared.town.mirrors.findings import cleared_for, findings, of
from shared.town.mirrors.merges import links
from shared.town.mirrors.numbers import numbers
from shared.town.mirrors.residents import residents
from shared.town.terms.visits import DAY_STATES
from shared.town.work import Work

_DOSE, _SCREENING = of_station("dose"), of_station("screening")
# What a state at a station is, of all that a day has.
_AT = {
    "dose": {"waiting": "waiting_dose", "called": "called", "held": "held", "passed": "passed"},
    "screening": {
        "waiting": "waiting_screening",
        "called": "at_screening",
        "held": "held",
        "passed": "passed",
    },
}
_VISITS = {"vaccinated": "observing"}


_VISIT = appointments.c
_NUMBERED = and_(numbers.c.resident == _VISIT.resident, numbers.c.day == _VISIT.day)
# Appointments with numbers, the findings that stand and the calls of both stations beside them.
_VISITS_IN_LINE = (
    appointments.outerjoin(links, links.c.resident == _VISIT.resident)
    .outerjoin(residents, residents.c.resident == _VISIT.resident)
    .outerjoin(findings, of(func.coalesce(links.c.into, _VISIT.resident)))
    .outerjoin(numbers, _NUMBERED)
    .outerjoin(_DOSE, on_number(_DOSE, "dose"))
    .outerjoin(_SCREENING, on_number(_SCREENING, "screening"))
)


def dose_line(work: Work, site: str) -> list[InLine]:
    """Return everybody with a number who may get the dose now, in the order in which they are called."""
    del site  # this part's own
    day = work.today()
    ready = cleared_for(day, _VISIT.dose)
    query = select(*in_line(_DOSE)).select_from(_VISITS_IN_LINE).where(*_waits(day), ready)
    return in_order(work.rows(query, InLine))


def screening_line(work: Work, day: date) -> list[InLine]:
    """Return everybody with a number who waits for screening on a day, as this site has heard."""
    ready = func.coalesce(cleared_for(day, _VISIT.dose), False)
    query = select(*in_line(_SCREENING)).select_from(_VISITS_IN_LINE).where(*_waits(day), ~ready)
    return in_order(work.rows(query, InLine))


def _waits(day: date) -> tuple[ColumnElement[bool], ...]:
    """What is so of whoever waits on a day under a number."""
    here = _VISIT.day == day.isoformat(), _VISIT.status == "waiting"
    return (*here, numbers.c.number.is_not(None))


def states(work: Work, day: date) -> dict[str, int]:
    """Count everybody who has an appointment on a day, by where they are; each of them once.

    The keys are the codes of the terms `day_states`, in their order, those with nobody too.
    """
    stations = {"dose": _DOSE, "screening": _SCREENING}
    where = {
        station: case(_AT[station], value=state_of(called), else_="")
        for station, called in stations.items()
    }
    waits = _VISIT.status == "waiting"
    state = case(
        (and_(waits, cleared_for(day, _VISIT.dose)), where["dose"]),
        (waits, where["screening"]),
        else_=case(_VISITS, value=_VISIT.status, else_=_VISIT.status),
    ).label("state")
    query = select(state, func.count().label("number")).select_from(_VISITS_IN_LINE)
    of_day = query.where(_VISIT.day == day.isoformat()).group_by(state)
    counted = {row["state"]: row["number"] for row in work.rows(of_day)}
    return {code: counted.get(code, 0) for code in DAY_STATES}


def ticket_of(work: Work, records: Collection[str]) -> InLine | None:
    """Return how it is with the number of one of some records who may get the dose now, if any may."""
    return next((e for e in dose_line(work, work.site) if e["resident"] in records), None)


def called_elsewhere(work: Work, ticket: InLine | None, login: str) -> bool:
    """Whether a number is called, and not to somebody or their desk."""
    if ticket is None or ticket["state"] != "called":
        return False
    return not called_to([ticket], Caller(desk_of(work, work.site, login), login))


def must_not_be_called(work: Work, records: Collection[str]) -> None:
    """Raise `IsCalled` when the number of one of some records is called at either station."""
    for each in (*dose_line(work, work.site), *screening_line(work, work.today())):
        if each["resident"] in records and each["state"] == "called":
            raise IsCalled(number=each["number"], desk=each["desk"] or "")
