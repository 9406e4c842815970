"""What was flagged, and persons whose linked records together have doses the rules forbid."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Any, NamedTuple, TypedDict

from sqlalchemy import func, select

from services.supervision.checks.views import anomalies as table
from services.supervision.checks.views import closed, doses, given, readings, vaccinated
from services.supervision.ledger import queries as ledger
from services.supervision.ledger.hearing import Hearing
from services.supervision.replay import queries as replay
from services.supervision.stock import queries as stock
from shared.kit.contracts import Data
from shared.kit.eventstore import among
from shared.kit.formats import Moment, only, page_of
from shared.town.campaign import Site, Standing, standings
from shared.town.contracts.fridges import readings_counted
from shared.town.work import Work

PAGE = 20
NOON, ONE_DAY, FORTNIGHT = time(12), timedelta(days=1), timedelta(days=14)


class Anomaly(TypedDict):
    """One thing that does not add up."""

    kind: str
    subject: str
    detail: str
    recorded_at: str


class Anomalies(NamedTuple):
    """A page of what was flagged, and how much there is; `next`: the next page's `before`."""

    flagged: list[Anomaly]
    number: int
    next: int | None


class Stock(NamedTuple):
    """What a site received, gave, wrote off, sent on and lost, `left` of it.

    `apart`: drawn, and not given.
    """

    site: Site
    received: int
    given: int
    wasted: int
    moved: int
    lost: int
    left: int
    apart: int

    @property
    def adds_up(self) -> bool:
        """Whether every dose that left the stock was given, and no more left than arrived."""
        return not self.apart and self.left >= 0


def units(work: Work) -> list[Standing]:
    """Return how units stand against their targets, those furthest behind first."""
    of_unit: dict[str, list[int]] = {}
    for row in work.rows(select(given)):
        of_unit.setdefault(row["unit"], [0, 0])[0 if row["dose"] == 1 else 1] = row["doses"]
    return standings(
        work.campaign.units, {unit: (first, second) for unit, (first, second) in of_unit.items()}
    )


def stocks(work: Work) -> list[Stock]:
    """Return the stock of every site, as its events tell."""
    held = {row["site"]: row for row in stock.by_site(work)}
    return [_stock(site, held.get(site.code, {})) for site in work.campaign.sites]


def _stock(site: Site, row: Mapping[str, Any]) -> Stock:
    received, drawn, gave, wasted, moved, lost = (
        row.get(name, 0) for name in ("received", "drawn", "given", "wasted", "moved", "lost")
    )
    left, apart = received - drawn - wasted - moved - lost, abs(drawn - gave)
    return Stock(site, received, gave, wasted, moved, lost, left, apart)


def anomalies(work: Work, before: int | None = None) -> Anomalies:
    """Return a page of what was flagged, newest first, of what stands `before` a position."""
    counted = work.row(select(func.count().label("number")).select_from(table)) or {"number": 0}
    query = select(table).order_by(table.c.position.desc()).limit(PAGE + 1)
    found = work.rows(query if before is None else query.where(table.c.position < before))
    page, following = page_of(found, PAGE, "position")
    return Anomalies([only(Anomaly, row) for row in page], counted["number"], following)


def settled_days(work: Work) -> dict[str, Moment]:
    """Return the days that stand closed with nothing open, as flags name them, and when they were closed."""
    query = select(closed.c.site, closed.c.day, closed.c.at).where(closed.c.open == 0)
    return {f"{row['site']} {row['day']}": row["at"] for row in work.rows(query)}


def doubtful_persons(work: Work) -> Iterator[tuple[str, str]]:
    """Tell of persons with several records whose doses break R04: the record that stays, and why."""
    people: dict[str, list[str]] = {}
    for record, into in replay.links(work).items():
        people.setdefault(into, [into]).append(record)
    given: dict[str, list[Data]] = {}
    records = [record for found in people.values() for record in found]
    for dose in ledger.events(work, "DoseAdministered", residents=records):
        given.setdefault(dose.data["resident"], []).append(dose.data)
    for person, found in people.items():
        if why := _doubtful(work, [dose for record in found for dose in given.get(record, ())]):
            yield person, why


