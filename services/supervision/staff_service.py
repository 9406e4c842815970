"""Signing in and staff accounts over HTTP."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from werkzeug.exceptions import NotFound
from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from services.supervision import staff_schemas as schemas
from services.supervision.credentials import CODE_SECONDS, LEAST_LENGTH
from services.supervision.domain.refusals import NotEnrolled, SessionOver
from services.supervision.openid_desk import CALLBACK, COOKIE
from services.supervision.sign_in import SignInOffice
from services.supervision.staff import MOST_LOOKS, StaffAccounts
from shared.kit.web.endpoints import local_address
from shared.kit.web.requests import JSON_LIMIT, json_object, raw_body
from shared.town.access import PUBLIC, SIGNED_IN, parts, to
from shared.town.access.admission import set_cookie
from shared.town.access.roles import ADMINISTRATOR, AUDITOR, OFFICE, SUPERVISOR
from shared.town.access.tokens import LIFE_SECONDS
from shared.town.application import Application
from shared.town.contracts.access import LOCK_REASONS
from shared.town.deployment import Deployment, Instance
from shared.town.service import Service, action, command, internal, page, query
from shared.town.web.finding import Wanted

ADMIN = to(ADMINISTRATOR)
LOOKERS = to(AUDITOR, SUPERVISOR, OFFICE)
SELF = "/account"


class StaffService(Service):
    """The half of supervision that knows the staff; its `app` is a `StaffAccounts`."""

    @classmethod
    def sign_in_office(cls, deployment: Deployment, part: Instance, app: Application) -> Any:
        """Return the office itself: the other parts reach it over HTTP."""
        del part
        assert isinstance(app, StaffAccounts)
        return SignInOffice(app, deployment)

    @property
    def office(self) -> SignInOffice:
        """The sign-in office."""
        return self.gate.office

    # Signing in

    @page("/sign-in", allow=PUBLIC, params=schemas.Arriving, summary="Sign in")
    def sign_in_page(self, next: str, done: str | None, login: str) -> Any:  # noqa: A002
        """Ask for login and password, unless this browser is signed in already."""
        if done is None and self.visitor is not None:
            return self._go_on(self.visitor.session, next)
        if done is None and self.office.openid is not None:
            return self.office.openid.begin(next)
        if self.office.openid is not None:
            return self.render("sign_in_elsewhere.html", done=done)
        return self.render("sign_in.html", next=next, done=done, login=login)

    @action("/sign-in", allow=PUBLIC, body=schemas.SignIn, summary="Sign in with a page's form")
    def sign_in(self, body: dict[str, Any]) -> Response:
        """Begin a session and go on to where the browser came from."""
        session = self.office.sign_in(body["login"], body["password"], self.client_address)
        return self._signed_in(session, body["next"])

    @internal(
        "GET", CALLBACK, "Come back from the OpenID Connect provider", allow=PUBLIC, kind="page"
    )
    def come_back(self, request: Request) -> Response:
        """Begin a session of whom the provider vouches for."""
        desk = self.office.openid
        if desk is None:
            raise NotFound
        said = request.args.get("code", ""), request.args.get("state", "")
        login, wanted = desk.finish(request.cookies.get(COOKIE, ""), *said)
        response = self._signed_in(self.office.sign_in_elsewhere(login), wanted)
        desk.forget(response)
        return response

    @page("/first-sign-in", allow=PUBLIC, params=schemas.Arriving, summary="Use a one-time code")
    def first_page(self, next: str, login: str, **_: Any) -> str:  # noqa: A002
        """Ask for the one-time code and a password."""
        return self.render("first_sign_in.html", next=next, login=login, least=LEAST_LENGTH)

    @action(
        "/first-sign-in",
        allow=PUBLIC,
        body=schemas.FirstSignIn,
        summary="Turn a one-time code into a password and sign in",
    )
    def first_sign_in(self, body: dict[str, Any]) -> Response:
        """Set the password and begin a session."""
        said = body["login"], body["code"], body["password"]
        return self._signed_in(
            self.office.choose_password(*said, self.client_address), body["next"]
        )

    @action(
        "/api/tokens",
        allow=PUBLIC,
        body=schemas.TokenWanted,
        answer=schemas.Token,
        summary="Sign in as a program: a bearer token for every part",
    )
    def token(self, body: dict[str, Any]) -> dict[str, Any]:
        """Begin a session and return its first token."""
        session = self.office.sign_in(body["login"], body["password"], self.client_address)
        return self._token(session)

    @action(
        "/api/tokens/renew", allow=SIGNED_IN, answer=schemas.Token, summary="The next bearer token"
    )
    def renew_token(self, body: dict[str, Any]) -> dict[str, Any]:
        """Return a fresh token of the same session."""
        del body
        return self._token(self.person.session)

    @query("/.well-known/jwks.json", allow=PUBLIC, summary="The public keys tokens are signed with")
    def published_keys(self) -> dict[str, Any]:
        """Return a JSON Web Key Set (RFC 7517)."""
        return {"keys": self.office.published_keys()}

    def _token(self, session: str) -> dict[str, Any]:
        token = self.office.renew(session, self.deployment.audience)
        return {"token": token, "expires_in": LIFE_SECONDS}

    def _signed_in(self, session: str, wanted: str) -> Response:
        response = self._go_on(session, wanted)
        set_cookie(self.edge, response, self.office.renew(session, self.gate.audience))
        return response

    def _go_on(self, session: str, wanted: str) -> Response:
        """Send the browser back to the part it came from, with a ticket for it."""
        for part in self.deployment.parts:
            if part.source != self.part.source and wanted.startswith(f"{part.address}/"):
                ticket = self.office.ticket(session, f"{self.deployment.audience}/{part.source}")
                said = urlencode({"ticket": ticket, "next": wanted.removeprefix(part.address)})
                return redirect(f"{part.address}/session?{said}", 303)
        own = wanted.removeprefix(self.part.address)
        return redirect(own if own and local_address(own) == own else SELF, 303)

    # What the other parts ask

    @internal("POST", "/sessions/exchange", "A part's token for a browser's ticket", allow=parts())
    def exchange(self, request: Request) -> dict[str, Any]:
        """Turn a ticket into a token."""
        said = self._asked(request)
        return {"token": self.office.exchange(said["ticket"] or "", said["audience"] or "")}

    @internal("POST", "/sessions/renew", "A part's next token of a session", allow=parts())
    def renew(self, request: Request) -> dict[str, Any]:
        """Renew a token."""
        said = self._asked(request)
        if said["session"] is None:
            raise SessionOver
        return {"token": self.office.renew(str(said["session"]), said["audience"] or "")}

    @internal("POST", "/sessions/end", "End a session in every part", allow=parts())
    def end(self, request: Request) -> dict[str, Any]:
        """End a session."""
        if session := self._asked(request)["session"]:
            self.office.end(str(session))
        return {"done": True}

    def _asked(self, request: Request) -> dict[str, Any]:
        said: Any = schemas.SessionAsked().load(json_object(raw_body(request, JSON_LIMIT)))
        return said

    # Accounts

    @query("/api/staff", allow=ADMIN, answer=schemas.Accounts, summary="Every account")
    def accounts(self) -> dict[str, Any]:
        """List the accounts."""
        return {"staff": self.app.accounts()}

    @command(
        "/api/staff",
        allow=ADMIN,
        body=schemas.Enrolment,
        answer=schemas.Enrolled,
        summary="Enrol a member of staff",
    )
    def enrol(self, body: dict[str, Any]) -> dict[str, Any]:
        """Open an account."""
        return self.app.enrol(**body)

    @command(
        "/api/staff/<login>/grant",
        allow=ADMIN,
        body=schemas.GrantBody,
        answer=schemas.Account,
        summary="Grant a role",
    )
    def grant(self, body: dict[str, Any], login: str) -> dict[str, Any]:
        """Grant a role."""
        return self.app.grant(login, **body)

    @command(
        "/api/staff/<login>/revoke",
        allow=ADMIN,
        body=schemas.GrantBody,
        answer=schemas.Account,
        summary="Revoke a role",
    )
    def revoke(self, body: dict[str, Any], login: str) -> dict[str, Any]:
        """Take a role back."""
        return self.app.revoke(login, **body)

    @command(
        "/api/staff/<login>/lock",
        allow=ADMIN,
        body=schemas.Lock,
        answer=schemas.Account,
        summary="Lock an account and end its sessions",
    )
    def lock(self, body: dict[str, Any], login: str) -> dict[str, Any]:
        """Lock an account."""
        return self.app.lock(login, **body)

    @command(
        "/api/staff/<login>/unlock",
        allow=ADMIN,
        answer=schemas.Account,
        summary="Let a locked account be used again",
    )
    def unlock(self, body: dict[str, Any], login: str) -> dict[str, Any]:
        """Unlock an account."""
        del body
        return self.app.unlock(login)

    @action(
        "/api/staff/<login>/code",
        allow=ADMIN,
        answer=schemas.Code,
        summary="Void the password and issue a one-time code; it is shown once",
    )
    def issue_code(self, body: dict[str, Any], login: str) -> dict[str, Any]:
        """Issue a code."""
        del body
        return self._new_code(login)

    @action("/staff/<login>/code", allow=ADMIN, summary="The same, as a page")
    def show_code(self, body: dict[str, Any], login: str) -> str:
        """Show a new one-time code."""
        del body
        return self.render("code.html", issued=self._new_code(login))

    def _new_code(self, login: str) -> dict[str, Any]:
        code = self.office.issue_code(login, self.person.login)
        return {"login": login, "code": code, "hours": CODE_SECONDS // 3600}

    @action(
        "/api/signing-keys/rotate",
        allow=ADMIN,
        answer=schemas.NoAnswer,
        summary="Sign with a new key from now on",
    )
    def rotate_keys(self, body: dict[str, Any]) -> dict[str, Any]:
        """Rotate the signing key; what the old one signed stays good until its shift is over."""
        del body
        self.office.rotate()
        return {"done": True}

    @action("/api/account/sign-out-everywhere", allow=SIGNED_IN, summary="End all own sessions")
    def sign_out_everywhere(self, body: dict[str, Any]) -> Response:
        """End every session of the person who asks."""
        del body
        self.office.end_all(self.person.login)
        return redirect("/sign-in?done=out", 303)

    @action(
        "/account/password",
        allow=SIGNED_IN,
        body=schemas.PasswordChange,
        summary="Change one's own password",
    )
    def change_password(self, body: dict[str, Any]) -> Response:
        """Replace the password; sign in anew everywhere."""
        said = body["current"], body["password"]
        self.office.change_password(self.person.login, *said, self.client_address)
        return redirect("/sign-in?done=password", 303)

    # Pages

    @page("/staff", allow=ADMIN, params=schemas.Done, summary="Accounts and roles")
    def staff_page(self, done: str | None) -> str:
        """List the accounts, and the form for a new one."""
        return self.render("staff.html", staff=self.app.accounts(), done=done)

    @page("/staff/<login>", allow=ADMIN, params=schemas.Done, summary="One account")
    def member_page(self, login: str, done: str | None) -> str:
        """Show an account's grants and sessions, and what can be done."""
        return self.render(
            "member.html",
            member=self.app.member(login),
            sessions=self.app.sessions_of(login, self.office.clock()),
            units=self.app.campaign.units,
            sites=self.app.campaign.sites,
            reasons=LOCK_REASONS,
            done=done,
        )

    @page(SELF, allow=SIGNED_IN, params=schemas.Done, summary="Who I am here")
    def account_page(self, done: str | None) -> str:
        """Show one's own account, its grants and sessions."""
        login = self.person.login
        return self.render(
            "account.html",
            least=LEAST_LENGTH,
            elsewhere=self.office.openid is not None,
            member=self.app.member(login),
            sessions=self.app.sessions_of(login, self.office.clock()),
            done=done,
        )

    # Looks

    @query(
        "/api/looks",
        allow=LOOKERS,
        params=schemas.LooksWanted,
        summary="Who was shown whom, newest first",
    )
    def looks(self, **which: Any) -> dict[str, Any]:
        """List looks at residents."""
        return {"looks": self.app.looks(**which)}

    @action("/looks/find", allow=LOOKERS, body=Wanted, summary="Looks at a resident, or of a login")
    def find_looks(self, body: dict[str, Any]) -> Response:
        """Go to the looks at a resident by id, or of an account by its login."""
        wanted = body["q"].strip()
        try:
            return redirect(f"/looks?resident={UUID(wanted)}", 303)
        except ValueError:
            pass
        if not any(account["login"] == wanted for account in self.app.accounts()):
            raise NotEnrolled
        return redirect(f"/looks?login={wanted}", 303)

    @page("/looks", allow=LOOKERS, params=schemas.LooksWanted, summary="Who looked at whom")
    def looks_page(self, **which: Any) -> str:
        """Show who looked, newest first."""
        looks = self.app.looks(**which)
        return self.render("looks.html", looks=looks, which=which, most=MOST_LOOKS)
