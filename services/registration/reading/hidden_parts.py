"""Which rows and columns of a workbook's sheets are hidden; the reader of cells does not say."""

from __future__ import annotations

import html
import io
import re
import zipfile
from dataclasses import dataclass

_COLUMNS_LIMIT = 16_384
_BOOK = "xl/workbook.xml"
_RELATIONS = "xl/_rels/workbook.xml.rels"

_SHEET = re.compile(rb"<(?:\w{1,20}:)?sheet\b[^<>]{0,900}>")
_NAME = re.compile(rb"""\bname\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_ID = re.compile(rb"""\b\w{1,20}:id\s*=\s*["']([^"']*)["']""")
_RELATION = re.compile(rb"<(?:\w{1,20}:)?Relationship\b[^<>]{0,900}>")
_RELATION_ID = re.compile(rb"""\bId\s*=\s*["']([^"']*)["']""")
_TARGET = re.compile(rb"""\bTarget\s*=\s*["']([^"']*)["']""")
_HIDDEN = rb"""\bhidden\s*=\s*["'](?:1|true)["']"""
_ROW = re.compile(
    rb"<(?:\w{1,20}:)?row\b(?=[^<>]{0,400}?"
    + _HIDDEN
    + rb")[^<>]{0,400}?\br\s*=\s*[\"']([0-9]{1,7})"
)
_COLUMN = re.compile(rb"<(?:\w{1,20}:)?col\b(?=[^<>]{0,400}?" + _HIDDEN + rb")[^<>]{0,400}>")
_FIRST = re.compile(rb"""\bmin\s*=\s*["']([0-9]{1,5})""")
_LAST = re.compile(rb"""\bmax\s*=\s*["']([0-9]{1,5})""")


@dataclass(frozen=True, slots=True)
class Hidden:
    """What is hidden on a sheet: rows from 1, columns from 0."""

    rows: frozenset[int] = frozenset()
    columns: frozenset[int] = frozenset()


def hidden_parts(package: bytes) -> dict[str, Hidden]:
    """Return what is hidden by the name of the sheet; of a package that has been checked."""
    with zipfile.ZipFile(io.BytesIO(package)) as parts:
        names = {name.lower(): name for name in parts.namelist()}
        if _BOOK not in names or _RELATIONS not in names:
            return {}
        targets = _targets(parts.read(names[_RELATIONS]))
        found: dict[str, Hidden] = {}
        for name, relation in _sheets(parts.read(names[_BOOK])):
            part = names.get(targets.get(relation, "").lower())
            if part is not None and b"hidden" in (content := parts.read(part)):
                found[name] = _hidden(content)
        return found


def _sheets(book: bytes) -> list[tuple[str, bytes]]:
    sheets: list[tuple[str, bytes]] = []
    for tag in _SHEET.findall(book):
        name, relation = _NAME.search(tag), _ID.search(tag)
        if name and relation:
            text = (name[1] if name[1] is not None else name[2]).decode("utf-8", "replace")
            sheets.append((html.unescape(text), relation[1]))
    return sheets


def _targets(relations: bytes) -> dict[bytes, str]:
    targets: dict[bytes, str] = {}
    for tag in _RELATION.findall(relations):
        relation, target = _RELATION_ID.search(tag), _TARGET.search(tag)
        if relation and target:
            path = html.unescape(target[1].decode("utf-8", "replace"))
            targets[relation[1]] = path.lstrip("/") if path.startswith("/") else f"xl/{path}"
    return targets


def _hidden(sheet: bytes) -> Hidden:
    columns: set[int] = set()
    for tag in _COLUMN.findall(sheet):
        first, last = _FIRST.search(tag), _LAST.search(tag)
        if first and last:
            end = min(int(last[1]), _COLUMNS_LIMIT)
            columns.update(range(int(first[1]) - 1, end))
    return Hidden(frozenset(map(int, _ROW.findall(sheet))), frozenset(columns))
