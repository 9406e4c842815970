"""The ledger's indexes: each is read by a question that is asked, and none is sorted for."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.supervision.ledger import queries
from services.supervision.ledger.views import ledger
from services.supervision.replay.queries import reports
from shared.town.work import Work
from tests.support.part import PartUnderTest
from tests.support.plans import plans, read_in

WHO, UNIT = str(uuid.UUID(int=1)), "v01"


@pytest.fixture
def work(tmp_path: Path) -> Iterator[Work]:
    part = PartUnderTest(tmp_path, "supervision")
    yield part.app
    part.app.store.close()


def test_every_index_is_read(work: Work):
    with plans(work.store) as found:
        reports(work, [])
        queries.of_unit(work, UNIT, None, None, 10)
        queries.of_residents(work, [WHO], [], None)
    assert read_in(found) == {str(index.name) for index in ledger.indexes}


def test_events_of_people_are_found_by_the_people_and_not_by_the_name(work: Work):
    with plans(work.store) as found:
        list(queries.events(work, "DoseAdministered", residents=[WHO]))
        list(queries.events(work, "DoseAdministered", residents=[WHO], unit=UNIT))
    assert read_in(found) == {"ix_ledger_resident", "ledger_of_unit"}


def test_events_of_everybody_are_read_in_order_without_being_sorted(work: Work):
    with plans(work.store) as found:
        list(queries.events(work, "DoseAdministered", "ConsentGiven"))
    assert "SCAN ledger" in found
    assert not [plan for plan in found if "TEMP B-TREE" in plan]
