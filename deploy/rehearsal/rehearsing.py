"""A rehearsal from the first day of the campaign to the last, or up to a morning."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date

from deploy.cli.accounts import rehearsal_accounts
from deploy.rehearsal.api import Api
from deploy.rehearsal.driver import Rehearsal
from deploy.rehearsal.journal import Journal, MorningPast, Stopped
from deploy.rehearsal.outcome import Outcome, collect
from deploy.rehearsal.town import generate_town
from shared.kit.dates import day_text
from shared.town.deployment import Deployment

CLIENTS = 6

Progress = Callable[[date, int, int], object]


def rehearse(
    deployment: Deployment,
    *,
    people: int,
    seed: int,
    progress: Progress,
    clients: int = CLIENTS,
    on_day: Callable[[date], object] | None = None,
    stop: threading.Event | None = None,
) -> Outcome:
    """Drive the whole campaign and return what the parts say afterwards.

    `progress(day, doses so far, doses in all)` is called each day, `on_day` before each day
    begins. A rehearsal that broke off in the deployment's folder goes on where it was. Raises
    `Stopped` after the day in which `stop` is set, `Unanswered` when a part stays away for two
    minutes, `AnotherRehearsal` when the folder holds data of another town.
    """
    with _rehearsal(deployment, people, seed, clients) as rehearsal:
        for day in rehearsal.begin():
            if on_day is not None:
                on_day(day)
            _live_through(rehearsal, day, progress, stop)
        rehearsal.finish()
        return collect(rehearsal.api, rehearsal.town, rehearsal.counted())


def rehearse_until(
    deployment: Deployment,
    morning: date,
    *,
    people: int,
    seed: int,
    progress: Progress,
    stop: threading.Event | None = None,
) -> None:
    """Drive the campaign up to a morning on which people are booked, and leave the day to be worked.

    Raises what `rehearse` does, and `MorningPast`.
    """
    with _rehearsal(deployment, people, seed, CLIENTS) as rehearsal:
        days = rehearsal.begin() if morning in rehearsal.days() else []
        if morning not in days:
            raise MorningPast(day=day_text(morning))
        for day in days[: days.index(morning)]:
            _live_through(rehearsal, day, progress, stop)
        rehearsal.open(morning)


def _live_through(
    rehearsal: Rehearsal, day: date, progress: Progress, stop: threading.Event | None
) -> None:
    rehearsal.live_through(day)
    progress(day, rehearsal.doses, 2 * rehearsal.town.people)
    if stop is not None and stop.is_set():
        raise Stopped(day)


@contextmanager
def _rehearsal(deployment: Deployment, people: int, seed: int, clients: int) -> Iterator[Rehearsal]:
    journal = Journal(deployment.folder, people, seed)
    api = Api(deployment, seed, clients, rehearsal_accounts(deployment))
    try:
        yield Rehearsal(api, generate_town(deployment.campaign, people, seed), journal)
    finally:
        api.close()
