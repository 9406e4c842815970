"""The check list of a day: each point open or not, who or what keeps it open, and where it is mended."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import NamedTuple

from services.appointments.board.queries import leaves_at
from services.appointments.closing import queries
from services.appointments.closing.counts import last_counts
from services.appointments.closing.queries import Figures, Visitor
from services.appointments.closing.review import Item, review
from services.appointments.duty.queries import OnDuty, on_duty, were_vaccinators
from services.appointments.fridge.queries import Missing, Reading, missing, readings_of
from services.appointments.stock.accounts import DayOfBatch, days_of_batches
from services.appointments.stock.queries import stock
from services.appointments.visits.queries import day_list
from shared.kit.dates import moment_text
from shared.kit.language import t
from shared.town.contracts.fridges import is_cold
from shared.town.terms.visits import BATCH_STATUSES
from shared.town.work import Work


class Open(NamedTuple):
    """Who or what keeps a point open: a resident of some name, what is said of it, where it is mended."""

    resident: str | None
    identity: str | None
    what: str
    address: str


class Point(NamedTuple):
    """A point of the list: its code, and what keeps it open."""

    code: str
    found: list[Open]

    @property
    def open(self) -> bool:
        """Whether anything is left."""
        return bool(self.found)


class Day(NamedTuple):
    """Everything that is known of a site's day when it is to be closed."""

    day: date
    people: list[Visitor]
    batches: list[DayOfBatch]
    figures: Figures
    review: list[Item]
    points: list[Point]
    on_duty: list[OnDuty]

    @property
    def open(self) -> list[str]:
        """The codes of the points left open."""
        return [each.code for each in self.points if each.open]


def the_day(work: Work, day: date) -> Day:
    """Return a day with its check list."""
    people = queries.visitors(work, day, day_list(work, day))
    counts = last_counts(work, day)
    batches = [
        each._replace(last_count=counts.get(each.batch)) for each in days_of_batches(work, day)
    ]
    found = review(work, day, people, batches)
    figures = queries.figures(work, day, people, batches)
    points = [
        Point("waiting", _people(people, "waiting")),
        Point("observing", _observed(work, people)),
        Point("expected", _people(people, "booked")),
        Point("counted", [_batch(each) for each in batches if each.used and not each.last_count]),
        Point("vials", [_vials(each) for each in batches if each.missing]),
        Point("held", _held(work, day)),
        Point("fridge", [*_fridge(work, day), *_too_warm(work, day)]),
        Point("reactions", _reactions(work, day)),
        Point("vaccinators", _vaccinators(work, day, people)),
        Point("review", [_looked(each) for each in found if each["note"] is None]),
    ]
    return Day(day, people, batches, figures, found, points, on_duty(work, day))


def _person(who: Visitor, what: str) -> Open:
    return Open(who["resident"], who["identity"], what, f"/residents/{who['resident']}")


def _people(people: list[Visitor], status: str) -> list[Open]:
    return [_person(each, each["time"]) for each in people if each["status"] == status]


def _observed(work: Work, people: list[Visitor]) -> list[Open]:
    return [
        _person(each, t("留观到 {until}", "until {until}", until=f"{leaves_at(work, at):%H:%M}"))
        for each in people
        if each["status"] == "vaccinated" and (at := each["given_at"])
    ]


def _batch(batch: DayOfBatch) -> Open:
    what = t(
        "批号 {batch}：用了 {n} 剂", "batch {batch}: {n} used", batch=batch.batch, n=batch.used
    )
    return Open(None, None, what, "/stock")


def _vials(batch: DayOfBatch) -> Open:
    what = t(
        "批号 {batch}，每瓶 {vial} 剂：接种 {used} 剂，开瓶损耗 {opened} 剂，还差 {n} 剂",
        "batch {batch}, doses per vial: {vial}; given: {used}, wasted of opened vials: {opened}, missing: {n}",
        batch=batch.batch,
        vial=batch.per_vial,
        used=batch.used,
        opened=batch.opened,
        n=batch.missing,
    )
    return Open(None, None, what, "/stock")


def _fridge(work: Work, day: date) -> list[Open]:
    def told(each: Missing) -> str:
        return t(
            "冰箱 {fridge}：第 {which} 次读数",
            "refrigerator {fridge}: reading {which}",
            fridge=each["fridge"],
            which=each["which"],
        )

    return [Open(None, None, told(each), "/fridge") for each in missing(work, day)]


def _too_warm(work: Work, day: date) -> list[Open]:
    """The refrigerators whose last reading of a day, of those that count, is out of 2 to 8 °C."""
    last = {each["fridge"]: each for each in readings_of(work, day) if each["withdrawn"] is None}

    def told(each: Reading) -> str:
        return t(
            "冰箱 {fridge}：{at} 的读数 {celsius} ℃，超出 2–8 ℃",
            "refrigerator {fridge}: {celsius} °C at {at}, out of 2–8 °C",
            fridge=each["fridge"],
            at=each["read_at"][-5:],
            celsius=f"{each['celsius']:g}",
        )

    out = (each for each in last.values() if not is_cold(each["celsius"]))
    return [Open(None, None, told(each), "/fridge") for each in out]


def _held(work: Work, day: date) -> list[Open]:
    """The batches with doses left that are recalled, or in quarantine since that day or before."""
    found: list[Open] = []
    for each in stock(work):
        since = (queries.day_of(work, cause["since"]) for cause in each["held"])
        recalled = each["recalled"] is not None
        if not each["left"] or not (recalled or any(began <= day for began in since)):
            continue
        what = t(
            "批号 {batch}：{status}，剩 {left} 剂",
            "batch {batch}: {status}, {left} left",
            batch=each["batch"],
            status=BATCH_STATUSES["recalled" if recalled else "held"],
            left=each["left"],
        )
        found.append(Open(None, None, what, "/stock" if recalled else "/fridge"))
    return found


def _reactions(work: Work, day: date) -> list[Open]:
    return [
        Open(
            each["resident"],
            each["identity"],
            t("{due}以前上报", "to be reported up by {due}", due=moment_text(each["due"])),
            f"/reactions/{each['card']}",
        )
        for each in queries.unreported(work, day)
    ]


def _vaccinators(work: Work, day: date, people: list[Visitor]) -> list[Open]:
    known = were_vaccinators(work, day)
    given = Counter(each["vaccinator"] for each in people if each["given_at"])
    return [
        Open(None, None, t("{login}：{n} 剂", "{login}: {n} doses", login=login, n=number), "/duty")
        for login, number in sorted(given.items(), key=str)
        if login not in known
    ]


def _looked(item: Item) -> Open:
    return Open(item["resident"], item["identity"], item["what"], item["address"])
