"""Processor time of the embedded system, one tree of the sources against another.

    python -m tests.bench.processor TREE_A TREE_B [--rounds 7] [--rows 1000] [--people 75]

Both are started by their own `vaxledger up` on a fresh folder and spoken to over HTTP alone, so
nothing here depends on how either is built. In every round they take turns, A B B A, some dozen
commands each, so that whatever else the machine does falls on both. What is measured is what the
process and its children had of the processor until everything it follows had arrived, without what
it has while it waits and for being asked whether it is done.
"""

from __future__ import annotations

import argparse
import io
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from rich.console import Console
from rich.table import Table
from stdnum.cn import ric
from xlsxwriter import Workbook

from tests.bench.embedded import Figures, Town

UNITS, SITE, DAY, WEEK = ("v15", "v16", "v17", "v18"), "stadium", "2024-03-25", "2024-W13"
AT = f"appointments/{SITE}"
GRANTS = [
    ("office", "town"),
    *(("unit_chief", f"unit:{unit}") for unit in UNITS),
    *((role, f"site:{SITE}") for role in ("site_leader", "site_staff", "screener")),
]
AT_ONCE, REBUILDS, REPLAYS, REPLAYS_AT_ONCE = 25, 2, 4, 5
JOB_SECONDS = 0.5
# How often followers look into the logs: never while news come by themselves, which costs least.
NEVER, OFTEN = 3600, 1
HEADINGS = ("姓名", "身份证号", "手机号", "住址", "类别", "人群")
OPEN = ("queued", "reading", "writing")
T = TypeVar("T")


def roster(first: int, rows: int) -> bytes:
    """A unit's workbook of invented adults, from the `first` of the town on; always the same."""
    rng, file = random.Random(first), io.BytesIO()
    surnames = "李王张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
    signs = "明国英兰强娟华珍燕生文思雪冬红立永金志秀桂丽德玉海春博远梅青霞新福凤安宁平康健乐"
    with Workbook(file, {"in_memory": True}) as book:
        book.set_properties({"created": datetime(2024, 3, 1)})
        sheet = book.add_worksheet("名册")
        sheet.write_row(0, 0, HEADINGS)
        for row in range(1, rows + 1):
            born = date(1970, 1, 1) + timedelta(days=rng.randrange(12_000))
            number = first + row
            stem = f"420000{born:%Y%m%d}{number % 1000:03}"
            name = rng.choice(surnames) + rng.choice(signs) + rng.choice(signs)
            phone = f"138{number:04}{number * 7 % 9999:04}"
            cells = (name, stem + ric.calc_check_digit(stem + "0"), phone)
            sheet.write_row(row, 0, (*cells, f"东河村{number}号", "户籍", "一般居民"))
    return file.getvalue()


def compared(trees: list[Path], rounds: int, rows: int, people: int) -> list[list[Figures]]:
    """Import, speak, rebuild and replay in both so many times; the figures of each round and tree."""
    with tempfile.TemporaryDirectory(prefix="vaxledger-bench-") as place, ExitStack() as stack:
        towns: list[Town] = []
        for number, tree in enumerate(trees):
            towns.append(Town(tree, Path(place) / str(number), GRANTS, NEVER))
            stack.callback(towns[-1].stop)
        opened(towns)
        found: list[list[Figures]] = []
        for number in told(rounds, "imports and commands"):
            imports(towns, number * rows, rows)
            commands(towns, people)
            found.append([town.ended() for town in towns])
        for town in towns:
            town.restart(OFTEN)
        operators = [town.operator() for town in towns]
        for number in told(rounds, "rebuilds and replays"):
            replays(towns, operators)
            for figures, town in zip(found[number], towns, strict=True):
                figures |= town.ended()
        return found


def told(rounds: int, what: str) -> Iterator[int]:
    """Count the rounds, and tell how long each took."""
    for number in range(rounds):
        began = time.monotonic()
        yield number
        took = time.monotonic() - began
        print(f"{what}, round {number + 1}: {took:.0f} s", file=sys.stderr, flush=True)


def opened(towns: list[Town]) -> None:
    """The site has vaccine and sessions."""
    batch = {"batch": "BENCH-1", "product": "CoronaVac", "doses": 100_000, "expiry": "2025-03-31"}
    days = {"from_day": DAY, "to_day": "2024-05-31", "product": "CoronaVac"}
    for town in towns:
        town.post(AT, "/api/batches", batch)
        town.post(AT, "/api/sessions", days)


def in_turn(towns: list[Town], times: Iterable[T]) -> Iterator[tuple[T, Town]]:
    """Each of the times for every town: A B, B A, A B ..."""
    for number, each in enumerate(times):
        for town in towns if number % 2 == 0 else reversed(towns):
            yield each, town


