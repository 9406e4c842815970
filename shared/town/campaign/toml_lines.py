"""Where the keys of a TOML text stand. tomllib gives values without lines; this gives the lines only."""

import re
from collections import Counter

KeyPath = tuple[str | int, ...]
"""A path as in ``("sites", 0, "hours")``; tables of an array are counted from 0."""

_KEY = r"""(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')"""
_DOTTED = rf"{_KEY}(?:\s*\.\s*{_KEY})*"
_TABLES = re.compile(rf"\s*\[\[\s*({_DOTTED})\s*\]\]")
_TABLE = re.compile(rf"\s*\[\s*({_DOTTED})\s*\]")
_PAIR = re.compile(rf"\s*({_DOTTED})\s*=")
_TOKEN = re.compile(r"""\"{3}|'{3}|"(?:[^"\\]|\\.)*"|'[^']*'|\#.*|[\[\]{}]""")


def key_lines(text: str) -> dict[KeyPath, int]:
    """The line, counted from 1, of every table header and ``key =`` of a valid TOML text."""
    lines: dict[KeyPath, int] = {}
    seen: Counter[KeyPath] = Counter()
    table: KeyPath = ()
    rest = _Rest()
    for number, line in enumerate(text.split("\n"), start=1):
        if rest.is_open:
            rest.read(line)
        elif match := _TABLES.match(line):
            name = _path(match[1])
            table = (*name, seen[name])
            seen[name] += 1
            lines.setdefault(name, number)
            lines[table] = number
        elif match := _TABLE.match(line):
            table = _path(match[1])
            lines[table] = number
        elif match := _PAIR.match(line):
            lines[(*table, *_path(match[1]))] = number
            rest.read(line[match.end() :])
    return lines


class _Rest:
    """Whether a value goes on in the next line: inside a bracket or a multi-line string."""

    def __init__(self) -> None:
        self._depth = 0
        self._quote = ""

    @property
    def is_open(self) -> bool:
        return self._depth > 0 or self._quote != ""

    def read(self, line: str) -> None:
        at = 0
        while at < len(line):
            if self._quote:
                end = line.find(self._quote, at)
                if end < 0:
                    return
                at = end + 3
                self._quote = ""
                continue
            match = _TOKEN.search(line, at)
            if match is None:
                return
            token = match[0]
            at = match.end()
            if token in ('"""', "'''"):
                self._quote = token
            elif token in "[{":  # nosec B105
                self._depth += 1
            elif token in "]}":  # nosec B105
                self._depth -= 1


def _path(dotted: str) -> KeyPath:
    return tuple(part.strip("\"'") for part in re.findall(_KEY, dotted))
