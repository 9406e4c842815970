"""The gate of a part: every request passes it before anything else happens."""

from __future__ import annotations

import hashlib
import hmac
import logging
import time
from base64 import urlsafe_b64encode
from typing import Protocol

import requests
from werkzeug.wrappers import Request

from shared.kit.deployment import Deployment, Instance
from shared.kit.eventstore.store import Store
from shared.kit.language import at_terminal
from shared.kit.refusals import Refusal
from shared.kit.service_tokens import SESSIONS, Caller, TokenRefused, caller_of, looks_like_one
from shared.town.access import tokens
from shared.town.access.person import Person
from shared.town.access.refusals import FormForged
from shared.town.mirrors.part_keys import PartKeys
from shared.town.mirrors.staff import FRESH_SECONDS, StaffMirror

CACHE_SIZE = 5_000
MARK_BYTES = 16  # nobody guesses 128 bits, and a page of forms carries them many times
RENEW_TIMEOUT_SECONDS = 3

log = logging.getLogger(__name__)


class Unreachable(Refusal):
    """Supervision does not answer (503); `what`, told to programs, is what it was asked."""

    code, status = "supervision-unreachable", 503
    zh = "督查服务暂时没有应答，现在不能登录；已登录的可以继续工作，请稍后再试。"
    en = (
        "Supervision does not answer, so nobody can sign in just now; whoever is signed in goes"
        " on. Try again soon."
    )

    def __init__(self, what: str) -> None:
        super().__init__(what=what)


class Office(Protocol):
    """Where sessions are kept: supervision, asked by another part over HTTP or by itself."""

    def renew(self, session: str, audience: str) -> str:
        """Return a new token for a live session; raise `TokenRefused` or `Unreachable`."""
        ...

    def exchange(self, ticket: str, state: str, audience: str) -> str:
        """Turn the ticket of a sign-in into a token of this part.

        A ticket is good once, and for the browser alone that began with `state`.
        """
        ...

    def end(self, session: str) -> None:
        """End a session everywhere."""
        ...

    def keep_language(self, session: str, language: str) -> None:
        """Keep the language that the person of a session has chosen."""
        ...


class RemoteOffice:
    """Supervision's sessions as the other parts reach them."""

    def __init__(self, deployment: Deployment, part: Instance) -> None:
        self._url = deployment.part("supervision").url
        self._asking = deployment.asking(part.source, "supervision", SESSIONS)

    def renew(self, session: str, audience: str) -> str:
        """Ask for a new token for a live session."""
        return self._token("/sessions/renew", session=session, audience=audience)

    def exchange(self, ticket: str, state: str, audience: str) -> str:
        """Turn the ticket of a sign-in into this part's token."""
        return self._token("/sessions/exchange", ticket=ticket, state=state, audience=audience)

    def end(self, session: str) -> None:
        """End a session everywhere."""
        self._post("/sessions/end", session=session)

    def keep_language(self, session: str, language: str) -> None:
        """Keep the language that the person of a session has chosen."""
        self._post("/sessions/language", session=session, language=language)

    def _token(self, path: str, **said: str) -> str:
        return str(self._post(path, **said)["token"])

    def _post(self, path: str, **said: str) -> dict[str, object]:
        try:
            answer = requests.post(
                self._url + path,
                json=said,
                auth=self._asking,
                timeout=RENEW_TIMEOUT_SECONDS,
                allow_redirects=False,
            )
        except requests.RequestException as error:
            raise Unreachable(path) from error
        if answer.status_code == 401:
            raise TokenRefused("session")
        if answer.status_code != 200:
            raise Unreachable(f"{path}: {answer.status_code}")
        return answer.json()


