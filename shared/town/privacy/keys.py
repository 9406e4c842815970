"""Keys of residents: registration's table of them, and how other services are handed them."""

from __future__ import annotations

import hashlib
import hmac
import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any
from uuid import UUID

import requests
from requests.auth import AuthBase
from sqlalchemy import delete, func, insert, select

from shared.kit.eventstore.bulk import among, in_json, insert_all
from shared.kit.eventstore.prepared import Prepared
from shared.town.privacy.answers import AnswerKeys
from shared.town.privacy.key_transfer import open_keys
from shared.town.privacy.sealing import CLASSES, KEY_BYTES, KeyId
from shared.town.privacy.tombstones import Tombstones
from shared.town.privacy.wrapping import Wrapping, destroyed_keys, identity_keys

AT_ONCE = 500
CACHE_SIZE = 20_000
CACHE_SECONDS = 300
_KEYS = Prepared(select(identity_keys).where(among(identity_keys.c.resident, "ids")))
_DESTROYED = Prepared(
    select(
        destroyed_keys.c.resident, destroyed_keys.c.key_class, func.max(destroyed_keys.c.version)
    )
    .where(among(destroyed_keys.c.resident, "ids"))
    .group_by(destroyed_keys.c.resident, destroyed_keys.c.key_class)
)


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
    """The residents' keys, each wrapped under the master key, in registration's database.

    Nothing read here is kept beyond the transaction: a key may be gone, by a rollback or an
    erasure, in the next moment.
    """

    def __init__(self, wrapping: Wrapping, tombstones: Tombstones, answers: AnswerKeys) -> None:
        self._wrapping = wrapping
        self._store = wrapping.store
        self._tombstones = tombstones
        self._answers = answers
        self._destroyed = False
        self._store.listeners.append(self._committed)

    def keys(self, wanted: Iterable[KeyId]) -> dict[KeyId, bytes]:
        """Return the keys that exist of those wanted."""
        names = set(wanted)
        found: dict[KeyId, bytes] = {}
        for row in self._rows(sorted({name.resident for name in names})):
            name = KeyId.of(row)
            if name in names:
                found[name] = self._wrapping.unwrap(identity_keys, row)
        return found

    def forget(self, resident: str) -> None:
        """Nothing is kept here that could be forgotten."""

    def forget_all(self) -> None:
        """Nothing is kept here that could be forgotten."""

    def expire(self) -> None:
        """Nothing is kept here that could grow old; what a commit could not clean is tried again."""
        self._committed()

    def newest(self, resident: str) -> dict[str, tuple[int, bytes]]:
        """Return (version, key) of a resident's classes, made in the running transaction if new."""
        if resident not in (pending := self._pending()):
            self.prepare([resident])
        return pending[resident]

    def prepare(self, residents: Sequence[str]) -> None:
        """Make the keys that many residents will need in the running transaction, all at once."""
        pending = self._pending()
        missing = list(dict.fromkeys(each for each in residents if each not in pending))
        if not missing:
            return
        have: dict[str, dict[str, tuple[int, bytes]]] = {each: {} for each in missing}
        for row in self._rows(missing):
            version = have[row.resident].get(row.key_class, (0, b""))[0]
            if row.version > version:
                key = self._wrapping.unwrap(identity_keys, row)
                have[row.resident][row.key_class] = (row.version, key)
        lacking = [each for each in missing if len(have[each]) < len(CLASSES)]
        last = {row[:2]: row[2] for row in self._rows(lacking, _DESTROYED)}
        rows: list[dict[str, Any]] = []
        for each in lacking:
            for key_class in CLASSES:
                if key_class not in have[each]:
                    name = KeyId(each, key_class, last.get((each, key_class), 0) + 1)
                    key = os.urandom(KEY_BYTES)
                    row = {"resident": each, "key_class": key_class, "version": name.version}
                    rows.append(row | self._wrapping.wrap(str(name), key))
                    have[each][key_class] = (name.version, key)
        if rows:
            insert_all(self._store.current.connection, identity_keys, rows)
        pending |= have

    def destroy(self, resident: str, classes: Iterable[str]) -> None:
        """Destroy every key of these classes in the running transaction; a tombstone goes first.

        The answers given so far go as well: any of them may repeat what a roster said.
        """
        classes = set(classes)
        transaction = self._store.current
        names = [KeyId.of(row) for row in self._rows([resident]) if row.key_class in classes]
        at = transaction.recorded_at.isoformat()
        self._tombstones.add(names, at)
        self._drop(names, at)
        self._answers.destroy_all()

    def destroy_all_of(self, residents: Sequence[str]) -> None:
        """Destroy every key of many residents in the running transaction, as `destroy` does."""
        names = [KeyId.of(row) for row in self._rows(residents)]
        at = self._store.current.recorded_at.isoformat()
        self._tombstones.add(names, at)
        self._drop(names, at)
        self._answers.destroy_all()

    def bury(self) -> dict[str, set[str]]:
        """Destroy again what a restored backup has brought back: {resident: classes}.

        Runs in a transaction at start. Also writes the tombstones that only the database knows.
        """
        written = self._tombstones.read()
        with self._store.connection() as connection:
            known = {KeyId.of(row): row.at for row in connection.execute(select(destroyed_keys))}
        for name in known.keys() - written:
            self._tombstones.add([name], known[name])
        residents = sorted({name.resident for name in written})
        alive = [name for row in self._rows(residents) if (name := KeyId.of(row)) in written]
        # What the file alone knows is written down, so that no version is ever given out twice.
        self._drop(alive, self._store.current.recorded_at.isoformat(), also=written - known.keys())
        back: dict[str, set[str]] = {}
        if alive:
            self._answers.destroy_all()
        for name in alive:
            back.setdefault(name.resident, set()).add(name.key_class)
        return back

    def _drop(self, names: list[KeyId], at: str, also: Iterable[KeyId] = ()) -> None:
        connection = self._store.current.connection
        for name in names:
            mine = [identity_keys.c[column] == value for column, value in name._asdict().items()]
            connection.execute(delete(identity_keys).where(*mine))
        rows = [name._asdict() | {"at": at} for name in sorted({*names, *also})]
        if rows:
            connection.execute(insert(destroyed_keys), rows)
        for name in names:
            self._pending().pop(name.resident, None)
        self._destroyed = self._destroyed or bool(names)

    def _rows(self, residents: Sequence[str], query: Prepared = _KEYS) -> Iterator[Any]:
        for start in range(0, len(residents), AT_ONCE):
            some = in_json(residents[start : start + AT_ONCE])
            with self._store.connection() as connection:
                yield from query.all(connection, {"ids": some})

    def _pending(self) -> dict[str, dict[str, tuple[int, bytes]]]:
        """Newest keys known within the running transaction; they go when it ends, however."""
        return self._store.current.kept.setdefault(self, {})

    def _committed(self) -> None:
        """After a commit: nothing of a destroyed key stays in the write-ahead log either."""
        if self._destroyed and self._store.truncate_wal():
            self._destroyed = False


