"""Who stands behind a request: a member of staff and what is granted to them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Grant:
    """A role in a scope: `unit:v01`, `site:stadium`, `town` (everywhere), or `list:v01`.

    The last is the holder's own list: those residents of the unit whom they are responsible for.
    """

    role: str
    scope: str

    def reaches(self, unit: str | None, site: str | None, *, on_own_list: bool = False) -> bool:
        """Tell whether a place lies in the scope; `on_own_list`: of a resident of the holder's."""
        if on_own_list and self.scope == f"list:{unit}":
            return True
        return self.scope in ("town", f"unit:{unit}", f"site:{site}")

    @property
    def unit(self) -> str | None:
        """The unit of a grant for a unit, or for a list in it."""
        kind, _, code = self.scope.partition(":")
        return code if kind in ("unit", "list") else None


@dataclass(frozen=True, slots=True)
class Person:
    """A signed-in member of staff, as a verified token tells.

    `version` is that of the staff account the token was made from; `expires` and `until` are
    Unix times (seconds): when the token, and when the session, ends. `language` is the one the
    person has chosen, empty before that; `post` says what the person does, if it was told.
    """

    login: str
    session: str
    grants: tuple[Grant, ...]
    version: int
    expires: float
    until: float
    language: str = ""
    post: str = ""

    def roles(self) -> frozenset[str]:
        """The codes of all roles, whatever their scope."""
        return frozenset(grant.role for grant in self.grants)
