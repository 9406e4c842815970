"""Staff accounts over HTTP."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from services.supervision.sign_in.office import office_of
from services.supervision.sign_in.passwords import LEAST_LENGTH
from services.supervision.staff import commands, enrolling, queries, schemas
from services.supervision.staff.telling import People, telling
from shared.kit.language import Text
from shared.kit.web.done import Undo, if_new
from shared.kit.web.endpoints import Body, Endpoints
from shared.town.access import SIGNED_IN, to
from shared.town.access.roles import ADMINISTRATOR
from shared.town.web.schemas import AsOf, Done
from shared.town.web.web import Web

ADMIN = to(ADMINISTRATOR)
MOST_SHOWN = 100

endpoints = Endpoints()


@endpoints.query("/api/staff", allow=ADMIN)
def accounts(web: Web) -> queries.Accounts:
    """Every account."""
    return {"staff": queries.accounts(web.work)}


@endpoints.command("/api/staff", allow=ADMIN, body=schemas.Enrolment)
def enrol(web: Web, body: Body) -> commands.Enrolled:
    """Enrol a member of staff."""
    return commands.enrol(web.work, **body)


def _news(zh: str, en: str) -> Callable[[Mapping[str, Any]], str]:
    """Tell what was changed, and when it counts; or that it was so before."""
    when = "，一分钟内在所有地方生效。", "; it takes effect everywhere within a minute."
    return if_new(Text(zh + when[0], en + when[1]))


def _undo(answer: commands.Changed, way: str, **fields: str) -> Undo | None:
    """What takes back this change and no later one; None: nothing was changed."""
    back = {**fields, "version": str(answer["version"])}
    return Undo(f"/api/staff/{answer['login']}/{way}", back) if answer["told"] else None


def _undo_grant(answer: commands.Changed, body: Body, **_given: object) -> Undo | None:
    return _undo(answer, "revoke", role=body["role"], scope=body["scope"])


def _undo_revoke(answer: commands.Changed, body: Body, **_given: object) -> Undo | None:
    return _undo(answer, "grant", role=body["role"], scope=body["scope"])


def _undo_change(answer: commands.Changed, body: Body, **_given: object) -> Undo | None:
    new = f"{body['role']} {body['scope']}"
    return _undo(answer, "change", former=new, granted=body["former"])


def _undo_lock(answer: commands.Changed, **_given: object) -> Undo | None:
    return _undo(answer, "unlock")


@endpoints.command(
    "/api/staff/<login>/grant",
    allow=ADMIN,
    body=schemas.Granting,
    tells=_news("已授予角色", "The role is granted"),
    undo=_undo_grant,
)
def grant(web: Web, body: Body, login: str) -> commands.Changed:
    """Grant a role."""
    return commands.grant(web.work, login, **body)


@endpoints.command(
    "/api/staff/<login>/revoke",
    allow=ADMIN,
    body=schemas.Granting,
    tells=_news("已收回角色", "The role is revoked"),
    undo=_undo_revoke,
)
def revoke(web: Web, body: Body, login: str) -> commands.Changed:
    """Revoke a role."""
    return commands.revoke(web.work, login, **body)


@endpoints.command(
    "/api/staff/<login>/change",
    allow=ADMIN,
    body=schemas.Change,
    tells=_news("已改角色", "The role is changed"),
    undo=_undo_change,
)
def change(web: Web, body: Body, login: str) -> commands.Changed:
    """Grant a role instead of another one."""
    return commands.change(web.work, login, **body)


@endpoints.command(
    "/api/staff/<login>/lock",
    allow=ADMIN,
    body=schemas.Lock,
    tells=_news("已锁定，所有登录已退出", "The account is locked and signed out"),
    undo=_undo_lock,
)
def lock(web: Web, body: Body, login: str) -> commands.Changed:
    """Lock an account and end its sessions."""
    return commands.lock(web.work, login, **body)


@endpoints.command(
    "/api/staff/<login>/unlock",
    allow=ADMIN,
    body=AsOf,
    tells=_news("已解锁", "The account is unlocked"),
)
def unlock(web: Web, body: Body, login: str) -> commands.Changed:
    """Let a locked account be used again."""
    return commands.unlock(web.work, login, **body)


@endpoints.page("/staff", allow=ADMIN, params=schemas.StaffPage)
def staff_page(web: Web, after: str) -> str:
    """List the accounts with what can be done to each."""
    return _staff(web, "", after)


@endpoints.action("/staff/find", allow=ADMIN, body=schemas.StaffFound)
def find_staff(web: Web, body: Body) -> str:
    """List the accounts in whose login, post or roles all that was typed stands."""
    return _staff(web, **body)


def _staff(web: Web, q: str, after: str) -> str:
    every, people = queries.accounts(web.work), People(web)
    found = [each for each in every if people.is_meant(each, q)]
    shown = [each for each in found if each["login"] > after]
    return web.render(
        "staff.html",
        every=len(every),
        staff=shown[:MOST_SHOWN],
        more=len(shown) > MOST_SHOWN,
        elsewhere=office_of(web).openid is not None,
        telling=people.telling,
        q=q,
        after=after,
    )


@endpoints.page("/enrol", allow=ADMIN)
def enrol_page(web: Web) -> str:
    """Ask for new accounts: one, or a list of them."""
    campaign = web.work.campaign
    return web.render(
        "enrol.html", units=campaign.units, sites=campaign.sites, telling=telling(web)
    )


def _codes_page(web: Web, answer: enrolling.AllOpened) -> str:
    return web.render("codes.html", telling=telling(web), **answer)


@endpoints.command("/enrol", allow=ADMIN, body=schemas.People, then=_codes_page)
def enrol_list(web: Web, body: Body) -> enrolling.AllOpened:
    """Open accounts from a list; their one-time codes are shown to whoever sends it, to be printed.

    Who sends the same form twice sees the same codes.
    """
    return enrolling.enrol_all(web.work, office_of(web), **body)


@endpoints.page("/staff/<login>", allow=ADMIN)
def member_page(web: Web, login: str) -> str:
    """Show an account's grants and sessions, and what can be done."""
    return web.render(
        "member.html",
        member=queries.member(web.work, login),
        sessions=office_of(web).open_sessions(login),
        units=web.work.campaign.units,
        sites=web.work.campaign.sites,
        elsewhere=office_of(web).openid is not None,
        telling=telling(web),
    )


@endpoints.page("/account", allow=SIGNED_IN, params=Done)
def account_page(web: Web, done: str | None) -> str:
    """Show one's own account, its grants and sessions."""
    login, office = web.person.login, office_of(web)
    return web.render(
        "account.html",
        least=LEAST_LENGTH,
        elsewhere=office.openid is not None,
        member=queries.member(web.work, login),
        sessions=office.open_sessions(login),
        telling=telling(web),
        done=done,
    )
