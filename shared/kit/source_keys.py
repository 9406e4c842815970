"""Source keys: each source signs the end of its chain, so that no broker can speak for it."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from functools import cache, partial

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from shared.kit.contracts.chain import Linked

SEALED_EVERY = 50  # events, within a batch
Seal = Callable[[Linked], str]
Holds = Callable[[Linked], bool]


def sealing(secret: str, source: str) -> Seal:
    """Return what signs an event of a source, and with it all before: Ed25519, as hex."""
    return partial(_seal, secret, source)


def holding(secret: str, source: str) -> Holds:
    """Return what tells whether an event's seal is of its source."""
    return partial(_holds, secret, source)


@cache
def _key(secret: str, source: str) -> Ed25519PrivateKey:
    told = b"vaxledger source key v1\n" + source.encode()
    return Ed25519PrivateKey.from_private_bytes(
        hmac.digest(bytes.fromhex(secret), told, hashlib.sha256)
    )


@cache
def _public_key(secret: str, source: str) -> Ed25519PublicKey:
    return _key(secret, source).public_key()


def _end(source: str, event: Linked) -> bytes:
    return f"vaxledger end v1\n{source}\n{event.position}\n{event.link.hex()}\n".encode()


def _seal(secret: str, source: str, event: Linked) -> str:
    return _key(secret, source).sign(_end(source, event)).hex()


def _holds(secret: str, source: str, event: Linked) -> bool:
    try:
        signature = bytes.fromhex(event.seal)
        _public_key(secret, source).verify(signature, _end(source, event))
    except (ValueError, InvalidSignature):
        return False
    return True
