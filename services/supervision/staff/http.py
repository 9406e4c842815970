"""Staff accounts over HTTP."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from marshmallow import Schema

from services.supervision.sign_in.office import office_of
from services.supervision.sign_in.passwords import LEAST_LENGTH
from services.supervision.staff import commands, enrolling, queries, schemas
from services.supervision.staff.places import scope_of
from services.supervision.staff.telling import is_meant, telling
from shared.kit.language import Text
from shared.kit.web.done import Undo, if_new
from shared.kit.web.endpoints import Body, Endpoints
from shared.town.access import SIGNED_IN, to
from shared.town.access.roles import ADMINISTRATOR
from shared.town.web.schemas import AsOf
from shared.town.web.web import Web

ADMIN = to(ADMINISTRATOR)
MOST_SHOWN = 100
F = TypeVar("F", bound=Callable[..., Any])

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


def _undone_by(way: str) -> Callable[..., Undo | None]:
    """Return what offers an opposite, of the role that was changed if one was."""

    def undo(answer: commands.Changed, **_given: object) -> Undo | None:
        held = answer["held"] or {}
        return _undo(answer, way, **{name: str(value) for name, value in held.items()})

    return undo


def _undo_change(answer: commands.Changed, body: Body, **_given: object) -> Undo | None:
    held = answer["held"]
    assert held is not None, "a change is of a role"
    new = f"{held['role']} {held['scope']}"
    return _undo(answer, "change", former=new, granted=body["former"])


def _changes(
    way: str,
    body: type[Schema],
    zh: str,
    en: str,
    undo: Callable[..., Undo | None] | None = None,
) -> Callable[[F], F]:
    """Declare what changes an account, which its page tells in these words."""
    return endpoints.command(
        f"/api/staff/<login>/{way}", allow=ADMIN, body=body, tells=_news(zh, en), undo=undo
    )


def _with_place(web: Web, body: Body) -> Body:
    """A body whose scope names the place that was typed beside it."""
    scope = scope_of(web.work.campaign, body["scope"], body["place"])
    return {name: each for name, each in body.items() if name != "place"} | {"scope": scope}


@_changes("grant", schemas.Granting, "已授予角色", "The role is granted", undo=_undone_by("revoke"))
def grant(web: Web, body: Body, login: str) -> commands.Changed:
    """Grant a role."""
    return commands.grant(web.work, login, **_with_place(web, body))


@_changes("revoke", schemas.Granting, "已收回角色", "The role is revoked", undo=_undone_by("grant"))
def revoke(web: Web, body: Body, login: str) -> commands.Changed:
    """Revoke a role."""
    return commands.revoke(web.work, login, **_with_place(web, body))


@_changes("change", schemas.Change, "已改角色", "The role is changed", undo=_undo_change)
def change(web: Web, body: Body, login: str) -> commands.Changed:
    """Grant a role instead of another one."""
    return commands.change(web.work, login, **_with_place(web, body))


@_changes(
    "lock",
    schemas.Lock,
    "已锁定，所有登录已退出",
    "The account is locked and signed out",
    undo=_undone_by("unlock"),
)
def lock(web: Web, body: Body, login: str) -> commands.Changed:
    """Lock an account and end its sessions."""
    return commands.lock(web.work, login, **body)


@_changes("unlock", AsOf, "已解锁", "The account is unlocked")
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
    every, said = queries.accounts(web.work), telling(web)
    found = [each for each in every if is_meant(each, q, said)]
    following = [each for each in found if each["login"] > after]
    shown = following[:MOST_SHOWN]
    return web.render(
        "staff.html",
        every=len(every),
        staff=shown,
        versions=queries.versions(web.work, [each["login"] for each in shown]),
        more=len(following) > MOST_SHOWN,
        elsewhere=office_of(web).openid is not None,
        telling=said,
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
    return enrolling.enrol_all(web.work, office_of(web), **_with_place(web, body))


@endpoints.page("/staff/<login>", allow=ADMIN)
def member_page(web: Web, login: str) -> str:
    """Show an account's grants and sessions, and what can be done."""
    return web.render(
        "member.html",
        member=queries.member(web.work, login),
        version=queries.versions(web.work, [login])[login],
        sessions=office_of(web).open_sessions(login),
        units=web.work.campaign.units,
        sites=web.work.campaign.sites,
        elsewhere=office_of(web).openid is not None,
        telling=telling(web),
    )


@endpoints.page("/account", allow=SIGNED_IN)
def account_page(web: Web) -> str:
    """Show one's own account, its grants and sessions."""
    login, office = web.person.login, office_of(web)
    return web.render(
        "account.html",
        least=LEAST_LENGTH,
        elsewhere=office.openid is not None,
        member=queries.member(web.work, login),
        sessions=office.open_sessions(login),
        telling=telling(web),
    )
