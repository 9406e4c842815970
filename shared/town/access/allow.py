"""What an entry point needs: declared beside it, checked by the gate, printed in docs/access.md."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from shared.kit.service_tokens import OPERATOR, Caller
from shared.town.access.person import Grant, Person
from shared.town.access.roles import ROLES

At = Literal["town", "unit", "resident", "part"]
EVERY_PART = "*"


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is done: a unit, a site, or neither; `cadre` answers for the resident."""

    unit: str | None = None
    site: str | None = None
    cadre: str | None = None


@dataclass(frozen=True, slots=True)
class Allow:
    """Who may: `roles` in a scope that holds the place `at`, or the parts named in `callers`.

    Parts need a token for `purpose`; one for another purpose of the same part does not do.

    - at "town": the role in whatever scope
    - at "unit": the unit of the address, or of what is named in it (`service.unit_of_path`); its
      residents' sites are those it is, or was, docked to
    - at "resident": every unit that lists the resident in the address, those units' sites, and
      where the part knows it (`app.cadre_of`), the list of the cadre who is responsible
    - at "part": the site this part runs
    """

    roles: tuple[str, ...] = ()
    at: At = "town"
    callers: tuple[str, ...] = ()
    purpose: str = ""
    public: bool = False

    def __or__(self, other: Allow) -> Allow:
        """Allow what either allows; both must speak of the same place."""
        purpose = self.purpose or other.purpose
        return Allow(self.roles + other.roles, self.at, self.callers + other.callers, purpose)

    def matching(self, person: Person, place: Place | None) -> tuple[Grant, ...]:
        """Return the grants that let a person in; none: not allowed."""
        own = place is not None and place.cadre == person.login
        return tuple(
            grant
            for grant in person.grants
            if grant.role in self.roles
            and (place is None or grant.reaches(place.unit, place.site, on_own_list=own))
        )

    def admits(self, caller: Caller, parts: Collection[str]) -> bool:
        """Tell whether another part may call; `parts` are the services of the deployment."""
        if caller.purpose != self.purpose:
            return False
        if EVERY_PART in self.callers:
            return caller.service == OPERATOR or caller.service in parts
        return caller.service in self.callers


PUBLIC = Allow(public=True)
SIGNED_IN = Allow(tuple(ROLES))


def to(*roles: str, at: At = "town") -> Allow:
    """Allow people in these roles; one role of two `at`s is two declarations with `|`."""
    return Allow(roles, at)


def parts(purpose: str, *services: str) -> Allow:
    """Allow calls for a purpose of the deployment's own parts and operator; without names of all."""
    return Allow(callers=services or (EVERY_PART,), purpose=purpose)
