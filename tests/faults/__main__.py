"""Faults, one after the other, on real systems under load: `python -m tests.faults [WORD...]`.

Prints the table and writes `docs/faults.md`. With words, only faults whose names have one of them
are injected, and nothing is written.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from deploy.local.running import (
    Running,
    embedded_deployment,
    running_cluster,
    running_embedded,
)
from tests.faults.embedded import EMBEDDED
from tests.faults.kinds import CLUSTER
from tests.faults.load import PEOPLE, Load
from tests.faults.report import page, row
from tests.faults.trial import Bench, Fault, Outcome

CLIENTS = 6
PAGE = Path(__file__).parents[2] / "docs" / "faults.md"


@contextmanager
def cluster(folder: Path) -> Iterator[Running]:
    """A cluster of its own."""
    with running_cluster(folder, rehearsal=True, people=PEOPLE) as running:
        yield running


@contextmanager
def embedded(folder: Path) -> Iterator[Running]:
    """An embedded system of its own."""
    deployment = embedded_deployment(folder, first_port=None, rehearsal=True, people=PEOPLE)
    with running_embedded(deployment) as running:
        yield running


def attempts(system: AbstractContextManager[Running], faults: Sequence[Fault]) -> Iterator[Outcome]:
    """Inject faults into one system, one after the other."""
    with system as running:
        load = Load(running.deployment, CLIENTS)
        try:
            bench = Bench(running, load)
            for fault in faults:
                yield bench.attempt(fault)
        finally:
            load.close()


def main(words: list[str]) -> int:
    """Inject, print, write; return how many faults were not survived."""
    outcomes: list[Outcome] = []
    for system, faults in ((embedded, EMBEDDED), (cluster, CLUSTER)):
        wanted = [each for each in faults if not words or any(w in each.name for w in words)]
        if wanted:
            with tempfile.TemporaryDirectory() as folder:
                for outcome in attempts(system(Path(folder)), wanted):
                    print(row(outcome), flush=True)
                    outcomes.append(outcome)
                    if not words:
                        PAGE.write_text(page(outcomes))
    return sum(not outcome.survived for outcome in outcomes)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
