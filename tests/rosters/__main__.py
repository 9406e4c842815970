"""`python -m tests.rosters FOLDER --people 72000 --seed 1`: write a folder of messy rosters."""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from tests.rosters.messy import EDITIONS, messy_rosters, units_of


def main() -> None:
    """Write the folder and say what was planted in each file."""
    parser = argparse.ArgumentParser(prog="python -m tests.rosters", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--people", type=int, default=72_000)
    parser.add_argument("--units", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--edition", choices=EDITIONS, default="first")
    parser.add_argument("--campaign", type=Path, default=TOWN)
    said = parser.parse_args()
    began = time.perf_counter()
    planted = messy_rosters(
        said.folder,
        people=said.people,
        units=units_of(said.campaign, said.units),
        seed=said.seed,
        edition=said.edition,
    )
    for book in planted.books:
        print(book.path.name, *(f"{name}={count}" for name, count in book.counts.items()))
    rows = sum(len(book.rows) for book in planted.books)
    print(f"{rows} rows, {len(planted.close)} close pairs, {len(planted.corrections)} corrections")
    print(f"{time.perf_counter() - began:.1f} s")


TOWN = Path(__file__).parents[2] / "deploy" / "campaigns" / "town-2024.toml"

if __name__ == "__main__":
    main()
