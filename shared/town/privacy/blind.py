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
        self._key = key
        # Begun hashes, whose key is already taken in: to copy one is cheaper than to begin.
        self._begun: dict[tuple[str, str], hashlib.blake2b] = {}

    def number(self, column: str, value: str) -> int:
        """Return the 40-bit trace of a value in a column; the same value, the same trace."""
        return int.from_bytes(self._digest(column, "", value)[:5], "big")

    def word(self, column: str, salt: str, at: int, value: str) -> int:
        """Return one of the sixteen traces that `words` returns."""
        return int.from_bytes(self._digest(column, salt, value)[4 * at : 4 * at + 4], "big")

    def words(self, column: str, salt: str, value: str) -> tuple[int, ...]:
        """Return sixteen 32-bit traces of a value in a column, one for each of sixteen salts."""
        return _SIXTEEN.unpack(self._digest(column, salt, value))

    def _digest(self, column: str, salt: str, value: str) -> bytes:
        begun = self._begun.get((column, salt))
        if begun is None:
            begun = hashlib.blake2b(key=self._key, person=column.encode(), salt=salt.encode())
            self._begun[column, salt] = begun
        hashed = begun.copy()
        hashed.update(value.encode())
        return hashed.digest()
