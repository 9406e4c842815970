"""What is asked of the history of residents: their own events, and what other teams say."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

from sqlalchemy import ColumnElement, exists, select

from services.registration.history.views import heard
from shared.kit.eventstore import among
from shared.kit.formats import Moment
from shared.town.work import Work

_BOOKED = ("AppointmentBooked", "AppointmentMoved")
_ENDED = ("AppointmentCancelled", "NoShowRecorded", "DoseAdministered")


class Happened(TypedDict):
    """Something that happened to a resident, as its event tells."""

    at: Moment
    source: str
    position: int
    event: str
    actor: str
    facts: dict[str, Any]


def history_of(work: Work, resident: str, *streams: str) -> list[Happened]:
    """Return what happened to one record, in its own stream, further ones, and at other teams."""
    own = [
        Happened(
            at=event.recorded_at,
            source=event.source,
            position=event.position,
            event=event.name,
            actor=event.actor,
            facts={name: value for name, value in event.data.items() if name != "identity"},
        )
        for stream in (resident, *streams)
        for event in work.store.stream(stream)
    ]
    return [*own, *told_of(work, [resident])]


def told_of(work: Work, ids: Sequence[str], *events: str) -> list[Happened]:
    """Return what other teams say of records, oldest first: everything, or these events."""
    at = heard.c
    query = select(at.at, at.source, at.position, at.event, at.actor, at.facts)
    query = query.where(at.resident.in_(ids)).order_by(at.at, at.source, at.position)
    if events:
        query = query.where(at.event.in_(events))
    return [Happened(**row | {"facts": json.loads(row["facts"])}) for row in work.rows(query)]


def was_told(event: str, resident: ColumnElement[str]) -> ColumnElement[bool]:
    """Return the condition that other teams have said such an event of a record."""
    return exists().where(heard.c.resident == resident, heard.c.event == event)


class Appointment(TypedDict):
    """When and where a resident is awaited: an ISO day, and a time such as 09:30."""

    site: str
    dose: int
    day: str
    time: str


def open_appointments(work: Work, resident: str) -> list[Appointment]:
    """Return the appointments of which no outcome is known, the earliest first."""
    return open_appointments_of_all(work, [resident])[resident]


def open_appointments_of_all(
    work: Work, residents: Sequence[str]
) -> Mapping[str, list[Appointment]]:
    """Return the open appointments of each of some residents, the earliest first."""
    at = heard.c
    query = select(heard).where(among(at.resident, residents), at.event.in_((*_BOOKED, *_ENDED)))
    found: dict[str, dict[int, Appointment]] = {each: {} for each in residents}
    for row in work.rows(query.order_by(at.source, at.position)):
        facts, own = json.loads(row["facts"]), found[row["resident"]]
        if row["event"] in _BOOKED:
            own[facts["dose"]] = facts
        else:
            own.pop(facts["dose"], None)
    return {
        resident: sorted(own.values(), key=lambda each: each["day"])
        for resident, own in found.items()
    }
