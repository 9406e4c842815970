"""What is asked of the history of residents: their own events, and what other teams say."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, TypedDict

from sqlalchemy import select

from services.registration.history.views import heard
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


class Appointment(TypedDict):
    """When and where a resident is awaited: an ISO day, and a time such as 09:30."""

    site: str
    dose: int
    day: str
    time: str


def open_appointments(work: Work, resident: str) -> list[Appointment]:
    """Return the appointments of which no outcome is known, the earliest first."""
    at = heard.c
    query = select(heard).where(at.resident == resident, at.event.in_((*_BOOKED, *_ENDED)))
    found: dict[int, Appointment] = {}
    for row in work.rows(query.order_by(at.source, at.position)):
        facts = json.loads(row["facts"])
        if row["event"] in _BOOKED:
            found[facts["dose"]] = facts
        else:
            found.pop(facts["dose"], None)
    return sorted(found.values(), key=lambda each: each["day"])
