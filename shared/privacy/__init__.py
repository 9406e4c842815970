"""Privacy in an append-only world: who a resident is, is sealed under keys of that resident."""

from shared.privacy.answers import AnswerKeys
from shared.privacy.blind import Blind
from shared.privacy.desk import ERASED, Identity, Privacy
from shared.privacy.handing import open_keys, seal_keys
from shared.privacy.keys import KeyTable, RemoteKeys, derive_resident_id
from shared.privacy.master import Masters, derived
from shared.privacy.sealing import CLASSES, CONTACT, FACTS, KeyId, Unreadable, seal, unseal
from shared.privacy.tombstones import Tombstones
from shared.privacy.wrapping import Wrapping, answer_metadata, key_metadata, rotate

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
