"""Signing in over HTTP: for people, for programs, and for the other parts."""

from __future__ import annotations

from typing import TypedDict, cast
from urllib.parse import urlencode

from werkzeug.exceptions import NotFound
from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from services.supervision.domain.refusals import SessionOver
from services.supervision.sign_in import ended, schemas
from services.supervision.sign_in.commands import CODE_SECONDS
from services.supervision.sign_in.office import office_of
from services.supervision.sign_in.openid_desk import CALLBACK, COOKIE
from services.supervision.sign_in.passwords import LEAST_LENGTH
from services.supervision.sign_in.queries import of_login
from shared.kit.language import CHINESE, t
from shared.kit.service_tokens import OPERATE, OPERATOR, SESSIONS
from shared.kit.web.confirmation import Question
from shared.kit.web.endpoints import Body, Endpoints
from shared.kit.web.requests import JSON_LIMIT, json_object, raw_body
from shared.kit.web.way_back import local_address
from shared.town.access import PUBLIC, SIGNED_IN, parts, to
from shared.town.access.admission import set_cookie, set_language
from shared.town.access.roles import ADMINISTRATOR
from shared.town.access.tokens import LIFE_SECONDS
from shared.town.web.web import Web

ADMIN = to(ADMINISTRATOR)

endpoints = Endpoints()


class PartToken(TypedDict):
    """A token for one part, to be put into the browser's cookie."""

    token: str


class Token(PartToken):
    """A bearer token for every part, good for `expires_in` seconds; renew it before."""

    expires_in: int


class Code(TypedDict):
    """A one-time code, shown once; it is good for some `hours`."""

    login: str
    code: str
    hours: int


class KeySet(TypedDict):
    """A JSON Web Key Set."""

    keys: list[dict[str, str]]


class Finished(TypedDict):
    """Nothing to say but that it is done."""

    done: bool


class Lifted(TypedDict):
    """How many logins and addresses had failed attempts, and begin again."""

    lifted: int


# People


@endpoints.page("/sign-in", allow=PUBLIC, params=schemas.Arriving)
def sign_in_page(web: Web, next: str, login: str, *, stays: bool) -> str | Response:  # noqa: A002
    """Ask for login and password, unless this browser is signed in already."""
    desk = office_of(web).openid
    if not stays and web.visitor is not None:
        return _go_on(web, next)
    if not stays and desk is not None:
        return desk.begin(next)
    if desk is not None:
        return web.render("sign_in_elsewhere.html", stays=stays)
    return web.render("sign_in.html", next=next, stays=stays, login=login)


@endpoints.action("/sign-in", allow=PUBLIC, body=schemas.SignIn)
def sign_in(web: Web, body: Body) -> Response:
    """Sign in with a page's form."""
    session = office_of(web).sign_in(body["login"], body["password"], web.client_address)
    return _signed_in(web, session, body["next"])


@endpoints.internal("GET", CALLBACK, allow=PUBLIC, kind="page")
def come_back(web: Web, request: Request) -> Response:
    """Come back from the OpenID Connect provider."""
    office = office_of(web)
    if office.openid is None:
        raise NotFound
    code, state = request.args.get("code", ""), request.args.get("state", "")
    login, wanted = office.openid.finish(request.cookies.get(COOKIE, ""), code, state)
    response = _signed_in(web, office.sign_in_elsewhere(login), wanted)
    office.openid.forget(response)
    return response


@endpoints.page("/first-sign-in", allow=PUBLIC, params=schemas.Arriving)
def first_page(web: Web, next: str, login: str, *, stays: bool) -> str:  # noqa: A002
    """Ask for the one-time code and a password."""
    del stays
    return web.render("first_sign_in.html", next=next, login=login, least=LEAST_LENGTH)


@endpoints.action("/first-sign-in", allow=PUBLIC, body=schemas.FirstSignIn)
def first_sign_in(web: Web, body: Body) -> Response:
    """Turn a one-time code into a password and sign in."""
    login, code, password = body["login"], body["code"], body["password"]
    session = office_of(web).choose_password(login, code, password, web.client_address)
    return _signed_in(web, session, body["next"])


def _leaving(web: Web) -> Question:
    """Say how many sign-ins end."""
    says = t(
        "将退出您的全部 {n} 处登录，也包括这里；没有提交的内容会丢失。",
        "All your {n} sign-ins end, this one too; what was not sent is lost.",
        n=len(office_of(web).open_sessions(web.person.login)),
    )
    return Question(says, t("确认全部退出", "Sign out everywhere"))


@endpoints.action("/api/account/sign-out-everywhere", allow=SIGNED_IN, confirm=_leaving)
def sign_out_everywhere(web: Web) -> Response:
    """End all own sessions."""
    office_of(web).end_all(web.person.login)
    return ended.out(web)


@endpoints.action("/account/password", allow=SIGNED_IN, body=schemas.PasswordChange)
def change_password(web: Web, body: Body) -> Response:
    """Change one's own password."""
    current, password = body["current"], body["password"]
    office_of(web).change_password(web.person.login, current, password, web.client_address)
    return ended.password_changed(web)


