"""Sealing: AES-256-GCM under one resident's key, bound to one place in the history."""

from __future__ import annotations

import base64
import json
import os
from typing import Any, cast

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

# This is the storage format: scheme.key version.nonce.ciphertext, base64url.
SCHEME = "s1"
NONCE_BYTES = 12


class Unreadable(Exception):
    """The text was not sealed with this key, or not for this place."""


def _bound(place: tuple[str, ...], version: str) -> bytes:
    return "|".join((*place, version)).encode()


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _raw(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def seal(key: bytes, place: tuple[str, ...], value: dict[str, Any]) -> str:
    """Seal a JSON mapping with a 32-byte key for `place` (stream, version, event, field)."""
    nonce = os.urandom(NONCE_BYTES)
    plain = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    sealed = AESGCM(key).encrypt(nonce, plain, _bound(place, "1"))
    return ".".join((SCHEME, "1", _text(nonce), _text(sealed)))


def unseal(key: bytes, place: tuple[str, ...], text: str) -> dict[str, Any]:
    """Open a sealed text; raise `Unreadable` for another key, place or a changed text."""
    try:
        scheme, version, nonce, sealed = text.split(".")
        if scheme != SCHEME:
            raise Unreadable(f"unknown scheme {scheme!r}")
        plain = AESGCM(key).decrypt(_raw(nonce), _raw(sealed), _bound(place, version))
    except (ValueError, InvalidTag) as error:
        raise Unreadable("sealed with another key or for another place") from error
    return cast("dict[str, Any]", json.loads(plain))
