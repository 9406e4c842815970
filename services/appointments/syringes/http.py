"""Syringes over HTTP."""

from __future__ import annotations

from services.appointments.permissions import LEADER, SITE_TEAM
from services.appointments.syringes import commands, queries, schemas
from shared.kit.language import Text, t
from shared.kit.web.confirmation import Question
from shared.kit.web.endpoints import Body, Endpoints
from shared.town.terms.fridges import SPOILT_SYRINGES
from shared.town.web.web import Web

endpoints = Endpoints()


@endpoints.query("/api/syringes", allow=SITE_TEAM)
def ledger(web: Web) -> queries.Ledger:
    """The site's syringes as the books have them."""
    return queries.ledger(web.work)


def _receiving(web: Web, body: Body) -> Question | None:
    """Say how many come, and how many there are then; None: they are recorded already."""
    if commands.recorded(web.work, body["note"]) is not None:
        return None
    says = t(
        "将登记到货 {n} 支注射器，之后余 {left} 支。",
        "Syringes received: {n}; {left} are there then.",
        n=body["syringes"],
        left=queries.ledger(web.work)["left"] + body["syringes"],
    )
    return Question(says, t("确认到货", "Record the delivery"), bound=str(body["syringes"]))


def _received(answer: commands.Delivered) -> str:
    if answer["already"] is None:
        return t("注射器到货已登记。", "The syringes are recorded.")
    return t(
        "单号 {note} 已登记过 {n} 支，这次没有再记。",
        "Note {note} was recorded with {n} syringes before; nothing was recorded now.",
        note=answer["note"],
        n=answer["already"],
    )


@endpoints.command(
    "/api/syringes/deliveries",
    allow=LEADER,
    body=schemas.Delivery,
    confirm=_receiving,
    tells=_received,
)
def receive(web: Web, body: Body) -> commands.Delivered:
    """Take syringes in."""
    return commands.receive(web.work, **body)


def _wasting(web: Web, body: Body) -> Question:
    """Say how many are written off, and why."""
    del web
    says = t(
        "将登记损耗 {n} 支注射器（{reason}）。",
        "Syringes written off: {n} ({reason}).",
        n=body["syringes"],
        reason=SPOILT_SYRINGES[body["reason"]],
    )
    return Question(says, t("确认登记损耗", "Write them off"))


@endpoints.command(
    "/api/syringes/waste",
    allow=LEADER,
    body=schemas.Spoilt,
    confirm=_wasting,
    tells=Text("注射器损耗已登记。", "The syringes are written off."),
)
def waste(web: Web, body: Body) -> queries.Ledger:
    """Write syringes off."""
    return commands.waste(web.work, **body)


def _counting(web: Web, body: Body) -> Question | None:
    """Say by how much the books change; None: they agree with the count."""
    left = queries.ledger(web.work)["left"]
    if body["counted"] == left or not body["explanation"]:
        return None
    says = t(
        "账面 {left} 支注射器，实有 {n} 支（{why}）。账面将按实有更正。",
        "The books have {left} syringes, {n} are there ({why}). The books will follow.",
        left=left,
        n=body["counted"],
        why=body["explanation"],
    )
    return Question(says, t("确认按实有更正", "Correct the books"))


@endpoints.command(
    "/api/syringes/count",
    allow=LEADER,
    body=schemas.Count,
    confirm=_counting,
    tells=Text("注射器盘点已登记。", "The count is recorded."),
)
def count(web: Web, body: Body) -> queries.Ledger:
    """Let the books follow a count."""
    return commands.count(web.work, **body)


@endpoints.page("/syringes", allow=SITE_TEAM)
def syringes_page(web: Web) -> str:
    """Show how many syringes are left, and record what becomes of them."""
    found = queries.ledger(web.work)
    return web.render("syringes.html", ledger=found, reasons=tuple(SPOILT_SYRINGES))
