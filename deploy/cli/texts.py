"""Texts: all that the pages, the commands and the parts say, as a further language's file has to say it.

A text is written as a pair, Chinese then English, wherever it is said; they are read out of the code
and the templates, not out of a running part.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple, TypedDict, cast

from jinja2 import nodes

from deploy.parts import PARTS, assembly
from services.screening.rules.loading import questions_ever
from shared.kit.language_files import read
from shared.town.web import pages

ROOT = Path(__file__).parents[2]
# Said to nobody: what rehearsals and simulations invent.
_INVENTED = ("deploy/rehearsal", "deploy/simulation")


class Pair(NamedTuple):
    """One text in Chinese and in English."""

    zh: str
    en: str


def pairs() -> set[Pair]:
    """Return every text there is, in both languages."""
    return {pair for pair in (*_of_code(), *_of_templates(), *_of_rules()) if _is_text(pair)}


class Document(TypedDict):
    """A language's file, and beside its texts their Chinese, for whoever translates from it."""

    name: str
    texts: dict[str, str]
    chinese: dict[str, str]


def document(file: Path | None) -> Document:
    """Return what a language has to say, "" where it says nothing yet; what a file says is kept."""
    name, said = read(file) if file else ("", {})
    known = {each.en: each.zh for each in sorted(pairs())}
    return {"name": name, "texts": {en: said.get(en, "") for en in known}, "chinese": known}


def _is_text(pair: Pair) -> bool:
    return _chinese(pair.zh) and not _chinese(pair.en) and pair.en.strip() != ""


def _chinese(text: str) -> bool:
    return any("\u3000" <= sign <= "\u9fff" or "\uff00" <= sign <= "\uffef" for sign in text)


def _following(said: list[str | None]) -> Iterator[Pair]:
    """Each Chinese text that an English one follows."""
    for zh, en in pairwise(said):
        if zh is not None and en is not None:
            yield Pair(zh, en)


def _of_code() -> Iterator[Pair]:
    for folder in ("deploy", "services", "shared"):
        for file in sorted((ROOT / folder).rglob("*.py")):
            if not file.relative_to(ROOT).as_posix().startswith(_INVENTED):
                for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                    yield from _of_node(node)


def _of_node(node: ast.AST) -> Iterator[Pair]:
    if isinstance(node, ast.Call):
        yield from _following([_constant(each) for each in node.args])
        named = {each.arg: _constant(each.value) for each in node.keywords}
        yield from _following([named.get("zh"), named.get("en")])
    elif isinstance(node, ast.Tuple | ast.List):
        yield from _following([_constant(each) for each in node.elts])
    elif isinstance(node, ast.Dict):  # of marshmallow's: the Chinese by the English
        for key, value in zip(node.keys, node.values, strict=True):
            if key is not None:
                yield from _following([_constant(value), _constant(key)])
    elif isinstance(node, ast.ClassDef):
        own = {
            target.id: _constant(each.value)
            for each in node.body
            if isinstance(each, ast.Assign)
            for target in each.targets
            if isinstance(target, ast.Name)
        }
        yield from _following([own.get("zh"), own.get("en")])
    elif isinstance(node, ast.FunctionDef):  # a command: its docstring is the English
        for decorator in node.decorator_list:
            if isinstance(decorator, ast.Call) and len(decorator.args) > 1:
                yield from _following([_constant(decorator.args[1]), ast.get_docstring(node)])


def _constant(node: ast.AST) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _of_rules() -> Iterator[Pair]:
    for question in questions_ever().values():
        yield Pair(question.zh, question.en)


def _of_templates() -> Iterator[Pair]:
    for service in PARTS:
        jinja = pages.environment(assembly(service).pages)
        for name in jinja.list_templates(extensions=["html"]):
            assert jinja.loader is not None
            source, _, _ = jinja.loader.get_source(jinja, name)
            for call in jinja.parse(source).find_all((nodes.Call, nodes.Tuple)):
                given = call.args if isinstance(call, nodes.Call) else call.items
                yield from _following([_said(each) for each in cast("list[nodes.Node]", given)])


def _said(node: nodes.Node) -> str | None:
    value = node.value if isinstance(node, nodes.Const) else None
    return value if isinstance(value, str) else None
