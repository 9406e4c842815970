"""Rules between the values of a campaign file; a rule waits while one of its values is wrong."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from inspect import signature
from typing import Any

from shared.kit.language import listed, t
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
        yield ("end",), t("晚于 start（{start}）的一天", "a day after start ({start})", start=start)


def _cutoff_from_start(start: date, first_dose_cutoff: date) -> Mistakes:
    if first_dose_cutoff < start:
        yield (
            ("first_dose_cutoff",),
            t("不早于 start（{start}）的一天", "a day from start ({start}) on", start=start),
        )


def _second_dose_fits(end: date, first_dose_cutoff: date, interval_days: int) -> Mistakes:
    if (end - first_dose_cutoff).days < interval_days:
        allowed = t(
            "至少比 end（{end}）早 interval_days（{days}）天，第二剂才来得及（R05）",
            "at least interval_days ({days}) before end ({end}), so that the second dose still fits"
            " in (R05)",
            end=end,
            days=interval_days,
        )
        yield ("first_dose_cutoff",), allowed


def _retained(end: date, retain_until: date) -> Mistakes:
    last = retain_until
    if (last.year - RETENTION_YEARS, last.month, last.day) < (end.year, end.month, end.day):
        allowed = t(
            "至少在 end（{end}）之后 {years} 年：《疫苗管理法》第四十六条",
            "at least {years} years after end ({end}): Vaccine Law, art. 46",
            end=end,
            years=RETENTION_YEARS,
        )
        yield ("retain_until",), allowed


def _intervals_fit(start: date, end: date, products: Tables) -> Mistakes:
    span = (end - start).days
    for n, product in enumerate(products):
        if 0 < span < product.get("min_interval_days", 0):
            allowed = t(
                "最多 {span}，否则 start 与 end 之间排不下第二剂",
                "at most {span}, or no second dose falls between start and end",
                span=span,
            )
            yield ("products", n, "min_interval_days"), allowed


def _ages(min_age: int, max_age: int) -> Mistakes:
    if max_age < min_age:
        yield ("max_age",), t("不小于 min_age（{age}）", "min_age ({age}) or more", age=min_age)


def _head_count(population: int, coverage_target: float, head_count_target: int) -> Mistakes:
    if head_count_target < Decimal(str(coverage_target)) * population:
        allowed = t(
            "至少 population（{population}）的 coverage_target（{share}）（R02）",
            "at least coverage_target ({share}) of population ({population}) (R02)",
            population=population,
            share=coverage_target,
        )
        yield ("head_count_target",), allowed
    if head_count_target > population:
        yield (
            ("head_count_target",),
            t("最多 population（{n}）", "at most population ({n})", n=population),
        )


def _whole_slots(slot_minutes: int, sites: Tables) -> Mistakes:
    for n, site in enumerate(sites):
        hours: tuple[Opening, ...] = site.get("hours", ())
        if odd := [str(opening) for opening in hours if opening.minutes() % slot_minutes]:
            allowed = t(
                "每段是 slot_minutes（{minutes}）的整数倍，{odd} 不是",
                "stretches that are a multiple of slot_minutes ({minutes}), unlike {odd}",
                minutes=slot_minutes,
                odd=listed(odd),
            )
            yield ("sites", n, "hours"), allowed


def _floors_have_seats(slot_minutes: int, sites: Tables) -> Mistakes:
    for n, site in enumerate(sites):
        if {"hours", "slot_capacity", "daily_floor"} <= site.keys():
            slots = sum(opening.minutes() // slot_minutes for opening in site["hours"])
            seats = site["slot_capacity"] * slots
            if seats < site["daily_floor"]:
                allowed = t(
                    "最多一天的 {seats} 个号（当天时段数 × slot_capacity）（R03）",
                    "at most the {seats} seats of a day (slots of the day x slot_capacity) (R03)",
                    seats=seats,
                )
                yield ("sites", n, "daily_floor"), allowed


def _docked(sites: Tables, units: Tables) -> Mistakes:
    codes = [site.get("code", "") for site in sites]
    for n, unit in enumerate(units):
        if all(codes) and unit.get("site") not in (None, *codes):
            allowed = t(
                "接种点的代码：{codes}（R15）",
                "the code of a site: {codes} (R15)",
                codes=listed(codes),
            )
            yield ("units", n, "site"), allowed


def _sectors_are_sectors(units: Tables) -> Mistakes:
    for n, unit in enumerate(units):
        kind = unit.get("kind", "sector")
        if "sector" in unit and kind != "sector":
            allowed = t(
                'kind 为 "{kind}" 时不能有这个键；行业自成一类（R16）',
                'no such key where kind is "{kind}"; a sector is a kind of its own (R16)',
                kind=kind,
            )
            yield ("units", n, "sector"), allowed


def _targets_add_up(head_count_target: int, units: Tables) -> Mistakes:
    targets = [unit["target"] for unit in units if "target" in unit]
    if len(targets) == len(units) and sum(targets) != head_count_target:
        allowed = t(
            "所有单位 target 之和，即 {total}（R02）",
            "the sum of the targets of all units, which is {total} (R02)",
            total=sum(targets),
        )
        yield ("head_count_target",), allowed


def _codes_once(array: str, tables: Tables, line_of: Callable[[KeyPath], int]) -> Mistakes:
    first: dict[str, int] = {}
    for n, table in enumerate(tables):
        if (code := table.get("code")) and first.setdefault(code, n) != n:
            line = line_of((array, first[code], "code"))
            allowed = t(
                "不重复的代码；第 {line} 行已用了这个",
                "a code of its own; line {line} has this one",
                line=line,
            )
            yield (array, n, "code"), allowed


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
