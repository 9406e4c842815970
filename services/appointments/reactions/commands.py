"""Record what happened to somebody after a dose (AEFI), what came of it, and that it was reported up."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypedDict
from uuid import UUID

from services.appointments.bookings.commands import cancel_all
from services.appointments.courses.queries import known, own_course
from services.appointments.domain import reactions as domain
from services.appointments.domain.reaction_refusals import AlreadyReported
from services.appointments.reactions import queries
from services.appointments.reactions.severity import check_severity, severity_now
from shared.kit.formats import Id
from shared.town.contracts.reactions import OTHER, SERIOUS
from shared.town.terms.reactions import REACTION_SIGNS
from shared.town.work import Work


class Reported(TypedDict):
    """The dose after which something happened, and the card it stands on."""

    resident: Id
    dose: int
    severity: str
    card: Id


class OfCard(TypedDict):
    """A card that was added to."""

    card: Id


UNKNOWN, BY_STAFF, NOT_YET = "unknown", "staff", "not_yet"
"""What a card says unless it says more."""


def report_adverse_event(
    work: Work,
    resident: UUID,
    severity: str,
    sign: str | None = None,
    *,
    signs: list[str] | None = None,
    other: str | None = None,
    dose: int | None = None,
    onset: datetime | None = None,
    found: datetime | None = None,
    ended: datetime | None = None,
    admitted: bool = False,
    concern: bool = False,
    diagnosis: str | None = None,
    course: str | None = None,
    outcome: str = UNKNOWN,
    found_by: str = BY_STAFF,
    classified: str = NOT_YET,
) -> Reported:
    """Open a card after the dose before the onset; onset and discovery are now unless given.

    The same sign after the same dose is known: it raises `AlreadyReported`, unless it is worse now,
    which is added to its card. Raises what `dose_before`, `check_times` and
    `check_severity` raise.
    """
    known(work, resident)
    began, seen, end = local(work, onset), local(work, found), ended and local(work, ended)
    domain.check_times(began, seen, end, local(work, None))
    after = domain.dose_before(began, queries.given_here(work, str(resident)), dose)
    codes, words = _signs(signs or [], other, sign)
    check_severity(codes, severity, outcome)
    told = {
        "onset": began,
        "found": seen,
        "ended": end,
        "signs": codes,
        "other": words,
        "severity": severity,
        "admitted": admitted,
        "concern": concern,
        "diagnosis": diagnosis,
        "course": course,
        "outcome": outcome,
        "found_by": found_by,
        "classified": classified,
    }
    earlier = queries.after_dose(work, str(after.resident), after.dose)
    if (same := queries.known_sign(earlier, codes, words)) is not None:
        return _worse(work, same, told)
    stream = own_course(work, str(after.resident))
    card = stream.report(work.site, after, told)
    work.save(stream)
    _end_bookings(work, after.resident, severity)
    return _answer(str(after.resident), after.dose, severity, str(card))


def _worse(work: Work, card: queries.Card, told: Mapping[str, Any]) -> Reported:
    """Add a worse course of a known reaction to its card. Raises `AlreadyReported`."""
    if domain.SEVERITIES.index(told["severity"]) <= domain.SEVERITIES.index(card["severity"]):
        sign = next(each for each in told["signs"] if each in card["signs"])
        said = card["other"] if sign == OTHER else REACTION_SIGNS[sign]
        when = datetime.fromisoformat(card["recorded_at"])
        raise AlreadyReported(sign=said, when=when, by=card["actor"], card=card["card"])
    # What a form leaves as it is offered says nothing about the card.
    new = {
        name: told[name]
        for name in domain.CHANGING
        if told[name] not in (None, False, UNKNOWN, NOT_YET)
    }
    _follow_up(work, UUID(card["card"]), new)
    return _answer(card["resident"], card["dose"], told["severity"], card["card"])


def follow_up(
    work: Work,
    card: UUID,
    *,
    severity: str | None = None,
    admitted: bool | None = None,
    concern: bool | None = None,
    ended: datetime | None = None,
    diagnosis: str | None = None,
    course: str | None = None,
    outcome: str | None = None,
    classified: str | None = None,
) -> OfCard:
    """Add to a card what came of the reaction. Raises `UnknownReaction`, and of an end that cannot be.

    A person merged or erased since keeps the card.
    """
    told = {
        "severity": severity,
        "admitted": admitted,
        "concern": concern,
        "ended": ended and local(work, ended),
        "diagnosis": diagnosis,
        "course": course,
        "outcome": outcome,
        "classified": classified,
    }
    return _follow_up(work, card, told)


def _follow_up(work: Work, card: UUID, told: Mapping[str, Any]) -> OfCard:
    found = queries.reaction(work, card)
    stream = own_course(work, found["resident"])
    said = {name: told.get(name) for name in domain.CHANGING}
    said["severity"] = severity_now(found, said)
    stream.follow_up(work.site, card, said, local(work, None))
    work.save(stream)
    _end_bookings(work, UUID(found["resident"]), said["severity"])
    return {"card": str(card)}


def report_up(work: Work, card: UUID, at: datetime | None, to: str, number: str | None) -> OfCard:
    """Stop the clock of a card: it was reported, at a time (now unless given), to an authority.

    Raises `UnknownReaction`, `ReportedUpToCome`, `ReportedUpTooEarly`.
    """
    found = queries.reaction(work, card)
    course = own_course(work, found["resident"])
    course.report_up(work.site, card, local(work, at), to, number, local(work, None))
    work.save(course)
    return {"card": str(card)}


def local(work: Work, at: datetime | None) -> str:
    """Return a time of the site to the minute, now if none is given."""
    at = at or work.now().astimezone(work.campaign.zone)
    return f"{at.year:04d}-{at:%m-%dT%H:%M}"


def _end_bookings(work: Work, resident: UUID, severity: str | None) -> None:
    if severity in SERIOUS:
        cancel_all(work, resident, "contraindicated")


def _answer(resident: str, dose: int, severity: str, card: str) -> Reported:
    return {"resident": resident, "dose": dose, "severity": severity, "card": card}


def _signs(signs: list[str], other: str | None, sign: str | None) -> tuple[list[str], str | None]:
    """Return codes in their order, and the words of what has no code; what is said may name one."""
    codes = {words: _code_of(words) for words in (other, sign) if words}
    found = {*signs, *codes.values()}
    words = next((words for words, code in codes.items() if code == OTHER), None)
    return [code for code in REACTION_SIGNS if code in found], words or other


def _code_of(words: str) -> str:
    plain = words.strip().casefold()
    for term in REACTION_SIGNS.values():
        if plain in (term.code, term.zh.casefold(), term.en.casefold()):
            return term.code
    return OTHER
