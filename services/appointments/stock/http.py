"""Stock over HTTP."""

from __future__ import annotations

from datetime import date

from services.appointments.permissions import LEADER, LEADER_OR_OFFICE, SITE_TEAM
from services.appointments.stock import commands, queries, schemas
from shared.kit.web.endpoints import Body, Endpoints
from shared.town.web.schemas import OnDay
from shared.town.web.web import Web

endpoints = Endpoints()


@endpoints.command("/api/batches", allow=LEADER, body=schemas.BatchBody)
def receive_batch(web: Web, body: Body) -> commands.Stocked:
    """Take a batch in; the first opens the site."""
    return commands.receive_batch(web.work, **body)


@endpoints.query("/api/batches", allow=SITE_TEAM)
def batches(web: Web) -> queries.Stock:
    """The site's stock."""
    return {"batches": queries.stock(web.work)}


@endpoints.command("/api/batches/<batch>/waste", allow=LEADER, body=schemas.Waste)
def waste(web: Web, body: Body, batch: str) -> commands.Stocked:
    """Write doses off."""
    return commands.waste(web.work, batch, **body)


@endpoints.command("/api/batches/<batch>/recall", allow=LEADER_OR_OFFICE, body=schemas.Recall)
def recall(web: Web, body: Body, batch: str) -> commands.Stocked:
    """Stop a batch from being used."""
    return commands.recall(web.work, batch, **body)


@endpoints.page("/stock", allow=SITE_TEAM, params=OnDay)
def stock_page(web: Web, day: date | None, done: str | None) -> str:
    """Show the batches."""
    del day
    work = web.work
    return web.render(
        "stock.html", batches=queries.stock(work), today=work.today().isoformat(), done=done
    )
