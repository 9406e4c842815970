"""The sign-in office: turns passwords into sessions, and sessions into signed tokens.

Times are Unix seconds of the real clock, also in a rehearsal.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import secrets
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from joserfc.jwk import OKPKey
from sqlalchemy import delete, insert, select

from services.supervision import credentials
from services.supervision.domain.refusals import (
    NoAccountHere,
    SessionOver,
    SignInElsewhere,
    SignInFailed,
    StaffIsLocked,
)
from services.supervision.domain.staff import Session, SigningKey, Staff
from services.supervision.openid_desk import OpenIdDesk
from services.supervision.staff import StaffAccounts
from services.supervision.tables import private_keys, sessions, tickets
from shared.kit.eventstore import Context
from shared.town.access import tokens
from shared.town.access.person import Grant, Person
from shared.town.deployment import Deployment
from shared.town.privacy import derived

TICKET_SECONDS = 60

log = logging.getLogger(__name__)


class SignInOffice:
    """Where people prove who they are, and the other parts ask for tokens."""

    def __init__(
        self, app: StaffAccounts, deployment: Deployment, clock: Callable[[], float] = time.time
    ) -> None:
        """Serve one deployment; draw its first signing key if there is none."""
        self.app = app
        self.clock = clock
        self._deployment = deployment
        self._secret = bytes.fromhex(deployment.secrets.service)
        self._vault = AESGCM(derived(self._secret, "vaxledger signing keys"))
        self._keys: dict[str, OKPKey] = {}
        self.openid: OpenIdDesk | None = None
        if deployment.openid is not None:
            self.openid = OpenIdDesk(deployment, deployment.part("supervision").address)
        if not self.app.rows(select(private_keys.c.key).limit(1)):
            self.rotate()

    # Signing in

    def sign_in(self, login: str, password: str, address: str) -> str:
        """Return a new session. Raises `SignInFailed`, `TooManyAttempts`, `StaffIsLocked`."""
        stored = self._attempt(login, address)
        if not credentials.matches(stored["password"], password):
            self._note_failure(login, address)
            raise SignInFailed
        return self._start(login, "password", address)

    def sign_in_elsewhere(self, login: str) -> str:
        """Return a new session of somebody an OpenID Connect provider has vouched for.

        Raises `NoAccountHere`, `StaffIsLocked`.
        """
        if not self.app.begin(Staff, Staff.create_id(login)).enrolled:
            raise NoAccountHere(login)
        return self._start(login, "openid", None)

    def choose_password(self, login: str, code: str, password: str, address: str) -> str:
        """Turn a one-time code into a password and a session.

        Raises `SignInFailed`, `TooManyAttempts`, `WeakPassword`, `StaffIsLocked`.
        """
        credentials.check_password(login, password)
        stored = self._attempt(login, address)
        fresh = (stored["code_until"] or 0.0) > self.clock()
        if not credentials.matches(stored["code"], code.strip().upper()) or not fresh:
            self._note_failure(login, address)
            raise SignInFailed
        hashed = credentials.hashed(password)
        with self._writing(login) as connection:
            if credentials.row_of(connection, login)["code"] != stored["code"]:
                raise SignInFailed  # somebody was faster with the same code
            credentials.set_password(connection, login, hashed)
        return self._start(login, "password", address)

    def change_password(self, login: str, current: str, password: str, address: str) -> None:
        """Replace one's own password; every session of the account ends.

        Raises `SignInFailed`, `TooManyAttempts`, `WeakPassword`.
        """
        credentials.check_password(login, password)
        stored = self._attempt(login, address)
        if not credentials.matches(stored["password"], current):
            self._note_failure(login, address)
            raise SignInFailed
        hashed = credentials.hashed(password)
        with self._writing(login) as connection:
            credentials.set_password(connection, login, hashed)
            credentials.forget_attempts(connection, self._tried(login), address)
            self.app.end_sessions(login, "credentials_reset")

    def issue_code(self, login: str, actor: str) -> str:
        """Void an account's password and sessions; return the one-time code to hand over.

        Raises `SignInElsewhere`, `NotEnrolled`, `StaffIsLocked`.
        """
        if self.openid is not None:
            raise SignInElsewhere
        code = credentials.new_code()
        hashed = credentials.hashed(code)
        with self._writing(actor):
            self.app.reset_credentials(login, hashed, self.clock())
        return code

    def _attempt(self, login: str, address: str) -> dict[str, Any]:
        if self.openid is not None:
            raise SignInElsewhere
        with self._writing("sign-in") as connection:
            credentials.count_attempt(connection, self._tried(login), address, self.clock())
            return credentials.row_of(connection, login)

    def _note_failure(self, login: str, address: str) -> None:
        log.warning("sign-in failed: %s from %s", self._tried(login)[:12], address)

    def _tried(self, login: str) -> str:
        """Name an attempt by a keyed hash: people type passwords and names in the wrong field."""
        return hmac.new(self._secret, f"attempt|{login}".encode(), hashlib.sha256).hexdigest()

    def _start(self, login: str, method: str, address: str | None) -> str:
        now, session = self.clock(), str(uuid.uuid4())
        with self._writing(login) as connection:
            if self.app.get(Staff, Staff.create_id(login)).locked:
                raise StaffIsLocked(login)
            if address is not None:
                credentials.forget_attempts(connection, self._tried(login), address)
            connection.execute(delete(sessions).where(sessions.c.until < now))
            row = {"session": session, "login": login, "method": method, "started": now}
            connection.execute(insert(sessions), row | {"until": now + tokens.SHIFT_SECONDS})
            self.app.save(Session(session=session, login=login, method=method))
        return session

    # Sessions and their tokens

    def renew(self, session: str, audience: str) -> str:
        """Return a token for a session as its account stands now. Raises `SessionOver`."""
        now = self.clock()
        row = self.app.row(select(sessions).where(sessions.c.session == session))
        one = self.app.find(Session, UUID(session)) if row else None
        if row is None or one is None or one.ended or row["until"] < now:
            raise SessionOver
        member = self.app.get(Staff, Staff.create_id(row["login"]))
        if member.locked:
            raise SessionOver
        person = Person(
            login=row["login"],
            session=session,
            grants=tuple(Grant(role, scope) for role, scope in member.grants),
            version=member.version,
            expires=min(now + tokens.LIFE_SECONDS, row["until"]),
            until=row["until"],
        )
        key, private = self._signing_key()
        return tokens.sign(person, key=key, private=private, audience=audience, now=now)

    def ticket(self, session: str, audience: str) -> str:
        """Return a ticket that turns into a token of one part, once, within a minute."""
        ticket = secrets.token_urlsafe(32)
        row = {"ticket": _digest(ticket), "session": session, "audience": audience}
        with self._writing("sign-in") as connection:
            connection.execute(delete(tickets).where(tickets.c.until < self.clock()))
            connection.execute(insert(tickets), row | {"until": self.clock() + TICKET_SECONDS})
        return ticket

    def exchange(self, ticket: str, audience: str) -> str:
        """Turn a ticket into its part's token; a ticket is good once. Raises `SessionOver`."""
        with self._writing("sign-in") as connection:
            at = tickets.c
            mine = (at.ticket == _digest(ticket)) & (at.audience == audience)
            row = connection.execute(select(tickets).where(mine)).first()
            connection.execute(delete(tickets).where(at.ticket == _digest(ticket)))
        if row is None or row.until < self.clock():
            raise SessionOver
        return self.renew(row.session, audience)

    def end(self, session: str) -> None:
        """End one session everywhere."""
        with self._writing("sign-out"):
            self.app.end_session(session, "signed_out")

    def end_all(self, login: str) -> None:
        """End every session of an account."""
        with self._writing(login):
            self.app.end_sessions(login, "everywhere")

    # Signing keys

    def rotate(self, *, retire: bool = False) -> str:
        """Draw a new signing key and publish it; `retire` refuses what older ones signed.

        Without `retire` they are published until the last session they signed for is over.
        """
        now, private = self.clock(), tokens.new_key()
        key = f"{datetime.fromtimestamp(now, UTC):%Y-%m-%d}-{secrets.token_hex(3)}"
        nonce, plain = secrets.token_bytes(12), json.dumps(private.as_dict(private=True)).encode()
        sealed = nonce + self._vault.encrypt(nonce, plain, key.encode())
        old = self._old_keys(now - (0.0 if retire else tokens.SHIFT_SECONDS))
        with self._writing("sign-in") as connection:
            row = {"key": key, "sealed": sealed, "since": now}
            connection.execute(insert(private_keys), row)
            retired = [self.app.get(SigningKey, SigningKey.create_id(each)) for each in old]
            for each in retired:
                each.retire()
            point = private.as_dict(private=False)["x"]
            self.app.save(SigningKey(key=key, x=str(point)), *retired)
            connection.execute(delete(private_keys).where(private_keys.c.key.in_(old)))
        self._keys = {key: private}
        return key

    def published_keys(self) -> list[dict[str, Any]]:
        """Return the public keys as a JSON Web Key Set's members."""
        table = self.app.store.views.tables.tables["signing_keys"]
        key = {"kty": "OKP", "crv": "Ed25519", "alg": tokens.ALGORITHM, "use": "sig"}
        return [key | {"kid": row["key"], "x": row["x"]} for row in self.app.rows(select(table))]

    def _old_keys(self, before: float) -> list[str]:
        query = select(private_keys.c.key).where(private_keys.c.since <= before)
        return [row["key"] for row in self.app.rows(query)]

    def _signing_key(self) -> tuple[str, OKPKey]:
        newest = select(private_keys).order_by(private_keys.c.since.desc()).limit(1)
        row = self.app.row(newest)
        assert row is not None
        if row["key"] not in self._keys:
            sealed = bytes(row["sealed"])
            plain = self._vault.decrypt(sealed[:12], sealed[12:], row["key"].encode())
            self._keys = {row["key"]: OKPKey.import_key(json.loads(plain))}
        return row["key"], self._keys[row["key"]]

    @contextmanager
    def _writing(self, actor: str) -> Iterator[Any]:
        key = str(uuid.uuid4())
        with self.app.store.transaction(Context(key, actor, key)) as transaction:
            yield transaction.connection


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
