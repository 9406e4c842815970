"""An id_token of an OpenID Connect provider: signature first, then every claim that binds it."""

from __future__ import annotations

import hmac
import warnings
from typing import Any

from joserfc import errors, jwt
from joserfc.jwk import ECKey, JWKRegistry, KeySet, OKPKey, RSAKey

from shared.kit.narrowing import is_list, is_mapping
from shared.town.access.refusals import SignInRefused

# Signatures only: `none` signs nothing, and with HMAC whoever can check can forge.
ALGORITHMS = ("RS256", "ES256", "EdDSA", "Ed25519")
SKEW_SECONDS = 60
# The token comes straight from the provider, so it was made a moment ago.
OLDEST_SECONDS = 600
MOST_TOKEN = 20_000
LAST_SECOND = 1e11
LEAST_RSA_BITS = 2048
MOST_KEYS = 50

Claims = dict[str, Any]
Key = RSAKey | ECKey | OKPKey


class NotGenuine(SignInRefused):
    """The token is not what it should be; `why` is the check it failed."""

    def __init__(self, why: str) -> None:
        super().__init__("openid-token", why)


class KeysChanged(NotGenuine):
    """The token names a key that is not among those known: look whether there are new ones."""


def keys_of(document: dict[str, Any]) -> list[Key]:
    """Return the keys of a JWK Set that may sign; what is unknown, weak or secret is left out."""
    published = document.get("keys")
    members = published if is_list(published) else []
    return [key for each in members[:MOST_KEYS] if (key := _key_of(each)) is not None]


def _key_of(member: Any) -> Key | None:
    if not is_mapping(member) or member.get("use", "sig") != "sig":
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", errors.SecurityWarning)
            key = JWKRegistry.import_key(member)
    except (errors.JoseError, ValueError, TypeError, KeyError):
        return None
    if isinstance(key, RSAKey):
        return key if key.raw_value.key_size >= LEAST_RSA_BITS else None
    return key if isinstance(key, ECKey | OKPKey) else None


def claims_of(
    token: str, keys: list[Key], *, issuer: str, audience: str, nonce: str, now: float
) -> Claims:
    """Return the claims of a genuine token for `audience`.

    `now` is a Unix time in seconds. Raises `NotGenuine`, and `KeysChanged` when none of the keys
    is the one the token names.
    """
    claims = _signed(token, keys)
    if claims.get("iss") != issuer:
        raise NotGenuine("issuer")
    _check_audience(claims, audience)
    _check_times(claims, now)
    said = claims.get("nonce")
    mine = nonce.encode()
    if not isinstance(said, str) or not hmac.compare_digest(said.encode(errors="replace"), mine):
        raise NotGenuine("nonce")
    return claims


def _signed(token: str, keys: list[Key]) -> Claims:
    if len(token) > MOST_TOKEN:
        raise NotGenuine("too long")
    try:
        with warnings.catch_warnings():
            # EdDSA is what providers still call Ed25519.
            warnings.simplefilter("ignore", errors.SecurityWarning)
            return jwt.decode(token, KeySet(list(keys)), algorithms=ALGORITHMS).claims
    except errors.InvalidKeyIdError:
        raise KeysChanged("signing key") from None
    except errors.UnsupportedAlgorithmError:
        raise NotGenuine("algorithm") from None
    except errors.DecodeError:
        raise NotGenuine("not a token") from None
    except (errors.JoseError, ValueError, TypeError, RecursionError):
        raise NotGenuine("signature") from None


def _check_audience(claims: Claims, audience: str) -> None:
    said = claims.get("aud")
    audiences = said if is_list(said) else [said]
    if audience not in audiences:
        raise NotGenuine("audience")
    # Meant for others too: then it must say that it was made for us.
    if (len(audiences) > 1 or "azp" in claims) and claims.get("azp") != audience:
        raise NotGenuine("authorized party")


def _check_times(claims: Claims, now: float) -> None:
    expires, issued = _seconds(claims, "exp"), _seconds(claims, "iat")
    if expires + SKEW_SECONDS < now:
        raise NotGenuine("expired")
    if issued - SKEW_SECONDS > now:
        raise NotGenuine("issued in the future")
    if issued + OLDEST_SECONDS + SKEW_SECONDS < now:
        raise NotGenuine("issued too long ago")
    if "nbf" in claims and _seconds(claims, "nbf") - SKEW_SECONDS > now:
        raise NotGenuine("not valid yet")


def _seconds(claims: Claims, name: str) -> float:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise NotGenuine(name)
    if not 0 <= value < LAST_SECOND:  # which NaN is not either
        raise NotGenuine(name)
    return float(value)
