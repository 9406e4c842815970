"""Privacy in an append-only world: who a resident is, is sealed under keys of that resident."""

from shared.town.privacy.blind import Blind
from shared.town.privacy.key_transfer import seal_keys
from shared.town.privacy.master import derived
from shared.town.privacy.privacy import ERASED, Identity, Privacy
from shared.town.privacy.sealing import CONTACT, FACTS, KeyId

__all__ = [
    "CONTACT",
    "ERASED",
    "FACTS",
    "Blind",
    "Identity",
    "KeyId",
    "Privacy",
    "derived",
    "seal_keys",
]
