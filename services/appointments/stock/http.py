"""Stock over HTTP."""

from __future__ import annotations

from datetime import date

from werkzeug.wrappers import Response

from services.appointments.permissions import (
    LEADER,
    LEADER_OR_OFFICE,
    RECIPIENTS,
    SITE_TEAM,
    STAFF,
)
from services.appointments.stock import commands, queries, schemas, words, workbook
from services.appointments.stock.alarms import alarms
from shared.kit.formats import only
from shared.kit.language import Text, t
from shared.kit.web.confirmation import Question
from shared.kit.web.endpoints import Body, Endpoints
from shared.kit.web.responses import workbook_response
from shared.town.mirrors.residents import names_of
from shared.town.terms.visits import WASTE_REASONS
from shared.town.web.pages import named
from shared.town.web.schemas import OfDay
from shared.town.web.web import Web

# Why batches are recalled most.
RECALLED_FOR = (
    Text("厂家通知召回", "manufacturer's recall"),
    Text("冷链中断", "cold chain broken"),
)

endpoints = Endpoints()


COUNTED = Text("盘点已登记。", "The count is recorded.")
WASTED = Text("损耗已登记。", "The doses are written off.")
RECALLED = Text("这一批已召回，不能再用。", "The batch is recalled and cannot be used any more.")


@endpoints.command(
    "/api/batches",
    allow=LEADER,
    body=schemas.BatchBody,
    confirm=words.taking_in,
    tells=words.received,
)
def receive_batch(web: Web, body: Body) -> commands.TakenIn:
    """Take a delivery in; the first opens the site."""
    return commands.receive_batch(web.work, **body)


@endpoints.command(
    "/api/arrivals",
    allow=LEADER,
    body=schemas.Arrival,
    confirm=words.taking_in,
    tells=words.arrived,
)
def take_arrival(web: Web, body: Body) -> commands.TakenIn:
    """Take in doses that another site sent."""
    return commands.take_arrival(web.work, **body)


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
        reason=body["note"] or WASTE_REASONS[body["reason"]],
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
    allow=LEADER_OR_OFFICE,
    body=schemas.Waste,
    confirm=_wasting,
    tells=WASTED,
)
def waste(web: Web, body: Body, batch: str) -> commands.Stocked:
    """Write doses off."""
    return commands.waste(web.work, batch, **body)


def _wasting_vial(web: Web, body: Body, batch: str) -> Question:
    """Say how many doses of an opened vial are written off."""
    del body
    opened = queries.opened_vials(web.work, web.work.today())
    left = next((each["left"] for each in opened if each["batch"] == batch), 0)
    says = t(
        "将登记批号 {batch} 已开的一支余下的 {n} 剂为损耗（开瓶未用完）。",
        "Left in the opened vial of batch {batch} and written off as not used up: {n}.",
        batch=batch,
        n=left,
    )
    return Question(says, t("确认登记损耗", "Write the doses off"), bound=batch)


@endpoints.command(
    "/api/batches/<path:batch>/opened-vial/waste",
    allow=STAFF,
    body=schemas.Vial,
    confirm=_wasting_vial,
    tells=WASTED,
)
def waste_vial(web: Web, body: Body, batch: str) -> commands.Stocked:
    """Write off what is left in an opened vial."""
    return commands.waste_vial(web.work, batch, **body)


@endpoints.query("/api/opened-vials", allow=SITE_TEAM)
def opened_vials(web: Web) -> queries.OpenedVials:
    """The opened vials that hold doses still."""
    return {"vials": queries.opened_vials(web.work, web.work.today())}


