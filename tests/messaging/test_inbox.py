"""An inbox holds no message for long, and says nothing of one connection's messages on another."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from shared.kit.contracts import decode
from shared.kit.contracts.chain import Linked
from shared.kit.messaging import cloudevents, inbox, topology
from shared.kit.messaging.inbox import Inbox
from tests.messaging.test_following import SITE, an_office

QUEUE = topology.queue_name("reporting", SITE)


class Channel:
    """Remembers what it was told."""

    def __init__(self) -> None:
        self.said: list[tuple[str, int]] = []

    def basic_ack(self, tag: int) -> None:
        self.said.append(("ack", tag))

    def basic_reject(self, tag: int, *, requeue: bool) -> None:
        assert not requeue
        self.said.append(("reject", tag))


@pytest.fixture
def case(tmp_path: Path) -> tuple[Inbox, list[Linked]]:
    office, log = an_office(tmp_path)
    box = Inbox(office.follower(SITE), SimpleNamespace(name=QUEUE), lambda: "now")
    return box, log


def message(each: Linked, tag: int, **headers: Any) -> Any:
    event = decode(SITE, each.position, each.body)
    return SimpleNamespace(
        body=each.body,
        content_type=cloudevents.CONTENT_TYPE,
        headers=cloudevents.headers(event, each.link) | headers,
        delivery_tag=tag,
    )


def test_what_is_applied_is_acknowledged_and_what_is_false_rejected(case):
    box, log = case
    box.connect(channel := Channel())
    for tag, each in enumerate(log[:3], 1):
        box.accept(message(each, tag))
    assert box.busy
    items = box.batch()
    box.done(items, [log[1]])
    assert channel.said == [], "only the listener speaks with the broker"
    box.settle()
    assert channel.said == [("ack", 1), ("reject", 2), ("ack", 3)]
    assert not box.busy


def test_what_came_before_a_reconnection_is_not_acknowledged_after_it(case):
    box, log = case
    box.connect(Channel())
    for tag, each in enumerate(log[:3], 1):
        box.accept(message(each, tag))
    items = box.batch()
    box.accept(message(log[3], 4))
    box.disconnect("no connection")
    box.connect(channel := Channel())
    box.accept(message(log[0], 1))
    box.done(items, [])
    box.settle()
    assert channel.said == []
    assert [linked for linked, _ in box.batch()] == [log[0]], "what waited comes again"


def test_e11_a_follower_that_hangs_holds_nothing_for_long(case, monkeypatch):
    """However long a view or policy takes, the broker has its answer, and memory its end."""
    box, log = case
    box.connect(channel := Channel())
    for tag, each in enumerate(log[:4], 1):
        box.accept(message(each, tag))
    items = box.batch()[:2]  # and here it hangs
    box.settle()
    assert channel.said == []
    monkeypatch.setattr(inbox, "HOLD_SECONDS", 0.0)
    box.settle()
    assert channel.said == [("ack", tag) for tag in (1, 2, 3, 4)]
    assert box.waiting.empty()
    assert not box.busy
    assert box.rest(3600), "the log is read instead"
    box.done(items, [])
    box.settle()
    assert len(channel.said) == 4, "nothing is acknowledged twice"


def test_what_is_no_event_is_rejected_at_once(case):
    box, log = case
    box.connect(channel := Channel())
    large = message(log[0], 1)
    large.body = b" " * (cloudevents.LARGEST_BYTES + 1)
    wrong = [large, message(log[0], 2, compression="bzip2"), message(log[0], 3), message(log[0], 4)]
    wrong[2].content_type = "text/plain"
    wrong[3].headers = None
    for each in wrong:
        box.accept(each)
    assert channel.said == [("reject", tag) for tag in (1, 2, 3, 4)]
    assert box.follower.health.rejected == 4
    assert not box.busy


def test_since_when_nothing_is_heard_is_the_first_moment(case):
    box, _ = case
    moments = iter(["first", "second"])
    box._now = lambda: next(moments)
    box.deaf("no connection: one")
    box.deaf("no connection: two")
    health = box.follower.health
    assert (health.unheard, health.unheard_since) == ("no connection: two", "first")
    assert box.rest(3600), "whoever looks into the log is woken"
    health.hears()
    assert (health.unheard, health.unheard_since) == (None, None)