def imports(towns: list[Town], first: int, rows: int) -> None:
    """A roster for each unit."""
    for town in towns:
        town.begin()
        town.residents.clear()
    share = rows // len(UNITS)
    for (number, unit), town in in_turn(towns, enumerate(UNITS)):
        content = roster(first + number * share, share)
        with town.measured("import, a row", count=share):
            address = f"/api/units/{unit}/roster"
            job = town.post("registration", address, content)["import"]
            while town.get("registration", f"/api/imports/{job}")["state"] in OPEN:
                time.sleep(JOB_SECONDS)
        result = town.get("registration", f"/api/imports/{job}/result")
        assert not result["errors"], result["errors"][:3]
        rank = sorted(result["entries"], key=lambda each: each["row"])
        town.residents += [entry["resident"] for entry in rank]


def commands(towns: list[Town], people: int) -> None:
    """The day of everybody at the site, each kind of command for all before the next one."""
    asked = towns[0].get("screening", "/api/questionnaire")["questions"]
    well: dict[str, Any] = {each["code"]: False for each in asked}
    well |= {"temperature": 36.5, "healthy": True}
    dose = {"batch": "BENCH-1", "vaccinator": f"{SITE}-nurse"}
    kinds: list[tuple[str, str, str, dict[str, Any]]] = [
        ("consent", "registration", "/api/residents/{}/consent", {"wished_week": WEEK}),
        ("book", AT, "/api/appointments", {"from_day": DAY, "to_day": DAY}),
        ("check-in", AT, "/api/residents/{}/check-in", {}),
        ("screening", "screening", "/api/residents/{}/screening", {"site": SITE, "answers": well}),
        ("dose", AT, "/api/residents/{}/dose", dose),
        ("observation end", AT, "/api/residents/{}/observation-end", {"early_reason": "bench"}),
    ]
    for name, source, path, body in kinds:
        for start, town in in_turn(towns, range(0, people, AT_ONCE)):
            some = town.residents[start : min(people, start + AT_ONCE)]
            with town.measured("a command of any kind", name, count=len(some)):
                for resident in some:
                    more = {"resident": resident} if name == "book" else {}
                    town.post(source, path.format(resident), body | more)


def replays(towns: list[Town], operators: list[dict[str, str]]) -> None:
    """Views built anew of what a part has said and followed; a week replayed from the ledger."""
    for town in towns:
        town.begin()
    for _, town in in_turn(towns, range(REBUILDS)):
        operator = operators[towns.index(town)]
        own = town.get("registration", "/status")["head"]
        with town.measured("rebuild, an own event", count=own, alone=True):
            town.post("registration", "/rebuild", {}, operator)
        town.settle()
        others = town.get("reporting", "/status")["follows"]
        followed = sum(each["position"] for each in others)
        with town.measured("follow again, an event", count=followed):
            town.post("reporting", "/rebuild", {}, operator)
    for _, town in in_turn(towns, range(REPLAYS)):
        entries = sum(town.get(source, "/status")["head"] for source in town.urls)
        with town.measured("replay a week, an entry", count=REPLAYS_AT_ONCE * entries):
            for _ in range(REPLAYS_AT_ONCE):
                town.get("supervision", "/api/replay", week=WEEK)


def table(rounds: list[list[Figures]]) -> Table:
    """Medians of both trees and of the rounds' ratios, and how far the rounds lie apart."""
    made = Table(title="Processor time, milliseconds")
    for heading in ("measure", "A", "B", "B / A", "A min..max", "B min..max", "B / A min..max"):
        made.add_column(heading, justify="left" if heading == "measure" else "right")
    for name in rounds[0][0]:
        a, b = ([both[side][name] for both in rounds] for side in (0, 1))
        ratios = [each / other for each, other in zip(b, a, strict=True)]
        apart = [f"{min(each):.3f}..{max(each):.3f}" for each in (a, b, ratios)]
        row = [f"{statistics.median(each):.3f}" for each in (a, b, ratios)]
        made.add_row(name, *row, *apart)
    return made


def main() -> None:
    """Compare the trees that the command line names."""
    parser = argparse.ArgumentParser(description="Processor time of one tree against another")
    parser.add_argument("trees", nargs=2, type=Path, metavar="TREE")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--rows", type=int, default=1000, help="people on the rosters")
    parser.add_argument(
        "--people", type=int, default=75, help="of them vaccinated, 800 in all rounds"
    )
    chosen = parser.parse_args()
    trees = [tree.resolve() for tree in chosen.trees]
    rounds = compared(trees, chosen.rounds, chosen.rows, chosen.people)
    for side, tree in zip("AB", trees, strict=True):
        print(f"{side}: {tree}")
    Console(width=130).print(table(rounds))


if __name__ == "__main__":
    main()
