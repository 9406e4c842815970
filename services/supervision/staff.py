"""Staff accounts: who is enrolled, what is granted to them, which of their sessions are open."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Select, Table, case, func, select, true

from services.supervision import credentials
from services.supervision.domain.anomaly import Anomaly
from services.supervision.domain.refusals import (
    BadGrant,
    DutiesNotSeparate,
    LastAdministrator,
    NotEnrolled,
)
from services.supervision.domain.staff import Session, Staff
from services.supervision.tables import credentials as credential_table
from services.supervision.tables import sessions
from services.supervision.views import grants, looks, staff
from shared.town.access.roles import ADMINISTRATOR, LIST, OVERSIGHT, ROLES, TOWN
from shared.town.application import Application

MOST_LOOKS = 500
MOST_A_DAY = 2500
MOST_ALONE = 500


class StaffAccounts(Application):
    """What supervision can be told about staff."""

    def enrol(self, login: str, post: str) -> dict[str, Any]:
        """Open an account without any role. Raises `LoginTaken`."""
        member = self._begin(login)
        member.enrol(login)
        self.save(member)
        credentials.add(self.store.current.connection, login, post)
        return {"login": login}

    def grant(self, login: str, role: str, scope: str) -> dict[str, Any]:
        """Grant a role. Raises `NotEnrolled`, `BadGrant`, `DutiesNotSeparate`, `TooManyGrants`."""
        self._check_scope(role, scope)
        member = self._begin(login)
        held = {held for held, _ in member.grants} | {role}
        if ADMINISTRATOR in held and any(_opens_identities(each) for each in held):
            raise DutiesNotSeparate
        member.grant(role, scope)
        self.save(member)
        return self.member(login)

    def revoke(self, login: str, role: str, scope: str) -> dict[str, Any]:
        """Take a role back. Raises `NotEnrolled`, `LastAdministrator`."""
        if role == ADMINISTRATOR:
            self._keep_an_administrator(login)
        member = self._begin(login)
        member.revoke(role, scope)
        self.save(member)
        return self.member(login)

    def lock(self, login: str, reason: str) -> dict[str, Any]:
        """Lock an account and end its sessions. Raises `NotEnrolled`, `LastAdministrator`."""
        self._keep_an_administrator(login)
        member = self._begin(login)
        member.lock(reason)
        self.save(member, *self._ending(login, "locked"))
        return self.member(login)

    def unlock(self, login: str) -> dict[str, Any]:
        """Let an account be used again. Raises `NotEnrolled`."""
        member = self._begin(login)
        member.unlock()
        self.save(member)
        return self.member(login)

    def reset_credentials(self, login: str, hashed_code: str, now: float) -> None:
        """Void password and sessions, store a one-time code. Raises `NotEnrolled`, `StaffIsLocked`."""
        member = self._begin(login)
        member.reset_credentials()
        self.save(member, *self._ending(login, "credentials_reset"))
        credentials.set_code(self.store.current.connection, login, hashed_code, now)

    def end_sessions(self, login: str, reason: str) -> int:
        """End every open session of an account; return how many there were."""
        ending = self._ending(login, reason)
        self.save(*ending)
        return len(ending)

    def end_session(self, session: str, reason: str) -> None:
        """End one session; an unknown or ended one stays as it is."""
        if (one := self.find(Session, UUID(session))) is not None:
            one.end(reason)
            self.save(one)

    # Questions

    def accounts(self, login: str | None = None) -> list[dict[str, Any]]:
        """Return every account, or one, with name, grants and whether it is locked."""

        def of(table: Table) -> Select[Any]:
            return select(table).where(true() if login is None else table.c.login == login)

        held: dict[str, list[dict[str, str]]] = {}
        for row in self.rows(of(grants).order_by(grants.c.role, grants.c.scope)):
            held.setdefault(row["login"], []).append({"role": row["role"], "scope": row["scope"]})
        known = {row["login"]: row for row in self.rows(of(credential_table))}
        return [
            {
                "login": row["login"],
                "post": known[row["login"]]["post"] if row["login"] in known else "",
                "locked": bool(row["locked"]),
                "ready": bool(known.get(row["login"], {}).get("password")),
                "grants": held.get(row["login"], []),
            }
            for row in self.rows(of(staff).order_by(staff.c.login))
        ]

    def member(self, login: str) -> dict[str, Any]:
        """Return one account. Raises `NotEnrolled`."""
        found = self.accounts(login)
        if not found:
            raise NotEnrolled
        return found[0]

    def sessions_of(self, login: str, now: float) -> list[dict[str, Any]]:
        """Return the open sessions of an account, newest first."""
        at = sessions.c
        query = (
            select(sessions).where(at.login == login, at.until > now).order_by(at.started.desc())
        )
        return [row for row in self.rows(query) if not self._is_over(row["session"])]

    def looks(self, login: str | None, resident: UUID | None) -> list[dict[str, Any]]:
        """Who was shown whom, newest first, at most `MOST_LOOKS`."""
        query = select(looks).order_by(looks.c.recorded_at.desc(), looks.c.resident)
        if login:
            query = query.where(looks.c.login == login)
        if resident:
            query = query.where(looks.c.resident == str(resident))
        return self.rows(query.limit(MOST_LOOKS))

    def flag_curious(self) -> int:
        """Flag accounts that were shown unusually many residents today; return how many are.

        A nurse opens some 300 people a day one by one, a chief may page through a whole unit.
        """
        today = self.today().isoformat()
        alone = case((looks.c.page.contains("<uuid:resident>", autoescape=True), looks.c.resident))
        query = select(
            looks.c.login,
            func.count(looks.c.resident.distinct()).label("all"),
            func.count(alone.distinct()).label("alone"),
        )
        rows = self.rows(query.where(looks.c.recorded_at >= today).group_by(looks.c.login))
        curious = [row for row in rows if row["all"] > MOST_A_DAY or row["alone"] > MOST_ALONE]
        for row in curious:
            subject = f"{row['login']} {today}"
            anomaly = self.begin(Anomaly, Anomaly.create_id("many_looks", subject))
            detail = f"shown {row['all']} residents, {row['alone']} of them one by one"
            anomaly.flag("many_looks", subject, detail)
            self.save(anomaly)
        return len(curious)

    def _is_over(self, session: str) -> bool:
        one = self.find(Session, UUID(session))
        return one is None or one.ended

    def _ending(self, login: str, reason: str) -> list[Session]:
        rows = self.rows(select(sessions.c.session).where(sessions.c.login == login))
        found = [self.find(Session, UUID(row["session"])) for row in rows]
        open_ones = [one for one in found if one is not None and not one.ended]
        for one in open_ones:
            one.end(reason)
        return open_ones

    def _begin(self, login: str) -> Staff:
        return self.begin(Staff, Staff.create_id(login))

    def _keep_an_administrator(self, login: str) -> None:
        administrators = {
            account["login"]
            for account in self.accounts()
            if not account["locked"]
            and any(grant["role"] == ADMINISTRATOR for grant in account["grants"])
        }
        if administrators == {login}:
            raise LastAdministrator

    def _check_scope(self, role: str, scope: str) -> None:
        if role not in ROLES:
            raise BadGrant(role, ", ".join(ROLES))
        kind, _, code = scope.partition(":")
        wanted = [ROLES[role].scope]
        if (narrower := ROLES[role].narrower) is not None:
            wanted.append(narrower)
        units = {unit.code for unit in self.campaign.units}
        known = {"unit": units, LIST: units, "site": {site.code for site in self.campaign.sites}}
        if wanted == [TOWN]:
            if scope != TOWN:
                raise BadGrant(role, TOWN)
        elif kind not in wanted or code not in known[kind]:
            raise BadGrant(role, ", ".join(f"{each}:<code>" for each in wanted))


def _opens_identities(role: str) -> bool:
    """Tell whether a role shows who people are: always, or as oversight for a stated reason."""
    return not ROLES[role].pseudonymous or role in OVERSIGHT
