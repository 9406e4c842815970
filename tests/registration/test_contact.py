"""A contact: recorded once, with the answer it brought; undone exactly, once, the latest only."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.registration.domain.belonging_refusals import UnknownSite
from services.registration.domain.contact import DECLINE_REASONS, Answer, Contact, Frame
from services.registration.domain.contact_refusals import (
    BadNextDay,
    ContactKnown,
    MissingInContact,
    NotLatestContact,
    UnknownContact,
    WrongInContact,
)
from services.registration.domain.refusals import Erased, UnknownReason, WeekOutsideCampaign
from services.registration.domain.resident import Resident
from tests.registration.test_resident import WEEKS, a_resident, events

TODAY = date(2024, 4, 2)
SITES = ("stadium", "township")
FRAME = Frame(WEEKS, SITES, TODAY, date(2024, 6, 20))


def a_contact(outcome: str = "not_reached", **said: Any) -> Contact:
    return Contact(said.pop("contact", None) or uuid4(), "phone", outcome, **said)


def willing(week: str = "2024-W14", site: str | None = None) -> Contact:
    return a_contact("willing", wished_week=week, wished_site=site)


def refused(reason: str = "no_time") -> Contact:
    return a_contact("refused", reason=reason)


def test_not_reached_is_recorded_and_answers_nothing():
    resident = a_resident()
    assert resident.record_contact(a_contact(next_day=date(2024, 4, 3)), FRAME, superseded=False)
    assert events(resident) == ["ResidentRegistered", "ContactAttempted"]
    assert resident.answered() == Answer()


def test_willing_gives_consent_with_week_and_site():
    resident = a_resident()
    resident.record_contact(willing("2024-W14", "stadium"), FRAME, superseded=False)
    assert events(resident)[1:] == ["ContactAttempted", "ConsentGiven"]
    assert resident.answered() == Answer("consent", "2024-W14", "stadium")


def test_refused_declines_with_the_reason():
    resident = a_resident()
    resident.record_contact(refused("safety_worry"), FRAME, superseded=False)
    assert events(resident)[1:] == ["ContactAttempted", "VaccinationDeclined"]
    assert resident.answered() == Answer("decline", reason="safety_worry")


def test_the_answer_that_stands_already_is_not_told_again():
    resident = a_resident()
    resident.give_consent("2024-W14", weeks=WEEKS, superseded=False)
    resident.record_contact(willing("2024-W14"), FRAME, superseded=False)
    assert events(resident)[1:] == ["ConsentGiven", "ContactAttempted"]


@pytest.mark.parametrize("outcome", ["hesitant", "moved_away", "says_contraindicated"])
def test_other_outcomes_leave_the_answer_alone(outcome: str):
    resident = a_resident()
    resident.give_consent("2024-W14", weeks=WEEKS, superseded=False)
    resident.record_contact(a_contact(outcome), FRAME, superseded=False)
    assert resident.answered() == Answer("consent", "2024-W14")


def test_the_same_contact_again_is_ignored_and_another_under_its_id_refused():
    resident, contact = a_resident(), willing()
    assert resident.record_contact(contact, FRAME, superseded=False)
    before = events(resident)
    assert not resident.record_contact(contact, FRAME, superseded=False)
    with pytest.raises(ContactKnown):
        resident.record_contact(
            a_contact("hesitant", contact=contact.contact), FRAME, superseded=False
        )
    assert events(resident) == before


@pytest.mark.parametrize(
    ("contact", "refusal"),
    [
        (a_contact("willing"), MissingInContact),
        (a_contact("refused"), MissingInContact),
        (a_contact("hesitant", wished_week="2024-W14"), WrongInContact),
        (a_contact("not_reached", reason="other"), WrongInContact),
        (a_contact("refused", reason="other", wished_site="stadium"), WrongInContact),
        (willing("2024-W30"), WeekOutsideCampaign),
        (willing(site="moon"), UnknownSite),
        (refused("bored"), UnknownReason),
        (a_contact(next_day=date(2024, 4, 1)), BadNextDay),
        (a_contact(next_day=date(2024, 6, 21)), BadNextDay),
    ],
)
def test_what_does_not_go_together_is_refused(contact: Contact, refusal: type[Exception]):
    resident = a_resident()
    with pytest.raises(refusal):
        resident.record_contact(contact, FRAME, superseded=False)
    assert events(resident) == ["ResidentRegistered"]


def test_nobody_calls_who_has_been_erased():
    resident = a_resident()
    resident.erase("by_request", today=TODAY, retained_until=None)
    with pytest.raises(Erased):
        resident.record_contact(a_contact(), FRAME, superseded=False)


def test_undoing_restores_the_answer_of_before():
    resident, mistap = a_resident(), refused()
    resident.give_consent(
        "2024-W15", weeks=WEEKS, wished_site="stadium", sites=SITES, superseded=False
    )
    resident.record_contact(mistap, FRAME, superseded=False)
    assert resident.undo_contact(mistap.contact)
    assert events(resident)[-2:] == ["ContactUndone", "AnswerTakenBack"]
    assert resident.answered() == Answer("consent", "2024-W15", "stadium")


def test_undoing_twice_is_undoing_once():
    resident, mistap = a_resident(), refused()
    resident.record_contact(mistap, FRAME, superseded=False)
    assert resident.undo_contact(mistap.contact)
    before = events(resident)
    assert not resident.undo_contact(mistap.contact)
    assert events(resident) == before


def test_only_the_latest_contact_is_undone():
    resident, first, second = a_resident(), refused(), willing()
    resident.record_contact(first, FRAME, superseded=False)
    resident.record_contact(second, FRAME, superseded=False)
    with pytest.raises(NotLatestContact):
        resident.undo_contact(first.contact)
    with pytest.raises(UnknownContact):
        resident.undo_contact(uuid4())
    assert resident.undo_contact(second.contact)
    assert resident.undo_contact(first.contact)
    assert resident.answered() == Answer()


def test_an_answer_given_since_in_another_way_stays():
    resident, contact = a_resident(), refused()
    resident.record_contact(contact, FRAME, superseded=False)
    resident.give_consent("2024-W14", weeks=WEEKS, superseded=False)
    resident.undo_contact(contact.contact)
    assert events(resident)[-1] == "ContactUndone"
    assert resident.answered() == Answer("consent", "2024-W14")


ANSWERS = st.one_of(
    st.builds(willing, st.sampled_from(WEEKS), st.sampled_from((None, *SITES))),
    st.builds(refused, st.sampled_from(DECLINE_REASONS)),
    st.builds(a_contact, st.sampled_from(("not_reached", "hesitant", "moved_away"))),
)
PLAIN = st.one_of(st.sampled_from(WEEKS), st.sampled_from(DECLINE_REASONS))


def answer_plainly(resident: Resident, said: str) -> None:
    if said in WEEKS:
        resident.give_consent(said, weeks=WEEKS, superseded=False)
    else:
        resident.decline(said, superseded=False)


@given(before=st.lists(st.one_of(ANSWERS, PLAIN), max_size=5), later=st.lists(ANSWERS, max_size=5))
def test_undoing_backwards_restores_every_answer_exactly(before: list[Any], later: list[Contact]):
    resident = a_resident()
    for step in before:
        if isinstance(step, Contact):
            resident.record_contact(step, FRAME, superseded=False)
        else:
            answer_plainly(resident, step)
    stood = list[Answer]()
    for contact in later:
        stood.append(resident.answered())
        resident.record_contact(contact, FRAME, superseded=False)
    for contact, answer in zip(reversed(later), reversed(stood), strict=True):
        assert resident.undo_contact(contact.contact)
        assert resident.answered() == answer


@given(steps=st.lists(st.one_of(ANSWERS, PLAIN), max_size=8))
def test_undoing_everything_never_touches_an_answer_given_after_all_contacts(steps: list[Any]):
    resident, contacts = a_resident(), list[UUID]()
    for step in steps:
        if isinstance(step, Contact):
            resident.record_contact(step, FRAME, superseded=False)
            contacts.append(step.contact)
        else:
            answer_plainly(resident, step)
    resident.give_consent("2024-W13", weeks=WEEKS, superseded=False)
    resident.decline("health", superseded=False)
    for contact in reversed(contacts):
        resident.undo_contact(contact)
    assert resident.answered() == Answer("decline", reason="health")


def test_the_same_answer_is_a_new_one_once_a_linked_record_has_answered_otherwise():
    resident = a_resident()
    resident.give_consent("2024-W14", superseded=False, weeks=WEEKS)
    assert resident.give_consent("2024-W14", superseded=True, weeks=WEEKS)
    assert not resident.give_consent("2024-W14", superseded=False, weeks=WEEKS)
    resident.decline("health", superseded=False)
    assert resident.decline("health", superseded=True)
