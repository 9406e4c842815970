"""Where the keys of a TOML text stand: tomllib gives values without lines; this gives the lines."""

import tomllib
from collections import Counter
from typing import Any

from shared.kit.narrowing import is_mapping

KeyPath = tuple[str | int, ...]
"""A path as in ``("sites", 0, "hours")``; tables of an array are counted from 0."""


def key_lines(text: str) -> dict[KeyPath, int]:
    """The line, counted from 1, on which every key and table of a valid TOML text begins."""
    lines: dict[KeyPath, int] = {}
    seen: Counter[KeyPath] = Counter()
    table: KeyPath = ()
    statement, first = "", 1
    for number, line in enumerate(text.split("\n"), start=1):
        statement += line + "\n"
        try:
            found = tomllib.loads(statement)
        except tomllib.TOMLDecodeError:
            continue  # inside a bracket or a text of several lines, which goes on
        paths = _paths(found)
        if statement.lstrip().startswith("["):
            table = paths[-1]
            if statement.lstrip().startswith("[["):
                seen[table] += 1
                table = (*table, seen[table] - 1)
            paths.append(table)
        else:
            paths = [(*table, *path) for path in paths]
        lines = dict.fromkeys(paths, first) | lines
        statement, first = "", number + 1
    return lines


def _paths(found: dict[str, Any]) -> list[KeyPath]:
    """The path of every key, also of those in tables, the outer before the inner."""
    paths: list[KeyPath] = []
    for key, value in found.items():
        paths.append((key,))
        if is_mapping(value):
            paths += [(key, *path) for path in _paths(value)]
    return paths
