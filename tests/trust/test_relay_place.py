"""The relay's place and its signs of life: on one clock, and never backwards."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from deploy.cli import status as status_of_all
from shared.kit.clock import SystemClock
from shared.kit.contracts.chain import Linked
from shared.kit.eventstore import Store
from shared.kit.messaging import relay as relaying
from shared.kit.messaging.relay import Relay
from shared.town.campaign import load
from tests.eventstore.test_store import views
from tests.support.part import CAMPAIGN_FILE, PartUnderTest

SITE = "appointments/stadium"
DAY = timedelta(days=1)


@pytest.fixture
def store(store_url: Callable[[], str]) -> Any:
    store = Store(store_url(), SITE, views, SystemClock(load(CAMPAIGN_FILE).zone))
    yield store
    store.close()


class Anybody:
    """Takes everything."""

    def publish(self, events: Sequence[Linked]) -> None:
        del events


def a_day_off(ahead: timedelta) -> type[datetime]:
    class Wrong(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> Any:
            return datetime.now(tz or UTC) + ahead

    return Wrong


@pytest.mark.parametrize("ahead", [DAY, -DAY])
def test_f9_a_live_relay_is_live_and_a_dead_one_dead_whatever_the_clocks_show(
    store, ahead, monkeypatch
):
    """The relay's machine is a day off one way, the operator's the other."""
    monkeypatch.setattr(relaying, "datetime", a_day_off(ahead), raising=False)
    monkeypatch.setattr(status_of_all, "datetime", a_day_off(-ahead), raising=False)
    Relay(store, Anybody()).step()
    assert seen(store)["healthy"]
    assert 0 <= seen(store)["silent_seconds"] < 5
    with store.engine.begin() as connection:
        beat = datetime.now(UTC) - timedelta(seconds=status_of_all.DEAD_RELAY_SECONDS + 5)
        connection.execute(text("UPDATE relay SET beat_at = :beat"), {"beat": beat.isoformat()})
    assert not seen(store)["healthy"]


def test_f9_a_beat_from_the_future_is_no_sign_of_life(store):
    """As it stands there when the database's own clock was put back."""
    Relay(store, Anybody()).step()
    with store.engine.begin() as connection:
        beat = (datetime.now(UTC) + DAY).isoformat()
        connection.execute(text("UPDATE relay SET beat_at = :beat"), {"beat": beat})
    assert not seen(store)["healthy"]
    Relay(store, Anybody()).step()
    assert seen(store)["healthy"], "a live one beats again"


def seen(store: Store) -> dict[str, Any]:
    published, silent = store.published()
    answer = {"head": store.head(), "relay": {"published": published, "silent_seconds": silent}}
    status_of_all._add_relay(answer)
    return answer["relay"]


def test_the_place_of_a_relay_never_goes_back(store):
    store.mark_published(7)
    store.mark_published(3)
    assert store.published()[0] == 7


def test_a_check_of_health_is_no_sign_of_life_and_moves_nothing(store):
    store._failed = True
    assert store.check() == 0
    assert store.published() == (0, None), "nobody relays"
    store.mark_published(5)
    with store.engine.begin() as connection:
        long_ago = (datetime.now(UTC) - DAY).isoformat()
        connection.execute(text("UPDATE relay SET beat_at = :beat"), {"beat": long_ago})
    store._failed = True
    store.check()
    position, silent = store.published()
    assert position == 5
    assert silent is not None
    assert silent >= DAY.total_seconds() - 5


def test_status_shows_the_newest_of_what_does_not_count_and_how_much_there_is(tmp_path: Path):
    part = PartUnderTest(tmp_path, "reporting")
    for number in range(25):
        part.hears(SITE, "SigningKeyRetired", key=f"key-{number}")
    answer = part.http.get("/status").json
    assert answer["disowned_count"] == 25
    assert [each["position"] for each in answer["disowned"]] == list(range(25, 5, -1))
