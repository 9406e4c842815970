"""Staff accounts over HTTP."""

from __future__ import annotations

from services.supervision.sign_in.office import office_of
from services.supervision.sign_in.passwords import LEAST_LENGTH
from services.supervision.staff import commands, queries, schemas
from services.supervision.staff.telling import telling
from shared.kit.web.endpoints import Body, Endpoints
from shared.town.access import SIGNED_IN, to
from shared.town.access.roles import ADMINISTRATOR
from shared.town.web.schemas import Done
from shared.town.web.web import Web

ADMIN = to(ADMINISTRATOR)

endpoints = Endpoints()


@endpoints.query("/api/staff", allow=ADMIN)
def accounts(web: Web) -> queries.Accounts:
    """Every account."""
    return {"staff": queries.accounts(web.work)}


@endpoints.command("/api/staff", allow=ADMIN, body=schemas.Enrolment)
def enrol(web: Web, body: Body) -> commands.Enrolled:
    """Enrol a member of staff."""
    return commands.enrol(web.work, **body)


@endpoints.command("/api/staff/<login>/grant", allow=ADMIN, body=schemas.GrantBody)
def grant(web: Web, body: Body, login: str) -> commands.Account:
    """Grant a role."""
    return commands.grant(web.work, login, **body)


@endpoints.command("/api/staff/<login>/revoke", allow=ADMIN, body=schemas.GrantBody)
def revoke(web: Web, body: Body, login: str) -> commands.Account:
    """Revoke a role."""
    return commands.revoke(web.work, login, **body)


@endpoints.command("/api/staff/<login>/lock", allow=ADMIN, body=schemas.Lock)
def lock(web: Web, body: Body, login: str) -> commands.Account:
    """Lock an account and end its sessions."""
    return commands.lock(web.work, login, **body)


@endpoints.command("/api/staff/<login>/unlock", allow=ADMIN)
def unlock(web: Web, login: str) -> commands.Account:
    """Let a locked account be used again."""
    return commands.unlock(web.work, login)


@endpoints.page("/staff", allow=ADMIN, params=Done)
def staff_page(web: Web, done: str | None) -> str:
    """List the accounts, and the form for a new one."""
    return web.render(
        "staff.html", staff=queries.accounts(web.work), telling=telling(web), done=done
    )


@endpoints.page("/staff/<login>", allow=ADMIN, params=Done)
def member_page(web: Web, login: str, done: str | None) -> str:
    """Show an account's grants and sessions, and what can be done."""
    return web.render(
        "member.html",
        member=queries.member(web.work, login),
        sessions=office_of(web).open_sessions(login),
        units=web.work.campaign.units,
        sites=web.work.campaign.sites,
        telling=telling(web),
        done=done,
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
