"""Reactions whose clocks run, and those that several people have alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, TypedDict

from sqlalchemy import select

from services.supervision.checks.queries import given_at
from services.supervision.domain.cluster import Alike
from services.supervision.reactions.views import clusters, signs
from services.supervision.replay import queries as replay
from shared.kit.formats import Day, Id, Moment, only
from shared.town.campaign.aefi import clock_of, outside_window
from shared.town.mirrors.reactions import cards, suspected_since
from shared.town.work import Work

MILD = "mild"


class Sign(TypedDict):
    """One sign of a card: of whom, where, when, after which dose, how severe it is now."""

    card: Id
    sign: str
    other: str
    resident: Id
    site: str
    batch: str
    day: Day
    dose: int
    onset: str | None
    severity: str


class Running(TypedDict):
    """A reaction of a site with its clock; `open`: it is still to be reported up."""

    card: Id
    site: str
    dose: int
    batch: str
    severity: str
    clustered: bool
    urgent: bool
    due: Moment
    warned: Moment
    open: bool
    soon: bool
    overdue: bool
    reported_up: str | None
    reported_to: str | None


class Suspected(TypedDict):
    """A cluster: of which sign, at which site or of which batch, from when to when, how many."""

    cluster: Id
    kind: str
    place: str
    sign: str
    other: str
    since: Day
    until: Day
    cases: int
    recorded_at: Moment


class Reactions(TypedDict):
    """The reactions of all sites, and their clusters."""

    reactions: list[Running]
    clusters: list[Suspected]


_SIGNS = select(signs, cards.c.dose, cards.c.onset, cards.c.severity).join(
    cards, cards.c.card == signs.c.card
)


def running(work: Work) -> list[Running]:
    """Return the reactions of all sites, what is due first on top, what was reported up last."""
    since = suspected_since(work)
    found = [_running(work, row, since.get(row["card"], [])) for row in work.rows(select(cards))]
    return sorted(found, key=lambda each: (not each["open"], each["due"], each["card"]))


def _running(work: Work, row: Mapping[str, Any], since: Sequence[str]) -> Running:
    now, clock = work.now(), clock_of(row, since, work.campaign)
    told = {
        "clustered": bool(since),
        "urgent": clock.urgent,
        "due": clock.due.isoformat(),
        "warned": clock.warned.isoformat(),
        "open": clock.open,
        "soon": clock.open and clock.warned <= now <= clock.due,
        "overdue": clock.open and now > clock.due,
    }
    return only(Running, {**row, **told})


def suspected(work: Work) -> list[Suspected]:
    """Return the clusters, the newest first."""
    return work.rows(select(clusters).order_by(clusters.c.recorded_at.desc()), Suspected)


def signs_of(work: Work, card: str) -> list[Sign]:
    """Return the signs of a card that began in time, each with whom, where and when."""
    of_card = _SIGNS.where(signs.c.card == card).order_by(signs.c.sign)
    return _inside(work, work.rows(of_card, Sign))


def _inside(work: Work, found: Sequence[Sign]) -> list[Sign]:
    """Those that began in time after the dose to be taken for reactions to it."""
    given = given_at(work, sorted({row["resident"] for row in found}))
    return [
        row
        for row in found
        if not outside_window(
            [row["sign"]],
            given.get((row["resident"], row["dose"], row["site"])),
            row["onset"],
        )
    ]


def is_known(work: Work, alike: Alike, day: date) -> bool:
    """Tell whether a cluster is suspected already: of a batch ever, of a site in these days."""
    at = clusters.c
    same = (at.kind == alike.kind, at.place == alike.place, at.sign == alike.sign)
    found = work.rows(select(at.since).where(*same, at.other == (alike.other or "")))
    days = timedelta(days=work.campaign.aefi.cluster_days)
    return any(
        alike.kind == "batch" or abs(date.fromisoformat(row["since"]) - day) <= days
        for row in found
    )


def alike(work: Work, wanted: Alike, day: date) -> list[Sign]:
    """Return reactions with this sign at the site, or after the batch, around a day.

    Only what began in time after the dose. Of a site without those whose batch is suspected already.
    """
    at, days = signs.c, timedelta(days=work.campaign.aefi.cluster_days)
    place = at.batch if wanted.kind == "batch" else at.site
    query = _SIGNS.where(
        at.sign == wanted.sign,
        at.other == (wanted.other or ""),
        place == wanted.place,
        at.day.between((day - days).isoformat(), (day + days).isoformat()),
    )
    found = _inside(work, work.rows(query.order_by(at.day, at.card), Sign))
    if wanted.kind == "site":
        found = [row for row in found if not is_known(work, _of_batch(row), day)]
    return found


def _of_batch(row: Sign) -> Alike:
    return Alike("batch", row["batch"], row["sign"], row["other"] or None)


def window(work: Work, found: Sequence[Sign], day: date) -> list[Sign] | None:
    """Return the reactions of enough different people within the days of a cluster; None: too few.

    Two records of one person are one; of mild signs that many have, more are enough.
    """
    aefi = work.campaign.aefi
    if len(found) < aefi.cluster_cases:
        return None
    persons = replay.links(work)

    def number(rows: Sequence[Sign]) -> int:
        return len({persons.get(row["resident"], row["resident"]) for row in rows})

    starts = sorted({date.fromisoformat(row["day"]) for row in found})
    for start in starts:
        last = start + timedelta(days=aefi.cluster_days)
        if not start <= day <= last:
            continue
        within = [row for row in found if start.isoformat() <= row["day"] <= last.isoformat()]
        not_mild = [row for row in within if row["severity"] != MILD]
        if aefi.are_cluster(found[0]["sign"], number(within), number(not_mild)):
            return within
    return None
