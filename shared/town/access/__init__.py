"""Who may do what: roles and scopes, signed tokens, and the gate every request passes."""

from shared.town.access.allow import PUBLIC, SIGNED_IN, Place, parts, to
from shared.town.access.person import Grant, Person

__all__ = ["PUBLIC", "SIGNED_IN", "Grant", "Person", "Place", "parts", "to"]
