"""Private servers of each test process, a place for what tests leave behind, the order of files."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from deploy.local.servers import PostgreSQL, RabbitMQ

TESTS = Path(__file__).parent
LONG = (
    "cluster/test_rehearsal.py",
    "security/test_schemathesis.py",
    "rehearsal/test_going_on.py",
    "registration/test_notices_killed.py",
    "security/test_markers.py",
    "deploy/test_imports.py",
    "pages/test_browser.py",
    "registration/test_hostile_workbooks.py",
    "messaging/test_broker.py",
    "scenarios/test_redocking.py",
    "deploy/test_servers.py",
    "registration/test_matches_undone.py",
)
"""The files that take longest, the longest first."""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the long files: one that began last would run on alone, the other workers idle."""
    place = {TESTS / name: number for number, name in enumerate(LONG)}
    items.sort(key=lambda item: place.get(item.path, len(LONG)))


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