def _sending(web: Web, body: Body, batch: str) -> Question | None:
    """Say how many doses go where; None: they went already. Raises `BatchEmpty`."""
    stocked, site = queries.batch_of(web.work, batch), web.work.campaign.site(body["to_site"])
    if stocked.already("sent", "", body["note"]) is not None:
        return None
    stocked.must_hold(body["doses"])
    says = t(
        "将从批号 {batch} 调出 {n} 剂到{site}（单号 {note}）。",
        "{n} doses of batch {batch} are sent to {site} (note {note}).",
        batch=batch,
        n=body["doses"],
        site=named(site),
        note=body["note"],
    )
    return Question(says, t("确认调出", "Send the doses"), bound=batch)


@endpoints.command(
    "/api/batches/<path:batch>/send",
    allow=LEADER,
    body=schemas.Sending,
    confirm=_sending,
    tells=words.sent,
)
def send(web: Web, body: Body, batch: str) -> commands.Noted:
    """Send doses to another site, which records their arrival."""
    return commands.send(web.work, batch, **body)


def _counting(web: Web, body: Body, batch: str) -> Question | None:
    """Say by how much the books change; None: they agree with the count."""
    stocked = queries.batch_of(web.work, batch)
    if body["counted"] == stocked.left or not body["explanation"]:
        return None
    more = body["counted"] - stocked.left
    kind = (
        t("盘盈 {n} 剂", "surplus: {n}", n=more)
        if more > 0
        else t("盘亏 {n} 剂", "lost: {n}", n=-more)
    )
    says = t(
        "批号 {batch} 账面 {left} 剂，实有 {n} 剂，{kind}（{why}）。账面将按实有更正。",
        "The books have {left} doses of batch {batch}, {n} are there, {kind} ({why}). The books will follow.",
        batch=batch,
        left=stocked.left,
        n=body["counted"],
        kind=kind,
        why=body["explanation"],
    )
    if body["counted"] > stocked.received:
        says += t(
            "这一批总共只到过 {n} 剂，数出来的更多：请再数一次，看是不是还有到货没有登记。",
            " Only {n} doses of it ever came, and more are counted: count again, and see whether a"
            " delivery was not recorded.",
            n=stocked.received,
        )
    return Question(says, t("确认按实有更正", "Correct the books"))


@endpoints.command(
    "/api/batches/<path:batch>/count",
    allow=LEADER,
    body=schemas.Count,
    confirm=_counting,
    tells=COUNTED,
)
def count(web: Web, body: Body, batch: str) -> commands.Stocked:
    """Record how many doses are there; the books follow the count."""
    return commands.count(web.work, batch, **body)


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
        alarms=alarms(work),
        vials=queries.opened_vials(work, work.today()),
        wasted_for=tuple(WASTE_REASONS),
        recalled_for=RECALLED_FOR,
        today=work.today().isoformat(),
    )


@endpoints.query("/api/batches/<path:batch>/recipients", allow=RECIPIENTS)
def recipients(web: Web, batch: str) -> queries.Recipients:
    """Everybody who got a dose of the batch here."""
    found = queries.recipients(web.work, batch)
    return {"batch": batch, "recipients": [only(queries.Recipient, row) for row in found]}


@endpoints.page("/batches/<path:batch>/recipients", allow=RECIPIENTS, params=schemas.RecipientsPage)
def recipients_page(web: Web, batch: str, page: int) -> str:
    """List everybody who got a dose of the batch here, page by page."""
    found = queries.recipients(web.work, batch, page)
    [stocked] = (each for each in queries.stock(web.work) if each["batch"] == batch)
    return web.render(
        "recipients.html",
        batch=batch,
        rows=found,
        names=names_of(web.work, found),
        number=stocked["used"],
        page=page,
        more=stocked["used"] > page * queries.PAGE,
    )


@endpoints.page("/batches/<path:batch>/recipients.xlsx", allow=RECIPIENTS)
def recipients_workbook(web: Web, batch: str) -> Response:
    """Return the list as a workbook."""
    work, found = web.work, queries.recipients(web.work, batch)
    content = workbook.of_recipients(work.campaign, batch, found, names_of(work, found))
    site = work.campaign.site(work.site)
    return workbook_response(content, workbook.WHAT, batch, site, work.today())
