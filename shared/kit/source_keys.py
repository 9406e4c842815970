"""Part keys: each part signs with a key of its own, so that no other part, and no broker, speaks for it.

Both keys of a part are made of its secret: an Ed25519 key signs the ends of its chain and its
tokens, an X25519 key agrees with another part on a secret that the two of them alone have.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache, partial

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from shared.kit.contracts.chain import Linked

SEALED_EVERY = 50  # events, within a batch
Seal = Callable[[Linked], str]
Holds = Callable[[Linked], bool]


@dataclass(frozen=True, slots=True)
class PartKey:
    """What everybody may know of a part: its public keys, and the proof that it has the secret.

    Hex texts: `sign` of Ed25519, `exchange` of X25519, `proof` a signature by the first.
    """

    sign: str
    exchange: str
    proof: str

    @classmethod
    def of(cls, secret: str, source: str) -> PartKey:
        """Make the public keys that belong to a part's secret."""
        sign = signing_key(secret).public_key().public_bytes_raw().hex()
        exchange = _exchange_key(secret).public_key().public_bytes_raw().hex()
        proof = signing_key(secret).sign(_claim(source, sign, exchange))
        return cls(sign, exchange, proof.hex())

    def is_of(self, source: str) -> bool:
        """Tell whether the proof fits: who has the key's secret says that it is this part's."""
        return _is_signed(self.sign, self.proof, _claim(source, self.sign, self.exchange))


KeyOf = Callable[[str], PartKey | None]
"""Tells which key counts for a source just now; None: nobody knows one."""


@cache
def signing_key(secret: str) -> Ed25519PrivateKey:
    """Return the key with which the part of a secret (hex) signs."""
    return Ed25519PrivateKey.from_private_bytes(_made(secret, "vaxledger part signing v1"))


@cache
def _exchange_key(secret: str) -> X25519PrivateKey:
    return X25519PrivateKey.from_private_bytes(_made(secret, "vaxledger part exchange v1"))


def _made(secret: str, purpose: str) -> bytes:
    return hmac.digest(bytes.fromhex(secret), purpose.encode(), hashlib.sha256)


def _claim(source: str, sign: str, exchange: str) -> bytes:
    return f"vaxledger part key v1\n{source}\n{sign}\n{exchange}\n".encode()


@lru_cache(maxsize=256)
def public_key(sign: str) -> Ed25519PublicKey:
    """Return the public key that checks a part's signatures; raise `ValueError` for no key."""
    return Ed25519PublicKey.from_public_bytes(bytes.fromhex(sign))


def _is_signed(sign: str, signature: str, text: bytes) -> bool:
    try:
        public_key(sign).verify(bytes.fromhex(signature), text)
    except (ValueError, InvalidSignature):
        return False
    return True


@lru_cache(maxsize=256)
def pair_secret(secret: str, other: PartKey) -> bytes:
    """Return the secret that two parts share, made by either of its own secret and the other's key."""
    public = X25519PublicKey.from_public_bytes(bytes.fromhex(other.exchange))
    return _exchange_key(secret).exchange(public)


# Seals


def sealing(secret: str, source: str) -> Seal:
    """Return what signs an event of a source, and with it all before: Ed25519, as hex."""
    return partial(_seal, secret, source)


def holding(key_of: KeyOf, source: str) -> Holds:
    """Return what tells whether an event's seal is of its source."""
    return partial(_holds, key_of, source)


def _end(source: str, event: Linked) -> bytes:
    return f"vaxledger end v1\n{source}\n{event.position}\n{event.link.hex()}\n".encode()


def _seal(secret: str, source: str, event: Linked) -> str:
    return signing_key(secret).sign(_end(source, event)).hex()


def _holds(key_of: KeyOf, source: str, event: Linked) -> bool:
    key = key_of(source)
    return key is not None and _is_signed(key.sign, event.seal, _end(source, event))
