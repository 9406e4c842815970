"""Every number that two parts know has to be the same in both: compared without asking anyone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from deploy.rehearsal.invariants import LedgerReading
from deploy.rehearsal.person import Town
from deploy.rehearsal.wording import FIGURES
from shared.kit.language import t
from shared.kit.web.pages import day_text, week_text

DOSES = ("first", "second")
UNIT_FIGURES = ("registered", "consented", "declined", *DOSES)
Rows = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Answers:
    """What the parts said after the last day, as they said it; `counted` is the rehearsal's own.

    `reports` and `replays` are by week, `stock` and `sessions` by site, `heads` by source.
    """

    progress: dict[str, Any]
    units: dict[str, dict[str, Any]]
    audit: dict[str, Any]
    reports: dict[str, dict[str, Any]]
    replays: dict[str, dict[str, Any]]
    stock: dict[str, Rows]
    sessions: dict[str, Rows]
    heads: dict[str, int]
    ledger: LedgerReading
    counted: dict[str, int]
    refusals: dict[str, int]


def disagreements(answers: Answers, town: Town) -> list[str]:
    """Say every number that differs, and where both come from."""
    return [
        t(
            "{what}：{one} 不是 {other}",
            "{what}: {one} is not {other}",
            what=what,
            one=one,
            other=other,
        )
        for what, one, other in _pairs(answers, town)
        if one != other
    ] + _audit(answers)


def _pairs(answers: Answers, town: Town) -> Iterator[tuple[str, Any, Any]]:
    yield from _units(answers)
    yield from _sites(answers)
    yield from _stock(answers)
    yield from _totals(answers)
    yield from _reports(answers)
    yield from _plan(answers, town)


def _units(answers: Answers) -> Iterator[tuple[str, Any, Any]]:
    """Registration, reporting and the ledger know the same of each unit."""
    reported = {row["unit"]: row for row in answers.progress["figures"]["units"]}
    yield (
        t("单位，报告与登记", "units, reporting and registration"),
        sorted(reported),
        sorted(answers.units),
    )
    for unit in sorted(reported.keys() & answers.units.keys()):
        for key in UNIT_FIGURES:
            what = t(
                "单位 {unit} {figure}，报告与登记",
                "unit {unit} {figure}, reporting and registration",
                unit=unit,
                figure=FIGURES[key],
            )
            yield what, reported[unit][key], answers.units[unit][key]
        for number, key in enumerate(DOSES, start=1):
            in_ledger = answers.ledger.by_unit[unit, number]
            what = t(
                "单位 {unit} {figure}，报告与台账",
                "unit {unit} {figure}, reporting and ledger",
                unit=unit,
                figure=FIGURES[key],
            )
            yield what, reported[unit][key], in_ledger


def _sites(answers: Answers) -> Iterator[tuple[str, Any, Any]]:
    """Reporting, the sites' own stock and slots, and the ledger know the same of each site."""
    ledger = answers.ledger
    for row in answers.progress["figures"]["sites"]:
        site, given = row["site"], row["first"] + row["second"]
        used = sum(batch["used"] for batch in answers.stock[site])
        what = t(
            "{site} 的剂数，报告与该点疫苗库存",
            "doses at {site}, reporting and the site's stock",
            site=site,
        )
        yield what, given, used
        taken = sum(session["taken"] for session in answers.sessions[site])
        held = sum(n for (place, _, _), n in ledger.taken.items() if place == site)
        what = t(
            "{site} 已约的号，该点场次与台账",
            "places held at {site}, its sessions and ledger",
            site=site,
        )
        yield what, taken, held
    reported = {
        (row["day"], row["site"], number): row[key]
        for row in answers.progress["days"]
        for number, key in enumerate(DOSES, start=1)
        if row[key]
    }
    for day, site, number in sorted(reported.keys() | ledger.by_day.keys()):
        what = t(
            "{site} {day} 第 {number} 剂，报告与台账",
            "dose {number} on {day} at {site}, reporting and ledger",
            number=number,
            day=day_text(day),
            site=site,
        )
        yield what, reported.get((day, site, number), 0), ledger.by_day[day, site, number]


def _stock(answers: Answers) -> Iterator[tuple[str, Any, Any]]:
    """No dose comes from nowhere: received = used + wasted + moved + lost + left; no slot holds too many."""
    for site, batches in answers.stock.items():
        for batch in batches:
            name = batch["batch"]
            of = {"name": name, "site": site}
            spent = sum(batch[name] for name in ("used", "wasted", "moved", "lost", "left"))
            what = t(
                "{site} 批号 {name}，到苗与使用、报废、剩余",
                "batch {name} at {site}, received and used, wasted, left",
                **of,
            )
            yield what, batch["received"], spent
            in_ledger = answers.ledger.left.get((site, name))
            what = t(
                "{site} 批号 {name}，剩余与台账",
                "batch {name} at {site}, left there and in the ledger",
                **of,
            )
            yield what, batch["left"], in_ledger
    for site, sessions in answers.sessions.items():
        full = [
            f"{session['day']} {slot['time']}"
            for session in sessions
            for slot in session["slots"]
            if slot["taken"] > slot["capacity"]
        ]
        yield t("{site} 超员的时段", "overfull slots at {site}", site=site), full, []


