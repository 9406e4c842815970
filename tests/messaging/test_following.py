"""The follower's rule, without a broker: every event once, in order, whatever comes."""

from __future__ import annotations

import tempfile
import uuid
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.kit.contracts.chain import Linked
from shared.kit.eventstore import Policies
from tests.support.examples import examples
from tests.support.part import PartUnderTest

SITE = "appointments/stadium"
EVENTS = 12


def an_office(folder: Path) -> tuple[PartUnderTest, list[Linked]]:
    """Reporting, and a log of doses it has not heard of yet."""
    teller = PartUnderTest(folder / "teller", "reporting")
    for number in range(EVENTS):
        teller.hears(
            SITE,
            "DoseAdministered",
            site="stadium",
            resident=uuid.uuid4(),
            unit="v01",
            cohort="general",
            dose=1 + number % 2,
            day="2024-03-25",
            product="CoronaVac",
            batch="B1",
            vaccinator="nurse-01",
        )
    office = PartUnderTest(folder / "office", "reporting")
    log = office._foreign.setdefault(SITE, [])
    log.extend(teller._foreign[SITE])
    return office, log


def counted(office: PartUnderTest) -> int:
    town = office.http.get("/api/progress").json["figures"]["town"]
    return town["first"] + town["second"]


@settings(max_examples=examples(25), deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.lists(st.integers(1, EVENTS), min_size=1, max_size=8), min_size=1, max_size=8))
def test_any_order_any_number_any_loss_counts_each_event_once(deliveries):
    with tempfile.TemporaryDirectory() as folder:
        office, log = an_office(Path(folder))
        follower = office.follower(SITE)
        for batch in deliveries:
            follower.receive([log[position - 1] for position in batch])
            reached = follower.health.position
            assert reached >= max(batch)
            assert counted(office) == reached
        follower.catch_up()
        assert counted(office) == EVENTS
        office.app.store.close()


def test_two_followers_of_one_queue_do_not_count_twice(tmp_path):
    office, log = an_office(tmp_path)
    first = office.follower(SITE)
    second = type(first)(office.app, first.policies, SITE, first.fetch_log)
    first.receive(log[:8])
    second.receive(log[:10])
    first.receive(log[9:])
    second.catch_up()
    assert counted(office) == EVENTS


def test_a_rebuild_follows_anew_but_does_not_decide_again(tmp_path):
    office, log = an_office(tmp_path)
    decided: list[int] = []
    policies = Policies()
    policies.on("DoseAdministered")(lambda _app, event: decided.append(event.position))
    follower = office.follower(SITE)
    follower.policies = policies
    follower.receive(log[:5])
    before = office.view()
    office.app.rebuild_views()
    assert counted(office) == 0
    follower.receive([log[4]])
    follower.catch_up()
    assert decided == list(range(1, EVENTS + 1))
    assert counted(office) == EVENTS
    assert office.view() == office.rebuilt_view() != before


def test_what_a_view_raises_leaves_position_and_views_where_they_were(tmp_path):
    office, log = an_office(tmp_path)
    follower = office.follower(SITE)
    follower.receive(log[:3])
    policies = Policies()

    def fail(_app: object, event: object) -> None:
        raise RuntimeError("the light went out")

    policies.on("DoseAdministered")(fail)
    follower.policies = policies
    with pytest.raises(RuntimeError, match="light"):
        follower.receive(log[3:6])
    assert (follower.health.position, counted(office)) == (3, 3)
    follower.policies = Policies()
    follower.receive(log[3:6])
    assert counted(office) == 6


def test_what_the_source_itself_does_not_have_is_false(tmp_path):
    office, log = an_office(tmp_path)
    follower = office.follower(SITE)
    last = log[-1]
    log.clear()
    assert follower.receive([last]) == [last]
    assert (follower.health.position, counted(office)) == (0, 0)
