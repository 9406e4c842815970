"""Declaration: what is known of an endpoint before it is called."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from marshmallow import Schema

from shared.kit.web import shapes


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
    """What is known of an endpoint before it is called; OpenAPI is made of these.

    What it is for is said by the docstring of `function`, what it answers by its return type.
    A body has at most `limit` bytes. `at_once` is answered also while all workers are busy; of what
    `waits` for the store's writer a bounded number does (`shared.kit.web.overload`). A page's form
    `confirms` before it is done, or what it did has an `undo`.
    """

    kind: str
    verb: str
    url: str
    allow: Any
    function: Callable[..., Any]
    body: type[Schema] | None = None
    params: type[Schema] | None = None
    upload: bool = False
    limit: int = 0
    at_once: bool = False
    waits: bool = False
    confirms: bool = False
    undo: bool = False

    @property
    def summary(self) -> str:
        """What it is for: the first sentence of the docstring, without its full stop."""
        said = inspect.getdoc(self.function) or ""
        return " ".join(said.partition("\n\n")[0].split()).removesuffix(".")

    @property
    def answer(self) -> type | None:
        """The `TypedDict` it answers with; None: a page, a file, or an object without a shape."""
        return shapes.returned(self.function)
