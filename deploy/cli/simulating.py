"""Simulations from the command line: one seed and its schedule, or many seeds."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.progress import Progress

from deploy.simulation.many import Tally, play_all
from deploy.simulation.run import Outcome, play
from deploy.simulation.shrinking import shrunk
from deploy.simulation.steps import Step
from deploy.simulation.wording import said
from shared.kit.language import t

TRIALS = 300

console = Console(highlight=False)


def one(seed: int) -> Outcome:
    """Play a seed, and print its schedule and how it ended."""
    outcome = play(seed)
    _print(outcome.steps, outcome.notes)
    for what, times in sorted(outcome.sightings.items()):
        console.print(f"{times:>6}  {said(what)}", markup=False)
    if outcome.broken:
        _explain(outcome)
    else:
        console.print(
            t(
                "种子 {seed}：一切成立。{trace}",
                "seed {seed}: everything held. {trace}",
                seed=seed,
                trace=outcome.trace[:16],
            )
        )
    return outcome


def many(first: int, seeds: int, *, quiet: bool) -> Tally:
    """Play seeds on all processors, and print what they came to unless `quiet`."""
    with Progress(console=Console(stderr=True), disable=quiet) as bar:
        task = bar.add_task(t("仿真", "simulating"), total=seeds)
        tally = play_all(
            range(first, first + seeds),
            os.cpu_count() or 1,
            lambda tally: bar.update(task, completed=tally.seeds),
        )
    if not quiet:
        _print_tally(tally)
    return tally


def _print_tally(tally: Tally) -> None:
    for what, times in sorted(tally.sightings.items()):
        console.print(f"{times:>9,}  {said(what)}", markup=False)
    for outcome in tally.broken[:3]:
        _explain(outcome)
    console.print(
        t(
            "{seeds:,} 个种子，{steps:,} 步，{broken} 个不成立",
            "{seeds:,} seeds, {steps:,} steps, {broken} broken",
            seeds=tally.seeds,
            steps=tally.steps,
            broken=len(tally.broken),
        )
    )


def as_json(tally: Tally) -> dict[str, Any]:
    """Return a tally as a JSON value."""
    broken = [
        {"seed": each.seed, "invariant": each.broken, "what": each.what} for each in tally.broken
    ]
    seen = dict(sorted(tally.sightings.items()))
    return {"seeds": tally.seeds, "steps": tally.steps, "seen": seen, "broken": broken}


def _explain(outcome: Outcome) -> None:
    """Say what broke, and by which few steps."""

    def breaks(steps: Sequence[Step]) -> bool:
        return play(outcome.seed, steps).broken == outcome.broken

    console.print(
        t(
            "种子 {seed}，第 {at} 步，不成立：{broken}\n{what}",
            "seed {seed}, step {at}, does not hold: {broken}\n{what}",
            seed=outcome.seed,
            at=outcome.at,
            broken=said(outcome.broken),
            what=outcome.what.removeprefix(f"{outcome.broken}: "),
        ),
        style="red",
        markup=False,
    )
    few = shrunk(outcome.steps[: outcome.at], breaks, TRIALS)
    console.print(t("以下 {n} 步即可重现：", "these {n} steps are enough:", n=len(few)))
    _print(few, play(outcome.seed, few).notes)


def _print(steps: Sequence[Step], notes: Mapping[int, str]) -> None:
    for number, step in enumerate(steps, 1):
        line = f"{number:>4}  {step}  {notes.get(number, '')}"
        console.print(line, markup=False, soft_wrap=True)
