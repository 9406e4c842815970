"""Answers of commands, kept for repeats: sealed under the key of their day, which is destroyed.

An answer may repeat what somebody wrote, for instance a wrong cell of a roster. Files that were
sent and wait to be read are kept in the same way.
"""

from __future__ import annotations

import os
from datetime import timedelta
from functools import partial

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import delete, insert, select

from shared.town.privacy.sealing import KEY_BYTES, NONCE_BYTES, Unreadable
from shared.town.privacy.wrapping import Wrapping, answer_keys

ID_BYTES = 8
DEFAULT_DAYS = 2
Known = tuple[str, bytes, bytes]
"""A day, and the id and the bytes of its key."""


class AnswerKeys:
    """Seals the answers of one store's commands; a sealed answer is key id, nonce, ciphertext.

    Sealing happens inside write transactions only, which exclude each other. `days` is for how
    long a command can be repeated. Where another process may destroy it, no key is kept in memory
    beyond a transaction: `keeps` is False.
    """

    def __init__(self, wrapping: Wrapping, days: int = DEFAULT_DAYS, *, keeps: bool = True) -> None:
        self._wrapping = wrapping
        self._keeps = keeps
        self._store = wrapping.store
        self._days = days
        # A key that is committed; one that the running transaction has met is kept by that.
        self._today: Known | None = None

    def seal(self, command: str, answer: bytes) -> bytes:
        """Seal an answer under the running day's key, bound to the command's key."""
        key_id, key = self._of_today()
        nonce = os.urandom(NONCE_BYTES)
        return key_id + nonce + AESGCM(key).encrypt(nonce, answer, command.encode())

    def open(self, command: str, sealed: bytes) -> bytes | None:
        """Open an answer; None when its key is destroyed. Raises `Unreadable` if it was changed."""
        key_id, nonce = sealed[:ID_BYTES], sealed[ID_BYTES : ID_BYTES + NONCE_BYTES]
        query = select(answer_keys).where(answer_keys.c.id == key_id.hex())
        with self._store.connection() as connection:
            row = connection.execute(query).first()
        if row is None:
            return None
        key = self._wrapping.unwrap(answer_keys, row)
        try:
            return AESGCM(key).decrypt(nonce, sealed[ID_BYTES + NONCE_BYTES :], command.encode())
        except (ValueError, InvalidTag) as error:
            raise Unreadable("an answer of another command, or changed") from error

    def oldest(self) -> str:
        """The day before which, in the running transaction, every key is destroyed."""
        today = self._store.current.recorded_at.date()
        return (today - timedelta(days=self._days)).isoformat()

    def destroy_all(self) -> None:
        """Destroy every answer given so far, in the running transaction."""
        transaction = self._store.current
        transaction.kept.pop(self, None)
        transaction.connection.execute(delete(answer_keys))
        self._remember(None)
        transaction.afterwards.append(partial(self._remember, None))

    def _of_today(self) -> tuple[bytes, bytes]:
        transaction = self._store.current
        day = transaction.recorded_at.date().isoformat()
        for known in (self._today, transaction.kept.get(self)):
            if known is not None and known[0] == day:
                return known[1:]
        known = transaction.kept[self] = (day, *(self._read(day) or self._make(day)))
        if self._keeps:
            # Who made it may share this transaction, whose commit may fail.
            transaction.afterwards.append(partial(self._remember, known))
        return known[1:]

    def _remember(self, known: Known | None) -> None:
        self._today = known

    def _read(self, day: str) -> tuple[bytes, bytes] | None:
        query = select(answer_keys).where(answer_keys.c.day == day)
        row = self._store.current.connection.execute(query).first()
        return row and (bytes.fromhex(row.id), self._wrapping.unwrap(answer_keys, row))

    def _make(self, day: str) -> tuple[bytes, bytes]:
        connection = self._store.current.connection
        connection.execute(delete(answer_keys).where(answer_keys.c.day < self.oldest()))
        key_id, key = os.urandom(ID_BYTES), os.urandom(KEY_BYTES)
        row = {"id": key_id.hex(), "day": day}
        wrapped = self._wrapping.wrap(f"answers.{key_id.hex()}", key)
        connection.execute(insert(answer_keys), row | wrapped)
        return key_id, key
