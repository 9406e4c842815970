"""The benchmarks run; how fast is for people to read."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.bench.__main__ import measure
from tests.bench.embedded import processor_s
from tests.bench.measures import MEASURES
from tests.bench.processor import table
from tests.bench.weight import Scales


def test_a_measurement_gives_positive_figures():
    found = measure(quick=True, only="replay")
    assert set(found) == {"replay_events_per_s"}
    assert all(value > 0 for value, _ in found.values())


@pytest.mark.parametrize(
    ("name", "figures"),
    [
        ("matching", {"match_precision_percent", "match_recall_percent", "match_us_per_person"}),
        ("guessing", {"guessed_percent", "guessed_unsalted_percent"}),
        ("search", {"search_ms_p50", "search_ms_p99", "search_name_ms", "search_initials_ms"}),
    ],
)
def test_finding_is_measured(name: str, figures: set[str]):
    found = measure(quick=True, only=name)
    assert figures <= set(found)
    assert all(value > 0 for value, _ in found.values())


def test_every_measurement_says_how_it_is_made():
    assert set(MEASURES) == {
        "appends",
        "audit",
        "signed_in",
        "servers",
        "live",
        "against_peer",
        "weight",
        "relay",
        "lag",
        "replay",
        "imports",
        "import_town",
        "matching",
        "search",
        "guessing",
    }
    assert all(how for _, _, _, how in MEASURES.values())


SPIN = "import time\nwhile time.process_time() < 0.3: pass\nprint(flush=True)\ninput()"
CHILD = f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {SPIN!r}])"


@pytest.mark.parametrize("program", [SPIN, CHILD])
def test_a_process_is_charged_for_its_children_too(program: str):
    command = [sys.executable, "-c", program]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        assert 0.3 <= processor_s(process.pid) < 2.0
        process.communicate(b"\n")


HOLDS = "held = b'x' * (30 << 20)\nprint(flush=True)\ninput()"


def test_what_processes_hold_is_weighed_also_of_those_that_end_meanwhile():
    command = [sys.executable, "-c", HOLDS]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        scales = Scales(process.pid, None)
        with scales.looking():
            process.communicate(b"\n")
    assert max(scales.memory) > 30 << 20
    assert scales.written >= 0


def test_two_trees_are_compared_by_their_medians():
    rounds = [[{"dose": a}, {"dose": b}] for a, b in ((1.0, 2.0), (2.0, 3.0), (9.0, 9.0))]
    (row,) = zip(*(column.cells for column in table(rounds).columns), strict=True)
    assert row[:4] == ("dose", "2.000", "3.000", "1.500")
    assert row[4:] == ("1.000..9.000", "2.000..9.000", "1.000..2.000")
