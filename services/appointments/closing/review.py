"""What of a day needs somebody's look: refused, ended early, overridden, recorded anyway, lost."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TypedDict

from sqlalchemy import select

from services.appointments.bookings.queries import overrides
from services.appointments.closing.queries import Visitor
from services.appointments.closing.views import notes, refused
from services.appointments.stock.accounts import DayOfBatch, taken_in
from services.appointments.stock.queries import alike
from services.appointments.visits.packages import is_strange
from shared.kit.formats import Id, Moment
from shared.kit.language import t
from shared.town.work import Work

USUAL_SHARE, USUAL_LEAST = 50, 2
"""Usual is a loss of up to one dose in so many given, and of so many doses however few were given."""


class Item(TypedDict):
    """One thing to look at: whom or what, and the `note` of who has looked, if anybody has.

    `item` changes with what it says, so that a note is of what was there to be seen.
    """

    kind: str
    item: str
    resident: Id | None
    identity: str | None
    what: str
    address: str
    note: str | None
    by: str | None
    at: Moment | None


class _Note(TypedDict):
    item: str
    note: str
    by: str
    at: Moment


def review(
    work: Work, day: date, people: Sequence[Visitor], batches: Sequence[DayOfBatch]
) -> list[Item]:
    """Return what of a day needs a look, with what was noted, from its people and batches."""
    found = [
        *_packages(work, day),
        *_of_people(work, people),
        *_lookalikes(work, day),
        *(_loss(each) for each in batches if _is_unusual(each)),
    ]
    query = select(notes).where(notes.c.day == day.isoformat())
    noted = {row["item"]: row for row in work.rows(query, _Note)}
    for each in found:
        if note := noted.get(each["item"]):
            each["note"], each["by"], each["at"] = note["note"], note["by"], note["at"]
    return found


def _item(kind: str, about: str, what: str, address: str, who: Visitor | None = None) -> Item:
    return {
        "kind": kind,
        "item": f"{kind}:{about}",
        "resident": who["resident"] if who else None,
        "identity": who["identity"] if who else None,
        "what": what,
        "address": address,
        "note": None,
        "by": None,
        "at": None,
    }


def _packages(work: Work, day: date) -> list[Item]:
    query = select(refused).where(refused.c.day == day.isoformat()).order_by(refused.c.trace_code)
    return [
        _item(
            "package",
            f"{row['trace_code']}:{row['times']}",
            t(
                "{code}：已用 {used} 剂，每支 {doses} 剂，又扫了 {times} 次",
                "{code}: used for {used} of {doses} doses, shown again: {times}",
                code=row["trace_code"],
                **{name: row[name] for name in ("used", "doses", "times")},
            ),
            "/stock",
        )
        for row in work.rows(query)
    ]


def _of_people(work: Work, people: Sequence[Visitor]) -> list[Item]:
    passed = {row["resident"]: row["reason"] for row in overrides(work)}
    found: list[Item] = []
    for who in people:
        if not who["given_at"]:
            continue
        about, at = f"{who['resident']}:{who['dose']}", f"/residents/{who['resident']}"
        if who["early_reason"]:
            found.append(_item("early", about, who["early_reason"], at, who))
        if who["dose"] == 1 and (why := passed.get(who["resident"])):
            found.append(_item("overridden", about, why, at, who))
        if (code := who["trace_code"]) and is_strange(work, code):
            found.append(_item("strange", about, code, at, who))
    return sorted(found, key=lambda each: each["kind"])


def _lookalikes(work: Work, day: date) -> list[Item]:
    pairs: dict[frozenset[str], tuple[str, str]] = {}
    for batch in taken_in(work, day):
        if known := alike(work, batch):
            pairs.setdefault(frozenset((batch, known)), (batch, known))
    return [
        _item(
            "alike",
            batch,
            t("{batch} 像 {known}", "{batch} like {known}", batch=batch, known=known),
            "/stock",
        )
        for batch, known in pairs.values()
    ]


def _is_unusual(batch: DayOfBatch) -> bool:
    return _lost(batch) > max(USUAL_LEAST, batch.used // USUAL_SHARE)


def _lost(batch: DayOfBatch) -> int:
    return batch.lost - min(0, batch.corrected)


def _loss(batch: DayOfBatch) -> Item:
    lost = _lost(batch)
    what = t(
        "批号 {batch}：损耗和盘亏 {lost} 剂，接种 {used} 剂",
        "batch {batch}: {lost} doses wasted or not found, {used} given",
        batch=batch.batch,
        lost=lost,
        used=batch.used,
    )
    return _item("loss", f"{batch.batch}:{lost}", what, "/stock")
