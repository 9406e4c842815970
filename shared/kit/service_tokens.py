"""Service tokens: how the parts of a deployment prove to each other who calls."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass

from shared.kit.refusals import Refusal

OPERATOR = "operator"


class TokenRefused(Refusal):
    """A token came, and it is not good (401); `why` names the check it failed."""

    code, status = "token-refused", 401
    zh = "登录已失效，请重新登录（{why}）。"
    en = "The sign-in is not valid any more; sign in again ({why})."

    def __init__(self, why: str) -> None:
        """Say which check failed."""
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
