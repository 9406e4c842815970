"""The plan of one campaign: immutable data and the small pure rules that follow from it (R01-R08)."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from shared.kit.language import Text, listed, t
from shared.town.campaign.aefi import Aefi

# Vaccine Administration Law, art. 46: records are kept this long after the vaccine's expiry.
RETENTION_YEARS = 5
# What kind of sector a cohort works in (R16).
SECTOR_OF = {
    "merchant": "market",
    "market_staff": "market",
    "builder": "building",
    "teacher": "school",
    "parent": "school",
    "enterprise_worker": "enterprise",
    "office_staff": "office",
}


class _Unknown(LookupError):
    what = Text("", "")

    def __init__(self, code: str, known: list[str]) -> None:
        super().__init__(code)
        self.unknown, self.known = code, known

    def __str__(self) -> str:
        return t(
            "没有代码为“{code}”的{what}；现有：{known}。",
            "no {what} {code!r} in this campaign; allowed: {known}",
            code=self.unknown,
            what=self.what,
            known=listed(self.known),
        )


class UnknownSite(_Unknown):
    """A site code that the campaign does not have."""

    what = Text("接种点", "site")


class UnknownUnit(_Unknown):
    """A unit code that the campaign does not have."""

    what = Text("单位", "unit")


class UnknownProduct(_Unknown):
    """A vaccine product code that the campaign does not have."""

    what = Text("疫苗", "product")


@dataclass(frozen=True, slots=True)
class Product:
    """A vaccine product; ``min_interval_days`` is its maker's least gap between two doses.

    ``doses_per_vial`` doses come in a vial, which may be open for ``open_vial_hours``; ``traces``: the
    first seven digits of its packages' trace codes.
    """

    code: str
    name_zh: str
    name_en: str
    min_interval_days: int
    doses: int
    doses_per_vial: int = 1
    traces: tuple[str, ...] = ()
    open_vial_hours: int = 6

    def __str__(self) -> str:
        return t(self.name_zh, self.name_en)


@dataclass(frozen=True, slots=True)
class Opening:
    """One stretch of a day in which a site vaccinates, in local time; ``closes`` is excluded."""

    opens: time
    closes: time

    def minutes(self) -> int:
        """Length in minutes."""
        return _minute(self.closes) - _minute(self.opens)

    def __str__(self) -> str:
        return f"{self.opens:%H:%M}-{self.closes:%H:%M}"


@dataclass(frozen=True, slots=True)
class Site:
    """A vaccination site (R17) with its daily floor in doses (R03) and seats in each slot.

    ``fridges``: what the refrigerators for vaccine are called, as written on their doors.
    ``observation_seats``: how many sit in observation at once, where the plan says so.
    """

    code: str
    name_zh: str
    name_en: str
    daily_floor: int
    slot_capacity: int
    hours: tuple[Opening, ...]
    fridges: tuple[str, ...] = ("1",)
    observation_seats: int | None = None

    def __str__(self) -> str:
        return t(self.name_zh, self.name_en)

    def slots(self, slot_minutes: int) -> tuple[time, ...]:
        """The start of every slot of a day; a rest shorter than ``slot_minutes`` is no slot."""
        return tuple(
            time(*divmod(minute, 60))
            for opening in self.hours
            for minute in range(
                _minute(opening.opens), _minute(opening.closes) - slot_minutes + 1, slot_minutes
            )
        )


@dataclass(frozen=True, slots=True)
class Unit:
    """A village, community, neighbourhood or sector (R16), docked to a site (R15).

    ``target`` is the number of people who should complete the course. ``cohort`` is the cohort that
    most of a sector's people belong to (``merchant`` for a market), else ``general``. ``sector``
    says what kind of sector it is, where the cohort does not tell.
    """

    code: str
    kind: str
    name_zh: str
    name_en: str
    site: str
    target: int
    cohort: str = "general"
    sector: str | None = None

    def __str__(self) -> str:
        return t(self.name_zh, self.name_en)

    @property
    def sector_kind(self) -> str | None:
        """What kind of sector this is (R16), None for a place or where nothing tells."""
        return self.sector or SECTOR_OF.get(self.cohort)


T = TypeVar("T", Product, Site, Unit)


@dataclass(frozen=True, slots=True)
class Campaign:
    """One town's campaign (R01); read it from a file with ``shared.town.campaign.load``."""

    name_zh: str
    name_en: str
    town_zh: str
    town_en: str
    timezone: str
    start: date
    end: date
    first_dose_cutoff: date
    interval_days: int
    population: int
    coverage_target: float
    head_count_target: int
    min_age: int
    max_age: int
    slot_minutes: int
    clearance_days: int
    observation_minutes: int
    retain_until: date
    products: tuple[Product, ...]
    sites: tuple[Site, ...]
    units: tuple[Unit, ...]
    aefi: Aefi = field(default_factory=Aefi)

    @property
    def zone(self) -> ZoneInfo:
        """The town's time zone."""
        return ZoneInfo(self.timezone)

    def day_of(self, instant: datetime) -> date:
        """The town's calendar day at an instant; raises ValueError if it carries no offset."""
        if instant.tzinfo is None:
            raise ValueError(f"{instant.isoformat()} has no offset; an instant must say its offset")
        return instant.astimezone(self.zone).date()

    def local(self, moment: str) -> str:
        """The town's time of a moment that is said with its offset, to the minute."""
        return f"{datetime.fromisoformat(moment).astimezone(self.zone):%Y-%m-%dT%H:%M}"

    def product(self, code: str) -> Product:
        """The product with this code; raises UnknownProduct."""
        return _of_code(self.products, code, UnknownProduct)

    def site(self, code: str) -> Site:
        """The site with this code; raises UnknownSite."""
        return _of_code(self.sites, code, UnknownSite)

    def unit(self, code: str) -> Unit:
        """The unit with this code; raises UnknownUnit."""
        return _of_code(self.units, code, UnknownUnit)

    def interval(self, product_code: str) -> int:
        """Least days between the doses: the longer of the plan's and the product's (R04)."""
        return max(self.interval_days, self.product(product_code).min_interval_days)

    def cutoff(self, product_code: str) -> date:
        """Last day of a first dose, so that the second still fits in; never after the plan's (R05)."""
        return min(self.first_dose_cutoff, self.end - timedelta(days=self.interval(product_code)))

    def retained_until(self, latest_expiry: date | None) -> date:
        """Last day on which vaccination records must still be kept.

        The campaign file's date, or later when a batch received expires later than it foresaw.
        """
        if latest_expiry is None:
            return self.retain_until
        # The 29th of February becomes the 1st of March: rather a day longer than too short.
        year, month, day = latest_expiry.year, latest_expiry.month, latest_expiry.day
        leap = (month, day) == (2, 29)
        kept = date(year + RETENTION_YEARS, *((3, 1) if leap else (month, day)))
        return max(self.retain_until, kept)

    def scaled(self, people: int) -> "Campaign":
        """The same plan for a head-count target of ``people``; for rehearsals of any size.

        Unit targets are split by largest remainder and sum to exactly ``people`` (a small unit may
        get 0). Floors and slot capacities are rounded up, the population down.
        """
        if people < 1:
            raise ValueError(f"a campaign is for at least 1 person, not {people}")
        total = self.head_count_target
        targets = _largest_remainder([unit.target for unit in self.units], people)
        return replace(
            self,
            population=self.population * people // total,
            head_count_target=people,
            sites=tuple(
                replace(
                    site,
                    daily_floor=_ceil(site.daily_floor * people, total),
                    slot_capacity=_ceil(site.slot_capacity * people, total),
                    observation_seats=site.observation_seats
                    and _ceil(site.observation_seats * people, total),
                )
                for site in self.sites
            ),
            units=tuple(
                replace(unit, target=target)
                for unit, target in zip(self.units, targets, strict=True)
            ),
        )


def _of_code(known: tuple[T, ...], code: str, unknown: type[_Unknown]) -> T:
    for each in known:
        if each.code == code:
            return each
    raise unknown(code, [each.code for each in known])


def _minute(clock: time) -> int:
    return clock.hour * 60 + clock.minute


def _ceil(numerator: int, denominator: int) -> int:
    return -(-numerator // denominator)


def _largest_remainder(weights: list[int], total: int) -> list[int]:
    """Split ``total`` in proportion to ``weights``; ties go to the earlier one."""
    whole = sum(weights)
    shares = [weight * total // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda n: -(weights[n] * total % whole))
    for n in by_remainder[: total - sum(shares)]:
        shares[n] += 1
    return shares
