"""Signing in at an OpenID Connect provider, where the deployment names one."""

from __future__ import annotations

import base64
import json
import secrets
from dataclasses import asdict
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from werkzeug.wrappers import Response

from shared.town.access.openid import BEGUN_SECONDS, Begun, OpenId
from shared.town.deployment import Deployment
from shared.town.privacy import derived

COOKIE = "vaxledger-openid"
CALLBACK = "/sign-in/callback"


class OpenIdDesk:
    """Remembers a sign-in under way in the browser that began it: sealed, for ten minutes."""

    def __init__(self, deployment: Deployment, address: str) -> None:
        """Send browsers back to `address`, supervision's own."""
        assert deployment.openid is not None
        self._client = OpenId(deployment.openid)
        secret = bytes.fromhex(deployment.secrets.service)
        self._vault = AESGCM(derived(secret, "vaxledger openid sign-in"))
        self._back = address + CALLBACK
        self._secure = deployment.tls_proxy

    def begin(self, wanted: str) -> Response:
        """Send the browser to the provider; it will go on to `wanted`. Raises `SignInRefused`."""
        begun = self._client.begin(self._back)
        response = Response(status=303, headers={"Location": begun.url})
        nonce = secrets.token_bytes(12)
        plain = json.dumps({"begun": asdict(begun), "next": wanted}).encode()
        sealed = base64.urlsafe_b64encode(nonce + self._vault.encrypt(nonce, plain, None)).decode()
        self._set(response, sealed, BEGUN_SECONDS)
        return response

    def finish(self, sealed: str, code: str, state: str) -> tuple[str, str]:
        """Return the login the provider vouches for and where to go on. Raises `SignInRefused`."""
        try:
            raw = base64.urlsafe_b64decode(sealed)
            kept: dict[str, Any] = json.loads(self._vault.decrypt(raw[:12], raw[12:], None))
        except (ValueError, InvalidTag):
            # A sign-in that was not begun here is refused as one that was begun by somebody else.
            kept = {"begun": asdict(Begun("", "", "", "", "", 0.0)), "next": ""}
        return self._client.finish(Begun(**kept["begun"]), code, state), str(kept["next"])

    def forget(self, response: Response) -> None:
        """Let the browser forget the sign-in: it is good once."""
        self._set(response, "", 0)

    def _set(self, response: Response, value: str, seconds: int) -> None:
        response.set_cookie(
            COOKIE,
            value,
            max_age=seconds,
            path=CALLBACK,
            httponly=True,
            samesite="Lax",
            secure=self._secure,
        )
