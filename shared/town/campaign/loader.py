"""Reads a campaign file (TOML) and tells every mistake in it at once, each with its line (R01)."""

import re
import tomllib
from pathlib import Path
from typing import Any, cast

from shared.town.campaign.checks import cross_checks
from shared.town.campaign.draft import WHOLE_FILE, Draft, Mistake
from shared.town.campaign.fields import ARRAYS, TOP, NotAllowed, Table
from shared.town.campaign.plan import Campaign, Product, Site, Unit
from shared.town.campaign.toml_lines import KeyPath, key_lines

_SYNTAX_LINE = re.compile(r"\(at line ([0-9]+), column [0-9]+\)")


class CampaignFileError(ValueError):
    """A campaign file with mistakes; ``mistakes`` has all of them in the order of their lines."""

    def __init__(self, path: Path, mistakes: list[Mistake]) -> None:
        self.path = path
        self.mistakes = tuple(sorted(mistakes, key=lambda mistake: mistake.line))
        super().__init__(str(path), self.mistakes)

    def __str__(self) -> str:
        count = len(self.mistakes)
        head = f"{self.path}: {count} mistake{'' if count == 1 else 's'}; nothing was loaded"
        return "\n".join([head, *(f"  {mistake}" for mistake in self.mistakes)])


def load(path: str | Path) -> Campaign:
    """The campaign of a file; raises CampaignFileError with all its mistakes."""
    path = Path(path)
    text, document = _parse(path)
    draft = Draft(key_lines(text))
    _read_table(draft, document, (), TOP, also=frozenset(ARRAYS))
    for array, table in ARRAYS.items():
        _read_array(draft, document, array, table)
    cross_checks(draft)
    if draft.mistakes:
        raise CampaignFileError(path, draft.mistakes)
    return Campaign(
        **_values(draft, (), TOP),
        products=tuple(Product(**each) for each in _tables(draft, "products")),
        sites=tuple(Site(**each) for each in _tables(draft, "sites")),
        units=tuple(Unit(**each) for each in _tables(draft, "units")),
    )


def _parse(path: Path) -> tuple[str, dict[str, Any]]:
    try:
        text = path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
        return text, tomllib.loads(text)
    except OSError as error:
        mistake = Mistake(WHOLE_FILE, "file", error.strerror or str(error), "a readable file")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        mistake = Mistake(line, "text", str(error.reason), "UTF-8; save the file as UTF-8")
    except tomllib.TOMLDecodeError as error:
        found = _SYNTAX_LINE.search(str(error))
        line = int(found[1]) if found else WHOLE_FILE
        reason = _SYNTAX_LINE.sub("", str(error)).strip()
        mistake = Mistake(line, "text", reason, "TOML, see https://toml.io")
    raise CampaignFileError(path, [mistake])


def _read_table(
    draft: Draft,
    table: dict[str, Any],
    at: KeyPath,
    spec: Table,
    also: frozenset[str] = frozenset(),
) -> None:
    known = {*spec.fields, *also}
    for key, value in table.items():
        if key not in known:
            draft.wrong((*at, key), value, "no such key; known: " + ", ".join(sorted(known)))
    for key, parse in spec.fields.items():
        if key not in table and key in spec.optional:
            continue
        try:
            draft.values[*at, key] = parse(table.get(key))
        except NotAllowed as refusal:
            draft.wrong((*at, key), table.get(key), refusal.allowed)


def _read_array(draft: Draft, document: dict[str, Any], array: str, spec: Table) -> None:
    given = cast("object", document.get(array))
    tables = cast("list[object]", given) if isinstance(given, list) else []
    if not tables:
        draft.wrong((array,), cast("object", given), f"at least one [[{array}]] table")
    for n, table in enumerate(tables):
        draft.values[array, n] = True
        if isinstance(table, dict):
            _read_table(draft, cast("dict[str, Any]", table), (array, n), spec)
        else:
            draft.wrong((array, n), table, f"a [[{array}]] table")


def _values(draft: Draft, at: KeyPath, spec: Table) -> dict[str, Any]:
    paths = {key: (*at, key) for key in spec.fields}
    return {key: draft.values[path] for key, path in paths.items() if path in draft.values}


def _tables(draft: Draft, array: str) -> list[dict[str, Any]]:
    return [_values(draft, (array, n), ARRAYS[array]) for n in draft.tables(array)]
