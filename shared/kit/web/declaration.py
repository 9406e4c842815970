"""Declaration: what is known of an endpoint before it is called."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from marshmallow import Schema


class Permission(Protocol):
    """Who may use an endpoint; only admission knows what else it says."""

    @property
    def public(self) -> bool:
        """Whether everybody may, signed in or not."""
        ...


class NoBody(Schema):
    """A command without further values, or a query without parameters."""


@dataclass(frozen=True, slots=True)
class Declaration:
    """What is known of an endpoint before it is called; OpenAPI is made of these."""

    kind: str
    verb: str
    url: str
    summary: str
    allow: Any
    body: type[Schema] | None = None
    params: type[Schema] | None = None
    answer: type[Schema] | None = None
    upload: bool = False
