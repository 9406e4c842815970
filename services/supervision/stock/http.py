"""Recalls at all sites over HTTP."""

from __future__ import annotations

from functools import partial
from urllib.parse import quote

from services.supervision.staff.telling import telling
from services.supervision.stock import commands, queries, schemas
from shared.kit.language import Text, listed, t
from shared.kit.web.confirmation import Question
from shared.kit.web.endpoints import Body, Endpoints
from shared.town.access import to
from shared.town.access.roles import OFFICE, OVERSIGHT, SUPERVISOR
from shared.town.campaign import Campaign
from shared.town.web.pages import named
from shared.town.web.web import Web

READERS = to(*OVERSIGHT, OFFICE)
ORDERED = Text("已通知各接种点召回。", "All sites are told to recall it.")

endpoints = Endpoints()


def _ordering(web: Web, body: Body) -> Question:
    """Say where the batch is, and how many doses cannot be used any more."""
    campaign = web.work.campaign
    held = queries.at_sites(web.work, **_meant(body))
    where = listed(
        t(
            "{site}余 {n} 剂",
            "{site}: {n} left",
            site=named(campaign.site(row["site"])),
            n=row["left"],
        )
        for row in held
    )
    says = t(
        "将在所有接种点召回{product}批号 {batch}（{reason}）。{where}",
        "All sites recall {product} batch {batch} ({reason}). {where}",
        product=named(campaign.product(body["product"])),
        batch=body["batch"],
        reason=body["reason"],
        where=where or t("目前没有接种点登记过这个批号。", "No site has recorded this number."),
    )
    if others := listed(_apart(campaign, row) for row in queries.near(web.work, **_meant(body))):
        says += t(
            "请先核对批号和疫苗：另有{others}。",
            " Check number and product first; there is also {others}.",
            others=others,
        )
    return Question(says, t("确认全镇召回", "Recall at all sites"), bound=body["batch"])


def _meant(body: Body) -> dict[str, str]:
    return {name: body[name] for name in ("batch", "product")}


def _apart(campaign: Campaign, row: queries.OfSite) -> str:
    """Say which other batch a site has, and how much of it."""
    return t(
        "{site}的{product} {batch}（余 {n} 剂）",
        "{product} {batch} at {site} ({n} left)",
        site=named(campaign.site(row["site"])),
        product=named(campaign.product(row["product"])) if row["product"] else "",
        batch=row["batch"],
        n=row["left"],
    )


@endpoints.command(
    "/api/recalls",
    allow=to(SUPERVISOR, OFFICE),
    body=schemas.RecallBody,
    confirm=_ordering,
    tells=ORDERED,
)
def order_recall(web: Web, body: Body) -> commands.Recalled:
    """Order a batch back: every site recalls its own stock by itself."""
    return commands.order_recall(web.work, **body)


@endpoints.query("/api/recalls", allow=READERS)
def recalls(web: Web) -> queries.Recalls:
    """All recalls, each with how many doses were given and are left at each site."""
    return {"recalls": queries.ordered(web.work)}


@endpoints.page("/recalls", allow=READERS)
def recalls_page(web: Web) -> str:
    """Show recalls by site, with counts; who got the doses is on each site's own page."""
    held = queries.known(web.work)
    return web.render(
        "recalls.html",
        recalls=queries.ordered(web.work),
        batches=sorted({row["batch"] for row in held}),
        list_of=partial(_list_of, {part.source: part.address for part in web.deployment.parts}),
        telling=telling(web),
    )


def _list_of(addresses: dict[str, str], site: str, batch: str) -> str:
    """Where a site lists who got a batch."""
    return f"{addresses['appointments/' + site]}/batches/{quote(batch)}/recipients"
