"""The sign-in office: turns passwords into sessions, and sessions into signed tokens.

Times are Unix seconds of the real clock, also in a rehearsal.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import secrets
import time
import uuid
from contextlib import AbstractContextManager

from sqlalchemy import delete, insert, select

from services.supervision.domain.refusals import (
    NoAccountHere,
    SessionOver,
    SignInElsewhere,
    SignInFailed,
    StaffIsLocked,
)
from services.supervision.domain.staff import SignIn, Staff
from services.supervision.sign_in import commands, passwords, queries
from services.supervision.sign_in.keys import SigningKeys
from services.supervision.sign_in.openid_desk import OpenIdDesk
from services.supervision.sign_in.queries import Credentials, Session
from services.supervision.sign_in.views import sessions, tickets
from shared.kit.eventstore import Context
from shared.kit.eventstore.store import Transaction
from shared.kit.language import at_terminal
from shared.town.access import tokens
from shared.town.access.person import Grant, Person
from shared.town.deployment import Deployment
from shared.town.web.web import Web
from shared.town.work import Work

TICKET_SECONDS = 60

log = logging.getLogger(__name__)


class SignInOffice:
    """Where people prove who they are, and the other parts ask for tokens."""

    def __init__(self, work: Work, deployment: Deployment) -> None:
        """Serve one deployment; draw a signing key if there is none that our secret opens."""
        self.clock = time.time
        self._work = work
        self._secret = bytes.fromhex(deployment.secret_of("supervision"))
        self.openid: OpenIdDesk | None = None
        if deployment.openid is not None:
            self.openid = OpenIdDesk(deployment, deployment.part("supervision").address)
        self.keys = SigningKeys(work, self._secret)
        if not self.keys.opens():
            self.rotate()

    # Signing in

    def sign_in(self, login: str, password: str, address: str) -> str:
        """Return a new session. Raises `SignInFailed`, `TooManyAttempts`, `StaffIsLocked`."""
        stored = self._attempt(login, address)
        if not passwords.matches(stored and stored["password"], password):
            raise self._failed(login, address)
        return self._start(login, "password", address)

    def sign_in_elsewhere(self, login: str) -> str:
        """Return a new session of somebody an OpenID Connect provider has vouched for.

        Raises `NoAccountHere`, `StaffIsLocked`.
        """
        if not self._work.begin(Staff, Staff.create_id(login)).enrolled:
            raise NoAccountHere(login=login)
        return self._start(login, "openid", None)

    def choose_password(self, login: str, code: str, password: str, address: str) -> str:
        """Turn a one-time code into a password and a session.

        Raises `SignInFailed`, `TooManyAttempts`, `WeakPassword`, `StaffIsLocked`.
        """
        passwords.check_password(login, password)
        self._must_keep_passwords()
        # The right code is let in whatever was tried before: nobody guesses one of 59 bits.
        stored = queries.of_login(self._work, login)
        if not self._is_code(stored, code.strip().upper()):
            self._attempt(login, address)
            raise self._failed(login, address)
        assert stored is not None
        hashed = passwords.hashed(password)
        with self._writing(login):
            now = queries.of_login(self._work, login)
            if now is None or now["code"] != stored["code"]:
                raise SignInFailed  # somebody was faster with the same code
            commands.set_password(self._work, login, hashed)
        return self._start(login, "password", address)

    def change_password(self, login: str, current: str, password: str, address: str) -> None:
        """Replace one's own password; every session of the account ends.

        Raises `SignInFailed`, `TooManyAttempts`, `WeakPassword`.
        """
        passwords.check_password(login, password)
        stored = self._attempt(login, address)
        if not passwords.matches(stored and stored["password"], current):
            raise self._failed(login, address)
        hashed = passwords.hashed(password)
        with self._writing(login):
            commands.set_password(self._work, login, hashed)
            commands.forget_attempts(self._work, self._tried(login), address)
            self._work.save(*commands.ended(self._work, login, "credentials_reset"))

    def issue_code(self, login: str, actor: str) -> str:
        """Void an account's password and sessions; return the one-time code to hand over.

        Raises `SignInElsewhere`, `NotEnrolled`, `StaffIsLocked`.
        """
        with self._writing(actor):
            return self.new_code(login)

    def new_code(self, login: str) -> str:
        """Issue a code inside a transaction of the caller's; raises what `issue_code` does."""
        self._must_keep_passwords()
        code = passwords.new_code()
        member = self._work.begin(Staff, Staff.create_id(login))
        member.reset_credentials()
        self._work.save(member, *commands.ended(self._work, login, "credentials_reset"))
        hashed = passwords.digested(self._secret, code)
        commands.set_code(self._work, login, hashed, self.clock())
        return code

    def lift_brake(self) -> int:
        """Let everybody who has to wait try again; return how many had failed."""
        with self._writing("operator"):
            return commands.lift_brake(self._work)

    def _is_code(self, stored: Credentials | None, code: str) -> bool:
        if stored is None or not stored["code"] or (stored["code_until"] or 0.0) <= self.clock():
            return False
        if stored["code"].startswith("$argon2"):  # issued before codes had a keyed hash
            return passwords.matches(stored["code"], code)
        return hmac.compare_digest(stored["code"], passwords.digested(self._secret, code))

    def _must_keep_passwords(self) -> None:
        """Raise `SignInElsewhere` where people sign in at a provider."""
        if self.openid is not None:
            raise SignInElsewhere

    def _attempt(self, login: str, address: str) -> Credentials | None:
        self._must_keep_passwords()
        with self._writing("sign-in"):
            commands.count_attempt(self._work, self._tried(login), address, self.clock())
            return queries.of_login(self._work, login)

    def _failed(self, login: str, address: str) -> Exception:
        log.warning(
            at_terminal(
                "登录失败：{who}，来自 {address}",
                "sign-in failed: {who} from {address}",
                who=self._tried(login)[:12],
                address=address,
            )
        )
        return SignInFailed()

    def _tried(self, login: str) -> str:
        """Name an attempt by a keyed hash: people type passwords and names in the wrong field."""
        return hmac.new(self._secret, f"attempt|{login}".encode(), hashlib.sha256).hexdigest()

    def _start(self, login: str, method: str, address: str | None) -> str:
        now, session = self.clock(), str(uuid.uuid4())
        with self._writing(login) as transaction:
            if self._work.get(Staff, Staff.create_id(login)).locked:
                raise StaffIsLocked(login=login)
            if address is not None:
                commands.forget_attempts(self._work, self._tried(login), address)
            transaction.connection.execute(delete(sessions).where(sessions.c.until < now))
            row = {"session": session, "login": login, "method": method, "started": now}
            until = {"until": now + tokens.SHIFT_SECONDS}
            transaction.connection.execute(insert(sessions), row | until)
            self._work.save(SignIn(session=session, login=login, method=method))
        return session

    # Sessions and their tokens

    def open_sessions(self, login: str) -> list[Session]:
        """Return the open sessions of an account, newest first."""
        return queries.open_sessions(self._work, login, self.clock())

    def renew(self, session: str, audience: str) -> str:
        """Return a token for a session as its account stands now. Raises `SessionOver`."""
        now = self.clock()
        found = queries.session_of(self._work, session, now)
        member = found and self._work.get(Staff, Staff.create_id(found["login"]))
        if found is None or member is None or member.locked:
            raise SessionOver
        person = Person(
            login=found["login"],
            session=session,
            grants=tuple(Grant(role, scope) for role, scope in member.grants),
            version=member.version,
            expires=min(now + tokens.LIFE_SECONDS, found["until"]),
            until=found["until"],
            language=queries.language_of(self._work, found["login"]),
            post=queries.post_of(self._work, found["login"]),
        )
        return self.keys.sign(person, audience, now)

    def keep_language(self, session: str, language: str) -> None:
        """Keep the language that somebody has chosen. Raises `SessionOver`."""
        if (found := queries.session_of(self._work, session, self.clock())) is None:
            raise SessionOver
        with self._writing(found["login"]):
            commands.keep_language(self._work, found["login"], language)

    def ticket(self, session: str, state: str, audience: str) -> str:
        """Return a ticket that turns into a token of one part, once, within a minute.

        It is good for the browser alone that began there with `state`.
        """
        ticket, now = secrets.token_urlsafe(32), self.clock()
        row = {"ticket": _digest(ticket, state), "session": session, "audience": audience}
        with self._writing("sign-in") as transaction:
            transaction.connection.execute(delete(tickets).where(tickets.c.until < now))
            until = {"until": now + TICKET_SECONDS}
            transaction.connection.execute(insert(tickets), row | until)
        return ticket

    def exchange(self, ticket: str, state: str, audience: str) -> str:
        """Turn a ticket into its part's token; a ticket is good once. Raises `SessionOver`."""
        at, digest = tickets.c, _digest(ticket, state)
        with self._writing("sign-in") as transaction:
            mine = (at.ticket == digest) & (at.audience == audience)
            row = transaction.connection.execute(select(tickets).where(mine)).first()
            transaction.connection.execute(delete(tickets).where(at.ticket == digest))
        if row is None or row.until < self.clock():
            raise SessionOver
        return self.renew(row.session, audience)

    def end(self, session: str) -> None:
        """End one session everywhere."""
        with self._writing("sign-out"):
            commands.end(self._work, session, "signed_out")

    def end_all(self, login: str) -> None:
        """End every session of an account."""
        with self._writing(login):
            self._work.save(*commands.ended(self._work, login, "everywhere"))

    def rotate(self, *, retire: bool = False) -> None:
        """Sign with a new key from now on; `retire` refuses what older ones signed."""
        self.keys.rotate(self.clock(), retire=retire)

    def _writing(self, actor: str) -> AbstractContextManager[Transaction]:
        return self._work.store.transaction(Context.once(actor))


def office_of(web: Web) -> SignInOffice:
    """Return the office of supervision's own edge: the other parts reach it over HTTP."""
    assert isinstance(web.gate.office, SignInOffice)
    return web.gate.office


def _digest(ticket: str, state: str) -> str:
    return hashlib.sha256(f"{ticket}|{state}".encode()).hexdigest()
