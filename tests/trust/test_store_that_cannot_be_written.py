"""Case F12: a full disk and a database that is only to be read are said, by commands and by health."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from shared.kit.contracts.chain import Linked
from tests.support.part import PartUnderTest

BATCH = {"batch": "B1", "product": "CoronaVac", "doses": 10, "expiry": "2025-03-31"}


@contextmanager
def full_disk() -> Iterator[None]:
    """No file may grow, as on a disk without room."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_f12_a_full_disk_is_503_until_there_is_room_again(tmp_path: Path):
    part = PartUnderTest(tmp_path, "appointments", "stadium")
    with full_disk():
        full = part.http.post("/api/batches", BATCH)
        with part.transaction():
            pass  # as when a follower finds nothing to do: it says nothing of the disk
        health = part.http.anonymous().get("/health")
        listed = part.http.get("/api/batches")
    assert (full.status_code, full.json["code"]) == (503, "store-unavailable")
    assert int(full.headers["Retry-After"]) > 0
    assert (health.status_code, listed.status_code) == (503, 200)
    assert part.http.anonymous().get("/health").status_code == 200
    assert part.http.post("/api/batches", BATCH).status_code == 200


def test_f12_a_database_that_is_only_read_is_503_and_health_is_red(tmp_path: Path):
    part = PartUnderTest(tmp_path, "appointments", "stadium")
    assert part.http.post("/api/batches", BATCH).status_code == 200
    for readonly in ("ON", "OFF"):
        store: Any = part.app.store
        for engine in (store.engine, store._repeatable):
            engine.dispose()
            with engine.connect() as connection:
                connection.execute(text(f"PRAGMA query_only={readonly}"))
        answer = part.http.post("/api/batches", BATCH | {"batch": "B2"})
        health = part.http.anonymous().get("/health").status_code
        wanted = (503, 503) if readonly == "ON" else (200, 200)
        assert (answer.status_code, health) == wanted


@pytest.mark.parametrize("said", ["links", "health"])
def test_f12_reading_goes_on_meanwhile(tmp_path: Path, said: str):
    part = PartUnderTest(tmp_path, "appointments", "stadium")
    assert part.http.post("/api/batches", BATCH).status_code == 200
    store: Any = part.app.store
    store._failed = True
    if said == "health":
        assert part.http.anonymous().get("/health").status_code == 200
        assert store._failed is False
    else:
        assert all(isinstance(each, Linked) for each in store.log(0, 10))
