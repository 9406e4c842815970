"""What changes who can sign in: credentials, failed attempts, and the end of sessions.

All of it inside a transaction of the caller's. Times are Unix seconds.
"""

from __future__ import annotations

from sqlalchemy import delete, insert, select, update

from services.supervision.domain.refusals import TooManyAttempts
from services.supervision.domain.staff import SignIn
from services.supervision.sign_in.queries import sign_in_of
from services.supervision.sign_in.views import attempts, credentials, languages, sessions
from shared.kit.eventstore import change, put
from shared.town.work import Work

CODE_SECONDS = 72 * 3600
FREE_FAILURES = {"pair": 4, "address": 30}
LONGEST_WAIT_SECONDS = 900


# Credentials


def add(work: Work, login: str, post: str) -> None:
    """Begin without a password; `post` says what the person does, never a name."""
    work.store.current.connection.execute(insert(credentials), {"login": login, "post": post})


def set_code(work: Work, login: str, hashed_code: str, now: float) -> None:
    """Void the password; the code is good for three days."""
    _keep(work, login, code=hashed_code, code_until=now + CODE_SECONDS)


def set_password(work: Work, login: str, hashed_password: str) -> None:
    """Store a password and void the code."""
    _keep(work, login, password=hashed_password)


def keep_language(work: Work, login: str, language: str) -> None:
    """Keep the language in which somebody wants to be answered."""
    row = {"login": login, "language": language}
    put(work.store.current.connection, languages, "login", row)


def _keep(
    work: Work,
    login: str,
    *,
    password: str | None = None,
    code: str | None = None,
    code_until: float | None = None,
) -> None:
    row = {"login": login, "password": password, "code": code, "code_until": code_until}
    change(work.store.current.connection, credentials, "login", row)


# The brake on guessing a password: it slows an address down, and nobody who comes from elsewhere.


def count_attempt(work: Work, tried: str, address: str, now: float) -> None:
    """Count an attempt before it is looked at, so that many at once do not slip through.

    `tried` stands for the login, whether there is such an account or not. Raises
    `TooManyAttempts` while the address has to wait, with this login or with any.
    """
    at, connection = attempts.c, work.store.current.connection
    subjects = (_pair(tried, address), f"address|{address}")
    connection.execute(delete(attempts).where(at.last < now - 2 * LONGEST_WAIT_SECONDS))
    rows = connection.execute(select(attempts).where(at.subject.in_(subjects)))
    # A clock that was wrong for a while makes nobody wait longer: what is to come began now.
    waits = [
        wait - (now - min(row.last, now))
        for row in rows
        if (wait := _wait(row.subject, row.failures))
    ]
    if waits and max(waits) > 0:
        raise TooManyAttempts(retry_after=int(max(waits)) + 1)
    for subject in subjects:
        more = update(attempts).where(at.subject == subject)
        if not connection.execute(more.values(failures=at.failures + 1, last=now)).rowcount:
            connection.execute(insert(attempts), {"subject": subject, "failures": 1, "last": now})


def forget_attempts(work: Work, tried: str, address: str) -> None:
    """It was the right person: they begin again, their address gets this one attempt back."""
    at, connection = attempts.c, work.store.current.connection
    connection.execute(delete(attempts).where(at.subject == _pair(tried, address)))
    one = update(attempts).where(at.subject == f"address|{address}", at.failures > 0)
    connection.execute(one.values(failures=at.failures - 1))


def lift_brake(work: Work) -> int:
    """Forget every failed attempt; return how many logins and addresses begin again."""
    return work.store.current.connection.execute(delete(attempts)).rowcount


def _pair(tried: str, address: str) -> str:
    return f"pair|{tried}|{address}"


def _wait(subject: str, failures: int) -> float:
    over = failures - FREE_FAILURES[subject.partition("|")[0]]
    return min(LONGEST_WAIT_SECONDS, 2.0 ** min(over + 2, 12)) if over > 0 else 0.0


# The end of sessions


def ended(work: Work, login: str, reason: str) -> list[SignIn]:
    """End every open session of an account; they are saved with what makes them end."""
    rows = work.rows(select(sessions.c.session).where(sessions.c.login == login))
    found = [sign_in_of(work, row["session"]) for row in rows]
    open_ones = [one for one in found if one is not None]
    for one in open_ones:
        one.end(reason)
    return open_ones


def end(work: Work, session: str, reason: str) -> None:
    """End one session; an unknown or ended one stays as it is."""
    if (one := sign_in_of(work, session)) is not None:
        one.end(reason)
        work.save(one)
