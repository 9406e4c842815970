"""Each safeguard taken away once: the simulation must notice, and say which promise is broken."""

from __future__ import annotations

import inspect
import textwrap
from collections.abc import Callable
from typing import Any

import pytest

from deploy.simulation import disk
from deploy.simulation.run import play, schedule_of
from shared.kit.contracts.catalogue import Catalogue
from shared.kit.contracts.histories import Histories
from shared.kit.eventstore import Store, answers, engine
from shared.kit.eventstore.turns import Turn, Turns
from shared.kit.messaging.following import Follower

SEEDS = range(1, 120)
"""So many are tried at most; each mutant is noticed in fewer."""
SET_BACK = [seed for seed in SEEDS if "set back" in {step.verb for step in schedule_of(seed)}]

Edit = tuple[str, str]


def edited(function: Callable[..., Any], *edits: Edit) -> Callable[..., Any]:
    """A function with some of its lines changed, each of which stands there once."""
    function = inspect.unwrap(function)
    source = textwrap.dedent(inspect.getsource(function))
    for old, new in edits:
        assert source.count(old) == 1, f"{function.__qualname__} has no line {old!r} any more"
        source = source.replace(old, new)
    made = dict(function.__globals__)
    exec(compile(source, f"<{function.__name__} without a safeguard>", "exec"), made)
    return made[function.__name__]


def without_the_writer_lock(patch: pytest.MonkeyPatch) -> None:
    edit = "line.begin(connection, SQLITE_BUSY)", 'drive(connection, "BEGIN")'
    patch.setattr(disk, "open_engine", edited(engine.open_engine, edit))


def without_the_fence(patch: pytest.MonkeyPatch) -> None:
    _edit(
        patch,
        "_apply_together",
        (
            "reached = self.store.reached(self.source)",
            "reached = Reached(self.health.position, self.health.position, self._end)",
        ),
    )


def without_tracking_in_the_same_transaction(patch: pytest.MonkeyPatch) -> None:
    _edit(
        patch,
        "_apply_together",
        (
            "        self.store.track(self.source, now)\n",
            "    with self.store.transaction(context):\n"
            "        self.store.track(self.source, now)\n",
        ),
    )


def without_the_chain(patch: pytest.MonkeyPatch) -> None:
    link = "message.link == link(end, position + 1, message.body)"
    _edit(patch, "_continuing", (link, "message.position == position + 1"))
    _edit(patch, "_not_next", ("event.link != self._link(before, event)", "False"))


def without_the_source_check(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Catalogue, "why_not_theirs", lambda self, source, name, data: None)


def without_idempotency_keys(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(answers, "find", lambda *_: None)
    patch.setattr(answers, "keep", lambda *_: None)


def without_the_seal(patch: pytest.MonkeyPatch) -> None:
    _edit(patch, "_continuing", ("if self.holds is not None:", "if False:"))


def without_asking_whether_the_last_event_is_there(patch: pytest.MonkeyPatch) -> None:
    _edit(
        patch,
        "_page",
        ("self._read(max(0, at - 1), LOG_PAGE)", "self._read(at, LOG_PAGE)"),
        ("if at > 0:", "if False:"),
    )


def without_remembering_what_was_decided(patch: pytest.MonkeyPatch) -> None:
    line = "event.position > reached.decided and decides.concerns(event)"
    _edit(patch, "_apply_together", (line, "decides.concerns(event)"))


def without_waiting_for_the_disk(patch: pytest.MonkeyPatch) -> None:
    line = "self._repeatable if repeatable and self.is_sqlite else self.engine"
    patch.setattr(Store, "transaction", edited(Store.transaction, (line, "self._repeatable")))


def without_turning_the_chain(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Histories, "turned", lambda self, link, position: link)


def without_undoing_who_fails_in_a_batch(patch: pytest.MonkeyPatch) -> None:
    line = 'drive(self.connection, "ROLLBACK TO SAVEPOINT member")'
    patch.setattr(Turn, "_undo", edited(Turn._undo, (line, "pass")))


def with_answers_that_are_believed_whatever_became_of_the_commit(
    patch: pytest.MonkeyPatch,
) -> None:
    patch.setattr(Turns, "together", edited(Turns.together, ("raise turn.failure", "pass")))


def _edit(patch: pytest.MonkeyPatch, method: str, *edits: Edit) -> None:
    patch.setattr(Follower, method, edited(getattr(Follower, method), *edits))


NOTICED_AT = {
    without_tracking_in_the_same_transaction: 23,
    without_the_chain: 2,
    without_the_source_check: 28,
    without_remembering_what_was_decided: 25,
    without_waiting_for_the_disk: 12,
    without_turning_the_chain: 45,
    with_answers_that_are_believed_whatever_became_of_the_commit: 15,
}
"""Seeds that noticed these before, tried first; another schedule may need another seed."""
ABOUT_RESTORES = (without_asking_whether_the_last_event_is_there, without_turning_the_chain)


@pytest.mark.parametrize(
    "take_away",
    [
        without_the_writer_lock,
        without_the_fence,
        without_tracking_in_the_same_transaction,
        without_the_chain,
        without_the_source_check,
        without_idempotency_keys,
        without_the_seal,
        without_asking_whether_the_last_event_is_there,
        without_remembering_what_was_decided,
        without_waiting_for_the_disk,
        without_turning_the_chain,
        without_undoing_who_fails_in_a_batch,
        with_answers_that_are_believed_whatever_became_of_the_commit,
    ],
)
def test_a_safeguard_that_is_taken_away_is_missed(take_away, monkeypatch):
    take_away(monkeypatch)
    disk._engine.cache_clear()
    try:
        others = SET_BACK if take_away in ABOUT_RESTORES else SEEDS
        for seed in (NOTICED_AT.get(take_away, 1), *others):
            if (outcome := play(seed)).broken:
                print(f"{take_away.__name__}: seed {seed}, step {outcome.at}: {outcome.broken}")
                return
    finally:
        disk._engine.cache_clear()
    pytest.fail(f"nothing noticed in {len(SEEDS)} seeds")
