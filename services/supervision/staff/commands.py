"""Enrolling, granting, revoking, locking."""

from __future__ import annotations

from typing import TypedDict

from services.supervision.domain.refusals import (
    BadGrant,
    DutiesNotSeparate,
    LastAdministrator,
    RoleNotHeld,
)
from services.supervision.domain.staff import Staff
from services.supervision.sign_in import commands as sign_in
from services.supervision.staff.queries import Account, Held, administrators, member
from shared.kit.language import Text
from shared.kit.refusals import Refusal
from shared.town.access.roles import ADMINISTRATOR, LIST, OVERSIGHT, ROLES, TOWN
from shared.town.work import Work

_PLACES = {
    TOWN: Text("全镇", "the town"),
    "site": Text("一个接种点", "a site"),
    "unit": Text("一个单位", "a unit"),
    LIST: Text("本人在一个单位的名单", "the own list in a unit"),
}


class Enrolled(TypedDict):
    """The new account's login."""

    login: str


class Changed(Account):
    """An account as it is now; `told`: whether this was news; `version`: names it to an undo.

    `held` is the role that was granted, or taken back; of a role that was changed the new one.
    """

    held: Held | None
    told: bool
    version: int


def enrol(work: Work, login: str, post: str) -> Enrolled:
    """Open an account without any role. Raises `LoginTaken`."""
    account = _begin(work, login)
    account.enrol(login)
    work.save(account)
    sign_in.add(work, login, post)
    return {"login": login}


def grant(work: Work, login: str, role: str, scope: str, version: int | None = None) -> Changed:
    """Grant a role. Raises `NotEnrolled`, `BadGrant`, `DutiesNotSeparate`, `TooManyGrants`.

    With a `version`, here as in what follows, `ChangedSince` as `work.begin` does.
    """
    _check_scope(work, role, scope)
    account = _begin(work, login, version)
    held = {held for held, _ in account.grants} | {role}
    # A role shows who people are always, or as oversight for a stated reason.
    if ADMINISTRATOR in held and any(
        each in OVERSIGHT or not ROLES[each].pseudonymous for each in held
    ):
        raise DutiesNotSeparate
    told = account.grant(role, scope)
    work.save(account)
    return _changed(work, account, told, role, scope)


def revoke(work: Work, login: str, role: str, scope: str, version: int | None = None) -> Changed:
    """Take a role back. Raises `NotEnrolled`, `LastAdministrator`."""
    if role == ADMINISTRATOR:
        _keep_an_administrator(work, login)
    account = _begin(work, login, version)
    told = account.revoke(role, scope)
    work.save(account)
    return _changed(work, account, told, role, scope)


def change(
    work: Work, login: str, former: str, role: str, scope: str, version: int | None = None
) -> Changed:
    """Give a role instead of a former one, "role scope", that is held still; the same changes nothing.

    Raises `RoleNotHeld`, and what `grant` and `revoke` do.
    """
    if former == f"{role} {scope}":  # as it stood on the page
        return _changed(work, _begin(work, login, version), told=False, role=role, scope=scope)
    former_role, _, former_scope = former.partition(" ")
    if not revoke(work, login, former_role, former_scope, version)["told"]:
        raise RoleNotHeld(login=login)
    return grant(work, login, role, scope)


def lock(work: Work, login: str, reason: str) -> Changed:
    """Lock an account and end its sessions. Raises `NotEnrolled`, `LastAdministrator`."""
    _keep_an_administrator(work, login)
    account = _begin(work, login)
    told = account.lock(reason)
    work.save(account, *sign_in.ended(work, login, "locked"))
    return _changed(work, account, told)


def unlock(work: Work, login: str, version: int | None = None) -> Changed:
    """Let an account be used again. Raises `NotEnrolled`."""
    account = _begin(work, login, version)
    told = account.unlock()
    work.save(account)
    return _changed(work, account, told)


def _begin(work: Work, login: str, version: int | None = None) -> Staff:
    return work.begin(Staff, Staff.create_id(login), version)


def _changed(
    work: Work, account: Staff, told: bool, role: str | None = None, scope: str = ""
) -> Changed:
    held: Held | None = {"role": role, "scope": scope} if role else None
    now = member(work, account.login)
    return {**now, "held": held, "told": told, "version": account.version}


def _keep_an_administrator(work: Work, login: str) -> None:
    if administrators(work) == {login}:
        raise LastAdministrator


def _check_scope(work: Work, role: str, scope: str) -> None:
    if role not in ROLES:
        raise BadGrant(role=role, wanted=", ".join(ROLES), places=list(ROLES.values()))
    kind, _, code = scope.partition(":")
    wanted = [ROLES[role].scope]
    if (narrower := ROLES[role].narrower) is not None:
        wanted.append(narrower)
    units = {unit.code for unit in work.campaign.units}
    known = {"unit": units, LIST: units, "site": {site.code for site in work.campaign.sites}}
    if wanted == [TOWN]:
        if scope != TOWN:
            raise _bad_grant(role, [TOWN], TOWN)
    elif kind not in wanted or code not in known[kind]:
        raise _bad_grant(role, wanted, ", ".join(f"{each}:<code>" for each in wanted))


def _bad_grant(role: str, places: list[str], wanted: str) -> Refusal:
    return BadGrant(role=ROLES[role], wanted=wanted, places=[_PLACES[each] for each in places])
