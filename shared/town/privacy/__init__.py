"""Privacy in an append-only world: who a resident is, is sealed under keys of that resident."""

from shared.town.privacy.answers import AnswerKeys
from shared.town.privacy.blind import Blind
from shared.town.privacy.key_transfer import open_keys, seal_keys
from shared.town.privacy.keys import KeyTable, RemoteKeys, derive_resident_id
from shared.town.privacy.master import Masters, derived
from shared.town.privacy.privacy import ERASED, Identity, Privacy
from shared.town.privacy.sealing import CLASSES, CONTACT, FACTS, KeyId, Unreadable, seal, unseal
from shared.town.privacy.tombstones import Tombstones
from shared.town.privacy.wrapping import Wrapping, answer_metadata, key_metadata, rotate

__all__ = [
    "CLASSES",
    "CONTACT",
    "ERASED",
    "FACTS",
    "AnswerKeys",
    "Blind",
    "Identity",
    "KeyId",
    "KeyTable",
    "Masters",
    "Privacy",
    "RemoteKeys",
    "Tombstones",
    "Unreadable",
    "Wrapping",
    "answer_metadata",
    "derive_resident_id",
    "derived",
    "key_metadata",
    "open_keys",
    "rotate",
    "seal",
    "seal_keys",
    "unseal",
]
