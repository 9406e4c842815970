"""A campaign file while it is read: its values so far, and the mistakes found so far."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from shared.town.campaign.toml_lines import KeyPath

WHOLE_FILE = 0
"""The line of a mistake that belongs to no line."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """One mistake of a campaign file: line, key as ``sites[2].hours``, value, and what is allowed.

    Lines and tables are counted from 1; line 0 stands for the whole file.
    """

    line: int
    key: str
    value: str
    allowed: str

    def __str__(self) -> str:
        place = f"line {self.line}" if self.line else "the file"
        return f"{place}: {self.key} = {self.value}; allowed: {self.allowed}"


@dataclass(slots=True)
class Draft:
    """Values that are right in themselves, by key path, and what is wrong with the others."""

    lines: Mapping[KeyPath, int]
    values: dict[KeyPath, Any] = field(default_factory=dict[KeyPath, Any])
    mistakes: list[Mistake] = field(default_factory=list[Mistake])

    def line_of(self, path: KeyPath) -> int:
        """The line of a key, or the nearest line known above it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines[path] if path else WHOLE_FILE

    def wrong(self, path: KeyPath, value: object, allowed: str) -> None:
        """Note a mistake at a key."""
        self.mistakes.append(Mistake(self.line_of(path), key_text(path), shown(value), allowed))

    def get(self, *path: str | int) -> Any | None:
        """The value at a path, or None if it is missing or wrong; then a rule about it must wait."""
        return self.values.get(path)

    def tables(self, array: str) -> Iterator[int]:
        """The index of every table of an array, wrong ones too."""
        n = 0
        while (array, n) in self.values:
            yield n
            n += 1


def key_text(path: KeyPath) -> str:
    """A key path for the reader: ``sites[2].hours`` is the hours of the second site."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part + 1}]"
        else:
            text += f".{part}" if text else part
    return text


def shown(value: object) -> str:
    """A TOML value for the reader, in one short line."""
    if value is None:
        return "(missing)"
    if isinstance(value, str):
        text = f'"{value}"'
    elif isinstance(value, bool):
        text = str(value).lower()
    else:
        text = str(value)
    return text if len(text) <= 60 else text[:57] + "..."
