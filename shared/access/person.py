"""Who stands behind a request: a member of staff, or another part of the deployment."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Grant:
    """A role in a scope: `unit:v01`, `site:stadium` or `town` (everywhere)."""

    role: str
    scope: str

    def reaches(self, unit: str | None, site: str | None) -> bool:
        """Tell whether a place lies in the scope."""
        return self.scope in ("town", f"unit:{unit}", f"site:{site}")


@dataclass(frozen=True, slots=True)
class Person:
    """A signed-in member of staff, as a verified token tells.

    `version` is that of the staff account the token was made from; `expires` and `until` are
    Unix times (seconds): when the token, and when the session, ends.
    """

    login: str
    session: str
    grants: tuple[Grant, ...]
    version: int
    expires: float
    until: float

    def roles(self) -> frozenset[str]:
        """The codes of all roles, whatever their scope."""
        return frozenset(grant.role for grant in self.grants)


@dataclass(frozen=True, slots=True)
class Caller:
    """Another part of the deployment, or its `operator` at the command line."""

    source: str

    @property
    def service(self) -> str:
        """The service of the calling part."""
        return self.source.partition("/")[0]
