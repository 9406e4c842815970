"""The public language of the town: every event of the five services, its versions and examples.

Nothing else defines an event's shape. Importing this package fills `catalogue`.
"""

from shared.kit.contracts import catalogue
from shared.town.contracts import (
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

__all__ = [
    "access",
    "appointments",
    "belonging",
    "catalogue",
    "contacts",
    "matches",
    "notices",
    "registration",
    "reporting",
    "rosters",
    "screening",
    "supervision",
]