def _totals(answers: Answers) -> Iterator[tuple[str, Any, Any]]:
    """The town is the sum of its parts; what happened on the way is in the ledger."""
    figures = answers.progress["figures"]
    for key in DOSES:
        town = figures["town"][key]
        for kind in ("sites", "units"):
            summed = sum(row[key] for row in figures[kind])
            what = t(
                "{figure}，全镇与各{part}合计",
                "{figure}, town and its {part}",
                figure=FIGURES[key],
                part=t("接种点", "sites") if kind == "sites" else t("单位", "units"),
            )
            yield what, town, summed
        weekly = sum(row[key] for r in answers.reports.values() for row in r["figures"]["days"])
        what = t(
            "{figure}，全镇与各周报合计",
            "{figure}, town and its weekly reports",
            figure=FIGURES[key],
        )
        yield what, town, weekly
    happened, counted = answers.ledger.happened, answers.counted
    what = t("未到次数，演练与台账", "no-shows, rehearsal and ledger")
    yield what, counted["no_shows"], happened["NoShowRecorded"]
    what = t("推迟接种次数，演练与台账", "deferrals, rehearsal and ledger")
    yield what, counted["deferrals"], happened["ResidentDeferred"]
    consents = sum(unit["consented"] + unit["declined"] for unit in answers.units.values())
    what = t("答复，登记与台账", "answers, registration and ledger")
    yield what, consents, len(answers.ledger.answered)


def _reports(answers: Answers) -> Iterator[tuple[str, Any, Any]]:
    """What reporting published is what supervision replays, week by week (R26)."""
    for week, report in answers.reports.items():
        what = t(
            "{week}的周报，报告与督查",
            "report of {week}, reporting and supervision",
            week=week_text(week),
        )
        yield what, report["figures"], answers.replays[week]["figures"]
    audited = [week["week"] for week in answers.audit["weeks"]]
    yield (
        t("已发布的周与已核对的周", "weeks published and weeks audited"),
        list(answers.reports),
        audited,
    )


def _plan(answers: Answers, town: Town) -> Iterator[tuple[str, Any, Any]]:
    """The town's own plan: who is registered, refused, and complete in each unit."""
    registered = sum(unit["registered"] for unit in answers.units.values())
    what = t("人数，已登记与名册", "people, registered and on the rosters")
    yield what, registered, len(town.residents)
    wanted = Counter(person.unit for person in town.residents if person.completes)
    for row in answers.progress["figures"]["units"]:
        what = t(
            "单位 {unit} 全程接种人数，报告与演练的镇",
            "people complete in unit {unit}, reporting and the town",
            unit=row["unit"],
        )
        yield what, row["second"], wanted[row["unit"]]
    young = sum(person.outcome == "too_young" for person in town.residents)
    what = t("因未达接种年龄被拒绝的人数", "people refused as under age")
    yield what, answers.refusals.get("under-age", 0), young
    against = sum(
        person.outcome == "too_old"
        or (person.outcome == "contraindicated" and person.contraindication != "pregnant")
        for person in town.residents
    )
    found = answers.progress["screening"].get("contraindicated", 0)
    what = t("不宜接种人数，报告与演练的镇", "people contraindicated, reporting and the town")
    yield what, found, against


def _audit(answers: Answers) -> list[str]:
    """The ledger holds every event of every source and verifies; every report replays."""
    audit = answers.audit
    found = [t("台账核对不符", "the ledger does not verify")] if audit["chain"] != "ok" else []
    found += [
        t(
            "{week}的周报：{differences}",
            "report of {week}: {differences}",
            week=week_text(each["week"]),
            differences=each["differences"],
        )
        for each in audit["weeks"]
        if not each["agrees"]
    ]
    held = {source["source"]: source for source in audit["sources"]}
    for source, head in answers.heads.items():
        events = held[source]["events"] if source in held else 0
        if events != head:
            words = t(
                "台账只有 {source} 的 {head} 条事件中的 {events} 条",
                "ledger holds {events} of {head} events of {source}",
                events=events,
                head=head,
                source=source,
            )
            found.append(words)
        if source in held and held[source]["gaps"]:
            words = t(
                "台账缺 {source} 的 {gaps} 条事件",
                "ledger misses {gaps} events of {source}",
                gaps=held[source]["gaps"],
                source=source,
            )
            found.append(words)
    return found
