"""Supervision over HTTP."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any
from uuid import UUID

from nameko.timer import timer
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from services.supervision.application import Supervision
from services.supervision.schemas import AsOf, Done, LedgerPage, WeekWanted
from services.supervision.staff_schemas import Opening
from services.supervision.staff_service import StaffService
from shared.kit.eventstore import Context
from shared.town import request_context
from shared.town.access import to
from shared.town.access.roles import ADMINISTRATOR, OFFICE, OVERSIGHT
from shared.town.service import action, command, page, query
from shared.town.web.finding import Wanted, address_found

AUDIT_SECONDS = 60
READERS = to(*OVERSIGHT)
WEEKS = to(*OVERSIGHT, OFFICE)


class SupervisionService(StaffService):
    """Keeps every event in one ledger, shows what it says, and audits the published reports."""

    name = "supervision"
    application = Supervision
    nav = (
        ("/", "台账", "Ledger"),
        ("/entries", "记录", "Entries"),
        ("/audit", "审计", "Audit"),
        ("/looks", "查看记录", "Looks"),
        ("/staff", "账号", "Accounts"),
    )
    app: Supervision

    @timer(interval=AUDIT_SECONDS)
    def audit_reports(self) -> None:
        """Audit a published report once, when all its events are here; flag what differs."""
        # The replay is long and reads what never changes: it does not hold up the writers.
        audited = self.app.unsettled()
        if any(not found["agrees"] for found in audited):
            key = str(uuid.uuid4())
            with self.app.store.transaction(Context(key, "policy:supervision", key)):
                self.app.settle(audited)
        self.app.settled(audited)

    @timer(interval=AUDIT_SECONDS)
    def watch_looks(self) -> None:
        """Flag accounts that were shown unusually many residents today."""
        key = str(uuid.uuid4())
        with self.app.store.transaction(Context(key, "policy:supervision", key)):
            self.app.flag_curious()

    @timer(interval=AUDIT_SECONDS)
    def watch_links(self) -> None:
        """Flag persons whose linked records together have doses the rules forbid."""
        key = str(uuid.uuid4())
        with self.app.store.transaction(Context(key, "policy:supervision", key)):
            self.app.flag_linked_doses()

    @query("/api/ledger", allow=READERS, params=LedgerPage, summary="The ledger's entries in order")
    def entries(self, after: int, limit: int) -> dict[str, Any]:
        """Return entries after one."""
        return {"entries": self.app.entries(after, limit), "head": self.app.head()}

    @query(
        "/api/residents/<uuid:resident>/history",
        allow=READERS,
        params=AsOf,
        summary="Everything recorded about a resident as of a day",
    )
    def resident_history(self, resident: UUID, as_of: date | None) -> dict[str, Any]:
        """Return a resident's history."""
        return self.app.resident_history(resident, as_of)

    @query(
        "/api/units/<unit>/history",
        allow=READERS,
        params=AsOf,
        summary="Everything recorded about a unit as of a day",
    )
    def unit_history(self, unit: str, as_of: date | None) -> dict[str, Any]:
        """Return a unit's history."""
        return self.app.unit_history(unit, as_of)

    @query(
        "/api/replay",
        allow=WEEKS,
        params=WeekWanted,
        summary="A week's figures from the ledger alone",
    )
    def replay(self, week: str) -> dict[str, Any]:
        """Replay a week."""
        return self.app.replay_week(week)

    @query(
        "/api/audit", allow=WEEKS, summary="Every published report against its replay; chain; gaps"
    )
    def audit(self) -> dict[str, Any]:
        """Audit the reports and the ledger."""
        audit = self.app.audit()
        keys = ("week", "complete", "agrees", "differences")
        return audit | {"weeks": [{key: week[key] for key in keys} for week in audit["weeks"]]}

    @command(
        "/api/checkpoints",
        allow=READERS,
        summary="Say how far the ledger reaches and where it ends",
    )
    def checkpoint(self, body: dict[str, Any]) -> dict[str, Any]:
        """Checkpoint the ledger."""
        del body
        return self.app.checkpoint()

    @action(
        "/find",
        allow=READERS,
        body=Wanted,
        summary="The history of a resident by id, or of a unit by its code",
    )
    def find(self, body: dict[str, Any]) -> Response:
        """Go to the history that was looked for."""
        return redirect(address_found(body["q"], self.app.campaign, "/units/"), 303)

    @page(
        "/",
        allow=to(*OVERSIGHT, OFFICE, ADMINISTRATOR),
        params=Done,
        summary="The ledger at a glance",
    )
    def home(self, done: str | None) -> str:
        """Show sources and anomalies."""
        return self.render(
            "ledger.html",
            head=self.app.head(),
            sources=self.app.sources(),
            anomalies=self.app.anomalies(),
            checkpoint=self.app.last_checkpoint(),
            done=done,
        )

    @page("/entries", allow=READERS, params=LedgerPage, summary="The ledger's entries")
    def entries_page(self, after: int, limit: int) -> str:
        """Browse the ledger."""
        entries = self.app.entries(after, limit)
        return self.render("entries.html", entries=entries, after=after, limit=limit)

    @page("/residents/<uuid:resident>", allow=READERS, params=AsOf, summary="A resident's history")
    def resident_page(self, resident: UUID, as_of: date | None) -> str:
        """Show a resident's history as of a day."""
        found = self.app.resident_history(resident, as_of)
        return self.render("history.html", title=str(resident), found=found, as_of=as_of)

    @action(
        "/residents/<uuid:resident>/identity",
        allow=READERS,
        body=Opening,
        summary="Open an identity for a stated reason; the look is recorded with it",
    )
    def open_identity(self, body: dict[str, Any], resident: UUID) -> str:
        """Show who a resident is, once."""
        if (asked := request_context.current()) is not None:
            asked.reason = body["reason"]
        identity = self.app.open_identity(resident)
        return self.render(
            "identity.html", resident=resident, identity=identity, reason=body["reason"]
        )

    @page("/units/<unit>", allow=READERS, params=AsOf, summary="A unit's history")
    def unit_page(self, unit: str, as_of: date | None) -> str:
        """Show a unit's history as of a day."""
        found = self.app.unit_history(unit, as_of)
        title = self.app.campaign.unit(unit).name_zh
        return self.render("history.html", title=title, found=found, as_of=as_of)

    @page("/audit", allow=WEEKS, summary="The audit")
    def audit_page(self) -> str:
        """Show the audit, week by week."""
        return self.render("audit.html", audit=self.app.audit())
