"""The house holds: nothing inherits features, nothing imports in a circle."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any, get_args, get_type_hints

import pytest

ROOT = Path(__file__).parents[1]
FLOORS = ("services", "shared")
MOST_ANCESTORS = 1
MOST_PUBLIC_METHODS = 25
MOST_ANYS = 240
MOST_LINES = 300
VAGUE = (Any, dict, list, tuple, set)


def modules(*tops: str) -> dict[str, Path]:
    """Every module below these folders: dotted name -> file."""
    return {
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
        for top in tops
        for path in (ROOT / top).rglob("*.py")
    }


def imports_of(name: str, path: Path, known: Mapping[str, Path]) -> Iterator[str]:
    """The modules a file imports, also inside functions and for types only."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                package = name if path.name == "__init__.py" else name.rpartition(".")[0]
                above = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*above, *filter(None, [base])])
            for alias in node.names:
                full = f"{base}.{alias.name}"
                yield full if full in known else base
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def circles(graph: Mapping[str, Iterable[str]]) -> list[list[str]]:
    """Strongly connected components of more than one node (Tarjan)."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found: list[list[str]] = []

    def visit(node: str) -> None:
        index[node] = low[node] = len(index)
        stack.append(node)
        for other in graph.get(node, ()):
            if other not in index:
                visit(other)
                low[node] = min(low[node], low[other])
            elif other in stack:
                low[node] = min(low[node], index[other])
        if low[node] == index[node]:
            members: list[str] = []
            while not members or members[-1] != node:
                members.append(stack.pop())
            if len(members) > 1:
                found.append(sorted(members))

    for node in graph:
        if node not in index:
            visit(node)
    return sorted(found)


def imported() -> dict[str, set[str]]:
    known = modules(*FLOORS)
    return {
        name: {other for other in imports_of(name, path, known) if other in known} - {name}
        for name, path in known.items()
    }


def test_circles_are_found():
    assert circles({"a": ["b"], "b": ["c"], "c": ["a"], "d": ["a"]}) == [["a", "b", "c"]]
    assert circles({"a": ["b"], "b": ["c"], "c": []}) == []


def test_no_files_import_each_other_in_a_circle():
    assert circles(imported()) == []


def test_no_folders_import_each_other_in_a_circle():
    """A package and what lies in it are one place: only foreign folders count."""
    known, folders = modules(*FLOORS), dict[str, set[str]]()
    for name, others in imported().items():
        mine = known[name].parent
        for other in others:
            theirs = known[other].parent
            if not (theirs.is_relative_to(mine) or mine.is_relative_to(theirs)):
                folders.setdefault(str(mine), set()).add(str(theirs))
    assert circles(folders) == []


def classes() -> dict[str, type]:
    """Every class that is written in `services/`."""
    found: dict[str, type] = {}
    for name in modules("services"):
        for each in vars(importlib.import_module(name)).values():
            if inspect.isclass(each) and each.__module__ == name:
                found[f"{name}.{each.__qualname__}"] = each
    return found


def written_bases() -> dict[str, list[str]]:
    """Class -> the bases it is written with; a `TypedDict` forgets its own when it runs."""
    bases: dict[str, list[str]] = {}
    for name, path in modules("services").items():
        module = importlib.import_module(name)
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.ClassDef):
                named = (ast.unparse(base).partition("[")[0] for base in node.bases)
                found = [eval(each, vars(module)) for each in named]
                bases[f"{name}.{node.name}"] = [
                    f"{each.__module__}.{each.__qualname__}"
                    for each in found
                    if hasattr(each, "__qualname__")
                ]
    return bases


def ancestors_of(name: str, bases: Mapping[str, list[str]]) -> set[str]:
    """The ancestors of a class that are written in `services/`, direct or not."""
    mine = {base for base in bases[name] if base in bases}
    return mine.union(*(ancestors_of(base, bases) for base in mine))


def public_methods(cls: type) -> set[str]:
    """Names of its public methods, those inherited from our own classes included."""
    ours = [each for each in cls.__mro__ if each.__module__.startswith(("services.", "shared."))]
    return {
        name
        for each in ours
        for name, value in vars(each).items()
        if not name.startswith("_") and callable(value) and not inspect.isclass(value)
    }


def test_no_class_of_a_service_inherits_features(capsys: pytest.CaptureFixture[str]):
    found, bases = classes(), written_bases()
    ancestors = {name: ancestors_of(name, bases) for name in bases}
    methods = {name: public_methods(cls) for name, cls in found.items()}
    with capsys.disabled():
        print()
        for name in sorted(bases):
            above = ", ".join(sorted(ancestors[name])) or "-"
            print(f"{name}: inherits {above}; {len(methods.get(name, ()))} public methods")
    assert len(bases) > 300
    assert {name for name, above in ancestors.items() if len(above) > MOST_ANCESTORS} == set()
    assert {name for name, each in methods.items() if len(each) > MOST_PUBLIC_METHODS} == set()


def public_functions(module: ModuleType) -> dict[str, Callable[..., object]]:
    """The functions a module gives away, and the methods of its classes, by their names."""
    names = (name for name in vars(module) if not name.startswith("_"))
    mine = {name: vars(module)[name] for name in names}
    owned = {
        n: each for n, each in mine.items() if getattr(each, "__module__", "") == module.__name__
    }
    methods = {
        f"{name}.{method}": function
        for name, cls in owned.items()
        if inspect.isclass(cls)
        for method, function in vars(cls).items()
        if not method.startswith("_")
    }
    unwrapped = {name: inspect.unwrap(each) for name, each in (owned | methods).items()}
    return {name: each for name, each in unwrapped.items() if inspect.isfunction(each)}


def is_vague(said: object) -> bool:
    """Whether a type is, or somewhere inside holds, `Any` or a collection of it knows not what."""
    inner = said if isinstance(said, list) else get_args(said)
    return said in VAGUE or any(map(is_vague, inner))


def test_what_is_vague_is_found():
    assert all(map(is_vague, (Any, dict, list[dict], dict[str, Any] | None, Callable[[Any], str])))
    assert not any(map(is_vague, (str, dict[str, object], tuple[int, ...], Callable[[int], str])))


def test_commands_and_queries_say_what_they_take_and_return():
    """What an alias stands for counts too; in the text, what runs may have forgotten it."""
    rooms = [name for name in modules("services") if name.endswith((".commands", ".queries"))]
    functions = {
        f"{name}.{called}": function
        for name in rooms
        for called, function in public_functions(importlib.import_module(name)).items()
    }
    assert len(functions) > 200
    vague = {
        f"{name}({place})"
        for name, function in functions.items()
        for place, said in get_type_hints(function, include_extras=True).items()
        if is_vague(said) or re.search(r"\bAny\b", str(function.__annotations__[place]))
    }
    assert vague == set()


def test_few_words_of_any(capsys: pytest.CaptureFixture[str]):
    texts = (path.read_text() for path in modules("services").values())
    count = sum(len(re.findall(r"\bAny\b", text)) for text in texts)
    with capsys.disabled():
        print(f"\nAny: {count} words in services")
    assert count <= MOST_ANYS


def test_long_files_say_why():
    long = {
        name: ast.get_docstring(ast.parse(path.read_text())) or ""
        for name, path in modules("services", "shared", "deploy").items()
        if len(path.read_text().splitlines()) > MOST_LINES
    }
    assert {name for name, said in long.items() if "Long because" not in said} == set()


def test_the_kit_speaks_of_no_resident():
    said = {
        str(path.relative_to(ROOT))
        for path in (ROOT / "shared" / "kit").rglob("*.py")
        if "resident" in path.read_text().lower()
    }
    assert said == {"shared/kit/__init__.py"}  # which says so


AMBIENT = {
    *("os", "time", "random", "secrets", "platform", "threading", "eventlet"),
    *("socket", "subprocess", "requests", "smtplib", "http", "urllib"),
}
AMBIENT_CALLS = {
    *("datetime.now", "datetime.utcnow", "datetime.today", "date.today"),
    *("uuid.uuid1", "uuid.uuid4", "uuid1", "uuid4"),
}


def ambient(tree: ast.AST) -> Iterator[str]:
    """What a file takes from the machine: its clock, chance, environment or network."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names if each.name.split(".")[0] in AMBIENT)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in AMBIENT:
            yield str(node.module)
        elif isinstance(node, ast.Call):
            written = ast.unparse(node.func)
            if written.removeprefix("datetime.") in AMBIENT_CALLS or written in AMBIENT_CALLS:
                yield written


def test_what_a_file_takes_from_the_machine_is_found():
    text = "import os.path\nfrom secrets import token_hex\ndatetime.datetime.now(); date.today()"
    assert list(ambient(ast.parse(text))) == [
        *("os.path", "secrets"),
        *("datetime.datetime.now", "date.today"),
    ]
    assert list(ambient(ast.parse("work.now(); work.today(); uuid5(A, b)"))) == []


def test_what_decides_takes_nothing_from_the_machine():
    """A replay, a rebuild and a test have to come to the same: time is `work`'s, chance nobody's."""
    files = ("domain/*.py", "*/commands.py", "*/policies.py", "*/views.py")
    deciding = [path for file in files for path in (ROOT / "services").glob(f"*/{file}")]
    assert len(deciding) > 60
    taken = {
        f"{path.relative_to(ROOT)}: {what}"
        for path in deciding
        for what in ambient(ast.parse(path.read_text()))
    }
    assert taken == set()
