"""What is stored of logins, and which sessions are open."""

from __future__ import annotations

from typing import TypedDict
from uuid import UUID

from sqlalchemy import select

from services.supervision.domain.staff import SignIn
from services.supervision.sign_in.views import credentials, languages, sessions
from shared.town.work import Work


class Credentials(TypedDict):
    """What is stored for a login; `post` says what the person does, times are Unix seconds."""

    login: str
    post: str
    password: str | None
    code: str | None
    code_until: float | None


class Session(TypedDict):
    """A session that is open; `method` is how somebody signed in, times are Unix seconds."""

    session: str
    login: str
    method: str
    started: float
    until: float


def of_login(work: Work, login: str) -> Credentials | None:
    """Return what is stored for a login; None for a stranger's."""
    return work.row(select(credentials).where(credentials.c.login == login), Credentials)


def post_of(work: Work, login: str) -> str:
    """Return what somebody does, as the account says; empty if it does not."""
    row = work.row(select(credentials.c.post).where(credentials.c.login == login))
    return row["post"] if row else ""


def language_of(work: Work, login: str) -> str:
    """Return the language that somebody has chosen; empty before that."""
    row = work.row(select(languages.c.language).where(languages.c.login == login))
    return row["language"] if row else ""


def open_sessions(work: Work, login: str, now: float) -> list[Session]:
    """Return the open sessions of an account, newest first."""
    at = sessions.c
    query = select(sessions).where(at.login == login, at.until > now)
    found = work.rows(query.order_by(at.started.desc()), Session)
    return [row for row in found if sign_in_of(work, row["session"]) is not None]


def session_of(work: Work, session: str, now: float) -> Session | None:
    """Return a session that is open; None when it is over, or never was."""
    row = work.row(select(sessions).where(sessions.c.session == session), Session)
    if row is None or row["until"] < now or sign_in_of(work, session) is None:
        return None
    return row


def sign_in_of(work: Work, session: str) -> SignIn | None:
    """Return a sign-in from which nobody has signed out yet, or None."""
    found = work.find(SignIn, UUID(session))
    return None if found is None or found.ended else found
