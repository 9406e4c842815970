"""docs/kit.md is so: its service is added to a copy of this repository, and everything on the page runs.

So is the first change of CONTRIBUTING.md.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
COPIED = (
    "services",
    "shared",
    "deploy",
    "tests",
    "docs",
    "requirements",
    "typings",
    "pyproject.toml",
)
LEFT_OUT = shutil.ignore_patterns("node_modules", "var", "screenshots")
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PATH = re.compile(
    r"^(?:# |\{# |<!-- )((?:services|shared|tests)/\S+\.\w+)(?: #\}| -->)?\n", re.MULTILINE
)

BLOCKS = BLOCK.findall((ROOT / "docs" / "kit.md").read_text())
CHANGES = [block for _, block in BLOCK.findall((ROOT / "CONTRIBUTING.md").read_text())]

START = """
import pathlib, requests
from deploy.local.running import embedded_deployment
from tests.support.part_processes import running
town = embedded_deployment(pathlib.Path("var").resolve(), first_port=None)
with running(town, "complaints"):
    health = requests.get(f"{town.part('complaints').url}/health", timeout=10).json()
    print(health["source"], health["head"])
"""


def files_of(block: str) -> dict[str, str]:
    """The files a block holds: each begins with a comment that is its path."""
    _, *parts = PATH.split(block)
    return {
        path: f"{text.strip()}\n".lstrip()
        for path, text in zip(parts[::2], parts[1::2], strict=True)
    }


FILES = {path: text for _, block in BLOCKS for path, text in files_of(block).items()}
EXAMPLES = [block for kind, block in BLOCKS if kind == "python" and not files_of(block)]


def change(file: Path, old: str, new: str) -> None:
    """Do a step that is one line in a file."""
    text = file.read_text()
    assert text.count(old) == 1, f"{old!r} is not once in {file.name}"
    file.write_text(text.replace(old, new))


def run(tree: Path, *arguments: str) -> str:
    """Run Python in the tree; what it printed."""
    environment = os.environ | {"PYTHONPATH": str(tree), "PYTEST_ADDOPTS": ""}
    done = subprocess.run(
        [sys.executable, *arguments], cwd=tree, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, f"{arguments}\n{done.stdout[-6000:]}\n{done.stderr[-3000:]}"
    return done.stdout


def apply(tree: Path, diff: str) -> None:
    """Make a change to the tree."""
    subprocess.run(
        ["git", "apply", "--recount", "-C1", "-"], cwd=tree, input=diff, text=True, check=True
    )


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the repository in which the three steps of "Add a service" are done."""
    tree = tmp_path_factory.mktemp("kit") / "vaxledger"
    tree.mkdir()
    for name in COPIED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, tree / name, ignore=LEFT_OUT)
        else:
            shutil.copy(ROOT / name, tree / name)
    # 1. The folder: part.py, domain, rooms.
    for path, text in FILES.items():
        (tree / path).parent.mkdir(parents=True, exist_ok=True)
        (tree / path).write_text(text)
    # 2. Its PART.
    parts = tree / "deploy" / "parts.py"
    first = "from services.registration.part import"
    change(parts, first, f"from services.complaints.part import PART as COMPLAINTS\n{first}")
    change(parts, "REPORTING, SUPERVISION)", "REPORTING, SUPERVISION, COMPLAINTS)")
    # 3. Its contracts, with a golden file and a term each.
    run(tree, "-m", "tests.contracts.golden")
    for kind, block in BLOCKS:
        if kind == "diff":
            apply(tree, block)
    return tree


def test_every_block_of_the_document_is_used():
    loose = [
        block for kind, block in BLOCKS if kind not in ("python", "diff") and not files_of(block)
    ]
    assert loose == []
    assert {path.split("/")[-1] for path in FILES} >= {
        *("part.py", "places.py", "case.py", "refusals.py", "views.py", "queries.py"),
        *("commands.py", "schemas.py", "http.py", "policies.py", "tasks.py", "complaints.html"),
    }
    assert len(EXAMPLES) >= 4


def test_the_service_of_the_document_passes_its_tests_and_those_of_all_services(tree: Path):
    of_services = ("test_openapi", "access/test_doors", "security/test_pages_never_fail")
    of_all = ("test_terms", "test_papers", "test_docstrings", "contracts/test_catalogue")
    paths = ["tests/complaints", *(f"tests/{name}.py" for name in (*of_services, *of_all))]
    whole = (name.rpartition("/")[2] for name in of_all)
    only = ("-k", " or ".join(("complaint", *whole)))
    said = run(tree, "-m", "pytest", "-q", "-p", "no:cacheprovider", *only, *paths)
    passed = re.search(r"^(\d+) passed", said, re.MULTILINE)
    assert passed and int(passed[1]) >= 100, said


def test_it_starts(tree: Path):
    assert run(tree, "-W", "ignore", "-c", START).strip() == "complaints 0"


def test_it_reads_as_the_rest_of_the_house(tree: Path):
    run(tree, "-m", "ruff", "check", "--no-cache", "services", "tests", "shared", "deploy")
    run(
        tree,
        "-m",
        "ruff",
        "format",
        "--check",
        "--no-cache",
        *(f for f in FILES if f[-3:] == ".py"),
    )
    linter = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports())"
    assert "0 broken" in run(tree, "-c", linter)
    run(tree, "-m", "pyright", "--pythonpath", sys.executable, "services/complaints")


def test_every_example_of_the_document_runs(tree: Path):
    script = tree / "examples.py"
    script.write_text("\n".join(EXAMPLES))
    run(tree, "-W", "ignore", str(script))


def test_the_first_change_of_contributing_is_refused_by_its_test_until_the_rule_is_there(
    tree: Path,
):
    asked, *made = CHANGES
    wanted = ("-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/appointments/test_stock.py")
    apply(tree, asked)
    with pytest.raises(AssertionError, match="recalled-before"):
        run(tree, *wanted, "-k", "recalled")
    for change_made in made:
        apply(tree, change_made)
    run(tree, *wanted, "-k", "recalled")
