"""Blind traces: what a sealed value is found by, without being told by it (ADR 0010).

A trace is a keyed hash (BLAKE2b, RFC 7693) cut short. Nobody without the deployment's identity
secret can compute one, or try values against it.
"""

from __future__ import annotations

import hashlib
import struct

WORDS = 16
_SIXTEEN = struct.Struct(">16I")


class Blind:
    """Makes traces for one purpose, under a key of its own; `purpose` is part of the format."""

    def __init__(self, key: bytes) -> None:
        """Take the 32-byte key."""
        self._key = key

    def number(self, column: str, value: str) -> int:
        """Return the 40-bit trace of a value in a column; the same value, the same trace."""
        digest = hashlib.blake2b(
            value.encode(), digest_size=5, key=self._key, person=column.encode()
        ).digest()
        return int.from_bytes(digest, "big")

    def words(self, column: str, salt: str, value: str) -> tuple[int, ...]:
        """Return sixteen 32-bit traces of a value in a column, one for each of sixteen salts."""
        digest = hashlib.blake2b(
            value.encode(), key=self._key, person=column.encode(), salt=salt.encode()
        ).digest()
        return _SIXTEEN.unpack(digest)
