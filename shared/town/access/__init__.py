"""Who may do what: roles and scopes, signed tokens, and the gate every request passes."""

from shared.kit.service_tokens import Caller
from shared.town.access.allow import PUBLIC, SIGNED_IN, Allow, Place, parts, to
from shared.town.access.person import Grant, Person

__all__ = [
    "PUBLIC",
    "SIGNED_IN",
    "Allow",
    "Caller",
    "Grant",
    "Person",
    "Place",
    "parts",
    "to",
]
