"""The privacy desk of a service: seals, opens and recognises residents' identities."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol
from uuid import UUID

from shared.kit import memory
from shared.kit.language import Text
from shared.town import request_context
from shared.town.privacy.blind import Blind
from shared.town.privacy.keys import KeyTable, derive_resident_id
from shared.town.privacy.master import derived
from shared.town.privacy.sealing import KeyId, Part, class_of, parts_of, seal, unseal

Identity = dict[str, str]
# What a page shows in place of a name that has been erased.
ERASED = Text("已删除", "erased")
_EARLIER = "s1."


class Keys(Protocol):
    """Where the keys of residents come from."""

    def keys(self, wanted: Iterable[KeyId]) -> dict[KeyId, bytes]:
        """Return 32-byte keys; those that are destroyed or not to be had are left out."""
        ...

    def forget(self, resident: str) -> None:
        """Drop what is kept of a resident's keys."""
        ...

    def forget_all(self) -> None:
        """Drop everything that is kept."""
        ...

    def expire(self) -> None:
        """Drop what has been kept for too long."""
        ...


class Privacy:
    """What a service needs to handle `identity` fields; only registration can seal new ones.

    What it opens while a request is answered is noted as a look; nothing is opened for a request
    that may read pseudonymous records only.
    """

    def __init__(self, keys: Keys, identity_secret: bytes) -> None:
        self._keys = keys
        self._secret = identity_secret

    @property
    def table(self) -> KeyTable:
        """The table of keys, which registration alone has; raise `RuntimeError` elsewhere."""
        if not isinstance(self._keys, KeyTable):
            raise RuntimeError("only registration makes, hands out and destroys keys")
        return self._keys

    @property
    def _identity_secret(self) -> bytes:
        if not self._secret:
            raise RuntimeError("only registration is given the secret of people's ids")
        return self._secret

    def resident_id(self, document_kind: str, number: str) -> UUID:
        """Return the id of the resident who holds this document."""
        return derive_resident_id(self._identity_secret, document_kind, number)

    def blind(self, purpose: str) -> Blind:
        """Return what makes blind traces for one purpose, under a key made of the secret."""
        return Blind(derived(self._identity_secret, f"vaxledger traces: {purpose}"))

    def seal(self, subject: str, place: tuple[str, ...], value: Mapping[str, str | None]) -> str:
        """Seal a mapping under the resident's keys, made in the running transaction if new."""
        return seal(self.table.newest(subject), place, value)

    def forget(self, subject: str) -> None:
        """Forget a resident, whose keys have been destroyed, here and soon in the memory that is free."""
        self._keys.forget(subject)
        memory.forgotten()

    def forget_all(self) -> None:
        """Forget what is kept of everybody: another process knows of whom it had to."""
        self._keys.forget_all()
        memory.forgotten()

    def expire(self) -> None:
        """Drop keys that have been kept for minutes, whether anybody asks for others or not."""
        self._keys.expire()

    def read(
        self, subject: str, reference: str | None, fields: Sequence[str] | None = None
    ) -> Identity | None:
        """Open one `Event.sealed` reference; None if nothing of it can be read."""
        return self.read_all([(subject, reference)], fields)[subject]

    def read_all(
        self, pairs: Iterable[tuple[str, str | None]], fields: Sequence[str] | None = None
    ) -> dict[str, Identity | None]:
        """Open the references of a page's residents with one call for their keys.

        Only `fields` are opened and returned (None: all). A field whose key is destroyed is
        missing; nothing to be read of a resident is None. Raises `Unreadable` for a text that
        was changed or moved.
        """
        asked, pairs = request_context.current(), list(pairs)
        if asked is not None and not asked.opens_identities:
            return dict.fromkeys(subject for subject, _ in pairs)
        classes = None if fields is None else {class_of(field) for field in fields}
        taken = [(subject, *_apart(reference, classes)) for subject, reference in pairs]
        wanted = [
            KeyId(subject, part.key_class, part.version)
            for subject, _, parts in taken
            for part in parts
        ]
        keys = self._keys.keys(wanted) if wanted else {}
        opened: dict[str, Identity | None] = {}
        for subject, place, parts in taken:

            def key_of(key_class: str, version: int, subject: str = subject) -> bytes | None:
                return keys.get(KeyId(subject, key_class, version))

            read = unseal(key_of, place, parts)
            if fields is not None:
                read = {name: read[name] for name in fields if name in read}
            if read and asked is not None:
                asked.look(subject, read)
            opened[subject] = read or None
        return opened


def _apart(reference: str | None, classes: set[str] | None) -> tuple[tuple[str, ...], list[Part]]:
    """Take an `Event.sealed` reference apart: its place, and the parts of these classes."""
    if not reference:
        return (), []
    *place, text = reference.split("|")
    if text.startswith(_EARLIER):
        return (), []  # the keys of the first scheme are no more
    parts = [part for part in parts_of(text) if classes is None or part.key_class in classes]
    return tuple(place), parts
