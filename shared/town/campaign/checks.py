"""Rules between the values of a campaign file; a rule waits while one of its values is wrong."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from shared.town.campaign.draft import Draft
from shared.town.campaign.plan import RETENTION_YEARS, Opening, Site


def cross_checks(draft: Draft) -> None:
    """Note in ``draft`` every rule between values that does not hold."""
    _dates(draft)
    _product_dates(draft)
    _ages(draft)
    _head_count(draft)
    for array in ("products", "sites", "units"):
        _codes_once(draft, array)
    for n in draft.tables("sites"):
        _site_times(draft, n)
    _docking(draft)
    _sectors(draft)
    _targets(draft)


def _dates(draft: Draft) -> None:
    start: date | None = draft.get("start")
    end: date | None = draft.get("end")
    cutoff: date | None = draft.get("first_dose_cutoff")
    interval: int | None = draft.get("interval_days")
    retain_until: date | None = draft.get("retain_until")
    if start and end and end <= start:
        draft.wrong(("end",), end, f"a day after start ({start})")
    if start and cutoff and cutoff < start:
        draft.wrong(("first_dose_cutoff",), cutoff, f"a day from start ({start}) on")
    if end and cutoff and interval and _days_between(cutoff, end) < interval:
        allowed = f"at least interval_days ({interval}) before end ({end}), so that the second"
        draft.wrong(("first_dose_cutoff",), cutoff, f"{allowed} dose still fits in (R05)")
    if end and retain_until and _years(retain_until, end) < RETENTION_YEARS:
        allowed = f"at least {RETENTION_YEARS} years after end ({end})"
        draft.wrong(("retain_until",), retain_until, f"{allowed}: Vaccine Law, art. 46")


def _product_dates(draft: Draft) -> None:
    start: date | None = draft.get("start")
    end: date | None = draft.get("end")
    for n in draft.tables("products"):
        days: int | None = draft.get("products", n, "min_interval_days")
        if start and end and end > start and days and _days_between(start, end) < days:
            span = _days_between(start, end)
            allowed = f"at most {span}, or no second dose falls between start and end"
            draft.wrong(("products", n, "min_interval_days"), days, allowed)


def _ages(draft: Draft) -> None:
    least: int | None = draft.get("min_age")
    most: int | None = draft.get("max_age")
    if least is not None and most is not None and most < least:
        draft.wrong(("max_age",), most, f"min_age ({least}) or more")


def _head_count(draft: Draft) -> None:
    population: int | None = draft.get("population")
    share: float | None = draft.get("coverage_target")
    heads: int | None = draft.get("head_count_target")
    if not (population and share and heads):
        return
    if heads < Decimal(str(share)) * population:
        allowed = f"at least coverage_target ({share}) of population ({population}) (R02)"
        draft.wrong(("head_count_target",), heads, allowed)
    if heads > population:
        draft.wrong(("head_count_target",), heads, f"at most population ({population})")


def _codes_once(draft: Draft, array: str) -> None:
    first: dict[str, int] = {}
    for n in draft.tables(array):
        code: str | None = draft.get(array, n, "code")
        if code is None:
            continue
        if code in first:
            line = draft.line_of((array, first[code], "code"))
            draft.wrong((array, n, "code"), code, f"a code of its own; line {line} has this one")
        else:
            first[code] = n


def _site_times(draft: Draft, n: int) -> None:
    minutes: int | None = draft.get("slot_minutes")
    hours: tuple[Opening, ...] | None = draft.get("sites", n, "hours")
    if not (minutes and hours):
        return
    odd = [str(opening) for opening in hours if opening.minutes() % minutes]
    if odd:
        allowed = f"stretches that are a multiple of slot_minutes ({minutes})"
        draft.wrong(("sites", n, "hours"), ", ".join(odd), allowed)
    capacity: int | None = draft.get("sites", n, "slot_capacity")
    floor: int | None = draft.get("sites", n, "daily_floor")
    if capacity and floor:
        seats = capacity * len(Site("", "", "", floor, capacity, hours).slots(minutes))
        if seats < floor:
            allowed = f"at most the {seats} seats of a day (slots of the day x slot_capacity) (R03)"
            draft.wrong(("sites", n, "daily_floor"), floor, allowed)


def _docking(draft: Draft) -> None:
    codes = [draft.get("sites", n, "code") for n in draft.tables("sites")]
    if not codes or None in codes:
        return
    for n in draft.tables("units"):
        site: str | None = draft.get("units", n, "site")
        if site and site not in codes:
            allowed = "the code of a site: " + ", ".join(map(str, codes))
            draft.wrong(("units", n, "site"), site, f"{allowed} (R15)")


def _sectors(draft: Draft) -> None:
    for n in draft.tables("units"):
        kind: str | None = draft.get("units", n, "kind")
        sector: str | None = draft.get("units", n, "sector")
        if sector and kind and kind != "sector":
            allowed = f'no such key where kind is "{kind}"; a sector is a kind of its own (R16)'
            draft.wrong(("units", n, "sector"), sector, allowed)


def _targets(draft: Draft) -> None:
    heads: int | None = draft.get("head_count_target")
    targets: list[int | None] = list(_unit_targets(draft))
    known = [target for target in targets if target is not None]
    if heads and targets and len(known) == len(targets) and sum(known) != heads:
        allowed = f"the sum of the targets of all units, which is {sum(known)} (R02)"
        draft.wrong(("head_count_target",), heads, allowed)


def _unit_targets(draft: Draft) -> Iterator[int | None]:
    for n in draft.tables("units"):
        yield draft.get("units", n, "target")


def _days_between(first: date, last: date) -> int:
    return last.toordinal() - first.toordinal()


def _years(last: date, first: date) -> int:
    before = (last.month, last.day) < (first.month, first.day)
    return last.year - first.year - (1 if before else 0)
