"""What the history says about one resident or unit: a fold over its events as of a day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import NotRequired, TypedDict

from services.supervision.domain.people import OF_PEOPLE, TAKEN_BACK_TO, Data, People

Events = Iterable[tuple[str, Data]]
"""Events in order, each as (name, data)."""


class ResidentState(TypedDict):
    """How a resident stood; appointments by the number of their dose."""

    unit: str | None
    answer: str | None
    screening: str | None
    appointments: dict[str, str]
    doses: list[Data]
    erased: NotRequired[str]
    linked: NotRequired[str]


class UnitState(TypedDict):
    """How a unit stood: people each once, doses where they were given for."""

    site: str | None
    target: int | None
    registered: int
    consented: int
    declined: int
    first: int
    second: int


def resident_state(events: Events, resident: str) -> ResidentState:
    """Return how a resident stood after these events.

    With events of linked records, `resident` is the one that stays: its unit counts; answers,
    findings, appointments and doses are those of all of them.
    """
    linked: set[str] = set()
    state: ResidentState = {
        "unit": None,
        "answer": None,
        "screening": None,
        "appointments": {},
        "doses": [],
    }
    for name, data in events:
        if name in ("ResidentRegistered", "ResidentCorrected"):
            if resident == data["resident"]:
                state["unit"] = data["unit"]
        elif name == "RegistrationTakenBack":
            if resident == data["resident"]:
                state["unit"] = state["answer"] = None
        elif name == "ResidentsMerged":
            linked.add(data["resident"])
        elif name == "MergeUndone":
            linked.discard(data["resident"])
        elif name == "ConsentGiven":
            state["answer"] = f"consented, {data['wished_week']}"
        elif name == "VaccinationDeclined":
            state["answer"] = f"declined, {data['reason']}"
        elif name == "AnswerTakenBack":
            detail = {"consent": data["wished_week"], "decline": data["reason"]}
            answer = TAKEN_BACK_TO[data["answer"]]
            state["answer"] = answer and f"{answer}, {detail[data['answer']]}"
        elif name == "ResidentErased":
            state["erased"] = ", ".join(data["classes"])
        elif name in _SCREENING:
            state["screening"] = f"{_SCREENING[name]} {data['day']}"
        elif name in _APPOINTMENT:
            text = f"{data['day']} {data['time']} {_APPOINTMENT[name]}"
            state["appointments"][str(data["dose"])] = text
        elif name == "DoseAdministered":
            keys = ("dose", "day", "site", "product", "batch")
            state["doses"].append({key: data[key] for key in keys})
            number = str(data["dose"])
            booked = state["appointments"].get(number, "").removesuffix(" checked in")
            state["appointments"][number] = f"{booked} vaccinated".strip()
    if linked:
        state["linked"] = ", ".join(sorted(linked))
    return state


OF_UNIT = (*OF_PEOPLE, "UnitDocked", "TargetSet", "DoseAdministered")


def unit_state(unit: str, events: Events, day: date) -> UnitState:
    """Return how a unit stood on a day after these events of `OF_UNIT`.

    The site is that of the latest docking which had begun (R15).

    They are the unit's own, those of everyone who ever was on its list, and of the records that
    are linked to theirs: a resident whom a correction moved counts where they are now, a person
    with several records once, a dose where it was given for.
    """
    target: int | None = None
    people = People()
    dockings: dict[str, str] = {}
    doses: Counter[int] = Counter()
    for name, data in events:
        if name == "UnitDocked":
            dockings[data["since"]] = data["site"]
        elif name == "TargetSet":
            target = data["target"]
        elif name == "DoseAdministered":
            if data["unit"] == unit:
                doses[1 if data["dose"] == 1 else 2] += 1
        else:
            people.take(name, data)
    begun = [since for since in dockings if since <= day.isoformat()]
    answers = Counter(answer for its, answer in people.answers() if its == unit)
    return {
        "site": dockings[max(begun) if begun else min(dockings)] if dockings else None,
        "target": target,
        "registered": people.units().count(unit),
        "consented": answers["consented"],
        "declined": answers["declined"],
        "first": doses[1],
        "second": doses[2],
    }


_SCREENING = {
    "ResidentCleared": "cleared",
    "ResidentDeferred": "deferred",
    "ContraindicationFound": "contraindicated",
    "ClearanceWithdrawn": "clearance withdrawn",
    "FindingLifted": "lifted",
}
_APPOINTMENT = {
    "AppointmentBooked": "booked",
    "AppointmentMoved": "booked",
    "AppointmentCancelled": "cancelled",
    "NoShowRecorded": "did not come",
    "ResidentCheckedIn": "checked in",
}
