"""What a rehearsal writes down, to go on from after a stop (`tests/cluster/test_rehearsal.py` does)."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from deploy.rehearsal.journal import AnotherRehearsal, Journal, Today

PEOPLE, SEED = 40, 11


def test_what_was_written_is_remembered(tmp_path: Path):
    journal = Journal(tmp_path, PEOPLE, SEED)
    assert journal.residents == []
    journal.prepared([("r1", 4), ("r2", 2)])
    assert journal.residents == []  # nothing to go on from before the state is written too
    journal.write({"doses": 3}, date(2024, 4, 1))
    again = Journal(tmp_path, PEOPLE, SEED)
    assert again.residents == [("r1", 4), ("r2", 2)]
    assert again.read() == ({"doses": 3}, date(2024, 4, 1), None)
    today = Today(date(2024, 4, 2), [{"resident": "r1"}], [])
    again.write({"doses": 5}, date(2024, 4, 1), today)
    assert Journal(tmp_path, PEOPLE, SEED).read() == ({"doses": 5}, date(2024, 4, 1), today)


@pytest.mark.parametrize(("people", "seed"), [(PEOPLE + 1, SEED), (PEOPLE, SEED + 1)])
def test_data_of_another_town_are_left_alone(tmp_path: Path, people: int, seed: int):
    Journal(tmp_path, PEOPLE, SEED).prepared([])
    with pytest.raises(AnotherRehearsal, match="40 人，种子 11"):
        Journal(tmp_path, people, seed)
