"""`python -m tests.bench [NAME] [--quick]`: measure, print a table, write var/bench.json."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.bench import against_peer, weight
from tests.bench.measures import MEASURES, Figures

RATIOS = {
    "append_http_postgres_per_s": "append_http_sqlite_per_s",
    "signed_in_per_s": "ungated_per_s",
    "waitress_query_per_s": "nameko_query_per_s",
    "waitress_command_per_s": "nameko_command_per_s",
    "relay_confirmed_per_s": "relay_one_by_one_per_s",
}


def measure(
    *, quick: bool, only: str | None = None, size: float | None = None
) -> dict[str, tuple[float, str]]:
    """Return figures by name, each with how it was measured; `size` is how much, of `only` one."""
    found: dict[str, tuple[float, str]] = {}
    for name, (run, full, short, how) in MEASURES.items():
        if only in (None, name):
            figures: Figures = run(size or (short if quick else full))
            found |= {key: (value, how) for key, value in figures.items()}
    return found


def main() -> None:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a short run, rough figures")
    parser.add_argument("name", nargs="?", choices=MEASURES, help="one measurement")
    parser.add_argument("--only", choices=MEASURES, help="the same")
    parser.add_argument("--size", type=float, help="how much of one: seconds, people, rows")
    parser.add_argument("--out", type=Path, default=Path("var/bench.json"))
    chosen = parser.parse_args()
    only = chosen.name or chosen.only
    found = measure(quick=chosen.quick, only=only, size=chosen.size if only else None)
    table = Table(title="Benchmarks")
    for heading in ("figure", "value", "ratio", "measured"):
        table.add_column(heading, justify="right" if heading in ("value", "ratio") else "left")
    for name, (value, how) in found.items():
        if name.startswith((against_peer.PREFIX, weight.PREFIX)):
            continue  # shown in a table of its own
        base = found.get(RATIOS.get(name, ""))
        ratio = f"{value / base[0]:.2f} x {RATIOS[name]}" if base else ""
        table.add_row(name, f"{value:,.1f}", ratio, how)
    if table.rows:
        Console(width=150).print(table)
    chosen.out.parent.mkdir(parents=True, exist_ok=True)
    chosen.out.write_text(json.dumps({name: value for name, (value, _) in found.items()}, indent=2))


if __name__ == "__main__":
    main()
