"""Reporting's queries, and closing a week."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Table, func, select

from services.reporting.domain.week import Week, WeekNotOver, WeekOutsideCampaign
from services.reporting.views import doses, findings, links, plans, reports, residents, views
from shared.town.application import Application
from shared.town.campaign import days_of, week_of, weeks_between

FORECAST_DAYS = 7
AT_ONCE = 500


class Reporting(Application):
    """Progress against the plan, computed from views; the week's report, published once."""

    aggregates = (Week,)
    views = views

    # Figures (the shape is documented on `Figures` in shared/town/contracts/reporting.py)

    def figures(self, through: date, week: str) -> dict[str, Any]:
        """Figures up to and including a day; `days` and `planned` of one week."""
        by_site = self._doses_by("site", through)
        by_unit = self._doses_by("unit", through)
        answers, planned = self._answers(), self._planned_by("unit", week)
        zero = {"first": 0, "second": 0}
        return {
            "town": {
                "first": sum(row["first"] for row in by_site.values()),
                "second": sum(row["second"] for row in by_site.values()),
            },
            "sites": [
                {"site": site.code} | by_site.get(site.code, zero)
                for site in sorted(self.campaign.sites, key=lambda site: site.code)
            ],
            "units": [
                {"unit": unit.code}
                | answers.get(unit.code, {"registered": 0, "consented": 0, "declined": 0})
                | {"planned": planned.get(unit.code, 0)}
                | by_unit.get(unit.code, zero)
                for unit in sorted(self.campaign.units, key=lambda unit: unit.code)
            ],
            "days": self.days(days_of(week)[0], min(through, days_of(week)[-1])),
        }

    def days(self, first: date, last: date) -> list[dict[str, Any]]:
        """Doses by day and site between two days, both included."""
        query = (
            select(doses.c.day, doses.c.site, doses.c.dose, func.sum(doses.c.given).label("given"))
            .where(doses.c.day.between(first.isoformat(), last.isoformat()))
            .group_by(doses.c.day, doses.c.site, doses.c.dose)
            .order_by(doses.c.day, doses.c.site)
        )
        found: dict[tuple[str, str], dict[str, Any]] = {}
        for row in self.rows(query):
            key = (row["day"], row["site"])
            day = date.fromisoformat(row["day"])
            entry = found.setdefault(key, {"day": day, "site": key[1], "first": 0, "second": 0})
            entry["first" if row["dose"] == 1 else "second"] = int(row["given"])
        return list(found.values())

    def _doses_by(self, column: str, through: date) -> dict[str, dict[str, int]]:
        group = doses.c[column]
        query = (
            select(group.label("code"), doses.c.dose, func.sum(doses.c.given).label("given"))
            .where(doses.c.day <= through.isoformat())
            .group_by(group, doses.c.dose)
        )
        found: dict[str, dict[str, int]] = {}
        for row in self.rows(query):
            entry = found.setdefault(row["code"], {"first": 0, "second": 0})
            entry["first" if row["dose"] == 1 else "second"] = int(row["given"])
        return found

    def _answers(self) -> dict[str, dict[str, int]]:
        query = select(residents.c.unit, residents.c.answer, func.count().label("number"))
        found: dict[str, dict[str, int]] = {}

        def count(unit: str, answer: str | None, number: int) -> None:
            entry = found.setdefault(unit, {"registered": 0, "consented": 0, "declined": 0})
            entry["registered"] += number
            if answer:
                entry[answer] += number

        for row in self.rows(query.group_by(residents.c.unit, residents.c.answer)):
            count(row["unit"], row["answer"], row["number"])
        # Records of one person count once: where the one that stays is, with the newest answer.
        for stays, others in self._linked(residents):
            for row in (stays, *others):
                count(row["unit"], row["answer"], -1)
            newest = max((stays, *others), key=_newest)
            count(stays["unit"], newest["answer"], 1)
        return found

    def _linked(self, table: Table) -> list[tuple[dict[str, Any], list[dict[str, Any]]]]:
        """Rows of linked records in a table by resident: the one that stays, and the others."""
        linked: dict[str, list[str]] = {}
        for row in self.rows(select(links)):
            linked.setdefault(row["into"], []).append(row["resident"])
        wanted = [each for into, others in linked.items() for each in (into, *others)]
        rows: dict[str, dict[str, Any]] = {}
        for start in range(0, len(wanted), AT_ONCE):
            some = table.c.resident.in_(wanted[start : start + AT_ONCE])
            rows |= {row["resident"]: row for row in self.rows(select(table).where(some))}
        return [
            (rows.get(into, {}), [rows[each] for each in others if each in rows])
            for into, others in linked.items()
        ]

    def planned_at_sites(self, week: str) -> dict[str, int]:
        """Doses each site has planned for a week, as it last published (R22)."""
        return self._planned_by("site", week)

    def _planned_by(self, column: str, week: str) -> dict[str, int]:
        group = plans.c[column]
        query = select(group.label("code"), func.sum(plans.c.planned).label("planned"))
        query = query.where(plans.c.week == week).group_by(group)
        return {row["code"]: int(row["planned"]) for row in self.rows(query)}

    # What the office asks

    def progress(self) -> dict[str, Any]:
        """How the campaign stands now, against its targets and daily floors (R02, R03)."""
        campaign, today = self.campaign, self.today()
        figures = self.figures(today, week_of(today))
        figures.pop("days")
        floors = {site.code: site.daily_floor for site in campaign.sites}
        days = [
            row
            | {
                "floor": floors.get(row["site"], 0),
                "floor_met": row["first"] + row["second"] >= floors.get(row["site"], 0),
            }
            for row in self.days(campaign.start, today)
        ]
        return {
            "as_of": today,
            "positions": self._positions(),
            "figures": figures,
            "target": {
                "head_count": campaign.head_count_target,
                "coverage": campaign.coverage_target,
                "population": campaign.population,
            },
            "screening": self._findings(),
            "days": days,
            "forecast": self._forecast(figures["town"], today),
        }

    def _findings(self) -> dict[str, int]:
        query = select(findings.c.kind, func.count().label("number")).group_by(findings.c.kind)
        found = Counter({row["kind"]: row["number"] for row in self.rows(query)})
        # Of one person's records a contraindication stands, else the newest finding.
        for stays, others in self._linked(findings):
            rows = [row for row in (stays, *others) if row]
            found.subtract(row["kind"] for row in rows)
            found.update(row["kind"] for row in sorted(rows, key=_weight)[-1:])
        return {kind: found[kind] for kind in sorted(found) if kind != "cleared" and found[kind]}

    def _forecast(self, town: dict[str, int], today: date) -> dict[str, Any]:
        """The day on which all doses are given at the rate of the last seven days."""
        since = today - timedelta(days=FORECAST_DAYS - 1)
        lately = sum(row["first"] + row["second"] for row in self.days(since, today))
        left = max(0, 2 * self.campaign.head_count_target - town["first"] - town["second"])
        per_day = lately / FORECAST_DAYS
        finish = today + timedelta(days=round(left / per_day)) if per_day else None
        return {"doses_left": left, "per_day": round(per_day, 1), "finish": finish}

    def weeks(self) -> list[dict[str, Any]]:
        """All weeks of the campaign, and whether each is closed."""
        closed = {row["week"]: row for row in self.rows(select(reports))}
        return [
            {
                "week": week,
                "from": days_of(week)[0],
                "to": days_of(week)[-1],
                "closed": week in closed,
                "published_at": closed[week]["recorded_at"] if week in closed else None,
            }
            for week in weeks_between(self.campaign.start, self.campaign.end)
        ]

    def week(self, week: str) -> dict[str, Any]:
        """A week's published report, or a preview of it. Raises `WeekOutsideCampaign`."""
        self._check(week)
        published = self.find(Week, Week.create_id(week))
        if published is not None and published.figures is not None:
            return {
                "week": week,
                "closed": True,
                "positions": published.positions,
                "figures": published.figures,
            }
        return {
            "week": week,
            "closed": False,
            "positions": self._positions(),
            "figures": self.figures(days_of(week)[-1], week),
        }

    def _positions(self) -> dict[str, int]:
        """How far the figures' sources are followed; accounts of staff count nobody."""
        positions = self.store.positions()
        return {
            source: positions[source] for source in sorted(positions) if source != "supervision"
        }

    def close_week(self, week: str) -> dict[str, Any]:
        """Publish a week's progress once (R26). Raises `WeekNotOver`, `WeekOutsideCampaign`."""
        self._check(week)
        sunday = days_of(week)[-1]
        if self.today() <= sunday:
            raise WeekNotOver(week, sunday.isoformat())
        report = self.begin(Week, Week.create_id(week))
        positions = self._positions()
        if report.figures is None:
            report.publish(week, positions, self.figures(sunday, week))
        self.save(report)
        return {
            "week": week,
            "closed": True,
            "positions": report.positions,
            "figures": report.figures,
        }

    def _check(self, week: str) -> None:
        weeks = weeks_between(self.campaign.start, self.campaign.end)
        if week not in weeks:
            raise WeekOutsideCampaign(week, weeks[0], weeks[-1])


def _newest(row: dict[str, Any]) -> tuple[bool, int]:
    return row["answer"] is not None, row["answered"] or 0


def _weight(finding: dict[str, Any]) -> tuple[bool, int]:
    return finding["kind"] == "contraindicated", finding["position"]
