"""Supervision's ledger, its histories and its audit."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, insert, select

from services.supervision.domain import history, replay
from services.supervision.domain.anomaly import Anomaly
from services.supervision.domain.ledger import BEGINNING, Ledger, chained
from services.supervision.policies import policies
from services.supervision.views import anomalies, ledger, views
from shared.contracts import Event, catalogue
from shared.eventstore import Application

_LAST = select(ledger.c.entry, ledger.c.hash).order_by(ledger.c.entry.desc()).limit(1)
_READ_AT_ONCE = 2000


class Supervision(Application):
    """One ledger of every event of every source; what it says of residents, units and reports."""

    aggregates = (Ledger, Anomaly)
    views = views
    policies = policies

    # The ledger

    def keep(self, event: Event) -> None:
        """Append an event to the ledger, in the running transaction."""
        connection = self.store.current.connection
        last = connection.execute(_LAST).first()
        entry, previous = (last.entry, last.hash) if last else (0, BEGINNING)
        row = {
            "entry": entry + 1,
            "source": event.source,
            "position": event.position,
            "name": event.name,
            "resident": event.data.get("resident"),
            "unit": event.data.get("unit"),
            "recorded_at": event.recorded_at,
            "body": event.body,
            "hash": chained(previous, event.source, event.position, event.body),
        }
        connection.execute(insert(ledger), row)

    def entries(self, after: int, limit: int) -> list[dict[str, Any]]:
        """Ledger entries in order, with the event as it was stored."""
        query = ledger.select().where(ledger.c.entry > after).order_by(ledger.c.entry).limit(limit)
        return [_shown(row) for row in self.rows(query)]

    def head(self) -> dict[str, Any]:
        """Number of entries and the end of the hash chain."""
        return self.row(_LAST) or {"entry": 0, "hash": BEGINNING}

    def sources(self) -> list[dict[str, Any]]:
        """How far the ledger holds each source, and how many positions are missing in it."""
        query = (
            select(
                ledger.c.source,
                func.max(ledger.c.position).label("position"),
                func.count().label("events"),
            )
            .group_by(ledger.c.source)
            .order_by(ledger.c.source)
        )
        return [row | {"gaps": row["position"] - row["events"]} for row in self.rows(query)]

    def broken_at(self) -> int | None:
        """Walk the hash chain; return the first entry that does not fit, None if all do."""
        previous, expected = BEGINNING, 1
        query = select(ledger).order_by(ledger.c.entry)
        for row in self._stream(query):
            if row["entry"] != expected:
                return expected
            # Whoever changes a row behind our back may change its type as well.
            body = row["body"].encode() if isinstance(row["body"], str) else bytes(row["body"])
            previous = chained(previous, row["source"], row["position"], body)
            if previous != row["hash"]:
                return expected
            expected += 1
        return None

    def checkpoint(self) -> dict[str, Any]:
        """Say publicly how far the ledger reaches and where its chain ends."""
        head = self.head()
        positions = {row["source"]: row["position"] for row in self.sources()}
        book = self.begin(Ledger, Ledger.create_id())
        book.checkpoint(head["entry"], head["hash"], positions)
        self.save(book)
        return {"entries": book.entries, "head": book.head, "positions": positions}

    # Histories

    def resident_history(self, resident: UUID, as_of: date | None) -> dict[str, Any]:
        """Everything recorded about a resident up to the end of a day, and what it amounts to."""
        query = _until(ledger.select().where(ledger.c.resident == str(resident)), as_of)
        return self._history(query, history.resident_state) | {"resident": str(resident)}

    def unit_history(self, unit: str, as_of: date | None) -> dict[str, Any]:
        """Everything recorded about a unit and its residents up to the end of a day."""
        self.campaign.unit(unit)
        query = _until(ledger.select().where(ledger.c.unit == unit), as_of)
        return self._history(query, history.unit_state) | {"unit": unit}

    def _history(self, query: Select[Any], fold: Any) -> dict[str, Any]:
        shown = [_shown(row) for row in self.rows(query.order_by(ledger.c.entry))]
        return {"events": shown, "state": fold((row["event"], row["data"]) for row in shown)}

    # The audit

    def reports(self) -> list[dict[str, Any]]:
        """The published weekly reports the ledger holds."""
        query = select(ledger.c.body).where(ledger.c.name == "WeeklyProgressPublished")
        return [
            json.loads(bytes(row["body"]))["data"]
            for row in self.rows(query.order_by(ledger.c.entry))
        ]

    def replay_week(self, week: str) -> dict[str, Any]:
        """A week's figures from the ledger, at its report's positions, else at the ledger's end."""
        report = next((report for report in self.reports() if report["week"] == week), None)
        positions = report["positions"] if report else None
        [replayed] = self._replay([(week, positions)])
        return {
            "week": week,
            "published": report is not None,
            "positions": positions or {row["source"]: row["position"] for row in self.sources()},
            "figures": replayed.figures(),
        }

    def audit(self) -> dict[str, Any]:
        """Replay every published report; check the chain and that no position is missing."""
        broken = self.broken_at()
        return {
            "weeks": self.audit_reports(),
            "sources": self.sources(),
            "chain": "ok" if broken is None else f"broken at entry {broken}",
            "entries": self.head()["entry"],
        }

    def audit_reports(self) -> list[dict[str, Any]]:
        """Compare each published report with its replay, field by field.

        `complete` is False while the ledger does not yet reach the report's positions.
        """
        held = {row["source"]: row["position"] for row in self.sources()}
        reports = self.reports()
        replays = self._replay([(report["week"], report["positions"]) for report in reports])
        audited: list[dict[str, Any]] = []
        for report, replayed in zip(reports, replays, strict=True):
            complete = all(held.get(s, 0) >= p for s, p in report["positions"].items())
            found = replay.differences(report["figures"], replayed.figures())
            audited.append(
                {
                    "week": report["week"],
                    "complete": complete,
                    "agrees": complete and not found,
                    "differences": found,
                }
            )
        return audited

    def flag_differences(self) -> int:
        """Flag every complete report that differs from its replay; return how many differ."""
        differing = [a for a in self.audit_reports() if a["complete"] and not a["agrees"]]
        for found in differing:
            anomaly = self.begin(Anomaly, Anomaly.create_id("report_differs", found["week"]))
            anomaly.flag("report_differs", found["week"], "; ".join(found["differences"])[:1000])
            self.save(anomaly)
        return len(differing)

    def anomalies(self) -> list[dict[str, Any]]:
        """Everything flagged, newest first."""
        return self.rows(anomalies.select().order_by(anomalies.c.recorded_at.desc()))

    def _replay(self, wanted: list[tuple[str, dict[str, int] | None]]) -> list[replay.WeekReplay]:
        sites = [site.code for site in self.campaign.sites]
        units = [unit.code for unit in self.campaign.units]
        replays = [replay.WeekReplay(week, at, sites, units) for week, at in wanted]
        query = select(ledger.c.source, ledger.c.position, ledger.c.name, ledger.c.body)
        query = query.where(ledger.c.name.in_(replay.RELEVANT)).order_by(ledger.c.entry)
        for row in self._stream(query) if replays else ():
            document = json.loads(bytes(row["body"]))
            data = catalogue.upcast(row["name"], document["version"], document["data"])
            for one in replays:
                one.take(row["source"], row["position"], row["name"], data)
        return replays

    def _stream(self, query: Select[Any]) -> Iterator[Any]:
        with self.store.connection() as connection:
            found = connection.execution_options(yield_per=_READ_AT_ONCE).execute(query)
            yield from found.mappings()


def _until(query: Select[Any], as_of: date | None) -> Select[Any]:
    if as_of is None:
        return query
    return query.where(ledger.c.recorded_at < (as_of + timedelta(days=1)).isoformat())


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    document = json.loads(bytes(row["body"]))
    keys = ("event", "version", "occurred_at", "recorded_at", "actor", "command", "data")
    place = {key: row[key] for key in ("entry", "source", "position", "hash")}
    return place | {key: document[key] for key in keys}
