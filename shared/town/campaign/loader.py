"""Reads a campaign file (TOML) and tells every mistake in it at once, each with its line (R01)."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, cast

from marshmallow import ValidationError

from shared.kit.language import t
from shared.kit.narrowing import is_mapping
from shared.town.campaign.aefi import Aefi
from shared.town.campaign.checks import cross_checks
from shared.town.campaign.plan import Campaign, Product, Site, Unit
from shared.town.campaign.schemas import CampaignKeys
from shared.town.campaign.toml_lines import KeyPath, key_lines

WHOLE_FILE = 0
"""The line of a mistake that belongs to no line."""

_SYNTAX_LINE = re.compile(r"\(at line ([0-9]+), column [0-9]+\)")


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
        place = t("第 {n} 行", "line {n}", n=self.line) if self.line else t("文件", "the file")
        return t(
            "{place}：{key} = {value}；应为：{allowed}",
            "{place}: {key} = {value}; allowed: {allowed}",
            place=place,
            key=self.key,
            value=self.value,
            allowed=self.allowed,
        )


class CampaignFileError(ValueError):
    """A campaign file with mistakes; ``mistakes`` has all of them in the order of their lines."""

    def __init__(self, path: Path, mistakes: list[Mistake]) -> None:
        self.path = path
        self.mistakes = tuple(sorted(mistakes, key=lambda mistake: mistake.line))
        super().__init__(str(path), self.mistakes)

    def __str__(self) -> str:
        head = t(
            "{path}：{count} 处有误，没有载入任何内容",
            "{path}: nothing was loaded, mistakes: {count}",
            path=self.path,
            count=len(self.mistakes),
        )
        return "\n".join([head, *(f"  {mistake}" for mistake in self.mistakes)])


def load(path: str | Path) -> Campaign:
    """The campaign of a file, read anew when the file is another; raises CampaignFileError."""
    path = Path(path)
    try:
        stat = path.stat()
    except OSError:
        return _read(path)
    return _known(path, stat.st_ino, stat.st_size, stat.st_mtime_ns)


@lru_cache(maxsize=16)
def _known(path: Path, *_stat: int) -> Campaign:
    return _read(path)


def _read(path: Path) -> Campaign:
    """Read a file; raises CampaignFileError with all its mistakes."""
    text, document = _parse(path)
    lines = cache(lambda: key_lines(text))

    def line_of(at: KeyPath) -> int:
        """The line of a key, or of the nearest table above it."""
        while at and at not in lines():
            at = at[:-1]
        return lines().get(at, WHOLE_FILE)

    told: list[tuple[KeyPath, str]] = []
    try:
        values = cast("dict[str, Any]", CampaignKeys().load(document))
    except ValidationError as error:
        values = dict(error.valid_data or {})
        told += _leaves(error.normalized_messages())
    told += cross_checks(values, line_of)
    if told:
        mistakes = [Mistake(line_of(at), _key(at), _shown(document, at), w) for at, w in told]
        raise CampaignFileError(path, mistakes)
    values |= {
        "products": tuple(Product(**each) for each in values["products"]),
        "sites": tuple(Site(**each) for each in values["sites"]),
        "units": tuple(Unit(**each) for each in values["units"]),
        "aefi": Aefi(**values.get("aefi", {})),
    }
    return Campaign(**values)


def _parse(path: Path) -> tuple[str, dict[str, Any]]:
    try:
        text = path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
        return text, tomllib.loads(text)
    except OSError as error:
        mistake = Mistake(
            WHOLE_FILE, "file", error.strerror or str(error), t("能读的文件", "a readable file")
        )
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        mistake = Mistake(
            line,
            "text",
            str(error.reason),
            t("UTF-8；请存为 UTF-8", "UTF-8; save the file as UTF-8"),
        )
    except tomllib.TOMLDecodeError as error:
        found = _SYNTAX_LINE.search(str(error))
        line = int(found[1]) if found else WHOLE_FILE
        reason = _SYNTAX_LINE.sub("", str(error)).strip()
        mistake = Mistake(
            line, "text", reason, t("TOML，见 https://toml.io", "TOML, see https://toml.io")
        )
    raise CampaignFileError(path, [mistake])


def _leaves(messages: dict[Any, Any], above: KeyPath = ()) -> Iterator[tuple[KeyPath, str]]:
    """Yield path and message of all that marshmallow has found wrong."""
    for key, below in messages.items():
        path = above if key == "_schema" else (*above, key)
        if is_mapping(below):
            yield from _leaves(below, path)
        else:
            yield path, str(below[0])


def _key(path: KeyPath) -> str:
    """A key path for the reader: ``sites[2].hours`` is the hours of the second site."""
    parts = (f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in path)
    return "".join(parts).removeprefix(".")


def _shown(document: Any, path: KeyPath) -> str:
    """The value at a path for the reader, in one short line."""
    value = document
    try:
        for part in path:
            value = value[part]
    except KeyError:
        return t("（缺少）", "(missing)")
    text = f'"{value}"' if isinstance(value, str) else str(value)
    text = text.lower() if isinstance(value, bool) else text
    return text if len(text) <= 60 else text[:57] + "..."
