"""Supervision's ledger, its histories and its audit."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select, union

from services.supervision.domain import history, replay
from services.supervision.domain.anomaly import Anomaly
from services.supervision.domain.ledger import BEGINNING, Ledger, chained
from services.supervision.domain.staff import Session, SigningKey, Staff
from services.supervision.linked import LinkedRecords
from services.supervision.policies import policies
from services.supervision.tables import ledger
from services.supervision.views import anomalies, merges, views
from shared.kit.contracts import Event, decode
from shared.kit.eventstore import Prepared, insert_all
from shared.town.campaign import parse_week
from shared.town.contracts import catalogue

_LAST = Prepared(select(ledger.c.entry, ledger.c.hash).order_by(ledger.c.entry.desc()).limit(1))
_READ_AT_ONCE = 2000
Wanted = Sequence[tuple[str, dict[str, int] | None]]


class Supervision(LinkedRecords):
    """One ledger of every event of every source; what it says of residents, units and reports."""

    aggregates = (Ledger, Anomaly, Staff, Session, SigningKey)
    views = views
    policies = policies

    # Entries of reports already audited; what the ledger says at given positions never changes.
    _settled: frozenset[int]

    def started(self) -> None:
        """Begin without knowledge of the ledger."""
        self._settled = frozenset()

    # The ledger

    def keep(self, events: Sequence[Event]) -> None:
        """Append events of one source, in order, to the ledger, in the running transaction."""
        last = self.head()
        previous = last["hash"]
        rows = list[dict[str, Any]]()
        for entry, event in enumerate(events, last["entry"] + 1):
            previous = chained(previous, event.source, event.position, event.body)
            row = {
                "entry": entry,
                "source": event.source,
                "position": event.position,
                "name": event.name,
                "resident": event.data.get("resident"),
                "unit": event.data.get("unit"),
                "recorded_at": event.recorded_at,
                "body": event.body,
                "hash": previous,
            }
            rows.append(row)
        insert_all(self.store.current.connection, ledger, rows)

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

    def last_checkpoint(self) -> dict[str, Any] | None:
        """Return the last checkpoint, and whether the ledger still is what it was then.

        Whoever rewrites the ledger and computes the whole chain anew is found here.
        """
        book = self.find(Ledger, Ledger.create_id())
        if book is None:
            return None
        then = self.row(select(ledger.c.hash).where(ledger.c.entry == book.entries))
        holds = book.head == (then["hash"] if then else BEGINNING)
        return {"entries": book.entries, "head": book.head, "holds": holds}

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
        """Everything recorded about a resident up to the end of a day, and what it amounts to.

        Of a record that stays: about those linked to it on that day as well.
        """
        records = self.records_of(str(resident), as_of)
        if records[0] != str(resident):
            records = [str(resident)]
        events = self._history(self.concerning(records), as_of)
        told = ((row["event"], row["data"]) for row in events)
        state = history.resident_state(told, records[0])
        return {"resident": str(resident), "events": events, "state": state}

    def unit_history(self, unit: str, as_of: date | None) -> dict[str, Any]:
        """Everything recorded in the unit's name up to the end of a day, and how it stood then."""
        self.campaign.unit(unit)
        listed = select(ledger.c.resident).where(
            ledger.c.unit == unit,
            ledger.c.name.in_(("ResidentRegistered", "ResidentCorrected")),
        )
        linked = union(
            select(merges.c.into).where(merges.c.resident.in_(listed)),
            select(merges.c.resident).where(merges.c.into.in_(listed)),
        )
        here = ledger.c.resident.in_(listed) | ledger.c.resident.in_(linked)
        concerns = (ledger.c.unit == unit) | here
        told = self._history(concerns & ledger.c.name.in_(history.OF_UNIT), as_of)
        state = history.unit_state(
            unit, ((row["event"], row["data"]) for row in told), as_of or self.today()
        )
        return {
            "unit": unit,
            "events": self._history(ledger.c.unit == unit, as_of),
            "state": state,
        }

    def _history(self, concerns: Any, as_of: date | None) -> list[dict[str, Any]]:
        query = _until(ledger.select().where(concerns), as_of).order_by(ledger.c.entry)
        return [_shown(row) for row in self.rows(query)]

    # Persons

    def open_identity(self, resident: UUID) -> dict[str, Any] | None:
        """Return who a resident is, from the newest record the ledger holds; None if erased."""
        query = select(ledger.c.source, ledger.c.position, ledger.c.body).where(
            ledger.c.resident == str(resident),
            ledger.c.name.in_(("ResidentRegistered", "ResidentCorrected")),
        )
        row = self.row(query.order_by(ledger.c.entry.desc()).limit(1))
        if row is None:
            return None
        event = decode(row["source"], row["position"], bytes(row["body"]))
        return self.privacy.read(str(resident), event.sealed("identity"))

    # The audit

    def reports(self) -> list[dict[str, Any]]:
        """The published weekly reports the ledger holds, each with its entry and `complete`.

        `complete` is False while the ledger does not yet reach the report's positions.
        """
        query = select(ledger.c.entry, ledger.c.body)
        query = query.where(ledger.c.name == "WeeklyProgressPublished")
        rows = self.rows(query.order_by(ledger.c.entry))
        held = {row["source"]: row["position"] for row in self.sources()} if rows else {}
        reports = [json.loads(bytes(row["body"]))["data"] for row in rows]
        return [
            report
            | {
                "entry": row["entry"],
                "complete": all(held.get(s, 0) >= p for s, p in report["positions"].items()),
            }
            for row, report in zip(rows, reports, strict=True)
        ]

    def replay_week(self, week: str) -> dict[str, Any]:
        """A week's figures from the ledger, at its report's positions, else at the ledger's end."""
        parse_week(week)  # a week that its year does not have is refused here
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
        return {
            "weeks": self.audit_reports(),
            "sources": self.sources(),
            "chain": self._chain(),
            "entries": self.head()["entry"],
        }

    def _chain(self) -> str:
        broken, checkpoint = self.broken_at(), self.last_checkpoint()
        if broken is not None:
            return f"broken at entry {broken}"
        if checkpoint is not None and not checkpoint["holds"]:
            return f"changed before the checkpoint at entry {checkpoint['entries']}"
        return "ok"

    def audit_reports(self) -> list[dict[str, Any]]:
        """Compare every published report with its replay, field by field."""
        return self._compare(self.reports())

    def unsettled(self) -> list[dict[str, Any]]:
        """Audit the complete reports not audited since the start; needs no write transaction."""
        return self._compare(
            [r for r in self.reports() if r["complete"] and r["entry"] not in self._settled]
        )

    def _compare(self, reports: list[dict[str, Any]]) -> list[dict[str, Any]]:
        replays = self._replay([(report["week"], report["positions"]) for report in reports])
        audited: list[dict[str, Any]] = []
        for report, replayed in zip(reports, replays, strict=True):
            figures = replayed.figures()
            found = replay.differences(report["figures"], figures)
            audited.append(
                {key: report[key] for key in ("week", "entry", "complete")}
                | {
                    "agrees": report["complete"] and not found,
                    "differences": found,
                    "published": report["figures"],
                    "replayed": figures,
                }
            )
        return audited

    def settle(self, audited: list[dict[str, Any]]) -> int:
        """Flag every audited report that differs (R26); return how many differ."""
        differing = [found for found in audited if not found["agrees"]]
        for found in differing:
            anomaly = self.begin(Anomaly, Anomaly.create_id("report_differs", found["week"]))
            anomaly.flag("report_differs", found["week"], "; ".join(found["differences"])[:1000])
            self.save(anomaly)
        return len(differing)

    def settled(self, audited: list[dict[str, Any]]) -> None:
        """Remember, after the commit, that these reports need no further audit."""
        self._settled |= {found["entry"] for found in audited}

    def flag_differences(self) -> int:
        """Audit every complete report anew and flag what differs; return how many differ."""
        return self.settle([found for found in self.audit_reports() if found["complete"]])

    def anomalies(self) -> list[dict[str, Any]]:
        """Everything flagged, newest first."""
        return self.rows(anomalies.select().order_by(anomalies.c.recorded_at.desc()))

    def _replay(self, wanted: Wanted) -> list[replay.WeekReplay]:
        sites = [site.code for site in self.campaign.sites]
        units = [unit.code for unit in self.campaign.units]
        replays = [replay.WeekReplay(week, at, sites, units) for week, at in wanted]
        columns = (ledger.c.source, ledger.c.position, ledger.c.name, ledger.c.body)
        query = select(*columns)
        query = query.where(ledger.c.name.in_(replay.RELEVANT)).order_by(ledger.c.entry)
        for row in self._stream(query) if replays else ():
            document = json.loads(bytes(row["body"]))
            _, data = catalogue.upcast(row["name"], document["version"], document["data"])
            for one in replays:
                one.take(row["source"], row["position"], row["name"], data)
        return replays

    def _stream(self, query: Any) -> Iterator[Any]:
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
