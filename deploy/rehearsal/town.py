"""An invented town: everyone on the rosters, and what will happen to each in the rehearsal.

The same campaign, size and seed give the same town. Exactly ``people`` persons complete the
course, in each unit as many as its target; a few per cent more stand on the rosters and do not
(R07-R13, R16).
"""

import random
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import cycle, islice
from typing import TypeVar

from stdnum.cn import ric

from deploy.rehearsal import names
from deploy.rehearsal.person import (
    CONTRAINDICATIONS,
    DECLINE_REASONS,
    PRIORITY_COHORTS,
    Outcome,
    Person,
    Tie,
    Town,
)
from shared.town.campaign import Campaign, Unit, age_on, days_of, week_of
from shared.town.identity_documents import Sex, looks_excel_damaged

_Code = TypeVar("_Code", bound=str)

DIVISION = "420000"
"""A province's own code: stdnum knows it, and no resident's card carries it."""

EXTRA_SHARE = 0.05
PEOPLE_PER_CADRE = 100
BOOKING_MARGIN = timedelta(days=14)
"""First doses are wished until this long before the cut-off: who was absent still fits in."""

_NOT_COMPLETING: tuple[tuple[Outcome, str], ...] = (
    *(("declines", reason) for reason in DECLINE_REASONS),
    ("too_young", ""),
    ("too_old", ""),
    *(("contraindicated", code) for code in CONTRAINDICATIONS),
    *(("declines", reason) for reason in ("safety_worry", "no_time", "safety_worry")),
    ("too_old", ""),
    ("declines", "safety_worry"),
    ("too_old", ""),
    ("declines", "health"),
)
"""One round of those who do not complete; a town of 400 has had each kind once."""

_COHORT_SHARES = {
    "general": 0.86,
    "cadre": 0.02,
    "party_member": 0.06,
    "group_leader": 0.015,
    "grid_worker": 0.015,
    "health_worker": 0.01,
    "teacher": 0.01,
    "merchant": 0.005,
    "builder": 0.005,
}
_SECTOR_SHARE = 0.9
_TIE_SHARES: dict[Tie, float] = {"household": 0.75, "home": 0.18, "workplace": 0.07}
_SECTOR_TIE_SHARES: dict[Tie, float] = {"household": 0.02, "home": 0.03, "workplace": 0.95}
_MISHAPS = {
    "no_show_first": 0.03,
    "no_show_second": 0.02,
    "fever_first": 0.015,
    "fever_second": 0.01,
}
COMES_AGAIN_AFTER = timedelta(days=3)
"""When somebody comes who did not when expected."""
_FEVER_OVER_AFTER = timedelta(days=7)
_PREGNANT_AGES = (20, 40)


@dataclass(frozen=True, slots=True)
class _Place:
    """A line of a roster before it is a person."""

    unit: Unit
    cohort: str
    outcome: Outcome
    code: str


def generate_town(campaign: Campaign, people: int, seed: int, product: str | None = None) -> Town:
    """An invented town in which exactly ``people`` complete the course.

    ``campaign`` may have any size; its targets are scaled. ``product`` sets the cut-off that wished
    weeks keep; without it, the campaign's first product does. Raises UnknownProduct, and ValueError
    for less than one person.
    """
    # Invents people, the same ones from the same seed; nothing secret comes of it.
    rng = random.Random(seed)  # nosec B311
    places = _places(campaign.scaled(people), rng)
    code = campaign.products[0].code if product is None else product
    weeks = _wished_weeks(campaign, code, places)
    phones = names.phones(rng, len(places))
    cards = _Cards(rng)
    cadres = _cadres(campaign.units, places, rng)
    residents = tuple(
        _person(campaign, code, place, week, phone, cadre, cards, rng)
        for place, week, phone, cadre in zip(places, weeks, phones, cadres, strict=True)
    )
    return Town(seed, people, residents)


