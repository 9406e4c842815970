"""How a search travels to registration, which alone can do it: sealed, for a name or number is typed."""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Collection

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shared.town.privacy.master import derived
from shared.town.privacy.sealing import NONCE_BYTES, Unreadable

PURPOSE = "vaxledger searches on the wire"


def seal_search(secret: bytes, text: str, units: Collection[str] | None) -> str:
    """Seal what was typed and in which units it is sought (None: all); two parts share `secret`."""
    asked = {"text": text, "units": None if units is None else sorted(units)}
    nonce = os.urandom(NONCE_BYTES)
    sealed = AESGCM(derived(secret, PURPOSE)).encrypt(nonce, json.dumps(asked).encode(), None)
    return base64.b64encode(nonce + sealed).decode()


def open_search(secret: bytes, sealed: str) -> tuple[str, frozenset[str] | None]:
    """Open what `seal_search` made; raise `Unreadable` for another secret or text."""
    try:
        raw = base64.b64decode(sealed, validate=True)
        cipher = AESGCM(derived(secret, PURPOSE))
        asked = json.loads(cipher.decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], None))
    except (ValueError, InvalidTag) as error:
        raise Unreadable("a search sealed with another secret") from error
    units = asked["units"]
    return asked["text"], None if units is None else frozenset(units)