class Gate:
    """Tells who stands behind a request, by what it carries and what this part knows of staff."""

    def __init__(
        self,
        deployment: Deployment,
        part: Instance,
        store: Store,
        office: Office,
    ) -> None:
        self._source = part.source
        self.part_keys = PartKeys(deployment.keys, store)
        self._audience = deployment.audience
        self.audience = f"{deployment.audience}/{part.source}"
        # Behind TLS browsers keep such a name to this host, and take it from nobody but HTTPS.
        prefix = "__Host-" if deployment.tls_proxy else ""
        self.cookie = f"{prefix}vaxledger-{part.source.replace('/', '.')}"
        self.begun = f"{self.cookie}-begun"
        # Where staff are changed, the change works at once.
        at_office = not isinstance(office, RemoteOffice)
        self.staff = StaffMirror(store, 0.0 if at_office else FRESH_SECONDS)
        self.office = office
        self._clock = time.time  # the real time, not a rehearsal's
        self._verified: dict[tuple[str, str], Person] = {}
        secret = deployment.secret_of(part.source)
        self._form_key = hashlib.sha256(f"form|{secret}".encode()).digest()

    def who(self, request: Request) -> tuple[Person | Caller | None, str | None]:
        """Return who asks, and the token to set as cookie when it had to be renewed.

        Raises `TokenRefused` for a token that is not good; None is nobody.
        """
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if token and scheme.lower() == "bearer":
            if looks_like_one(token):
                return self.caller(token), None
            person = self._verify(token, self._audience)
            if person.expires < self._clock() or self._is_stale(person):
                raise TokenRefused("expired")
            return person, None
        if cookie := request.cookies.get(self.cookie):
            return self._by_cookie(cookie)
        return None, None

    def stands(self, request: Request) -> bool:
        """Whether a person who was let in would be now, by what the request carries alone.

        Nobody is asked, and no token renewed: who is told no, asks anew.
        """
        token, audience = request.cookies.get(self.cookie, ""), self.audience
        if bearer := request.headers.get("Authorization", "").partition(" ")[2]:
            token, audience = bearer, self._audience
        try:
            person = self._verify(token, audience)
        except TokenRefused:
            return False
        return person.expires > self._clock() and not self._is_stale(person)

    def person(self, token: str) -> Person:
        """Return whose token of this part it is. Raises `TokenRefused`."""
        return self._verify(token, self.audience)

    def caller(self, token: str) -> Caller:
        """Return which part calls, and what for. Raises `TokenRefused`."""
        return caller_of(self.part_keys.of, token, self._source, self._clock())

    def _by_cookie(self, token: str) -> tuple[Person, str | None]:
        person = self._verify(token, self.audience)
        if person.until < self._clock():
            raise TokenRefused("the shift is over")
        stale = self._is_stale(person)
        if not stale and person.expires > self._clock():
            return person, None
        try:
            renewed = self.office.renew(person.session, self.audience)
        except Unreachable:
            if stale:
                raise TokenRefused("changed, and supervision does not answer") from None
            # A site goes on when everything around it is down: until the end of the shift.
            log.warning(
                at_terminal(
                    "督查服务没有应答；一个登录未经续期继续有效",
                    "supervision does not answer; a session goes on without renewal",
                )
            )
            return person, None
        return self._verify(renewed, self.audience), renewed

    def _verify(self, token: str, audience: str) -> Person:
        known = self.staff.now()
        key = tokens.key_of(token)
        if key not in known.keys:
            known = self.staff.now(fresh=True)
        if key not in known.keys:
            raise TokenRefused("signing key")
        place = (hashlib.sha256(token.encode()).hexdigest(), audience)
        person = self._verified.get(place)
        if person is None:
            person = tokens.verify(token, tokens.public_key(key, known.keys[key]), audience)
            if len(self._verified) >= CACHE_SIZE:
                self._verified.clear()
            self._verified[place] = person
        if person.session in known.ended:
            raise TokenRefused("signed out")
        return person

    def _is_stale(self, person: Person) -> bool:
        return person.version < self.staff.now().versions.get(person.login, 0)

    # Forms

    def mark(self, person: Person) -> str:
        """Return what every form of a session carries: nobody else can know it."""
        proof = hmac.new(self._form_key, person.session.encode(), hashlib.sha256).digest()
        return urlsafe_b64encode(proof[:MARK_BYTES]).decode().rstrip("=")

    def signature(self, person: Person | None, text: str) -> str:
        """Sign a text for a session: only its own pages carry it; None: for who is not signed in."""
        said = f"{self.mark(person) if person else ''}|{text}"
        return hmac.new(self._form_key, said.encode(), hashlib.sha256).hexdigest()

    def check_form(self, request: Request, person: Person | None) -> None:
        """Refuse a request that a foreign page made the browser send.

        Raises `FormForged`. Programs that bear a token send no cookie and need no mark.
        """
        site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
        if site not in (None, "same-origin", "none"):
            raise FormForged
        if origin not in (None, f"{request.scheme}://{request.host}") and site is None:
            raise FormForged
        if person is not None and self.cookie in request.cookies:
            said = request.headers.get("Form-Mark") or request.form.get("_mark", "")
            if not hmac.compare_digest(said.encode(), self.mark(person).encode()):
                raise FormForged
