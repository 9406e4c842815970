"""What was done for people since a registration: whoever has something is not taken back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from services.registration.domain.responsibility import Responsibility
from services.registration.duplicates import queries as duplicates
from services.registration.history import queries as history
from services.registration.notices import queries as notices
from shared.kit.contracts import Event
from shared.kit.eventstore.streams import AT_ONCE, streams
from shared.town.terms.rosters import BUILT
from shared.town.work import Work

TAKEN_BACK = "RegistrationTakenBack"

# Of a resident's own events; any other one corrects.
_OWN = {
    "ConsentGiven": "answered",
    "VaccinationDeclined": "answered",
    "AnswerTakenBack": "answered",
    "ContactAttempted": "contacted",
    "ContactUndone": "contacted",
    "ResidentNoted": "noted",
    "ResidentAlsoListed": "listed",
    "ResidentUnlisted": "listed",
    "ResidentErased": "erased",
    "RebookingAsked": "booked",
    "BookedTwice": "booked",
    "ResidentSentTo": "booked",
    "SendingBackAsked": "booked",
}
# Of what other parts say; any other one is of a booking.
_OF_SCREENING = "screening"
_GIVEN = ("DoseAdministered", "AdverseEventReported", "AdverseEventFollowedUp")


def built_since(
    work: Work, own: Mapping[str, Sequence[Event]], last: Event
) -> dict[str, list[str]]:
    """Return what was done for people after an event, in codes of `BUILT`.

    `own` are the streams of the residents. For whom nothing was done is left out.
    """
    position = last.position
    found: dict[str, set[str]] = {}
    for resident, events in own.items():
        later = [each for each in events if each.position > position]
        if later:
            found[resident] = {_OWN.get(each.name, "corrected") for each in later}
    ids = list(own)
    for resident in duplicates.merged_after(work, ids, position):
        found.setdefault(resident, set()).add("merged")
    of_person = {str(Responsibility.create_id(UUID(each))): each for each in ids}
    for stream, events in streams(work.store, list(of_person)).items():
        if events[-1].position > position:
            found.setdefault(of_person[stream], set()).add("assigned")
    for start in range(0, len(ids), AT_ONCE):
        some = ids[start : start + AT_ONCE]
        for said in history.told_of(work, some):
            if _moment(said["at"]) >= _moment(last.recorded_at):
                found.setdefault(said["facts"]["resident"], set()).add(_elsewhere(said))
        for resident in notices.sent_to(work, some, last.recorded_at):
            found.setdefault(resident, set()).add("told")
    return {who: [code for code in BUILT if code in codes] for who, codes in found.items()}


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _elsewhere(said: history.Happened) -> str:
    if said["event"] in _GIVEN:
        return "vaccinated"
    return "screened" if said["source"] == _OF_SCREENING else "booked"
