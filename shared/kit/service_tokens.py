"""Service tokens: the parts of a deployment prove to each other who calls.

A JSON Web Token signed with the service secret (HS256), made anew every minute. It names its caller
and the minute, and is good for a day and an hour around it: clocks of sites are wrong, by a time
zone or a date, and a part whose clock is wrong still has to hear and to be heard. A token that
somebody finds in a backup or a proxy's log is worth nothing two days later.
"""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from functools import lru_cache

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey
from joserfc.util import json_b64encode

from shared.kit.refusals import Refusal

OPERATOR = "operator"
RENEW_SECONDS = 60
GOOD_SECONDS = 25 * 3600

_ALGORITHMS = ["HS256"]
_HEADER = {"typ": "vaxledger-part", "alg": "HS256"}
_HEAD = json_b64encode(_HEADER).decode() + "."

log = logging.getLogger(__name__)


class TokenRefused(Refusal):
    """A token came, and it is not good (401); `why` names the check it failed."""

    code, status = "token-refused", 401
    zh = "登录已失效，请重新登录（{why}）。"
    en = "The sign-in is not valid any more; sign in again ({why})."

    def __init__(self, why: str) -> None:
        super().__init__(why=why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Caller:
    """Another part of the deployment, or its `operator` at the command line."""

    source: str

    @property
    def service(self) -> str:
        """The service of the calling part."""
        return self.source.partition("/")[0]


def token_of(secret: str, caller: str, now: float) -> str:
    """Return the token with which a part (its source name) or the operator calls other parts.

    `secret` is the deployment's service secret (hex), `now` a Unix time in seconds.
    """
    return _signed(secret, caller, int(now // RENEW_SECONDS) * RENEW_SECONDS)


def header_of(secret: str, caller: str) -> dict[str, str]:
    """Return the HTTP header of a call that is made now."""
    return {"Authorization": f"Bearer {token_of(secret, caller, time.time())}"}


def looks_like_one(token: str) -> bool:
    """Tell a part's token from a person's: by its header, of which there is one only."""
    return token.startswith(_HEAD)


def caller_of(secret: str, token: str, now: float) -> Caller:
    """Return who calls; raise `TokenRefused` if the token is not theirs, or not of these days."""
    try:
        caller, made = _read(secret, token)
    except (JoseError, ValueError):
        raise TokenRefused("service token") from None
    if abs(now - made) > GOOD_SECONDS:
        log.warning("a service token of %s is %.0f hours off", caller, (now - made) / 3600)
        raise TokenRefused("service token")
    return Caller(caller)


# Of a minute's calls only the first signs and checks; what is forged is checked every time.


@lru_cache(maxsize=256)
def _signed(secret: str, caller: str, made: int) -> str:
    return jwt.encode(_HEADER, {"iss": caller, "iat": made}, _key(secret), _ALGORITHMS)


@lru_cache(maxsize=256)
def _read(secret: str, token: str) -> tuple[str, int]:
    if not looks_like_one(token):
        raise ValueError
    claims = jwt.decode(token, _key(secret), _ALGORITHMS).claims
    return str(claims["iss"]), int(claims["iat"])


def _key(secret: str) -> OctKey:
    return OctKey.import_key(bytes.fromhex(secret))
