"""Histories of a source: whatever is restored and accepted in whatever order, one counts everywhere."""

from __future__ import annotations

import tempfile
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from services.appointments.stock.commands import receive_batch
from services.supervision.histories.queries import comparison
from services.supervision.ledger.queries import counted_sources
from services.supervision.ledger.views import ledger
from shared.kit.contracts.chain import Linked, beginning
from shared.kit.contracts.histories import Generation, Histories, named, parts_of
from shared.kit.eventstore import restored
from shared.kit.eventstore.restored import SourceDiffers
from shared.town.histories import accept
from tests.support.examples import examples
from tests.support.part import PartUnderTest
from tests.trust.test_chain import SITE, kept, restore, say

Step = tuple[str, int]
STEPS = st.one_of(
    st.tuples(st.just("say"), st.integers(1, 3)),
    st.tuples(st.just("follow"), st.just(0)),
    st.tuples(st.just("copy"), st.just(0)),
    st.tuples(st.just("restore"), st.integers(0, 3)),
    st.tuples(st.just("rebuild"), st.just(0)),
)


class Story:
    """A site, a part that follows it, and an operator who accepts what was restored."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.source = PartUnderTest(folder / "site", "appointments", "stadium")
        self.office = PartUnderTest(folder / "office", "reporting")
        self.follower = self.office.follower(SITE)
        self.follower.fetch_log = lambda after, limit: self.source.app.store.log(after, limit)
        self.copies: list[bytes] = []
        self.said = set[Linked]()
        self.numbers = count()

    def say(self, number: int) -> None:
        say(self.source, *(f"B-{next(self.numbers)}" for _ in range(number)))
        self.said.update(self.source.app.store.log(0, 1000))

    def copy(self, _: int) -> None:
        self.copies.append(kept(self.source))

    def restore(self, more: int) -> None:
        if not self.copies:
            return
        self.source = restore(self.source, self.copies[-1], self.folder / "site")
        self.say(more)
        self.follow(0)

    def rebuild(self, _: int) -> None:
        self.office.app.rebuild_views()
        self.follow(0)

    def follow(self, _: int) -> None:
        try:
            self.follower.catch_up()
        except SourceDiffers:
            self.accept()
            self.follower.catch_up()
            # Nothing of the lost history continues the new one, however rightly it was linked once.
            log = self.source.app.store.log(0, 1000)
            lost = sorted(self.said - set(log))
            assert set(self.follower.receive(lost)) == set(lost)
            assert self.follower.health.position == len(log)
            names = [each["event"] for each in self.source.events()]
            assert names[-1] == "GenerationBegun"

    def accept(self) -> None:
        """As supervision does it, with a ledger that holds what the office has applied."""
        mine, theirs = self.source.app.store, self.office.app.store
        histories, held = theirs.histories(SITE), restored.held(theirs, SITE)
        recent = {0: beginning(SITE)} | self.follower._recent
        log = {0: beginning(SITE)} | {each.position: each.link for each in mine.log(0, 1000)}
        fork = max(at for at, link in recent.items() if log.get(at) == link and at <= held.position)
        end = max(log)
        accepted = Generation(histories.generation + 1, fork, end, log[end])
        for part in (self.source, self.office):
            with part.transaction():
                assert accept(part.app, SITE, accepted)


@settings(max_examples=examples(12), deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(STEPS, min_size=3, max_size=12))
@example([("say", 2), ("copy", 0), ("say", 2), ("follow", 0), ("restore", 0), ("say", 1)])
@example([("say", 2), ("copy", 0), ("say", 2), ("follow", 0), ("restore", 3), ("restore", 1)])
@example([("copy", 0), ("say", 1), ("follow", 0), ("restore", 0), ("copy", 0), ("say", 2)])
def test_after_any_restores_the_follower_holds_what_the_source_holds(steps: list[Step]):
    with tempfile.TemporaryDirectory() as folder:
        story = Story(Path(folder))
        for name, number in steps:
            getattr(story, name)(number)
        story.follow(0)
        log = story.source.app.store.log(0, 1000)
        reached = story.office.app.store.reached(SITE)
        assert (reached.position, reached.decided) == (len(log), len(log))
        assert reached.link == (log[-1].link if log else reached.link)
        story.say(1)
        story.follow(0)
        assert story.office.rebuilt_view() == fresh(story)
        for part in (story.source, story.office):
            part.app.store.close()


def fresh(story: Story) -> dict[str, list[Any]]:
    """The views of a part that has followed nothing but the source as it is."""
    part = PartUnderTest(story.folder / "fresh", "reporting")
    for accepted in story.office.app.store.histories(SITE).accepted:
        with part.transaction():
            accept(part.app, SITE, accepted)
    follower = part.follower(SITE)
    follower.fetch_log = lambda after, limit: story.source.app.store.log(after, limit)
    follower.catch_up()
    found = part.view()
    part.app.store.close()
    return found


@pytest.mark.parametrize("heard", [False, True])
def test_what_a_restored_source_says_again_word_for_word_is_the_same_event(tmp_path, heard):
    site = PartUnderTest(tmp_path / "site", "appointments", "stadium")
    office = PartUnderTest(tmp_path / "office", "supervision")
    follower = office.follower(SITE)
    follower.fetch_log = lambda after, limit: site.app.store.log(after, limit)

    def deliver(batch: str) -> None:
        with site.transaction(batch):
            receive_batch(site.app, batch, "CoronaVac", 10, date(2025, 3, 31))

    deliver("KEPT")
    backup = kept(site)
    deliver("AGAIN")
    if heard:
        follower.catch_up()
    site = restore(site, backup, tmp_path / "site")
    deliver("AGAIN")
    follower.catch_up()

    log, held = site.app.store.log(0, 1000), restored.held(office.app.store, SITE)
    assert restored.compare(site.app.store, "supervision", held) is None
    now = restored.held(site.app.store, SITE)
    assert comparison(office.app, SITE, now, site.app.store.log).lost == {}
    in_ledger = office.app.rows(select(ledger).where(ledger.c.source == SITE))
    assert [(row["position"], bytes(row["body"])) for row in in_ledger] == [
        (each.position, each.body) for each in log
    ]
    (counted,) = (each for each in counted_sources(office.app) if each["source"] == SITE)
    assert (counted["position"], counted["gaps"], counted["counts_to"]) == (len(log), 0, None)


def test_a_history_is_named_by_where_an_event_was_first_told():
    link = bytes(32)
    histories = Histories(SITE, (Generation(2, 10, 12, link), Generation(3, 11, 11, link)))
    assert [histories.name(at) for at in (10, 11, 12)] == [SITE, f"{SITE}#2", f"{SITE}#3"]
    assert parts_of(named(SITE, 3)) == (SITE, 3)
    assert parts_of(SITE) == (SITE, 1)
    counted = [
        (number, at) for number in (1, 2, 3) for at in (10, 11, 12) if histories.counts(number, at)
    ]
    assert counted == [(1, 10), (2, 10), (2, 11), (3, 10), (3, 11), (3, 12)]
    assert histories.counts(1, 12, until=1)
    assert not histories.counts(1, 11, until=2)


def test_the_chain_turns_only_where_the_newest_history_still_goes_by():
    link, end = bytes(32), b"1" * 32
    second, third = Generation(2, 10, 12, link), Generation(3, 11, 11, link)
    assert Histories(SITE, (second,)).turned(end, 12) != end
    assert Histories(SITE, (second,)).turned(end, 11) == end
    both = Histories(SITE, (second, third))
    assert both.turned(end, 12) == end, "the store that had turned there was set back before it"
    assert both.turned(end, 11) != end
    again = Histories(SITE, (second, Generation(3, 12, 12, link)))
    assert again.turned(end, 12) != Histories(SITE, (second,)).turned(end, 12)
