"""What the logs alone say of the town, and whether the plan's rules hold in them.

A fold of its own, which shares no line with the services: it would be blind to their mistakes.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta

from shared.kit.contracts import Event
from shared.town.campaign import Campaign


class Broken(Exception):
    """Something that must always hold does not; `invariant` is its name."""

    def __init__(self, invariant: str, what: str) -> None:
        super().__init__(f"{invariant}: {what}")
        self.invariant = invariant


def must(holds: bool, invariant: str, what: object) -> None:
    """Raise `Broken` unless it holds."""
    if not holds:
        raise Broken(invariant, str(what))


@dataclass(slots=True)
class Visit:
    """One appointment as it is now."""

    day: str
    time: str
    status: str


@dataclass(slots=True)
class Dose:
    """A dose that was given."""

    site: str
    dose: int
    day: str
    product: str


@dataclass(slots=True)
class Stock:
    """One batch at one site."""

    received: int
    used: int = 0
    wasted: int = 0
    moved: int = 0
    lost: int = 0


Slot = tuple[str, str, str]
"""Site, day and time."""


@dataclass(slots=True)
class Facts:
    """The town as its logs say it is."""

    campaign: Campaign
    unit: dict[str, str] = field(default_factory=dict[str, str])
    docked: dict[str, list[tuple[str, str]]] = field(
        default_factory=lambda: defaultdict[str, list[tuple[str, str]]](list)
    )
    answer: dict[str, str] = field(default_factory=dict[str, str])
    found: dict[str, tuple[str, str]] = field(default_factory=dict[str, tuple[str, str]])
    visits: dict[tuple[str, str], dict[int, Visit]] = field(
        default_factory=lambda: defaultdict[tuple[str, str], dict[int, Visit]](dict)
    )
    doses: dict[str, list[Dose]] = field(default_factory=lambda: defaultdict[str, list[Dose]](list))
    observed: set[str] = field(default_factory=set[str])
    capacity: dict[Slot, int] = field(default_factory=dict[Slot, int])
    taken: Counter[Slot] = field(default_factory=Counter[Slot])
    stock: dict[tuple[str, str], Stock] = field(default_factory=dict[tuple[str, str], Stock])
    erased: set[str] = field(default_factory=set[str])
    merged: dict[str, str] = field(default_factory=dict[str, str])
    # Records that were ever linked: doses of the other one count with theirs.
    linked: set[str] = field(default_factory=set[str])
    staff: dict[str, set[tuple[str, str]]] = field(default_factory=dict[str, set[tuple[str, str]]])
    keys: set[str] = field(default_factory=set[str])
    # Not refused yet: doses of a course at one site although another has begun it (docs/simulation.md).
    second_courses: list[str] = field(default_factory=list[str])

    def site_of(self, unit: str, day: date) -> str:
        """Return the site a unit is docked to on a day."""
        begun = [said for said in self.docked[unit] if said[0] <= day.isoformat()]
        return max(begun, key=lambda said: said[0])[1]

    def take_in(self, event: Event) -> None:
        """Let an event have its effect; raises `Broken` if a rule of the plan is hurt by it."""
        name, data = event.name, event.data
        if (act := _EFFECTS.get(name)) is not None:
            act(self, event, data)


def _registered(facts: Facts, _event: Event, data: dict[str, str]) -> None:
    facts.unit[data["resident"]] = data["unit"]
    facts.erased.discard(data["resident"])


def _docked(facts: Facts, _event: Event, data: dict[str, str]) -> None:
    facts.docked[data["unit"]].append((data["since"], data["site"]))


def _answered(facts: Facts, event: Event, data: dict[str, str]) -> None:
    facts.answer[data["resident"]] = event.name


def _found(facts: Facts, event: Event, data: dict[str, str]) -> None:
    facts.found[data["resident"]] = event.name, data["day"]


def _booked(facts: Facts, _event: Event, data: dict[str, str]) -> None:
    visit = Visit(data["day"], data["time"], "booked")
    facts.visits[data["site"], data["resident"]][int(data["dose"])] = visit


def _moved(facts: Facts, _event: Event, data: dict[str, str]) -> None:
    visit = facts.visits[data["site"], data["resident"]][int(data["dose"])]
    visit.day, visit.time = data["day"], data["time"]


_STATUS = {
    "AppointmentCancelled": "cancelled",
    "NoShowRecorded": "no_show",
    "ResidentCheckedIn": "waiting",
}


def _went_on(facts: Facts, event: Event, data: dict[str, str]) -> None:
    facts.visits[data["site"], data["resident"]][int(data["dose"])].status = _STATUS[event.name]


def _given(facts: Facts, event: Event, data: dict[str, str]) -> None:
    who, dose = data["resident"], int(data["dose"])
    before = [each for each in facts.doses[who] if each.site == data["site"]]
    right = dose == len(before) + 1 or who in facts.linked
    must(right, "doses are numbered from 1", f"{event.id}: dose {dose} of {who}")
    if before:
        interval = timedelta(days=facts.campaign.interval(data["product"]))
        earliest = date.fromisoformat(before[-1].day) + interval
        late_enough = date.fromisoformat(data["day"]) >= earliest
        must(late_enough, "the interval between doses", f"{event.id}: before {earliest}")
        must(before[-1].product == data["product"], "one product a course", event.id)
    if any(each.site != data["site"] for each in facts.doses[who]) and who not in facts.linked:
        facts.second_courses.append(event.id)
    visit = facts.visits[data["site"], who].get(dose)
    came = visit is not None and (visit.status, visit.day) == ("waiting", data["day"])
    must(came, "a dose needs a check-in that day", event.id)
    assert visit is not None
    visit.status = "vaccinated"
    facts.observed.discard(who)
    facts.doses[who].append(Dose(data["site"], dose, data["day"], data["product"]))


def _observed(facts: Facts, _event: Event, data: dict[str, str]) -> None:
    facts.observed.add(data["resident"])


def _opened(facts: Facts, _event: Event, data: dict[str, list[dict[str, str]]]) -> None:
    for slot in data["slots"]:
        facts.capacity[str(data["site"]), str(data["day"]), slot["time"]] = int(slot["capacity"])


def _slot(facts: Facts, event: Event, data: dict[str, str]) -> None:
    slot = data["site"], data["day"], data["time"]
    facts.taken[slot] += 1 if event.name == "SlotTaken" else -1
    fits = 0 <= facts.taken[slot] <= facts.capacity[slot]
    must(fits, "no slot over its capacity", f"{event.id}: {facts.taken[slot]} in {slot}")


def _received(facts: Facts, _event: Event, data: dict[str, str]) -> None:
    stock = facts.stock.setdefault((data["site"], data["batch"]), Stock(0))
    stock.received += int(data["doses"])


def _left_stock(facts: Facts, event: Event, data: dict[str, str]) -> None:
    stock = facts.stock[data["site"], data["batch"]]
    if event.name == "DoseDrawn":
        stock.used += 1
    elif event.name == "DosesSent":
        stock.moved += int(data["doses"])
    elif event.name == "StockCounted":
        stock.lost += int(data["expected"]) - int(data["counted"])
    else:
        stock.wasted += int(data["doses"])
    enough = stock.used + stock.wasted + stock.moved + stock.lost <= stock.received
    must(enough, "received = used + wasted + left", f"{event.id}: {stock}")


def _erased(facts: Facts, _event: Event, data: dict[str, str]) -> None:
    facts.erased.add(data["resident"])


def _merged(facts: Facts, event: Event, data: dict[str, str]) -> None:
    if event.name == "ResidentsMerged":
        facts.merged[data["resident"]] = data["into"]
        facts.linked |= {data["resident"], data["into"]}
    else:
        facts.merged.pop(data["resident"], None)


def _enrolled(facts: Facts, _event: Event, data: dict[str, str]) -> None:
    facts.staff[data["login"]] = set()


def _granted(facts: Facts, event: Event, data: dict[str, str]) -> None:
    held = facts.staff[data["login"]]
    if event.name == "RoleGranted":
        held.add((data["role"], data["scope"]))
    else:
        held.discard((data["role"], data["scope"]))


def _key(facts: Facts, event: Event, data: dict[str, str]) -> None:
    if event.name == "SigningKeyPublished":
        facts.keys.add(data["key"])
    else:
        facts.keys.discard(data["key"])


_EFFECTS = {
    "ResidentRegistered": _registered,
    "ResidentCorrected": _registered,
    "UnitDocked": _docked,
    "ConsentGiven": _answered,
    "VaccinationDeclined": _answered,
    "ResidentCleared": _found,
    "ResidentDeferred": _found,
    "ContraindicationFound": _found,
    "ClearanceWithdrawn": _found,
    "FindingLifted": _found,
    "AppointmentBooked": _booked,
    "AppointmentMoved": _moved,
    **dict.fromkeys(_STATUS, _went_on),
    "DoseAdministered": _given,
    "ObservationEnded": _observed,
    "SessionOpened": _opened,
    "SlotTaken": _slot,
    "SlotReleased": _slot,
    "BatchReceived": _received,
    "DosesArrived": _received,
    "DosesSent": _left_stock,
    "StockCounted": _left_stock,
    "DoseDrawn": _left_stock,
    "DosesWasted": _left_stock,
    "ResidentErased": _erased,
    "ResidentsMerged": _merged,
    "MergeUndone": _merged,
    "StaffEnrolled": _enrolled,
    "RoleGranted": _granted,
    "RoleRevoked": _granted,
    "SigningKeyPublished": _key,
    "SigningKeyRetired": _key,
}
