"""Signatures in the form of Standard Webhooks 1.0: HMAC-SHA256 over `id.timestamp.body`.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence

from shared.kit.refusals import refusal

PREFIX = "whsec_"
TOLERANCE_SECONDS = 300
LEAST_KEY_BYTES = 24
ID, TIMESTAMP, SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"
_ID = re.compile(r"[\w-]{1,100}", re.ASCII)
_SECONDS = re.compile(r"[0-9]{1,12}")


BadSignature = refusal(
    "bad-signature",
    401,
    zh="签名不对或已过时，未受理。请核对网关的密钥和时钟。",
    en="The signature is wrong or too old, nothing was taken; check the gateway's secret and clock.",
    doc="Nobody who knows the secret has signed this now; it is not told what exactly is wrong.",
)


def key_of(secret: str) -> bytes:
    """Return the key bytes of `whsec_…`; raise `ValueError` if it is none or too short."""
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error:
        key = b""
    if not secret.startswith(PREFIX) or len(key) < LEAST_KEY_BYTES:
        raise ValueError(f"a secret is {PREFIX} and {LEAST_KEY_BYTES} bytes or more in base64")
    return key


def signature(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """Return `v1,<base64>`."""
    signed = f"{message_id}.{timestamp}.".encode() + body
    digest = hmac.new(key_of(secret), signed, hashlib.sha256).digest()
    return "v1," + base64.b64encode(digest).decode()


def headers(secret: str, message_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """Return the three headers of a signed message."""
    return {
        ID: message_id,
        TIMESTAMP: str(timestamp),
        SIGNATURE: signature(secret, message_id, timestamp, body),
    }


def verified(secrets: Sequence[str], said: Mapping[str, str], body: bytes, now: float) -> str:
    """Return the id of a message signed with one of the secrets, about now.

    `said` are the headers, in whatever case. Raises `BadSignature`. Every signature is compared
    with every secret's, in constant time.
    """
    said = {name.lower(): value for name, value in said.items()}
    message_id, timestamp = said.get(ID, ""), said.get(TIMESTAMP, "")
    if not _ID.fullmatch(message_id) or not _SECONDS.fullmatch(timestamp):
        raise BadSignature
    signed = said.get(SIGNATURE, "").encode().split(b" ")[:10]
    good = False
    for secret in secrets:
        wanted = signature(secret, message_id, int(timestamp), body).encode()
        for each in signed:
            good |= hmac.compare_digest(each, wanted)
    if not good or abs(now - int(timestamp)) > TOLERANCE_SECONDS:
        raise BadSignature
    return message_id