def given_at(work: Work, records: Sequence[str]) -> dict[tuple[str, int, str], str]:
    """Return when doses of some records were given: by record, number and site, in local time."""
    at = doses.c
    query = select(at.resident, at.dose, at.site, at.given_at).where(among(at.resident, records))
    return {
        (row["resident"], row["dose"], row["site"]): work.campaign.local(row["given_at"])
        for row in work.rows(query)
    }


def unread_fridges(work: Work, today: date) -> Iterator[tuple[str, str, list[str]]]:
    """Tell of days on which a site vaccinated without two readings of each refrigerator.

    Site, day and the refrigerators; of the last two weeks, once the day is over there.
    """
    hearing, zone = Hearing(work), work.campaign.zone
    since, before = (today - FORTNIGHT).isoformat(), today.isoformat()
    times: dict[tuple[str, str, str], list[str]] = {}
    for row in work.rows(select(readings).where(readings.c.day.between(since, before))):
        times.setdefault((row["site"], row["day"], row["fridge"]), []).append(row["read_at"])
    at = doses.c
    query = select(at.site, at.day).where(at.day >= since, at.day < before).distinct()
    for row in work.rows(query.order_by(at.day, at.site)):
        site, day = row["site"], row["day"]
        unread = [
            fridge
            for fridge in work.campaign.site(site).fridges
            if readings_counted(times.get((site, day, fridge), [])) < 2
        ]
        over = datetime.combine(date.fromisoformat(day) + ONE_DAY, time(), zone)
        if unread and hearing.is_over(site, over):
            yield site, day, unread


def doses_from(work: Work, code: str) -> tuple[int, int]:
    """Return for how many doses a package was used, wherever, and how many it holds.

    As its delivery said at any of the sites, else as the campaign file has it.
    """
    at = doses.c
    rows = work.rows(select(at.site, at.product, at.batch).where(at.trace_code == code))
    if not rows:
        return 0, 0
    told = {each["batch"]: stock.vials(work, each["batch"]) for each in rows}
    said = [holds for each in rows if (holds := told[each["batch"]].get(each["site"]))]
    holds = work.campaign.product(rows[0]["product"]).doses_per_vial
    return len(rows), max(said, default=holds)


def doubtful(work: Work, resident: str) -> str:
    """Tell why the doses of one record break R04; "": they do not."""
    given = work.rows(select(doses).where(doses.c.resident == resident))
    return _doubtful(work, given) if len(given) > 1 else ""


def _doubtful(work: Work, given: list[Data]) -> str:
    given.sort(key=lambda dose: (dose["day"], dose["dose"]))
    found: list[str] = []
    if [dose["dose"] for dose in given].count(1) > 1:
        found.append("two first doses")
    if len(given) > 2:
        found.append(f"{len(given)} doses")
    for one, next_one in pairwise(given):
        days = (date.fromisoformat(next_one["day"]) - date.fromisoformat(one["day"])).days
        if days < work.campaign.interval(one["product"]):
            found.append(f"only {days} days apart")
    told = ", ".join(f"{dose['site']} {dose['day']} dose {dose['dose']}" for dose in given)
    return f"{'; '.join(found)}: {told}" if found else ""


def unclosed(work: Work) -> list[tuple[str, date]]:
    """Return (site, day) of the last two weeks' days that vaccinated and were not closed by noon after."""
    hearing, zone = Hearing(work), work.campaign.zone
    now, at, told = work.now(), vaccinated.c, closed.c
    last = now.date() - timedelta(days=1 if now.time() >= NOON else 2)
    same = (told.site == at.site) & (told.day == at.day)
    query = select(at.site, at.day).where(
        at.day.between((last - FORTNIGHT).isoformat(), last.isoformat()),
        ~select(told.day).where(same).exists(),
    )
    rows = work.rows(query.order_by(at.day, at.site))
    found = [(row["site"], date.fromisoformat(row["day"])) for row in rows]
    return [
        (site, day)
        for site, day in found
        if hearing.is_over(site, datetime.combine(day + ONE_DAY, NOON, zone))
    ]