@endpoints.page("/ticket", allow=SIGNED_IN, params=schemas.TicketWanted)
def ticket(web: Web, part: str, state: str, next: str) -> Response:  # noqa: A002
    """Send a browser that is signed in here to another part, with a ticket for it alone."""
    other = web.deployment.part(part)
    audience = f"{web.deployment.audience}/{other.source}"
    issued = office_of(web).ticket(web.person.session, state, audience)
    query = urlencode({"ticket": issued, "next": next})
    return redirect(f"{other.address}/session?{query}", 303)


# Programs


@endpoints.action("/api/tokens", allow=PUBLIC, body=schemas.TokenWanted)
def token(web: Web, body: Body) -> Token:
    """Sign in as a program: a bearer token for every part."""
    session = office_of(web).sign_in(body["login"], body["password"], web.client_address)
    return _token(web, session)


@endpoints.action("/api/tokens/renew", allow=SIGNED_IN)
def renew_token(web: Web) -> Token:
    """The next bearer token."""
    return _token(web, web.person.session)


@endpoints.query("/.well-known/jwks.json", allow=PUBLIC)
def published_keys(web: Web) -> KeySet:
    """The public keys tokens are signed with."""
    return {"keys": office_of(web).keys.published()}


# Administrators


@endpoints.action("/api/staff/<login>/code", allow=ADMIN)
def issue_code(web: Web, login: str) -> Code:
    """Void the password and issue a one-time code; it is shown once."""
    code = office_of(web).issue_code(login, web.person.login)
    return {"login": login, "code": code, "hours": CODE_SECONDS // 3600}


def _voiding(web: Web, login: str) -> Question | None:
    """Say whose password ends; without one nothing is lost."""
    known = of_login(web.work, login)
    if known is None or not known["password"]:
        return None
    says = t(
        "将作废 {login} 现在的密码，并退出其所有登录；本人凭新的一次性码重新设密码。",
        "The password of {login} is void, and all their sign-ins end; they choose another with the new"
        " one-time code.",
        login=login,
    )
    return Question(says, t("确认发一次性码", "Issue a one-time code"))


@endpoints.action("/staff/<login>/code", allow=ADMIN, confirm=_voiding)
def show_code(web: Web, login: str) -> str:
    """Void the password and show a new one-time code."""
    return web.render("code.html", issued=issue_code(web, login))


@endpoints.action("/api/signing-keys/rotate", allow=ADMIN)
def rotate_keys(web: Web) -> Finished:
    """Sign with a new key from now on."""
    office_of(web).rotate()
    return {"done": True}


# The other parts


@endpoints.internal("POST", "/sign-in/brake/lift", allow=parts(OPERATE, OPERATOR))
def lift_brake(web: Web, request: Request) -> Lifted:
    """Let everybody who has to wait after wrong passwords try again at once."""
    del request
    return {"lifted": office_of(web).lift_brake()}


@endpoints.internal("POST", "/sessions/exchange", allow=parts(SESSIONS))
def exchange(web: Web, request: Request) -> PartToken:
    """A part's token for a browser's ticket."""
    asked = _asked(request)
    said = (asked["ticket"] or "", asked["state"] or "", asked["audience"] or "")
    return {"token": office_of(web).exchange(*said)}


@endpoints.internal("POST", "/sessions/renew", allow=parts(SESSIONS))
def renew(web: Web, request: Request) -> PartToken:
    """A part's next token of a session."""
    asked = _asked(request)
    if asked["session"] is None:
        raise SessionOver
    return {"token": office_of(web).renew(str(asked["session"]), asked["audience"] or "")}


@endpoints.internal("POST", "/sessions/end", allow=parts(SESSIONS))
def end(web: Web, request: Request) -> Finished:
    """End a session in every part."""
    if session := _asked(request)["session"]:
        office_of(web).end(str(session))
    return {"done": True}


@endpoints.internal("POST", "/sessions/language", allow=parts(SESSIONS))
def keep_language(web: Web, request: Request) -> Finished:
    """Keep the language that the person of a session has chosen at another part."""
    asked = _asked(request)
    office_of(web).keep_language(str(asked["session"] or ""), asked["language"] or CHINESE)
    return {"done": True}


def _asked(request: Request) -> Body:
    return cast("Body", schemas.SessionAsked().load(json_object(raw_body(request, JSON_LIMIT))))


def _token(web: Web, session: str) -> Token:
    token = office_of(web).renew(session, web.deployment.audience)
    return {"token": token, "expires_in": LIFE_SECONDS}


def _signed_in(web: Web, session: str, wanted: str) -> Response:
    response = _go_on(web, wanted)
    token = office_of(web).renew(session, web.gate.audience)
    set_cookie(web, response, web.gate.cookie, token)
    set_language(web, response, web.gate.person(token).language)
    return response


def _go_on(web: Web, wanted: str) -> Response:
    """Send the browser back to the part it came from, which asks for its ticket."""
    for part in web.deployment.parts:
        if part.source != web.instance.source and wanted.startswith(f"{part.address}/"):
            query = urlencode({"next": wanted.removeprefix(part.address)})
            return redirect(f"{part.address}/session?{query}", 303)
    own = wanted.removeprefix(web.instance.address)
    return redirect(own if own and local_address(own) == own else "/account", 303)
