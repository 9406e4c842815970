"""What the history says about one resident or unit: a fold over its events as of a day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any


def resident_state(events: Iterable[tuple[str, Mapping[str, Any]]]) -> dict[str, Any]:
    """Return how a resident stood after these (name, data) events."""
    state: dict[str, Any] = {
        "unit": None,
        "answer": None,
        "screening": None,
        "appointments": {},
        "doses": [],
    }
    for name, data in events:
        if name in ("ResidentRegistered", "ResidentCorrected"):
            state["unit"] = data["unit"]
        elif name == "ConsentGiven":
            state["answer"] = f"consented, {data['wished_week']}"
        elif name == "VaccinationDeclined":
            state["answer"] = f"declined, {data['reason']}"
        elif name == "AnswerTakenBack":
            said = {"consent": data["wished_week"], "decline": data["reason"]}
            answer = _TAKEN_BACK_TO[data["answer"]]
            state["answer"] = answer and f"{answer}, {said[data['answer']]}"
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
    return state


OF_UNIT = (
    "UnitDocked",
    "TargetSet",
    "ResidentRegistered",
    "ResidentCorrected",
    "ConsentGiven",
    "VaccinationDeclined",
    "AnswerTakenBack",
    "DoseAdministered",
)


def unit_state(
    unit: str, events: Iterable[tuple[str, Mapping[str, Any]]], day: date
) -> dict[str, Any]:
    """Return how a unit stood on a day after these (name, data) events of `OF_UNIT`.

    The site is that of the latest docking which had begun (R15).

    They are the unit's own and those of everyone who ever was on its list: a resident whom a
    correction moved counts where they are now, a dose where it was given for.
    """
    state: dict[str, Any] = {"site": None, "target": None}
    dockings: dict[str, str] = {}
    units: dict[str, str] = {}
    answers: dict[str, str] = {}
    counts: Counter[str] = Counter()
    for name, data in events:
        if name == "UnitDocked":
            dockings[data["since"]] = data["site"]
        elif name == "TargetSet":
            state["target"] = data["target"]
        elif name in ("ResidentRegistered", "ResidentCorrected"):
            units[data["resident"]] = data["unit"]
        elif name in ("ConsentGiven", "VaccinationDeclined"):
            answers[data["resident"]] = "consented" if name == "ConsentGiven" else "declined"
        elif name == "AnswerTakenBack":
            answers[data["resident"]] = _TAKEN_BACK_TO[data["answer"]] or "none"
        elif name == "DoseAdministered" and data["unit"] == unit:
            counts["first" if data["dose"] == 1 else "second"] += 1
    if dockings:
        begun = [since for since in dockings if since <= day.isoformat()]
        state["site"] = dockings[max(begun) if begun else min(dockings)]
    here = [resident for resident, its in units.items() if its == unit]
    counts.update(answers[resident] for resident in here if resident in answers)
    counts["registered"] = len(here)
    keys = ("registered", "consented", "declined", "first", "second")
    return state | {key: counts[key] for key in keys}


_TAKEN_BACK_TO = {"none": None, "consent": "consented", "decline": "declined"}
_SCREENING = {
    "ResidentCleared": "cleared",
    "ResidentDeferred": "deferred",
    "ContraindicationFound": "contraindicated",
    "ClearanceWithdrawn": "clearance withdrawn",
}
_APPOINTMENT = {
    "AppointmentBooked": "booked",
    "AppointmentMoved": "booked",
    "AppointmentCancelled": "cancelled",
    "NoShowRecorded": "did not come",
    "ResidentCheckedIn": "checked in",
}
