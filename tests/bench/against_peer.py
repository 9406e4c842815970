"""A site, by one process and by two, beside a peer that does one INSERT, under the same load: rates and their ratios.

All systems stand at once on this machine and are loaded by turns, A B C, C B A, ..., so whatever
else the machine does falls on each. Whoever is not loaded waits, and needs next to nothing.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from rich import box
from rich.console import Console
from rich.table import Table

from tests.bench.load import CORES, QUANTILES, by_zipf
from tests.bench.serving import Figures
from tests.bench.systems import STREAMS, System, batch_name, started

CLIENTS, MANY_CLIENTS, SEED = 32, 200, 1
PREFIX = "against_peer_"
CHARGED = ("server", "database", "load", "others")
WASTE = '{"doses": 1, "reason": "vial broken"}'


@dataclass(frozen=True)
class Size:
    """How much is measured. Of residents there are so many for each second of each run."""

    seconds: float
    rounds: int
    residents_per_s: int

    @property
    def residents(self) -> int:
        """For one run; when they are spent it ends early."""
        return int(self.seconds * self.residents_per_s)


@dataclass(frozen=True)
class Kind:
    """A kind of load."""

    name: str
    streams: str
    clients: int


ONCE = Kind("once", "once each", CLIENTS)
ZIPF = Kind("zipf", f"Zipf, {STREAMS:,}", CLIENTS)
MANY = Kind("many", "once each", MANY_CLIENTS)
KINDS = (ONCE, ZIPF, MANY)


def against_peer(seconds: float) -> Figures:
    """Rates, ratios to the peer, quantiles, errors and processor time of a command; prints a table."""
    quick = seconds < 5
    size = Size(seconds, rounds=1 if quick else 3, residents_per_s=300 if quick else 1200)
    with tempfile.TemporaryDirectory(prefix="vaxledger-bench-") as place, ExitStack() as stack:
        folder = Path(place)
        people = 2 * size.rounds * size.residents
        systems = list(started(folder, people, stack))
        systems[0].token = systems[1].token  # which it does not look at; requests are as long
        for system in systems:  # what is made at the first time is made now
            warm = [(f"/api/batches/{batch_name(at)}/waste", WASTE) for at in range(100)]
            system.run(warm, folder, CLIENTS, 1)
        for number in range(size.rounds):
            for kind in KINDS:
                for system in systems if number % 2 == 0 else reversed(systems):
                    _run(system, kind, size, folder, number)
        figures = dict(_figures(systems)) | {"fsync_ms": _fsync_ms(folder)}
        Console(width=170).print(_table(systems, figures))
    return {PREFIX + name: value for name, value in figures.items()}


def _run(system: System, kind: Kind, size: Size, folder: Path, number: int) -> None:
    """Load one system in one way."""
    if kind is ZIPF:
        chosen = by_zipf(STREAMS, int(size.seconds * 5000), SEED + number)
        lines = [(f"/api/batches/{batch_name(at)}/waste", WASTE) for at in chosen]
    else:
        some = [system.residents.pop() for _ in range(size.residents)]
        lines = [(f"/api/residents/{one}/check-in", "{}") for one in some]
    load = system.run(lines, folder, kind.clients, size.seconds)
    system.found.setdefault(kind.name, []).append(load)


def _fsync_ms(folder: Path) -> float:
    """What the disk takes to keep 4 KiB for good, median."""
    took: list[float] = []
    with (folder / "kept").open("wb", buffering=0) as file:
        for _ in range(50):
            began = time.monotonic()
            file.write(bytes(4096))
            os.fdatasync(file.fileno())
            took.append(1000 * (time.monotonic() - began))
    return statistics.median(took)


def _figures(systems: list[System]) -> Iterator[tuple[str, float]]:
    """Medians of the rounds, of ratios too; errors are those of all. What nothing tells is left out."""
    for kind in KINDS:
        peer = systems[0].found[kind.name]
        for system in systems:
            runs = system.found[kind.name]
            by_turns = zip(runs, peer, strict=True)
            values = {
                "per_s": [run.per_s for run in runs],
                "of_peer": [run.per_s / beside.per_s for run, beside in by_turns if beside.done],
                "errors": [sum(run.errors for run in runs)],
                "others_cpu_percent": [100 * run.others for run in runs],
            }
            for each in QUANTILES:
                values[f"{each}_ms"] = [run.ms[each] for run in runs if run.done]
            for who in CHARGED[:3]:
                some = [run for run in runs if who in run.cpu_s]
                values[f"{who}_cpu_percent"] = [
                    100 * run.cpu_s[who] / run.seconds / CORES for run in some
                ]
                values[f"{who}_cpu_ms"] = [
                    1000 * run.cpu_s[who] / run.done for run in some if run.done
                ]
            for name, found in values.items():
                if found:
                    yield f"{system.key}_{kind.name}_{name}", statistics.median(found)


def _table(systems: list[System], figures: Figures) -> Table:
    """What people read."""
    table = Table(
        box=box.SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
        title="A site beside a peer: FastAPI, uvicorn, asyncpg, one INSERT",
        caption=f"Times in ms. Ratio: commands/s of the system to those of the peer under the same load.\n"
        f"Server, database, load, others: what each had of the {CORES} processors, in % of all, and for a"
        f" command, in ms; SQLite works in its server.\nWhere others have much, the figures are not good."
        f" To keep 4 KiB for good (fdatasync) takes this disk {figures['fsync_ms']:.2f} ms.",
    )
    for heading in ("system", "database", "durable by", "streams"):
        table.add_column(heading, no_wrap=True)
    times = (each.replace("_", ".") for each in QUANTILES)
    for heading in ("clients", "per s", "ratio", *times, "errors", *CHARGED):
        table.add_column(heading, justify="right", no_wrap=True)
    columns: list[tuple[str, Callable[[float], str]]] = [
        ("per_s", "{:,.0f}".format),
        ("of_peer", "{:.2f}".format),
        *((f"{each}_ms", _short) for each in QUANTILES),
        ("errors", "{:.0f}".format),
    ]
    for kind in KINDS:
        for system in systems:
            about = (system.name, system.database, system.fsync, kind.streams, str(kind.clients))
            found = [
                (figures.get(f"{system.key}_{kind.name}_{name}"), how) for name, how in columns
            ]
            shown = ["–" if value is None else how(value) for value, how in found]
            shares = (_share(figures, f"{system.key}_{kind.name}_{who}_cpu_") for who in CHARGED)
            table.add_row(*about, *shown, *shares)
        table.add_section()
    return table


def _short(ms: float) -> str:
    """A time with a decimal where that says something."""
    return f"{ms:.1f}" if ms < 100 else f"{ms:,.0f}"


def _share(figures: Figures, name: str) -> str:
    """What somebody had of the processors: the share, and the time a command."""
    percent, ms = figures.get(f"{name}percent"), figures.get(f"{name}ms")
    share = "–" if percent is None else f"{percent:.0f} %"
    return share if ms is None else f"{share} {ms:6.2f}"