def _places(campaign: Campaign, rng: random.Random) -> list[_Place]:
    people = campaign.head_count_target
    targets = [unit.target for unit in campaign.units]
    extras = list(islice(cycle(_kinds(campaign)), -(-people // round(1 / EXTRA_SHARE))))
    homes = Counter(rng.choices(range(len(targets)), weights=targets, k=len(extras)))
    rng.shuffle(extras)
    left = iter(extras)
    places: list[_Place] = []
    for n, unit in enumerate(campaign.units):
        kinds: list[tuple[Outcome, str]] = [("completes", "")] * unit.target
        kinds += islice(left, homes[n])
        rng.shuffle(kinds)
        places += [
            _Place(unit, _cohort(rng, unit, outcome), outcome, code) for outcome, code in kinds
        ]
    return places


def _kinds(campaign: Campaign) -> Iterator[tuple[Outcome, str]]:
    """Those who do not complete; where the least age is 0, nobody is too young."""
    return (kind for kind in _NOT_COMPLETING if kind[0] != "too_young" or campaign.min_age > 1)


def _cohort(rng: random.Random, unit: Unit, outcome: Outcome) -> str:
    if outcome == "too_young":
        return "general"
    if unit.cohort != "general" and rng.random() < _SECTOR_SHARE:
        return unit.cohort
    return _drawn(rng, _COHORT_SHARES)


def _drawn(rng: random.Random, shares: dict[_Code, float]) -> _Code:
    return rng.choices(list(shares), weights=list(shares.values()))[0]


def _wished_weeks(campaign: Campaign, product: str, places: list[_Place]) -> list[str]:
    """A week for each place: even over the weeks at every site and unit, first ones first."""
    days = list(_wishable_days(campaign, product))
    weeks = [""] * len(places)
    for site in campaign.sites:
        for completes in (True, False):
            group = [
                n
                for n, place in enumerate(places)
                if place.unit.site == site.code and (place.outcome == "completes") is completes
            ]
            for rank, n in enumerate(_interleaved(group, places)):
                weeks[n] = week_of(days[rank * len(days) // len(group)])
    return weeks


def _wishable_days(campaign: Campaign, product: str) -> Iterator[date]:
    cutoff = campaign.cutoff(product)
    last = max(campaign.start, cutoff - BOOKING_MARGIN)
    last = max(campaign.start, min(cutoff, last + timedelta(days=6 - last.weekday())))
    day = campaign.start
    while day <= last:
        yield day
        day += timedelta(days=1)


def _interleaved(group: list[int], places: list[_Place]) -> list[int]:
    """A site's places, each unit spread over the whole row, priority cohorts first."""
    by_unit: dict[str, list[int]] = {}
    for n in sorted(group, key=lambda n: places[n].cohort not in PRIORITY_COHORTS):
        by_unit.setdefault(places[n].unit.code, []).append(n)
    row = [
        ((rank + 0.5) / len(members), n)
        for members in by_unit.values()
        for rank, n in enumerate(members)
    ]
    return [n for _, n in sorted(row)]


def _cadres(units: Iterable[Unit], places: list[_Place], rng: random.Random) -> Iterator[str]:
    """The responsible cadre of each place: the next of the unit's after PEOPLE_PER_CADRE (R24)."""
    sizes = Counter(place.unit.code for place in places)
    for unit in units:
        cadres: list[str] = []
        for n in range(sizes[unit.code]):
            if n % PEOPLE_PER_CADRE == 0:
                cadres.append(_another_name(rng, cadres))
            yield cadres[-1]


def _another_name(rng: random.Random, taken: list[str]) -> str:
    while True:
        name = names.name(rng, "female" if rng.random() < 0.5 else "male")
        if name not in taken:
            return name


class _Cards:
    """Card numbers with a right check digit, each once."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._used: set[str] = set()

    def number(self, birth_date: date, sex: Sex) -> str:
        while True:
            order = self._rng.randrange(2 if sex == "female" else 1, 1000, 2)
            stem = f"{DIVISION}{birth_date:%Y%m%d}{order:03d}"
            number = stem + ric.calc_check_digit(stem + "0")
            if number not in self._used and not looks_excel_damaged(number):
                self._used.add(number)
                return number


def _person(
    campaign: Campaign,
    product: str,
    place: _Place,
    week: str,
    phone: str,
    responsible: str,
    cards: _Cards,
    rng: random.Random,
) -> Person:
    sex: Sex = "female" if place.code == "pregnant" or rng.random() < 0.49 else "male"
    birth_date = _birth_date(campaign, place, rng)
    sector = place.unit.kind == "sector"
    completes = place.outcome == "completes"
    return Person(
        unit=place.unit.code,
        name=names.name(rng, sex),
        card_number=cards.number(birth_date, sex),
        birth_date=birth_date,
        sex=sex,
        phone=phone,
        address=names.address(rng, place.unit),
        tie=_drawn(rng, _SECTOR_TIE_SHARES if sector else _TIE_SHARES),
        cohort=place.cohort,
        responsible=responsible,
        outcome=place.outcome,
        wished_week=week,
        decline_reason=place.code if place.outcome == "declines" else None,
        contraindication=place.code if place.outcome == "contraindicated" else None,
        screened_healthy=place.outcome not in ("contraindicated", "too_old"),
        **_mishaps(campaign, product, week, completes, rng),
    )


def _mishaps(
    campaign: Campaign, product: str, week: str, completes: bool, rng: random.Random
) -> dict[str, bool]:
    """What goes wrong at a person's doses, and still leaves time for both."""
    drawn = {name: completes and rng.random() < share for name, share in _MISHAPS.items()}

    def lost(dose: str) -> timedelta:
        no_show, fever = drawn[f"no_show_{dose}"], drawn[f"fever_{dose}"]
        return no_show * COMES_AGAIN_AFTER + fever * _FEVER_OVER_AFTER

    due = days_of(week)[-1] + lost("first") + timedelta(days=campaign.interval(product))
    for name in ("fever_second", "no_show_second"):
        if due + lost("second") > campaign.end:
            drawn[name] = False
    return drawn


def _birth_date(campaign: Campaign, place: _Place, rng: random.Random) -> date:
    """A birth date that keeps the person's age inside its bounds from the first day to the last."""
    youngest, oldest = _ages(campaign, place)
    while True:
        born = campaign.start - timedelta(days=rng.randint(youngest * 365, (oldest + 1) * 366))
        if age_on(born, campaign.start) >= youngest and age_on(born, campaign.end) <= oldest:
            return born


def _ages(campaign: Campaign, place: _Place) -> tuple[int, int]:
    if place.outcome == "too_young":
        return max(0, campaign.min_age - 6), campaign.min_age - 1
    if place.outcome == "too_old":
        return campaign.max_age + 1, campaign.max_age + 20
    if place.code == "pregnant":
        return _PREGNANT_AGES
    return campaign.min_age, campaign.max_age
