"""Signing in at an OpenID Connect provider: the authorisation code flow with PKCE (S256).

    begun = openid.begin(redirect_uri)     # send the browser to begun.url, keep begun for it
    login = openid.finish(begun, code, state)   # when it comes back with ?code=...&state=...

The provider says who somebody is; what they may do stays with supervision's accounts. `begun`
belongs to one browser and is good once: who keeps it throws it away before calling `finish`.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import logging
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import requests

from shared.kit.language import at_terminal
from shared.town.access.id_tokens import Claims, KeysChanged, claims_of, keys_of
from shared.town.access.openid_http import Provider, is_loopback, of_loopback_or_https
from shared.town.access.refusals import SignInRefused

BEGUN_SECONDS = 600
DISCOVERY_SECONDS = 3600
KEYS_SECONDS = 600
KEYS_AGAIN_SECONDS = 30
MOST_CODE = 2_000
MOST_LOGIN = 200

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class OpenIdSettings:
    """One provider, as the deployment knows it.

    - `issuer`: exactly as the provider writes it, `https://id.example`; plain http on loopback only
    - `claim`: what holds the login of the account here; one that people cannot choose themselves
      and that is never given to somebody else
    - `hosts`: other hosts than the issuer's that the provider's endpoints may lie on
    """

    issuer: str
    client_id: str
    client_secret: str
    claim: str = "preferred_username"
    hosts: tuple[str, ...] = ()

    @classmethod
    def read(cls, document: dict[str, Any] | None) -> OpenIdSettings | None:
        """Read what a deployment's file says; None if it names no provider."""
        if document is None:
            return None
        values: dict[str, Any] = {**document, "hosts": tuple(document.get("hosts", ()))}
        return cls(**values)


@dataclass(frozen=True, slots=True)
class Begun:
    """A sign-in under way in one browser; `until` is a Unix time in seconds."""

    url: str
    state: str
    nonce: str
    verifier: str
    redirect_uri: str
    until: float


@contextmanager
def _logged() -> Iterator[None]:
    try:
        yield
    except SignInRefused as refused:
        log.warning(
            at_terminal(
                "OpenID Connect 登录被拒绝（{code}）：{why}",
                "sign-in by OpenID Connect refused ({code}): {why}",
                code=refused.code,
                why=refused.why,
            )
        )
        raise


class OpenId:
    """The relying party of one provider."""

    def __init__(
        self,
        settings: OpenIdSettings,
        session: requests.Session | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Trust the provider of `settings`; raise `ValueError` if its address is not safe."""
        parts = urlsplit(settings.issuer)
        if not of_loopback_or_https(settings.issuer) or parts.query or parts.fragment:
            raise ValueError(
                f"issuer {settings.issuer!r}: must be https://... (or http:// on a loopback address),"
                " without user, query and fragment"
            )
        self._settings = settings
        self._clock = clock
        hosts = (parts.hostname or "", *settings.hosts)
        self._provider = Provider(session or requests.Session(), hosts, is_loopback(parts.hostname))
        self._found: tuple[float, dict[str, Any]] | None = None
        self._keys: tuple[float, list[Any]] | None = None

    @_logged()
    def begin(self, redirect_uri: str) -> Begun:
        """Return where to send the browser. Raises `SignInRefused` when the provider is down."""
        endpoint = self._endpoint("authorization_endpoint")
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest())
        asked = {
            "response_type": "code",
            "client_id": self._settings.client_id,
            "redirect_uri": redirect_uri,
            "scope": "openid" if self._settings.claim == "sub" else "openid profile email",
            "state": state,
            "nonce": nonce,
            "code_challenge": challenge.decode().rstrip("="),
            "code_challenge_method": "S256",
        }
        url = f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(asked)}"
        return Begun(url, state, nonce, verifier, redirect_uri, self._clock() + BEGUN_SECONDS)

    @_logged()
    def finish(self, begun: Begun | None, code: str, state: str) -> str:
        """Turn what the browser brought back into a login. Raises `SignInRefused`."""
        mine = begun.state.encode() if begun else b""
        if begun is None or not hmac.compare_digest(state.encode(errors="replace"), mine):
            raise SignInRefused("openid-stale", "state")
        if begun.until < self._clock():
            raise SignInRefused("openid-stale", "too late")
        if not code or len(code) > MOST_CODE or not (code.isascii() and code.isprintable()):
            raise SignInRefused("openid-declined", "no code")
        return self._login(self._claims(self._id_token(begun, code), begun.nonce))

    def _login(self, claims: Claims) -> str:
        claim = self._settings.claim
        login = claims.get(claim)
        if not isinstance(login, str) or not login.strip() or not login.isprintable():
            raise SignInRefused("openid-no-login", f"claim {claim}")
        if len(login) > MOST_LOGIN:
            raise SignInRefused("openid-no-login", f"claim {claim} too long")
        # Whoever may write any address into a profile could be anybody.
        if claim == "email" and claims.get("email_verified") is not True:
            raise SignInRefused("openid-no-login", "email not verified")
        return login

    def _discovery(self) -> dict[str, Any]:
        if self._found and self._found[0] > self._clock():
            return self._found[1]
        issuer = self._settings.issuer
        document = self._provider.ask(
            "GET", f"{issuer.rstrip('/')}/.well-known/openid-configuration"
        )
        if document.get("issuer") != issuer:
            raise SignInRefused("openid-misconfigured", "the discovery document's issuer")
        self._found = (self._clock() + DISCOVERY_SECONDS, document)
        return document

    def _endpoint(self, name: str) -> str:
        url = self._discovery().get(name)
        if not isinstance(url, str) or not self._provider.may_ask(url):
            raise SignInRefused("openid-misconfigured", f"the discovery document's {name}")
        return url

    def _id_token(self, begun: Begun, code: str) -> str:
        """Exchange the code. Raises `SignInRefused`."""
        endpoint, settings = self._endpoint("token_endpoint"), self._settings
        said = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": begun.redirect_uri,
            "code_verifier": begun.verifier,
        }
        ways = self._discovery().get("token_endpoint_auth_methods_supported")
        if isinstance(ways, list) and "client_secret_basic" not in ways:
            by_body = {"client_id": settings.client_id, "client_secret": settings.client_secret}
            answer = self._provider.ask("POST", endpoint, data=said | by_body)
        else:
            # RFC 6749 2.3.1: both are form-encoded before they become user and password.
            user = (quote(settings.client_id, safe=""), quote(settings.client_secret, safe=""))
            answer = self._provider.ask("POST", endpoint, data=said, auth=user)
        token = answer.get("id_token")
        if not isinstance(token, str):
            raise SignInRefused("openid-misconfigured", "no id_token in the token answer")
        return token

    def _claims(self, token: str, nonce: str) -> Claims:
        """Verify the id_token. Raises `SignInRefused`."""
        settings, now = self._settings, self._clock()
        mine = {"issuer": settings.issuer, "audience": settings.client_id, "nonce": nonce}
        try:
            return claims_of(token, self._published_keys(), **mine, now=now)
        except KeysChanged:
            return claims_of(token, self._published_keys(unknown=True), **mine, now=now)

    def _published_keys(self, *, unknown: bool = False) -> list[Any]:
        """Return the provider's keys, `unknown`: anew, but not more often than twice a minute."""
        fresh_for = KEYS_AGAIN_SECONDS if unknown else KEYS_SECONDS
        now = self._clock()
        if self._keys is None or now - self._keys[0] >= fresh_for:
            document = self._provider.ask("GET", self._endpoint("jwks_uri"))
            self._keys = (now, keys_of(document))
        return self._keys[1]
