"""What is asked of reactions: cards with their clocks, and the doses they may belong to."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, TypedDict, cast
from uuid import UUID

from sqlalchemy import Select, select

from services.appointments.courses.queries import doses_of
from services.appointments.domain.reaction_refusals import UnknownReaction
from services.appointments.domain.reactions import Preceding
from services.appointments.reactions.views import follow_ups
from services.appointments.stock.queries import stock
from shared.kit.formats import Day, Id, Moment, only
from shared.town.campaign.aefi import clock_of, outside_window
from shared.town.contracts.reactions import OTHER
from shared.town.mirrors.merges import records_of
from shared.town.mirrors.reactions import cards, suspected_since
from shared.town.mirrors.residents import residents
from shared.town.work import Work


class Card(TypedDict):
    """A reaction as it is now; `due`: until when it is to be reported up, `open`: it still is.

    `first_course`: as the card was opened with it; what was told later stands in follow-ups too.
    `outside`: its signs that began later after the dose than a reaction to it does.
    """

    card: Id
    resident: Id
    dose: int
    day: Day
    batch: str
    onset: str | None
    found: str | None
    ended: str | None
    signs: list[str]
    outside: list[str]
    other: str | None
    severity: str
    admitted: bool
    concern: bool
    diagnosis: str | None
    course: str | None
    first_course: str | None
    outcome: str
    found_by: str
    classified: str
    recorded_at: Moment
    actor: str
    due: Moment
    warned: Moment
    urgent: bool
    clustered: bool
    open: bool
    overdue: bool
    reported_up: str | None
    reported_to: str | None
    reported_number: str | None


class Named(Card):
    """A card with whom it is about: the sealed identity, to name the person, unit, sex and birth."""

    identity: str | None
    unit: str | None
    sex: str | None
    birth_date: str | None


class Cards(TypedDict):
    """The cards of a site."""

    reactions: list[Card]


class FollowUp(TypedDict):
    """What was added to a card: when, by whom, the fields said anew."""

    recorded_at: Moment
    actor: str
    told: dict[str, Any]


_WHO = [residents.c[name] for name in ("identity", "unit", "sex", "birth_date")]
_NAMED = select(cards, *_WHO).select_from(
    cards.outerjoin(residents, residents.c.resident == cards.c.resident)
)


def reactions(work: Work) -> list[Named]:
    """Return the cards of the site: what is to be reported up by the time it is due, then the rest."""
    found = _cards(work, _NAMED)
    done = sorted(
        (card for card in found if not card["open"]), key=lambda c: c["recorded_at"], reverse=True
    )
    return [*sorted((card for card in found if card["open"]), key=lambda c: c["due"]), *done]


def reactions_of(work: Work, records: Sequence[str]) -> list[Named]:
    """Return the cards of some records of a person, the newest first."""
    wanted = _NAMED.where(cards.c.resident.in_(records)).order_by(cards.c.recorded_at.desc())
    return _cards(work, wanted)


def after_dose(work: Work, resident: str, dose: int) -> list[Named]:
    """Return the cards after one dose of a record, the first on top."""
    mine = (cards.c.resident == resident) & (cards.c.dose == dose)
    return _cards(work, _NAMED.where(mine).order_by(cards.c.recorded_at))


def reaction(work: Work, card: UUID) -> Named:
    """Return a card. Raises `UnknownReaction`."""
    for found in _cards(work, _NAMED.where(cards.c.card == str(card))):
        return found
    raise UnknownReaction


def follow_ups_of(work: Work, card: UUID) -> list[FollowUp]:
    """Return what was added to a card, the oldest first."""
    query = select(follow_ups).where(follow_ups.c.card == str(card))
    rows = work.rows(query.order_by(follow_ups.c.recorded_at))
    return [
        only(FollowUp, row | {"told": cast("dict[str, Any]", json.loads(row["told"]))})
        for row in rows
    ]


def _cards(work: Work, query: Select[Any]) -> list[Named]:
    found, now = work.rows(query), work.now()
    since = suspected_since(work) if found else {}
    given = _given_at(work, sorted({row["resident"] for row in found}))
    return [_with_clock(work, row, since.get(row["card"], []), given, now) for row in found]


def _with_clock(
    work: Work,
    row: Mapping[str, Any],
    since: Sequence[str],
    given: Mapping[tuple[str, int], str],
    now: datetime,
) -> Named:
    clock, signs = clock_of(row, since, work.campaign), cast("list[str]", json.loads(row["signs"]))
    told: dict[str, Any] = {name: bool(row[name]) for name in ("admitted", "concern")}
    after = given.get((row["resident"], row["dose"]))
    told |= {"signs": signs, "clustered": bool(since)}
    told["outside"] = outside_window(signs, after, row["onset"])
    told |= {"urgent": clock.urgent, "open": clock.open}
    told |= {"due": clock.due.isoformat(), "warned": clock.warned.isoformat()}
    return only(Named, {**row, **told, "overdue": clock.open and now > clock.due})


def known_sign(found: Sequence[Card], signs: Sequence[str], other: str | None) -> Card | None:
    """Return the card among some that has one of these signs, another sign in the same words."""
    words = _plain(other)
    for card in found:
        for sign in signs:
            if sign in card["signs"] and (sign != OTHER or words == _plain(card["other"])):
                return card
    return None


def _plain(text: str | None) -> str:
    return "".join((text or "").split()).casefold()


def given_here(work: Work, resident: str) -> list[Preceding]:
    """Return the doses this site has given to all records of a person, with the local time."""
    return [
        Preceding(
            UUID(dose["resident"]),
            dose["dose"],
            date.fromisoformat(dose["day"]),
            work.campaign.local(dose["given_at"]),
            dose["batch"],
        )
        for dose in doses_of(work, records_of(work, resident))
    ]


def _given_at(work: Work, records: list[str]) -> dict[tuple[str, int], str]:
    """Return the local times of all doses this site has given to some records."""
    given = doses_of(work, records) if records else []
    return {(d["resident"], d["dose"]): work.campaign.local(d["given_at"]) for d in given}


def product_of(work: Work, batch: str) -> str | None:
    """Return the product of a batch of this site."""
    return next((each["product"] for each in stock(work) if each["batch"] == batch), None)
