"""Alarms: what is missing or short of a site's vaccine, refrigerators and syringes, for its pages."""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import func, select

from services.appointments.courses.views import appointments
from services.appointments.fridge.queries import missing
from services.appointments.stock import queries
from services.appointments.stock.queries import StockedBatch
from services.appointments.syringes.queries import ledger
from shared.kit.dates import day_text
from shared.kit.language import listed, t
from shared.town.work import Work

AHEAD = timedelta(days=6)
"""So far ahead bookings are held against the doses there are; deliveries come weekly."""


class Alarm(NamedTuple):
    """What is wrong, in words, and the page on which it is put right; `bad`: it cannot wait."""

    says: str
    page: str
    bad: bool


class Overbooked(NamedTuple):
    """A day with more people booked than doses of the product are left for it."""

    day: date
    product: str
    booked: int
    doses: int


def overbooked(work: Work) -> list[Overbooked]:
    """Return of each product the first day of this week for which its usable doses will not do.

    Whoever is booked earlier is served first.
    """
    at, today = appointments.c, work.today()
    query = select(at.product, at.day, func.count().label("number"))
    query = query.where(at.status.in_(("booked", "waiting")))
    query = query.where(at.day.between(today.isoformat(), (today + AHEAD).isoformat()))
    stock, before = queries.stock(work), dict[str, int]()
    found: dict[str, Overbooked] = {}
    for row in work.rows(query.group_by(at.product, at.day).order_by(at.day, at.product)):
        product, booked, day = row["product"], row["number"], date.fromisoformat(row["day"])
        doses = max(0, _usable(stock, product, day) - before.get(product, 0))
        before[product] = before.get(product, 0) + booked
        if booked > doses:
            found.setdefault(product, Overbooked(day, product, booked, doses))
    return list(found.values())


def _usable(stock: list[StockedBatch], product: str, day: date) -> int:
    return sum(
        each["left"]
        for each in stock
        if each["product"] == product and queries.is_usable(each, day)
    )


def booking_alarms(work: Work) -> list[Alarm]:
    """Say for which days more people are booked than doses are left."""
    return [
        Alarm(
            t(
                "{day}：预约 {booked} 人，{product}只剩 {doses} 剂可用",
                "{day}: {booked} booked on {doses} doses of {product}",
                day=day_text(each.day),
                booked=each.booked,
                doses=each.doses,
                product=work.campaign.product(each.product),
            ),
            "/stock",
            bad=True,
        )
        for each in overbooked(work)
    ]


def alarms(work: Work) -> list[Alarm]:
    """Say all that is missing or short today, what cannot wait on top."""
    found = [
        *booking_alarms(work),
        *_held(work),
        *_vials(work),
        *_readings(work),
        *_syringes(work),
    ]
    return sorted(found, key=lambda each: not each.bad)


def _readings(work: Work) -> list[Alarm]:
    found: list[Alarm] = []
    for each in missing(work, work.today()):
        if not (each["due"] or each["overdue"]):
            continue
        says = t(
            "冰箱 {fridge} 今天第 {n} 次测温，应在 {until} 前",
            "Refrigerator {fridge}: reading {n} of today, due by {until}",
            fridge=each["fridge"],
            n=each["which"],
            until=each["until"],
        )
        if each["overdue"]:
            says += t("，还没有测", ", is missing")
        found.append(Alarm(says, "/fridge", bad=each["overdue"]))
    return found


def _held(work: Work) -> list[Alarm]:
    held = [row["batch"] for row in queries.stock(work) if row["held"] and row["left"]]
    says = t(
        "隔离中，不能接种：{held}", "In quarantine, not to be given: {held}", held=listed(held)
    )
    return [Alarm(says, "/fridge", bad=True)] if held else []


def _vials(work: Work) -> list[Alarm]:
    return [
        Alarm(
            t(
                "批号 {batch} 有一支开瓶超时，余 {n} 剂须登记损耗",
                "A vial of batch {batch} was open too long; write off the {n} left in it",
                batch=each["batch"],
                n=each["left"],
            ),
            "/stock",
            bad=True,
        )
        for each in queries.opened_vials(work, work.today())
        if each["over"]
    ]


def _syringes(work: Work) -> list[Alarm]:
    found = ledger(work)
    says = t(
        "注射器余 {left} 支，少于接下来要接种的 {n} 人",
        "Syringes: {left} left for {n} people booked next",
        left=found["left"],
        n=found["needed"],
    )
    return [Alarm(says, "/syringes", bad=True)] if found["short"] else []
