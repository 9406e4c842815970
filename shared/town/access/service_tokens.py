"""How the parts of a deployment prove to each other who calls."""

from __future__ import annotations

import hashlib
import hmac

from shared.town.access.person import Caller
from shared.town.access.refusals import TokenRefused

OPERATOR = "operator"


def token_of(secret: str, caller: str) -> str:
    """Return the token with which a part (its source name) or the operator calls other parts.

    `secret` is the deployment's service secret (hex).
    """
    mac = hmac.new(bytes.fromhex(secret), f"service|{caller}".encode(), hashlib.sha256)
    return f"{caller}.{mac.hexdigest()}"


def header_of(secret: str, caller: str) -> dict[str, str]:
    """Return the HTTP header that carries the token."""
    return {"Authorization": f"Bearer {token_of(secret, caller)}"}


def looks_like_one(token: str) -> bool:
    """Tell a part's token from a person's: it has one dot, a JSON Web Token two."""
    return token.count(".") == 1


def caller_of(secret: str, token: str) -> Caller:
    """Return who calls; raise `TokenRefused` if the token is not theirs."""
    caller = token.partition(".")[0]
    if not hmac.compare_digest(token_of(secret, caller).encode(), token.encode()):
        raise TokenRefused("service token")
    return Caller(caller)
