"""Supervision audits what reporting publishes by itself, every minute."""

from __future__ import annotations

from services.supervision.audit import commands, queries
from services.supervision.long_queries.answerer import JOBS_ANSWERER
from shared.kit.eventstore import Context
from shared.kit.tasks import Tasks
from shared.town.web.web import Web

tasks = Tasks()


@tasks.every(60)
def audit_reports(web: Web) -> None:
    """Audit a published report once, when all its events are here; flag what differs."""
    events = queries.unsettled(web.work)
    if not events:
        return
    audited = JOBS_ANSWERER.answer(web, "reports", {"events": events})
    if any(not found["agrees"] for found in audited):
        with web.work.store.transaction(Context.once("policy:supervision")):
            commands.flag_differing(web.work, audited)
    commands.settle(web.work, audited)
