"""Docstrings say what is so: which refusals a decision raises, and what a thing is by itself."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
Function = ast.FunctionDef | ast.AsyncFunctionDef
DOMAINS = sorted((ROOT / "services").glob("*/domain"))
# An abstract method is another class's to write.
ABSTRACT = {"NotImplementedError"}
RAISES = re.compile(r"\braises?\b", re.I)
# "The same with …" is understood only by who has just read what stands above it.
LEANS = re.compile(
    r"^(Return )?(the|their) same( (with|without|for|where|as|after|of)\b|[,.])", re.I
)


def functions(path: Path) -> Iterator[tuple[str, Function]]:
    """The functions of a file and the methods of its classes, as `function` and `Class.method`."""
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, Function):
            yield node.name, node
        elif isinstance(node, ast.ClassDef):
            for each in node.body:
                if isinstance(each, Function):
                    yield f"{node.name}.{each.name}", each


def called(function: Function) -> Iterator[str]:
    """What a function calls, as it is written."""
    for node in ast.walk(function):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func)


def raised(function: Function) -> set[str]:
    """What stands behind `raise` in a function itself."""
    found = {node.exc for node in ast.walk(function) if isinstance(node, ast.Raise)}
    written = (each.func if isinstance(each, ast.Call) else each for each in found if each)
    return {ast.unparse(each) for each in written} - ABSTRACT


def surely(
    name: str, known: Mapping[str, Function], seen: frozenset[str] = frozenset()
) -> set[str]:
    """What a function raises, by itself or in functions and own methods of its file."""
    cls = name.rpartition(".")[0]
    own = (re.sub(r"^self\.", f"{cls}.", each) for each in called(known[name]))
    below = ({each for each in own if each in known} - seen) - {name}
    return raised(known[name]).union(*(surely(each, known, seen | {name}) for each in below))


def perhaps(
    name: str, known: Mapping[str, list[Function]], seen: frozenset[str] = frozenset()
) -> set[str]:
    """What functions of this name anywhere in the domain raise, and those they call."""
    below = {each.rpartition(".")[2] for one in known[name] for each in called(one)}
    below = {each for each in below if each in known} - seen - {name}
    here = set[str]().union(*(raised(each) for each in known[name]))
    return here.union(*(perhaps(each, known, seen | {name}) for each in below))


def mentioned(name: str, known: Mapping[str, Function]) -> set[str]:
    """The refusals a docstring names, those of a function of the same file that it names too."""
    said: set[str] = set()
    text = ast.get_docstring(known[name]) or ""
    for word in re.findall(r"`([A-Za-z.]+)`", "".join(RAISES.split(text, maxsplit=1)[1:])):
        for other in (word, f"{name.rpartition('.')[0]}.{word}"):
            if other in known and other != name:
                said |= surely(other, known)
        if word[0].isupper():
            said.add(word)
    return said


@pytest.mark.parametrize("domain", DOMAINS, ids=[each.parent.name for each in DOMAINS])
def test_a_decision_names_the_refusals_it_raises_and_no_others(domain: Path):
    files = {path: dict(functions(path)) for path in domain.glob("*.py")}
    by_name: dict[str, list[Function]] = {}
    for known in files.values():
        for name, function in known.items():
            by_name.setdefault(name.rpartition(".")[2], []).append(function)
    untrue: list[str] = []
    for path, known in files.items():
        for name in known:
            short = name.rpartition(".")[2]
            if short.startswith("_"):
                continue
            said, sure = mentioned(name, known), surely(name, known)
            missing, more = sure - said, said - perhaps(short, by_name) - sure
            more = {each for each in more if "." not in each}
            if missing or more:
                untrue.append(f"{path.name}: {name}: {sorted(missing)} missing, {sorted(more)} not")
    assert untrue == []


def documented(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, Function | ast.ClassDef | ast.Module):
            yield ast.get_docstring(node) or ""


def test_no_docstring_leans_on_what_stands_above_it():
    leaning = [
        f"{path.relative_to(ROOT)}: {text}"
        for top in ("services", "shared", "deploy")
        for path in (ROOT / top).rglob("*.py")
        for text in documented(ast.parse(path.read_text()))
        if LEANS.match(text)
    ]
    assert leaning == []