class RemoteKeys:
    """Keys as another service gets them: by an authenticated call, kept in memory only."""

    def __init__(
        self, registration: str, asking: AuthBase | None, secret: Callable[[], bytes]
    ) -> None:
        """Ask at registration's address; `secret` is the one that registration and we share."""
        self._url = f"{registration}/keys"
        self._asking = asking
        self._secret = secret
        self._cache: dict[KeyId, bytes | None] = {}
        self._since = time.monotonic()
        self._changes = 0

    def keys(self, wanted: Iterable[KeyId]) -> dict[KeyId, bytes]:
        """Return the keys that exist; none when registration cannot be reached just now.

        A key that does not exist never will: a resident's next key has another version.
        """
        if len(self._cache) >= CACHE_SIZE:
            self._cache = {}
        self.expire()
        names = list(dict.fromkeys(wanted))
        known = {name: self._cache[name] for name in names if name in self._cache}
        missing = [name for name in names if name not in known]
        for start in range(0, len(missing), AT_ONCE):
            known |= self._fetch(missing[start : start + AT_ONCE])
        return {name: key for name in names if (key := known.get(name)) is not None}

    def forget(self, resident: str) -> None:
        """Drop what is known of a resident's keys; also what is being fetched right now."""
        self._changes += 1
        self._cache = {name: key for name, key in self._cache.items() if name.resident != resident}

    def forget_all(self) -> None:
        """Drop all keys; also those that are being fetched right now."""
        self._changes += 1
        self._cache, self._since = {}, time.monotonic()

    def expire(self) -> None:
        """Drop all keys when the oldest has been kept for long enough."""
        if time.monotonic() - self._since > CACHE_SECONDS:
            self._cache, self._since = {}, time.monotonic()

    def _fetch(self, missing: list[KeyId]) -> dict[KeyId, bytes | None]:
        # The mark of this question: an answer to another one is not accepted.
        nonce, before = os.urandom(16).hex(), self._changes
        asked = {"keys": [str(name) for name in missing], "nonce": nonce}
        try:
            answer = requests.post(
                self._url, json=asked, auth=self._asking, timeout=3, allow_redirects=False
            )
            answer.raise_for_status()
            handed = open_keys(self._secret(), nonce, answer.json()["sealed"])
        except requests.RequestException:
            return {}  # the page shows ids instead of names, and asks again next time
        found = {name: handed.get(name) for name in missing}
        withheld = set(answer.json().get("withheld", ()))  # just now: ask for them again
        if before == self._changes:
            self._cache |= {name: key for name, key in found.items() if str(name) not in withheld}
        return found
