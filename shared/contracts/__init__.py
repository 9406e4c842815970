"""The public language of the system: every event, its shape, versions and examples.

Nothing else defines an event's shape. `catalogue` holds one contract per event and version;
`Event` is an event as readers see it; `decode` reads its bytes.
"""

from shared.contracts import (
    access,
    appointments,
    belonging,
    contacts,
    matches,
    notices,
    registration,
    reporting,
    rosters,
    screening,
    supervision,
)
from shared.contracts.catalogue import (
    EVERY,
    Catalogue,
    Contract,
    ContractError,
    EventSchema,
    Sealed,
    UnknownEvent,
    catalogue,
)
from shared.contracts.envelope import Event, Undecodable, decode, encode, event_of

__all__ = [
    "EVERY",
    "Catalogue",
    "Contract",
    "ContractError",
    "Event",
    "EventSchema",
    "Sealed",
    "Undecodable",
    "UnknownEvent",
    "access",
    "appointments",
    "belonging",
    "catalogue",
    "contacts",
    "decode",
    "encode",
    "event_of",
    "matches",
    "notices",
    "registration",
    "reporting",
    "rosters",
    "screening",
    "supervision",
]
