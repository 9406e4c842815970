"""Keys of residents: registration's table of them, and how other services are handed them."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import requests
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Column, LargeBinary, MetaData, String, Table, insert, select

from shared.eventstore.store import Store

key_metadata = MetaData()
resident_keys = Table(
    "resident_keys",
    key_metadata,
    Column("resident", String, primary_key=True),
    Column("wrapped", LargeBinary, nullable=False),
)
NONCE_BYTES = 12
KEY_BYTES = 32
CACHE_SIZE = 20_000


def derive_resident_id(secret: bytes, document_kind: str, number: str) -> UUID:
    """Return the id of the resident with this document: the same document, the same resident.

    A keyed hash (HMAC-SHA-256) written as a version 8 UUID, so that nobody without the
    secret can tell from an id whose it is.
    """
    digest = hmac.new(secret, f"{document_kind}|{number}".encode(), hashlib.sha256).digest()
    value = int.from_bytes(digest[:16], "big")
    value = value & ~(0xF << 76) | (8 << 76)
    value = value & ~(0x3 << 62) | (0x2 << 62)
    return UUID(int=value)


class KeyTable:
    """The residents' keys, each wrapped under the master key, in registration's database."""

    def __init__(self, store: Store, master: bytes) -> None:
        """Take the store whose transactions create keys, and the 32-byte master key."""
        self._store = store
        self._master = AESGCM(master)
        self._cache: dict[str, bytes] = {}

    def keys(self, subjects: Sequence[str]) -> dict[str, bytes]:
        """Return the keys of several residents; those without one are left out."""
        found = {s: self._cache[s] for s in subjects if s in self._cache}
        missing = [subject for subject in subjects if subject not in found]
        for start in range(0, len(missing), 500):
            some = missing[start : start + 500]
            query = select(resident_keys).where(resident_keys.c.resident.in_(some))
            with self._store.connection() as connection:
                for row in connection.execute(query):
                    found[row.resident] = self._unwrap(row.resident, bytes(row.wrapped))
        return found

    def make(self, subject: str) -> bytes:
        """Return a resident's key, creating it in the running transaction if there is none."""
        if (key := self.keys([subject]).get(subject)) is not None:
            return key
        key, nonce = os.urandom(KEY_BYTES), os.urandom(NONCE_BYTES)
        wrapped = nonce + self._master.encrypt(nonce, key, subject.encode())
        row = {"resident": subject, "wrapped": wrapped}
        self._store.current.connection.execute(insert(resident_keys), row)
        return key

    def _unwrap(self, subject: str, wrapped: bytes) -> bytes:
        nonce, sealed = wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:]
        key = self._master.decrypt(nonce, sealed, subject.encode())
        if len(self._cache) >= CACHE_SIZE:
            self._cache.clear()
        self._cache[subject] = key
        return key


class RemoteKeys:
    """Keys as another service gets them: by an authenticated call, kept in memory only."""

    def __init__(self, registration: str, token: str) -> None:
        """Take registration's address (`http://host:port`) and the service token."""
        self._url = f"{registration}/keys"
        self._headers = {"Authorization": f"Bearer {token}"}
        self._cache: dict[str, bytes | None] = {}

    def keys(self, subjects: Sequence[str]) -> dict[str, bytes]:
        """Return the keys of residents; none when registration cannot be reached just now."""
        if missing := [subject for subject in subjects if subject not in self._cache]:
            self._fetch(missing)
        return {s: key for s in subjects if (key := self._cache.get(s)) is not None}

    def _fetch(self, missing: list[str]) -> None:
        if len(self._cache) >= CACHE_SIZE:
            self._cache.clear()
        try:
            answer = requests.post(
                self._url, json={"residents": missing}, headers=self._headers, timeout=3
            )
            answer.raise_for_status()
        except requests.RequestException:
            return  # the page shows ids instead of names, and asks again next time
        keys: dict[str, Any] = answer.json()["keys"]
        for subject in missing:
            self._cache[subject] = base64.b64decode(keys[subject]) if subject in keys else None
