"""Tokens: JSON Web Tokens signed by supervision with Ed25519 (RFC 8037, RFC 9864).

Everybody who knows the public keys can check one without asking anybody. Times are Unix seconds.
"""

from __future__ import annotations

import base64
import json
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from shared.kit.service_tokens import TokenRefused
from shared.town.access.person import Grant, Person

ISSUER = "vaxledger/supervision"
ALGORITHM = "Ed25519"
LIFE_SECONDS = 600
SHIFT_SECONDS = 12 * 3600
MAX_LENGTH = 8000


def new_key() -> OKPKey:
    """Draw a signing key."""
    return OKPKey.generate_key("Ed25519", private=True)


def public_key(key: str, x: str) -> OKPKey:
    """Return the public key of a key id and its point (base64url), as events publish it."""
    return OKPKey.import_key({"kty": "OKP", "crv": "Ed25519", "x": x, "kid": key})


def sign(person: Person, *, key: str, private: OKPKey, audience: str, now: float) -> str:
    """Return a token for `audience` that says who a person is and what is granted to them."""
    claims = {
        "iss": ISSUER,
        "aud": audience,
        "sub": person.login,
        "sid": person.session,
        "ver": person.version,
        "grants": [[grant.role, grant.scope] for grant in person.grants],
        "iat": int(now),
        "exp": person.expires,
        "until": person.until,
        "lang": person.language,
        "post": person.post,
    }
    return jwt.encode({"alg": ALGORITHM, "kid": key}, claims, private, algorithms=[ALGORITHM])


def key_of(token: str) -> str:
    """Return the key id a token names; raise `TokenRefused` unless it is signed with Ed25519."""
    if len(token) > MAX_LENGTH:
        raise TokenRefused("too long")
    head = token.split(".", 1)[0]
    try:
        header = json.loads(base64.urlsafe_b64decode(head + "=" * (-len(head) % 4)))
        algorithm, key = header["alg"], str(header["kid"])
    except (ValueError, KeyError, TypeError):
        raise TokenRefused("not a token") from None
    if algorithm != ALGORITHM:
        raise TokenRefused("algorithm")
    return key


def verify(token: str, key: OKPKey, audience: str) -> Person:
    """Check signature, issuer and audience; the times are left to the caller, who has a clock."""
    try:
        claims: dict[str, Any] = jwt.decode(token, key, algorithms=[ALGORITHM]).claims
    except (JoseError, ValueError):
        raise TokenRefused("signature") from None
    if claims.get("iss") != ISSUER:
        raise TokenRefused("issuer")
    if claims.get("aud") != audience:
        raise TokenRefused("audience")
    try:
        return Person(
            login=str(claims["sub"]),
            session=str(claims["sid"]),
            grants=tuple(Grant(str(role), str(scope)) for role, scope in claims["grants"]),
            version=int(claims["ver"]),
            expires=float(claims["exp"]),
            until=float(claims["until"]),
            language=str(claims.get("lang", "")),
            post=str(claims.get("post", "")),
        )
    except (KeyError, TypeError, ValueError):
        raise TokenRefused("claims") from None
