"""How keys travel from registration to another part: sealed for that part and one question only."""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Mapping

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shared.town.privacy.master import derived
from shared.town.privacy.sealing import NONCE_BYTES, KeyId, Unreadable

PURPOSE = "vaxledger keys on the wire"


def seal_keys(secret: bytes, asked: str, keys: Mapping[KeyId, bytes]) -> str:
    """Seal keys as the answer to the question `asked`; `secret` is what the two parts share."""
    plain = json.dumps({str(name): base64.b64encode(key).decode() for name, key in keys.items()})
    nonce = os.urandom(NONCE_BYTES)
    sealed = AESGCM(derived(secret, PURPOSE)).encrypt(nonce, plain.encode(), asked.encode())
    return base64.b64encode(nonce + sealed).decode()


def open_keys(secret: bytes, asked: str, text: str) -> dict[KeyId, bytes]:
    """Open what `seal_keys` made; raise `Unreadable` for another secret, question or text."""
    try:
        raw = base64.b64decode(text, validate=True)
        cipher = AESGCM(derived(secret, PURPOSE))
        plain = cipher.decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], asked.encode())
    except (ValueError, InvalidTag) as error:
        raise Unreadable("keys sealed with another secret, or for another question") from error
    return {KeyId.parse(name): base64.b64decode(key) for name, key in json.loads(plain).items()}
