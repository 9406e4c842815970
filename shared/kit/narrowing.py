"""Mappings and lists among untyped values: `isinstance` that keeps what the type checker knows.

After `isinstance(value, dict)` of a value read from JSON or TOML the checker knows neither keys
nor values.
"""

from typing import Any, TypeGuard


def is_mapping(value: object) -> TypeGuard[dict[str, Any]]:
    """Tell whether a value is an object of JSON, a table of TOML."""
    return isinstance(value, dict)


def is_list(value: object) -> TypeGuard[list[Any]]:
    """Tell whether a value is a list."""
    return isinstance(value, list)
