"""The stored events of a rehearsed town still load, replay and verify in today's parts."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.golden import town
from tests.golden.figures import entries
from tests.golden.town import Golden, GoldenTown

HAPPENED = {
    "AppointmentRefused",
    "BookedTwice",
    "BookingsMoveOrdered",
    "CloseMatchDismissed",
    "ContraindicationFound",
    "LedgerCheckpointed",
    "MergeUndone",
    "NoShowRecorded",
    "NoticeDelivered",
    "NoticeFailed",
    "ResidentAlsoListed",
    "ResidentDeferred",
    "ResidentErased",
    "ResidentsMerged",
    "SessionEnded",
    "SessionStarted",
}


@pytest.fixture(scope="module")
def golden() -> Golden:
    return town.read()


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory, golden: Golden) -> GoldenTown:
    return GoldenTown(tmp_path_factory.mktemp("golden"), golden)


@pytest.fixture(scope="module")
def rebuilt(parts: GoldenTown, golden: Golden) -> GoldenTown:
    assert parts.rebuild() == {source: len(log) for source, log in golden.logs.items()}
    assert parts.logs() == golden.logs, "a part decided again on what it had decided on"
    return parts


def as_bytes(figures: Any) -> bytes:
    return json.dumps(figures, sort_keys=True).encode()


def test_the_town_went_through_more_than_its_vaccinations(golden: Golden) -> None:
    happened = {json.loads(body)["event"] for _, _, body in golden.ledger}
    assert happened >= HAPPENED
    assert len(happened) >= 70


def test_every_event_is_read_by_todays_catalogue(golden: Golden) -> None:
    for source, position, body in golden.ledger:
        assert town.event_data(source, position, body)


def test_the_parts_begin_on_the_stored_events_and_add_none(
    parts: GoldenTown, golden: Golden
) -> None:
    assert parts.logs() == golden.logs


def test_every_stream_loads_as_its_aggregate_with_snapshots_and_without(
    parts: GoldenTown, golden: Golden
) -> None:
    assert town.snapshots(golden) > 0
    for source in golden.logs:
        loaded = parts.aggregates(source)
        found = {stream: plain.version for stream, (plain, _) in loaded.items()}
        assert found == town.versions(golden, source)
        for stream, (plain, by_snapshot) in loaded.items():
            assert by_snapshot == plain, f"{source} {stream}"


def test_views_built_anew_give_the_figures_of_then(rebuilt: GoldenTown, golden: Golden) -> None:
    found = json.loads(json.dumps(rebuilt.figures()))
    for name, figures in golden.figures.items():
        assert found[name] == figures, name
    assert found.keys() == golden.figures.keys()


def test_the_ledger_made_of_the_logs_is_the_one_that_was(
    rebuilt: GoldenTown, golden: Golden
) -> None:
    ledger = list(entries(rebuilt.get))
    assert len(ledger) == len(golden.ledger)
    assert ledger[-1]["hash"] == golden.head
    audit = rebuilt.get("supervision", "/api/audit")
    assert audit["chain"] == "ok"  # every checkpoint holds
    assert {each["source"]: each["events"] for each in audit["sources"]} == {
        source: len(log) for source, log in golden.logs.items()
    }
    assert [each["gaps"] for each in audit["sources"]] == [0] * len(golden.logs)


def test_published_reports_replay_to_the_same_bytes(rebuilt: GoldenTown, golden: Golden) -> None:
    published = {
        data["week"]: data["figures"]
        for event, data in town.stored(golden, "reporting")
        if event == "WeeklyProgressPublished"
    }
    assert len(published) == 13
    for week, figures in published.items():
        replay = rebuilt.get("supervision", "/api/replay", week=week)
        assert as_bytes(replay["figures"]) == as_bytes(figures), week
        assert as_bytes(golden.figures["weeks"][week]) == as_bytes(figures), week
    audited = rebuilt.get("supervision", "/api/audit")["weeks"]
    assert {each["week"]: each["agrees"] for each in audited} == dict.fromkeys(published, True)


def test_the_plan_was_kept_as_far_as_the_ledger_tells(rebuilt: GoldenTown, golden: Golden) -> None:
    reading = rebuilt.reading()
    assert reading.broken == []
    # Two records that were linked when each had a first dose: people look at that.
    assert len(reading.attention) == 1
    doses = golden.figures["town"]
    for number, name in ((1, "first"), (2, "second")):
        by_unit = sum(n for (_, dose), n in reading.by_unit.items() if dose == number)
        by_day = sum(n for (_, _, dose), n in reading.by_day.items() if dose == number)
        assert by_unit == by_day == doses[name]


def test_residents_are_found_again_by_their_sealed_names(
    rebuilt: GoldenTown, golden: Golden
) -> None:
    registered = [event for event, _ in town.stored(golden, "registration")].count(
        "ResidentRegistered"
    )
    assert rebuilt.reindex() == {"remembered": registered - 1, "unreadable": 1}  # one is erased
    residents = rebuilt.get("registration", "/api/units/v16/residents")["residents"]
    somebody = next(each for each in residents if each["name"])
    assert somebody["resident"] in rebuilt.search(somebody["name"])
