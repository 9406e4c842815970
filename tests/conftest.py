"""Private servers of each test process, a place for what tests leave behind, the order of files."""

from __future__ import annotations

import json
import os
import sys
import uuid
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import settings

from deploy.local.postgresql import PostgreSQL
from deploy.local.rabbitmq import RabbitMQ
from shared.kit.language import CHINESE, VARIABLE
from tests.support.examples import examples

TESTS = Path(__file__).parent
FIGURES = "figures"
"""What a test records by this name (`record_property`) is said at the end, from any worker."""
os.environ[VARIABLE] = CHINESE  # wherever they run, parts and commands write Chinese
LONG = (
    "cluster/test_rehearsal.py",
    "security/test_schemathesis.py",
    "simulation/test_simulation.py",
    "simulation/test_mutants.py",
    "faults/test_faults.py",
    "trust/test_several_processes.py",
    "trust/test_server_drains.py",
    "trust/test_server_under_pressure.py",
    "registration/test_notices_killed.py",
    "security/test_markers.py",
    "deploy/test_imports.py",
    "pages/test_browser.py",
    "pages/test_seen.py",
    "pages/test_live.py",
    "scenarios/test_a_full_day.py",
    "tasks/test_tasks.py",
    "registration/test_hostile_workbooks.py",
    "messaging/test_broker.py",
    "messaging/test_broker_troubles.py",
    "scenarios/test_redocking.py",
    "deploy/test_servers.py",
    "deploy/test_command.py",
    "security/test_pages_never_fail.py",
    "security/test_fuzz.py",
    "trust/test_walk_of_parts.py",
    "eventstore/test_gaps.py",
    "trust/test_overload.py",
    "privacy/test_memory.py",
    "deploy/test_private_files.py",
    "registration/test_matches_undone.py",
    "test_kit_document.py",
    "security/test_incidents_sent.py",
    "security/test_injection.py",
    "rehearsal/test_town.py",
    "rehearsal/test_until.py",
    "security/test_incidents.py",
    "access/test_walk.py",
    "messaging/test_following.py",
    "supervision/test_replay.py",
    "reporting/test_links.py",
    "bench/test_bench.py",
    "bench/test_against_peer.py",
)
"""The files that take longest, the longest first; `make quick` leaves them out."""
STARTERS = {
    "deploy.local.postgresql": ("PostgreSQL",),
    "deploy.local.processes": ("Process",),
    "deploy.local.rabbitmq": ("RabbitMQ",),
    "deploy.local.running": ("running_embedded", "running_cluster"),
    "deploy.local.supervisor": ("ProcessGroup",),
    "playwright.sync_api": ("sync_playwright",),
}
"""What starts servers, parts of the product or a browser."""


# No test means hypothesis' own deadline of 200 ms: a busy machine is no fault of the code.
settings.register_profile("here", settings(), deadline=None, max_examples=examples(100))
settings.load_profile("here")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs servers and what is long, and begin with the long files.

    One that began last would run on alone, the other workers idle.
    """
    place = {TESTS / name: number for number, name in enumerate(LONG)}
    for item in items:
        if item.path in place:
            item.add_marker("long")
        if needs_servers(item):
            item.add_marker("servers")
    items.sort(key=lambda item: place.get(item.path, len(LONG)))


def needs_servers(item: pytest.Item) -> bool:
    """Whether a test asks for a server, or its file (or a helper of it) knows what starts one."""
    assert isinstance(item, pytest.Function)
    parameters = item.callspec.params.values() if hasattr(item, "callspec") else ()
    asked = {"postgresql", "rabbitmq"} & {*item.fixturenames, *map(str, parameters)}
    return bool(asked) or starts_servers(item.module)


@cache
def starts_servers(module: ModuleType) -> bool:
    """Whether a module of tests has, or takes from another such, something of `STARTERS`."""
    others = set[str]()
    for name, value in vars(module).items():
        home = str(getattr(value, "__module__", None))
        if name in STARTERS.get(home, ()):
            return True
        if home.startswith("tests.") and home != module.__name__:
            others.add(home)
    return any(starts_servers(sys.modules[home]) for home in others)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say what tests have measured, and `slipcover`, where they run under it."""
    for report in terminalreporter.getreports("passed"):
        for name, said in report.user_properties:
            if name == FIGURES:
                terminalreporter.write_line(said)
    measured = Path(os.environ.get("SLIPCOVER_COVERAGE_DIR", ""), "merged.json")
    if measured.is_file():
        percent = json.loads(measured.read_text())["summary"]["percent_covered"]
        terminalreporter.write_line(
            f"coverage: {percent:.1f} % of the lines of services and shared"
            " (in the tests' own processes; what servers and parts run is not counted)"
        )


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgreSQL]:
    with PostgreSQL(tmp_path_factory.mktemp("postgresql") / "server") as server:
        yield server


@pytest.fixture(scope="session")
def rabbitmq(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RabbitMQ]:
    with RabbitMQ(tmp_path_factory.mktemp("rabbitmq") / "server") as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], str]:
    """Makes the address of a new, empty database: of SQLite, then of PostgreSQL."""

    def make() -> str:
        name = f"t{uuid.uuid4().hex}"
        if request.param == "sqlite":
            return f"sqlite:///{tmp_path}/{name}.db"
        server: PostgreSQL = request.getfixturevalue("postgresql")
        server.create_database(name)
        return server.url(name)

    return make
