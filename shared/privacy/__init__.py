"""Privacy in an append-only world: who a resident is, is sealed under a key of that resident."""

from shared.privacy.desk import Identity, Privacy
from shared.privacy.keys import KeyTable, RemoteKeys, derive_resident_id, key_metadata
from shared.privacy.sealing import Unreadable, seal, unseal

__all__ = [
    "Identity",
    "KeyTable",
    "Privacy",
    "RemoteKeys",
    "Unreadable",
    "derive_resident_id",
    "key_metadata",
    "seal",
    "unseal",
]
