"""Sealing: AES-256-GCM under keys of one resident, one a class, bound to one place in the history.

A sealed text is `s2.` and one part a class, joined by `~`; a part is
`<class>.<key version>.<nonce>.<ciphertext>`, the last two base64url. These are the storage format.
"""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple, cast

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

SCHEME = "s2"
NONCE_BYTES = 12
KEY_BYTES = 32
# Who a vaccinated person is must be kept by law; how to reach them need not be.
FACTS, CONTACT = "facts", "contact"
CLASSES = (FACTS, CONTACT)
_write = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
# A roster's remark is not needed by law either: it goes with how to reach the person.
CONTACT_FIELDS = frozenset(("phone", "email", "address", "remark"))


class Unreadable(Exception):
    """The text was not sealed with this key, or not for this place."""


class KeyId(NamedTuple):
    """Name of one key: whose it is, for what class of fields, and the how manieth."""

    resident: str
    key_class: str
    version: int

    def __str__(self) -> str:
        return f"{self.resident}.{self.key_class}.{self.version}"

    @classmethod
    def of(cls, row: Any) -> KeyId:
        """Return the name of the key in a row of a table of keys."""
        return cls(row.resident, row.key_class, row.version)

    @classmethod
    def parse(cls, text: str) -> KeyId:
        """Read what `str` wrote; raise `ValueError`."""
        resident, key_class, version = text.split(".")
        return cls(resident, key_class, int(version))


class Part(NamedTuple):
    """One class's share of a sealed text."""

    key_class: str
    version: int
    nonce: bytes
    sealed: bytes


def class_of(field: str) -> str:
    """Return the class of an identity field: `contact`, or `facts` for everything else."""
    return CONTACT if field in CONTACT_FIELDS else FACTS


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _raw(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _bound(place: tuple[str, ...], key_class: str, version: int) -> bytes:
    return "|".join((*place, key_class, str(version))).encode()


def seal(
    keys: Mapping[str, tuple[int, bytes]], place: tuple[str, ...], value: Mapping[str, Any]
) -> str:
    """Seal a JSON mapping for `place` (stream, version, event, field).

    `keys` holds (version, 32-byte key) of each class that has a field in `value`.
    """
    shares: dict[str, dict[str, Any]] = {}
    for field, said in value.items():
        shares.setdefault(class_of(field), {})[field] = said
    parts: list[str] = []
    for key_class in CLASSES:
        if key_class in shares:
            version, key = keys[key_class]
            nonce = os.urandom(NONCE_BYTES)
            plain = _write(shares[key_class])
            bound = _bound(place, key_class, version)
            sealed = AESGCM(key).encrypt(nonce, plain.encode(), bound)
            parts.append(".".join((key_class, str(version), _text(nonce), _text(sealed))))
    return f"{SCHEME}.{'~'.join(parts)}"


def parts_of(text: str) -> list[Part]:
    """Take a sealed text apart; raise `Unreadable` if it is none."""
    scheme, _, rest = text.partition(".")
    if scheme != SCHEME:
        raise Unreadable(f"unknown scheme {scheme[:8]!r}")
    parts: list[Part] = []
    try:
        for each in rest.split("~"):
            key_class, version, nonce, sealed = each.split(".")
            parts.append(Part(key_class, int(version), _raw(nonce), _raw(sealed)))
    except ValueError as error:
        raise Unreadable("not a sealed text") from error
    return parts


def unseal(
    key_of: Callable[[str, int], bytes | None], place: tuple[str, ...], parts: Iterable[Part]
) -> dict[str, Any]:
    """Open the parts whose key `key_of(class, version)` gives; the others' fields are missing.

    Raises `Unreadable` for another key, class or place, or a changed text.
    """
    opened: dict[str, Any] = {}
    for part in parts:
        if (key := key_of(part.key_class, part.version)) is None:
            continue
        try:
            bound = _bound(place, part.key_class, part.version)
            plain = AESGCM(key).decrypt(part.nonce, part.sealed, bound)
        except (ValueError, InvalidTag) as error:
            raise Unreadable("sealed with another key or for another place") from error
        opened |= cast("dict[str, Any]", json.loads(plain))
    return opened
