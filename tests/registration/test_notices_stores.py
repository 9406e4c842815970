"""Several processes, one store, on SQLite and PostgreSQL: still one sender, still each message once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from services.registration.notices.channels.channel import LONGEST_TRY_SECONDS
from services.registration.notices.channels.gateway import Gateway
from services.registration.notices.outbox import claim_message
from shared.kit.eventstore import Context
from shared.kit.eventstore.locks import alone
from shared.town.notice_settings import NoticeSettings
from tests.support.message_servers import GatewayServer
from tests.support.notices import Telling, drain

LOCK = ("notices-gateway", 7_302)


@pytest.fixture
def gateway() -> Iterator[GatewayServer]:
    with GatewayServer() as server:
        yield server


@pytest.fixture
def pair(
    store_url: Callable[[], str], tmp_path: Path, gateway: GatewayServer
) -> Iterator[tuple[Telling, Telling]]:
    """Registration twice, as two processes would run it."""
    url, settings = store_url(), NoticeSettings(gateway=gateway.settings)
    one, other = Telling(tmp_path, settings, url), Telling(tmp_path, settings, url)
    yield one, other
    one.app.store.close()
    other.app.store.close()


def test_one_sender_a_channel(pair: tuple[Telling, Telling]):
    one, other = pair
    with alone(one.app.store, *LOCK) as first:
        with alone(other.app.store, *LOCK) as second:
            assert first is not None
            assert second is None
        with alone(other.app.store, "notices-smtp", 7_301) as mail:
            assert mail
    with alone(other.app.store, *LOCK) as second:
        assert second


def test_two_senders_that_both_think_they_are_the_only_one(
    pair: tuple[Telling, Telling], gateway: GatewayServer
):
    people = 30
    pair[0].people(people)
    notice = pair[0].released()
    senders = [each.sender(Gateway(gateway.settings)) for each in pair]
    threads = [threading.Thread(target=drain, args=(sender,)) for sender in senders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(gateway.raw.values()) == [1] * people
    assert pair[1].reach(notice)["sent"] == people
    assert len(pair[0].events("NoticeFinished")) == 1


def test_a_living_senders_last_try_is_waited_for(
    pair: tuple[Telling, Telling], gateway: GatewayServer
):
    one, other = pair
    one.people(1)
    notice = one.released()
    with one.app.store.transaction(Context("claim", "sender", "sender")):
        claim_message(one.app, Gateway(gateway.settings), ())
    sender = other.sender(Gateway(gateway.settings))
    assert sender.take_over() == 1
    assert other.rested == ([] if other.app.store.is_sqlite else [LONGEST_TRY_SECONDS])
    drain(sender)
    assert other.reach(notice)["sent"] == 1
    assert one.view() == other.view() == one.rebuilt_view()
