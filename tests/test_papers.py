"""What papers name exists: files, functions, a service's events, whom it follows, its rooms."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from deploy.parts import PARTS, SERVICES
from shared.town.contracts import catalogue

ROOT = Path(__file__).parent.parent
TOPS = ("services", "shared", "deploy", "tests", "docs", "typings", "requirements", ".ci")
PAPERS = sorted(
    str(each.relative_to(ROOT))
    for pattern in ("*.md", "docs/*.md", "docs/adr/*.md", "services/*/README.md")
    for each in ROOT.glob(pattern)
)
BLOCK = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
# A folder or file, perhaps with what is in it: `shared/kit/`, `<name>/part.py`, `part.py:PART`.
NAMED = re.compile(
    r"`((?:[\w.<>-]+/)+[\w.<>-]*|[\w<>-]+\.(?:py|md|html|css|toml|json|svg))(?::([\w.]+))?`"
)
# They are there once something runs.
MADE = {"deployment.json", "parts/", "parts/<part>.json", "var/"}


def named(paper: str) -> Iterator[tuple[str, str]]:
    """The files and folders a paper names in backticks, each with the name in it, or ""."""
    for path, inside in NAMED.findall(BLOCK.sub("", (ROOT / paper).read_text())):
        top, last = path.split("/")[0], path.split("/")[-1]
        source = top not in TOPS and "/" in path and last and "." not in last
        if path not in MADE and not source:  # `appointments/stadium` is a source of events
            yield path, inside


@cache
def everything() -> list[str]:
    """Every file and folder, as `/folder/file.py` and `/folder/`."""
    found = [each for top in TOPS for each in (ROOT / top).rglob("*")]
    found += [*ROOT.glob("*"), *(ROOT / top for top in TOPS)]
    kept = (each for each in found if not {"node_modules", "__pycache__"} & {*each.parts})
    return [f"/{each.relative_to(ROOT)}{'/' * each.is_dir()}" for each in kept]


def places(path: str, below: str) -> list[str]:
    """What a paper may mean by a path: a whole one, or the end of one below its folder."""
    shape = re.sub(r"<\w+>|\bNNNN-[\w-]+", r"[^/]+", path.replace(".", r"\."))
    begins = f"(?:/|{below}/(?:.*/)?)" if "/" in path else f"{below}/(?:.*/)?"
    pattern = re.compile(f"{begins}{shape}{'' if path.endswith('/') else '/?'}")
    return [each for each in everything() if pattern.fullmatch(each)]


def declares(file: str, inside: str) -> bool:
    """Tell whether a file of Python declares a name, or a class in it one: `Class.method`."""
    body: list[ast.stmt] = ast.parse((ROOT / file.lstrip("/")).read_text()).body
    for name in inside.split("."):
        found = [each for each in body if name in _names(each)]
        if not found:
            return False
        body = getattr(found[0], "body", [])
    return True


def _names(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return [node.name]
    targets = getattr(node, "targets", [getattr(node, "target", None)])
    return [each.id for each in targets if isinstance(each, ast.Name)]


@pytest.mark.parametrize("paper", PAPERS)
def test_every_file_a_paper_names_exists(paper: str):
    folder = str(Path("/", paper).parent)
    below = folder if folder.startswith("/services/") else ""
    missing = [
        f"{path}:{inside}"
        for path, inside in named(paper)
        if not (found := places(path, below))
        or (inside and not any(declares(each, inside) for each in found))
    ]
    assert missing == []


def test_what_does_not_exist_is_found():
    assert places("part.py", "/services/screening") == ["/services/screening/part.py"]
    assert places("services/<name>/part.py", "")
    assert places("shared/eventstore", "") == places("part.py", "/services/screening/desk") == []
    assert declares("/shared/kit/eventstore/views.py", "Views.apply_all")
    assert not declares("/shared/kit/eventstore/views.py", "Views.forget_all")


def passage(service: str, begin: str, end: str) -> str:
    """The text of a service's README from one bold word to another."""
    text = (ROOT / "services" / service / "README.md").read_text()
    found = re.search(rf"\*\*{begin}\*\*(.*?){end}", text, re.DOTALL)
    assert found, f"{service} says nowhere what it {begin.lower()}"
    return found[1]


@pytest.mark.parametrize("service", SERVICES)
def test_a_readme_lists_the_events_its_service_says(service: str):
    said = re.findall(r"\b[A-Z][a-z]+[A-Z]\w+", passage(service, "Says", r"\*\*Listens to"))
    current = (each for each in catalogue if catalogue.latest(each.name) is each)
    assert sorted(said) == sorted(each.name for each in current if each.service == service)


@pytest.mark.parametrize("service", SERVICES)
def test_a_readme_lists_whom_its_service_follows(service: str):
    said = passage(service, "Listens to", r"(?:\n\n|\n- |\n\||\Z)")
    assert {each for each in SERVICES if each in said} == set(PARTS[service].follows)


@pytest.mark.parametrize("service", SERVICES)
def test_a_readme_lists_the_rooms_in_the_order_of_the_part(service: str):
    text = (ROOT / "services" / service / "README.md").read_text()
    assert [room for room in PARTS[service].rooms if f"`{room}/`" not in text] == []
    assert sorted(PARTS[service].rooms, key=lambda room: text.index(f"`{room}/`")) == list(
        PARTS[service].rooms
    )


def test_no_term_stands_twice_in_the_glossary():
    rows = re.findall(
        r"^\| ([^|]+?) (?:○ )?\|", (ROOT / "docs" / "glossary.md").read_text(), re.MULTILINE
    )
    terms = [term for row in rows if row not in ("term", "---") for term in row.split(", ")]
    assert [term for term, number in Counter(terms).items() if number > 1] == []
    assert {"room", "mirror", "edge", "gate", "instance", "finding", "kit", "work"} <= {*terms}
