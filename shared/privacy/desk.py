"""The privacy desk of a service: seals, opens and recognises residents' identities."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Protocol
from uuid import UUID

from shared.access import current
from shared.privacy.keys import KeyTable, derive_resident_id
from shared.privacy.sealing import seal, unseal

Identity = dict[str, Any]


class Keys(Protocol):
    """Where the keys of residents come from."""

    def keys(self, subjects: Sequence[str]) -> dict[str, bytes]:
        """Return the 32-byte keys of residents; those whose key is destroyed are left out."""
        ...


class Privacy:
    """What a service needs to handle `identity` fields; only registration can seal new ones."""

    def __init__(self, keys: Keys, identity_secret: bytes) -> None:
        """Take the source of keys and the secret residents' ids are derived with."""
        self._keys = keys
        self._secret = identity_secret

    def resident_id(self, document_kind: str, number: str) -> UUID:
        """Return the id of the resident who holds this document."""
        return derive_resident_id(self._secret, document_kind, number)

    def keys(self, subjects: Sequence[str]) -> dict[str, bytes]:
        """Return residents' keys, for registration to hand to the other services."""
        return self._keys.keys(subjects)

    def seal(self, subject: str, place: tuple[str, ...], value: Identity) -> str:
        """Seal a mapping under the resident's key, created in the running transaction if new."""
        if not isinstance(self._keys, KeyTable):
            raise RuntimeError("only registration makes keys")
        return seal(self._keys.make(subject), place, value)

    def read(self, subject: str, reference: str | None) -> Identity | None:
        """Open one `Event.sealed` reference; None if there is none or its key is not to be had."""
        return self.read_all([(subject, reference)])[subject]

    def read_all(self, pairs: Iterable[tuple[str, str | None]]) -> dict[str, Identity | None]:
        """Open the references of a page's residents with one call for their keys."""
        pairs, asked = list(pairs), current.current()
        if asked is not None and not asked.opens_identities:
            return dict.fromkeys(subject for subject, _ in pairs)
        keys = self._keys.keys([subject for subject, _ in pairs])
        opened: dict[str, Identity | None] = {}
        for subject, reference in pairs:
            key = keys.get(subject)
            if key is None or reference is None:
                opened[subject] = None
            else:
                *place, text = reference.split("|")
                opened[subject] = unseal(key, tuple(place), text)
                if asked is not None:
                    asked.look(subject, opened[subject] or {})
        return opened
