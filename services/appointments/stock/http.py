"""Stock over HTTP."""

from __future__ import annotations

from datetime import date

from services.appointments.permissions import LEADER, LEADER_OR_OFFICE, SITE_TEAM
from services.appointments.stock import commands, queries, schemas
from shared.kit.language import Text, t
from shared.kit.web.confirmation import Question
from shared.kit.web.endpoints import Body, Endpoints
from shared.town.web.schemas import OfDay
from shared.town.web.web import Web

# Why doses are written off and batches recalled most.
WASTED_FOR = (Text("破损", "broken"), Text("开瓶超时", "vial open too long"))
RECALLED_FOR = (
    Text("厂家通知召回", "manufacturer's recall"),
    Text("冷链中断", "cold chain broken"),
)

endpoints = Endpoints()


RECEIVED = Text("到货已登记。", "The batch is recorded.")
WASTED = Text("损耗已登记。", "The doses are written off.")
RECALLED = Text("这一批已召回，不能再用。", "The batch is recalled and cannot be used any more.")


@endpoints.command("/api/batches", allow=LEADER, body=schemas.BatchBody, tells=RECEIVED)
def receive_batch(web: Web, body: Body) -> commands.Stocked:
    """Take a batch in; the first opens the site."""
    return commands.receive_batch(web.work, **body)


@endpoints.query("/api/batches", allow=SITE_TEAM)
def batches(web: Web) -> queries.Stock:
    """The site's stock."""
    return {"batches": queries.stock(web.work)}


def _wasting(web: Web, body: Body, batch: str) -> Question:
    """Say how many doses are written off, and how many are left then. Raises `BatchEmpty`."""
    stocked = queries.batch_of(web.work, batch)
    stocked.must_hold(body["doses"])
    says = t(
        "将从批号 {batch} 登记损耗 {n} 剂（{reason}），之后余 {left} 剂。",
        "{n} doses of batch {batch} are written off ({reason}); {left} are left then.",
        batch=batch,
        n=body["doses"],
        reason=body["reason"],
        left=stocked.left - body["doses"],
    )
    return Question(says, t("确认登记损耗", "Write the doses off"), bound=batch)


def _recalling(web: Web, body: Body, batch: str) -> Question | None:
    """Say what cannot be used any more."""
    stocked = queries.batch_of(web.work, batch)
    if stocked.recalled:
        return None
    says = t(
        "将召回批号 {batch}（{reason}）：余下的 {n} 剂不能再用。",
        "Batch {batch} is recalled ({reason}): the {n} doses left cannot be used any more.",
        batch=batch,
        reason=body["reason"],
        n=stocked.left,
    )
    return Question(says, t("确认召回", "Recall the batch"), bound=batch)


@endpoints.command(
    "/api/batches/<path:batch>/waste",
    allow=LEADER,
    body=schemas.Waste,
    confirm=_wasting,
    tells=WASTED,
)
def waste(web: Web, body: Body, batch: str) -> commands.Stocked:
    """Write doses off."""
    return commands.waste(web.work, batch, **body)


@endpoints.command(
    "/api/batches/<path:batch>/recall",
    allow=LEADER_OR_OFFICE,
    body=schemas.Recall,
    confirm=_recalling,
    tells=RECALLED,
)
def recall(web: Web, body: Body, batch: str) -> commands.Stocked:
    """Stop a batch from being used."""
    return commands.recall(web.work, batch, **body)


@endpoints.page("/stock", allow=SITE_TEAM, params=OfDay)
def stock_page(web: Web, day: date | None) -> str:
    """Show for how many days the vaccine will do, and the batches."""
    del day
    work, batches = web.work, queries.stock(web.work)
    return web.render(
        "stock.html",
        batches=batches,
        supply=queries.supply(work, batches),
        wasted_for=WASTED_FOR,
        recalled_for=RECALLED_FOR,
        today=work.today().isoformat(),
    )
