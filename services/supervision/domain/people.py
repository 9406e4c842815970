"""Records of one person, as the events tell: who counts, and whose answer stands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Data = Mapping[str, Any]
"""What an event says: JSON values by the fields of its contract."""

OF_PEOPLE = (
    "ResidentRegistered",
    "ResidentCorrected",
    "RegistrationTakenBack",
    "ConsentGiven",
    "VaccinationDeclined",
    "AnswerTakenBack",
    "ResidentsMerged",
    "MergeUndone",
)
ANSWERS = {"ConsentGiven": "consented", "VaccinationDeclined": "declined"}
TAKEN_BACK_TO = {"none": None, "consent": "consented", "decline": "declined"}


class People:
    """Takes registration's events in order and tells who is there, where, with which answer."""

    def __init__(self) -> None:
        self.into: dict[str, str] = {}
        self._unit: dict[str, str] = {}
        self._answer: dict[str, tuple[int, str]] = {}
        self._taken = 0

    def take(self, name: str, data: Data) -> None:
        """Take one event; what is not about people is passed over."""
        self._taken += 1
        if name in ("ResidentRegistered", "ResidentCorrected"):
            self._unit[data["resident"]] = data["unit"]
        elif name == "RegistrationTakenBack":
            self._unit.pop(data["resident"], None)
            self._answer.pop(data["resident"], None)
        elif name in ANSWERS:
            self._answer[data["resident"]] = (self._taken, ANSWERS[name])
        elif name == "AnswerTakenBack":
            self._answer.pop(data["resident"], None)
            if (answer := TAKEN_BACK_TO[data["answer"]]) is not None:
                self._answer[data["resident"]] = (self._taken, answer)
        elif name == "ResidentsMerged":
            self.into[data["resident"]] = data["into"]
        elif name == "MergeUndone":
            self.into.pop(data["resident"], None)

    def person(self, resident: str) -> str:
        """The record that stays, of those of the same person."""
        return self.into.get(resident, resident)

    def units(self) -> list[str]:
        """The unit of every person, each once."""
        return [unit for resident, unit in self._unit.items() if resident not in self.into]

    def answers(self) -> list[tuple[str, str]]:
        """(unit, answer) of every person who has answered: the newest of all their records."""
        newest: dict[str, tuple[int, str]] = {}
        for resident, answer in self._answer.items():
            person = self.person(resident)
            newest[person] = max(newest.get(person, (0, "")), answer)
        return [
            (self._unit[person], answer)
            for person, (_, answer) in newest.items()
            if person in self._unit
        ]
