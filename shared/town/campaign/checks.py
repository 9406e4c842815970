"""Rules between the values of a campaign file; a rule waits while one of its values is wrong."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from inspect import signature
from typing import Any

from shared.town.campaign.plan import RETENTION_YEARS, Opening
from shared.town.campaign.toml_lines import KeyPath

Mistakes = Iterator[tuple[KeyPath, str]]
"""Where a rule does not hold, and what would be allowed there."""
Tables = list[dict[str, Any]]
"""The right values of an array's tables; what is wrong with the others has been told."""


def cross_checks(values: Mapping[str, Any], line_of: Callable[[KeyPath], int]) -> Mistakes:
    """Yield every rule between values that does not hold.

    A check names the keys it needs as its parameters.
    """
    for check in CHECKS:
        needed = signature(check).parameters
        if needed.keys() <= values.keys():
            yield from check(**{key: values[key] for key in needed})
    for array in ("products", "sites", "units"):
        yield from _codes_once(array, values.get(array, []), line_of)


def _ends_after_start(start: date, end: date) -> Mistakes:
    if end <= start:
        yield ("end",), f"a day after start ({start})"


def _cutoff_from_start(start: date, first_dose_cutoff: date) -> Mistakes:
    if first_dose_cutoff < start:
        yield ("first_dose_cutoff",), f"a day from start ({start}) on"


def _second_dose_fits(end: date, first_dose_cutoff: date, interval_days: int) -> Mistakes:
    if (end - first_dose_cutoff).days < interval_days:
        allowed = f"at least interval_days ({interval_days}) before end ({end}), so that the second"
        yield ("first_dose_cutoff",), f"{allowed} dose still fits in (R05)"


def _retained(end: date, retain_until: date) -> Mistakes:
    last = retain_until
    if (last.year - RETENTION_YEARS, last.month, last.day) < (end.year, end.month, end.day):
        allowed = f"at least {RETENTION_YEARS} years after end ({end})"
        yield ("retain_until",), f"{allowed}: Vaccine Law, art. 46"


def _intervals_fit(start: date, end: date, products: Tables) -> Mistakes:
    span = (end - start).days
    for n, product in enumerate(products):
        if 0 < span < product.get("min_interval_days", 0):
            allowed = f"at most {span}, or no second dose falls between start and end"
            yield ("products", n, "min_interval_days"), allowed


def _ages(min_age: int, max_age: int) -> Mistakes:
    if max_age < min_age:
        yield ("max_age",), f"min_age ({min_age}) or more"


def _head_count(population: int, coverage_target: float, head_count_target: int) -> Mistakes:
    if head_count_target < Decimal(str(coverage_target)) * population:
        allowed = f"at least coverage_target ({coverage_target}) of population ({population}) (R02)"
        yield ("head_count_target",), allowed
    if head_count_target > population:
        yield ("head_count_target",), f"at most population ({population})"


def _whole_slots(slot_minutes: int, sites: Tables) -> Mistakes:
    for n, site in enumerate(sites):
        hours: tuple[Opening, ...] = site.get("hours", ())
        if odd := [str(opening) for opening in hours if opening.minutes() % slot_minutes]:
            allowed = f"stretches that are a multiple of slot_minutes ({slot_minutes})"
            yield ("sites", n, "hours"), f"{allowed}, unlike {', '.join(odd)}"


def _floors_have_seats(slot_minutes: int, sites: Tables) -> Mistakes:
    for n, site in enumerate(sites):
        if {"hours", "slot_capacity", "daily_floor"} <= site.keys():
            slots = sum(opening.minutes() // slot_minutes for opening in site["hours"])
            seats = site["slot_capacity"] * slots
            if seats < site["daily_floor"]:
                of = "(slots of the day x slot_capacity) (R03)"
                yield ("sites", n, "daily_floor"), f"at most the {seats} seats of a day {of}"


def _docked(sites: Tables, units: Tables) -> Mistakes:
    codes = [site.get("code", "") for site in sites]
    for n, unit in enumerate(units):
        if all(codes) and unit.get("site") not in (None, *codes):
            yield ("units", n, "site"), f"the code of a site: {', '.join(codes)} (R15)"


def _sectors_are_sectors(units: Tables) -> Mistakes:
    for n, unit in enumerate(units):
        kind = unit.get("kind", "sector")
        if "sector" in unit and kind != "sector":
            allowed = f'no such key where kind is "{kind}"; a sector is a kind of its own (R16)'
            yield ("units", n, "sector"), allowed


def _targets_add_up(head_count_target: int, units: Tables) -> Mistakes:
    targets = [unit["target"] for unit in units if "target" in unit]
    if len(targets) == len(units) and sum(targets) != head_count_target:
        allowed = f"the sum of the targets of all units, which is {sum(targets)} (R02)"
        yield ("head_count_target",), allowed


def _codes_once(array: str, tables: Tables, line_of: Callable[[KeyPath], int]) -> Mistakes:
    first: dict[str, int] = {}
    for n, table in enumerate(tables):
        if (code := table.get("code")) and first.setdefault(code, n) != n:
            line = line_of((array, first[code], "code"))
            yield (array, n, "code"), f"a code of its own; line {line} has this one"


CHECKS: tuple[Callable[..., Mistakes], ...] = (
    _ends_after_start,
    _cutoff_from_start,
    _second_dose_fits,
    _retained,
    _intervals_fit,
    _ages,
    _head_count,
    _whole_slots,
    _floors_have_seats,
    _docked,
    _sectors_are_sectors,
    _targets_add_up,
)
