"""What an endpoint's return type says of its answer, as JSON Schema."""

from __future__ import annotations

from datetime import date
from typing import Literal, NotRequired, TypedDict

from shared.kit.formats import Id
from shared.kit.web.shapes import returned, shape_of


class Leaf(TypedDict):
    """A leaf."""

    resident: Id
    day: date | None


class Tree(TypedDict):
    """A tree."""

    kind: Literal["oak", "elm"]
    leaves: list[Leaf]
    counts: dict[str, int]
    parent: NotRequired[Tree]


def grow() -> Tree | str: ...  # type: ignore[empty-body]


def cut() -> str: ...  # type: ignore[empty-body]


def test_a_typed_dictionary_is_found_in_what_a_function_returns():
    assert returned(grow) is Tree
    assert returned(cut) is None


def test_a_shape_names_every_field_and_what_may_be_missing():
    known = {}
    assert shape_of(Tree, lambda each: each.__name__, known) == {
        "$ref": "#/components/schemas/Tree"
    }
    assert known["Tree"]["required"] == ["kind", "leaves", "counts"]
    assert known["Tree"]["properties"] == {
        "kind": {"enum": ["oak", "elm"]},
        "leaves": {"type": "array", "items": {"$ref": "#/components/schemas/Leaf"}},
        "counts": {"type": "object", "additionalProperties": {"type": "integer"}},
        "parent": {"$ref": "#/components/schemas/Tree"},
    }
    assert known["Leaf"]["properties"]["resident"] == {"type": "string", "format": "uuid"}
    assert known["Leaf"]["properties"]["day"] == {
        "anyOf": [{"type": "string", "format": "date"}, {"type": "null"}]
    }
