"""Remembered: figures counted from the views, kept for as long as the store has not moved.

    found = remembered(work, progress, work.today())

A page, its pictures and programs ask for the same figures one after the other. They are kept in the
memory of each process under the moment at which they were counted, so that whatever any process has
appended or followed since is counted at once. Only for figures: nothing about a person is kept so.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Concatenate, ParamSpec, TypeVar, cast

from shared.kit.eventstore import events_log, followed
from shared.kit.eventstore.store import Store
from shared.kit.eventstore.work import Work

MOST_KEPT = 16

W = TypeVar("W", bound=Work)
P = ParamSpec("P")
T = TypeVar("T")


class Remembered:
    """The figures that one process has counted last, by moment, question and arguments."""

    def __init__(self) -> None:
        """Begin with none."""
        self._kept: OrderedDict[Hashable, object] = OrderedDict()

    def __len__(self) -> int:
        """Return how many answers are kept."""
        return len(self._kept)

    def of(self, key: Hashable, count: Callable[[], object]) -> object:
        """Return what is kept under a key, counted now if nothing is."""
        if key in self._kept:
            return self._kept[key]
        counted = self._kept[key] = count()
        while len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)
        return counted


def remembered(
    work: W, count: Callable[Concatenate[W, P], T], *arguments: P.args, **none: P.kwargs
) -> T:
    """Return what `count(work, …)` returns of the store as it is now; it is not to be changed.

    The arguments hold all that the answer depends on besides the store, the day for instance. What
    a running transaction has written is counted, and not kept: it may be undone.
    """
    store = work.store
    if _is_writing(store):
        return count(work, *arguments, **none)
    with store.snapshot():  # counted is what was there at the moment of the key
        key = _moment(store), count, arguments, tuple(none.items())
        return cast("T", work.own(Remembered).of(key, lambda: count(work, *arguments, **none)))


def _is_writing(store: Store) -> bool:
    try:
        return bool(store.current)
    except RuntimeError:
        return False


def _moment(store: Store) -> tuple[int, tuple[followed.Place, ...]]:
    """Return what is another one after every event that was appended or followed."""
    with store.connection() as connection:
        return events_log.HEAD.value(connection, {}), followed.everywhere(connection)
