"""Signing in at an OpenID Connect provider, where the deployment names one."""

from __future__ import annotations

from dataclasses import asdict

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwe import JWERegistry
from joserfc.jwk import OctKey
from werkzeug.wrappers import Response

from shared.town.access.openid import BEGUN_SECONDS, Begun, OpenId
from shared.town.deployment import Deployment
from shared.town.privacy import derived

COOKIE = "vaxledger-openid"
CALLBACK = "/sign-in/callback"
_SEALED = {"alg": "dir", "enc": "A256GCM"}
_REGISTRY = JWERegistry(algorithms=list(_SEALED.values()))


class OpenIdDesk:
    """Remembers a sign-in under way in the browser that began it: sealed, for ten minutes."""

    def __init__(self, deployment: Deployment, address: str) -> None:
        """Send browsers back to `address`, supervision's own."""
        assert deployment.openid is not None
        self._client = OpenId(deployment.openid)
        secret = bytes.fromhex(deployment.secret_of("supervision"))
        self._key = OctKey.import_key(derived(secret, "vaxledger openid sign-in"))
        self._back = address + CALLBACK
        self._secure = deployment.tls_proxy

    def begin(self, wanted: str) -> Response:
        """Send the browser to the provider; it will go on to `wanted`. Raises `SignInRefused`."""
        begun = self._client.begin(self._back)
        response = Response(status=303, headers={"Location": begun.url})
        kept = {"begun": asdict(begun), "next": wanted}
        self._set(response, jwt.encode(_SEALED, kept, self._key, registry=_REGISTRY), BEGUN_SECONDS)
        return response

    def finish(self, sealed: str, code: str, state: str) -> tuple[str, str]:
        """Return the login the provider vouches for and where to go on. Raises `SignInRefused`."""
        begun, wanted = None, ""
        try:
            kept = jwt.decode(sealed, self._key, registry=_REGISTRY).claims
            begun, wanted = Begun(**kept["begun"]), str(kept["next"])
        except (JoseError, ValueError, TypeError):
            pass  # it was not begun here, and is refused like what was begun in another browser
        return self._client.finish(begun, code, state), wanted

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
