"""Duty over HTTP."""

from __future__ import annotations

from datetime import date

from services.appointments.domain.refusals import OthersDuty
from services.appointments.duty import commands, queries, schemas
from services.appointments.permissions import SITE_STAFFED, SITE_TEAM
from services.appointments.sessions.queries import closed_by
from shared.kit.language import Text, listed, t
from shared.kit.web.confirmation import Question
from shared.kit.web.endpoints import Body, Endpoints
from shared.town.access.roles import SCREENER, SITE_LEADER
from shared.town.contracts.visits import POSTS
from shared.town.mirrors.grants import staff_at
from shared.town.web.schemas import OfDay
from shared.town.web.web import Web

# What whoever holds a role does most.
USUAL = {SCREENER: ("screener",), SITE_LEADER: ("observer",)}
MOST = ("vaccinator",)

endpoints = Endpoints()


@endpoints.query("/api/duty", allow=SITE_TEAM, params=OfDay)
def duty(web: Web, day: date | None) -> queries.DutyToday:
    """Who is on duty on a day."""
    day = day or web.work.today()
    return {"day": day, "on_duty": queries.on_duty(web.work, day)}


def _sharing(web: Web, body: Body) -> Question | None:
    """Say who vaccinates at a desk already."""
    desk, login = body["desk"], _whom(web, body)
    if desk is None or queries.VACCINATOR not in body["posts"]:
        return None
    given_by = queries.vaccinators(web.work, web.work.today()).items()
    there = [each for each, at in given_by if at == desk and each != login]
    if not there:
        return None
    says = t(
        "{desk} 台今天已有 {who} 接种。两人同台的，叫号都叫到这一台。",
        "{who} already vaccinates at desk {desk} today. Whoever shares it shares its calls.",
        desk=desk,
        who=listed(there),
    )
    return Question(says, t("确认同台上岗", "Share the desk"), final=False)


@endpoints.command(
    "/api/duty",
    allow=SITE_STAFFED,
    body=schemas.TakeDuty,
    confirm=_sharing,
    tells=Text("已上岗", "On duty"),
)
def take(web: Web, body: Body) -> queries.OnDuty:
    """Put oneself on duty today; the site's leader also others."""
    return commands.take(web.work, _whom(web, body), body["posts"], body["desk"])


@endpoints.command(
    "/api/duty/leave", allow=SITE_STAFFED, body=schemas.LeaveDuty, tells=Text("已离岗", "Off duty")
)
def leave(web: Web, body: Body) -> queries.OnDuty:
    """Be on duty no more today; the site's leader says it also of others."""
    return commands.leave(web.work, _whom(web, body))


def _whom(web: Web, body: Body) -> str:
    """Whom it is said of. Raises `OthersDuty`."""
    own = web.person.login
    login = str(body["login"] or own)
    if login != own and not _leads(web):
        raise OthersDuty
    return login


def _leads(web: Web) -> bool:
    return any(grant.role == SITE_LEADER for grant in web.grants)


@endpoints.page("/duty", allow=SITE_TEAM, params=OfDay)
def duty_page(web: Web, day: date | None) -> str:
    """Show who is on duty, and take it."""
    del day
    work, own = web.work, web.person.login
    found = queries.on_duty(work, work.today())
    mine = next((each for each in found if each["login"] == own), None)
    role = next((grant.role for grant in web.grants), "")
    return web.render(
        "duty.html",
        rows=found,
        own=own,
        mine=mine,
        usual=mine["posts"] if mine else USUAL.get(role, MOST),
        posts=POSTS,
        leads=_leads(web),
        staff=[login for login in staff_at(work, work.site) if login != own],
        today=work.today(),
        closed=closed_by(work, work.today()),
    )
