"""Service tokens: the parts of a deployment prove to each other who calls, for what purpose.

A JSON Web Token signed with the calling part's own key, for one part that is called and one
purpose, made anew every minute and good for five. Clocks of sites are wrong, by a time zone or a
date, and such a part still has to be heard: a token is stamped in the time of the part that is
called, which tells it with every refusal.
"""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from functools import lru_cache, partial
from typing import Any

import requests
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey
from joserfc.util import json_b64decode, json_b64encode
from requests.auth import AuthBase

from shared.kit.language import at_terminal
from shared.kit.refusals import Refusal
from shared.kit.source_keys import KeyOf, public_key, signing_key

OPERATOR = "operator"
RENEW_SECONDS = 60
GOOD_SECONDS = 300
# So far two clocks may be apart: nobody gets tokens for a time that is further off.
MOST_OFF_SECONDS = 25 * 3600
MAX_LENGTH = 700

# What parts let each other in for: an address that does names one of these.
LOG, KEYS, FIND = "log", "keys", "find"
STATUS, SESSIONS, OPERATE = "status", "sessions", "operate"

_ALGORITHMS = ["Ed25519"]
_HEADER = {"typ": "vaxledger-part", "alg": "Ed25519"}
_HEAD = json_b64encode(_HEADER).decode() + "."

log = logging.getLogger(__name__)


class TokenRefused(Refusal):
    """A token came, and it is not good (401); `why`, told to programs, names the check it failed."""

    code, status = "token-refused", 401
    zh = "登录已失效，请重新登录。"
    en = "The sign-in is not valid any more; sign in again."

    def __init__(self, why: str) -> None:
        super().__init__(why=why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Caller:
    """Another part of the deployment, or its `operator` at the command line; and what it calls for."""

    source: str
    purpose: str

    @property
    def service(self) -> str:
        """The service of the calling part."""
        return self.source.partition("/")[0]


def token_of(secret: str, caller: str, called: str, purpose: str, now: float) -> str:
    """Return the token with which a part, or the operator, calls another part for one purpose.

    `secret` is the caller's own (hex), `now` the called part's Unix time in seconds.
    """
    made = int(now // RENEW_SECONDS) * RENEW_SECONDS
    return _signed(secret, caller, called, purpose, made)


class Asking(AuthBase):
    """Lets HTTP calls of one part to another bear its token: `requests.get(url, auth=asking)`.

    Refused for its time, it reads the called part's own from the answer's `Date`, remembers how
    far that is off, and asks once more; nothing else is believed of that answer.
    """

    def __init__(self, secret: str, caller: str, called: str, purpose: str) -> None:
        self._token = partial(token_of, secret, caller, called, purpose)
        self._called = called
        self._ahead = 0.0  # seconds of the called part's clock before ours

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Put the token of now into a request."""
        self._stamp(request)
        request.register_hook("response", self._again)
        return request

    def _stamp(self, request: requests.PreparedRequest) -> None:
        token = self._token(time.time() + self._ahead)
        request.headers["Authorization"] = f"Bearer {token}"

    def _again(self, answer: requests.Response, **how: Any) -> requests.Response:
        """Ask once more, in the called part's time, if ours was not its."""
        if answer.status_code != 401 or not self._learns(answer.headers.get("Date", "")):
            return answer
        assert answer.content is not None  # read, so that the connection can be used again
        answer.close()
        request = answer.request.copy()
        self._stamp(request)
        return answer.connection.send(request, **how)  # type: ignore[attr-defined]

    def _learns(self, date: str) -> bool:
        """Note what time it is where we call; False if that says nothing new, or is incredible."""
        try:
            ahead = parsedate_to_datetime(date).timestamp() - time.time()
        except ValueError:
            return False
        if abs(ahead) > MOST_OFF_SECONDS or abs(ahead - self._ahead) < RENEW_SECONDS / 2:
            return False
        log.warning(
            at_terminal(
                "{part} 的时钟与本机相差 {hours:+.1f} 小时",
                "the clock of {part} is {hours:+.1f} hours off ours",
                part=self._called,
                hours=ahead / 3600,
            )
        )
        self._ahead = ahead
        return True


def looks_like_one(token: str) -> bool:
    """Tell a part's token from a person's: by its header, of which there is one only."""
    return token.startswith(_HEAD)


def caller_of(key_of: KeyOf, token: str, called: str, now: float) -> Caller:
    """Return who calls the part `called`, what for; raise `TokenRefused` for whatever is not so.

    `key_of` tells the key that counts for a source, `now` is the Unix time here.
    """
    try:
        key = key_of(_issuer(token))
        source, audience, purpose, made = _read(token, key.sign if key else "")
    except (JoseError, ValueError, KeyError, TypeError, OverflowError):
        raise TokenRefused("service token") from None
    # A minute's difference of clocks, and what is left of the minute in which it was made.
    timely = made - RENEW_SECONDS <= now < made + GOOD_SECONDS
    if audience != called or not timely:
        raise TokenRefused("service token")
    return Caller(source, purpose)


# Of a minute's calls only the first signs and checks; what is forged is checked every time.


@lru_cache(maxsize=1024)
def _signed(secret: str, caller: str, called: str, purpose: str, made: int) -> str:
    claims = {"iss": caller, "aud": called, "purpose": purpose}
    claims |= {"iat": made, "exp": made + GOOD_SECONDS}
    return jwt.encode(_HEADER, claims, OKPKey.import_key(signing_key(secret)), _ALGORITHMS)


def _issuer(token: str) -> str:
    """Who a token says that it is of, before it is checked."""
    if len(token) > MAX_LENGTH or not looks_like_one(token):
        raise ValueError
    return str(json_b64decode(token.split(".")[1].encode())["iss"])


@lru_cache(maxsize=256)
def _checking(sign: str) -> OKPKey:
    return OKPKey.import_key(public_key(sign))


@lru_cache(maxsize=1024)
def _read(token: str, sign: str) -> tuple[str, str, str, int]:
    claims = jwt.decode(token, _checking(sign), _ALGORITHMS).claims
    made = int(claims["iat"])
    if int(claims["exp"]) != made + GOOD_SECONDS:
        raise ValueError
    return str(claims["iss"]), str(claims["aud"]), str(claims["purpose"]), made
