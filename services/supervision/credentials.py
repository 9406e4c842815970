"""Passwords and one-time codes, and the brake on guessing them. Times are Unix seconds."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from eventlet import patcher, tpool
from sqlalchemy import Connection, delete, insert, select, update

from services.supervision.domain.refusals import TooManyAttempts, WeakPassword
from services.supervision.tables import attempts, credentials
from shared.kit.eventstore.views import put

# OWASP's password storage cheat sheet: Argon2id, 19 MiB, 2 passes, 1 lane.
HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
LEAST_LENGTH = 12
MOST_LENGTH = 200
CODE_SECONDS = 72 * 3600
CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
FREE_FAILURES = {"login": 4, "address": 30}
LONGEST_WAIT_SECONDS = 900
COMMON = ("password", "123456", "qwerty", "abcdef", "111111", "woaini", "iloveyou", "vaccine")
EMPTY = dict.fromkeys(("password", "code", "code_until", "post"))


def unhurried(work: Callable[[], Any]) -> Any:
    """Do slow arithmetic without holding up the other green threads of the process."""
    return tpool.execute(work) if patcher.is_monkey_patched("thread") else work()


def hashed(secret: str) -> str:
    """Return the Argon2id hash of a password or code."""
    return unhurried(lambda: HASHER.hash(secret))


# Whoever names an unknown login waits as long as everybody else.
_NOBODY = HASHER.hash(secrets.token_hex(16))


def matches(stored: str | None, said: str) -> bool:
    """Tell whether a password or code is the one that was stored."""

    def compare() -> bool:
        try:
            return HASHER.verify(stored or _NOBODY, said) and stored is not None
        except (VerificationError, InvalidHashError):
            return False

    return unhurried(compare)


def new_code() -> str:
    """Draw a one-time code: XXXX-XXXX-XXXX, 59 bits."""
    drawn = "".join(secrets.choice(CODE_ALPHABET) for _ in range(12))
    return "-".join((drawn[:4], drawn[4:8], drawn[8:]))


def check_password(login: str, password: str) -> None:
    """Raise `WeakPassword` for one that is short, common or holds the login."""
    lowered = password.lower()
    common = any(word in lowered and len(lowered) < 2 * len(word) + 6 for word in COMMON)
    few = len(set(lowered)) < 5
    length = LEAST_LENGTH <= len(password) <= MOST_LENGTH
    if not length or common or few or login in lowered:
        raise WeakPassword(LEAST_LENGTH)


def row_of(connection: Connection, login: str) -> dict[str, Any]:
    """Return what is stored for a login; empty values for a stranger."""
    query = select(credentials).where(credentials.c.login == login)
    row = connection.execute(query).mappings().first()
    return dict(row or EMPTY)


def add(connection: Connection, login: str, post: str) -> None:
    """Begin without a password; `post` says what the person does, never a name."""
    connection.execute(insert(credentials), {"login": login, "post": post})


def set_code(connection: Connection, login: str, hashed_code: str, now: float) -> None:
    """Void the password; the code is good for three days."""
    row: dict[str, Any] = dict.fromkeys(("password",)) | {"login": login, "code": hashed_code}
    put(connection, credentials, "login", row | {"code_until": now + CODE_SECONDS})


def set_password(connection: Connection, login: str, hashed_password: str) -> None:
    """Store a password and void the code."""
    row = {"login": login, "password": hashed_password, "code": None, "code_until": None}
    put(connection, credentials, "login", row)


def count_attempt(connection: Connection, tried: str, address: str, now: float) -> None:
    """Count an attempt before it is looked at, so that many at once do not slip through.

    `tried` stands for the login, whether there is such an account or not. Raises
    `TooManyAttempts` while login or address has to wait.
    """
    at = attempts.c
    subjects = (f"login|{tried}", f"address|{address}")
    connection.execute(delete(attempts).where(at.last < now - 2 * LONGEST_WAIT_SECONDS))
    rows = connection.execute(select(attempts).where(at.subject.in_(subjects)))
    waits = [row.last + _wait(row.subject, row.failures) - now for row in rows]
    if waits and max(waits) > 0:
        raise TooManyAttempts(int(max(waits)) + 1)
    for subject in subjects:
        more = update(attempts).where(at.subject == subject)
        if not connection.execute(more.values(failures=at.failures + 1, last=now)).rowcount:
            connection.execute(insert(attempts), {"subject": subject, "failures": 1, "last": now})


def forget_attempts(connection: Connection, tried: str, address: str) -> None:
    """It was the right person: a login begins anew, an address gets this one attempt back."""
    at = attempts.c
    connection.execute(delete(attempts).where(at.subject == f"login|{tried}"))
    one = update(attempts).where(at.subject == f"address|{address}", at.failures > 0)
    connection.execute(one.values(failures=at.failures - 1))


def _wait(subject: str, failures: int) -> float:
    over = failures - FREE_FAILURES[subject.partition("|")[0]]
    return min(LONGEST_WAIT_SECONDS, 2.0 ** min(over + 2, 12)) if over > 0 else 0.0
