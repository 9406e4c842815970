"""Rosters that ask, for tests: a town whose reader can be told what a file leaves open."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from services.registration.rosters import runner
from services.registration.rosters.reading.roster_lines import Ask, Line, Roster
from tests.support.part import PartUnderTest

URL = "/api/units/v01/roster"


def sent(town: PartUnderTest, content: bytes, unit: str = "v01") -> str:
    """Send a roster, let it be worked on, and return the job's id."""
    answer = town.http.send(f"/api/units/{unit}/roster", content)
    assert answer.status_code == 200, answer.text
    town.work()
    return answer.json["import"]  # type: ignore[index]


def job(town: PartUnderTest, number: str) -> dict[str, Any]:
    """Where a job stands."""
    answer = town.http.get(f"/api/imports/{number}")
    assert answer.status_code == 200, answer.text
    return answer.json  # type: ignore[return-value]


def result(town: PartUnderTest, number: str) -> dict[str, Any]:
    """What became of every row, of which the groups add up."""
    answer = town.http.get(f"/api/imports/{number}/result")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json  # type: ignore[assignment]
    groups = ("new", "corrected", "unchanged", "close", "asked", "left_out")
    assert found["rows"] == sum(found[each] for each in groups) + len(found["errors"])
    return found


def code_of(answer: Any) -> tuple[int, str]:
    """The status and the code of a refusal."""
    return answer.status_code, answer.json["code"]


def answer(town: PartUnderTest, number: str, **said: Any) -> Any:
    """Answer what a job asks about its file, and let it go on."""
    told = town.http.post(f"/api/imports/{number}/answers", said)
    town.work()
    return told


def answer_row(town: PartUnderTest, number: str, question: int, said: str) -> Any:
    """Answer the question about a row."""
    return town.http.post(f"/api/imports/{number}/questions/{question}", {"answer": said})


Change = Callable[[Line], Line]


def reads_otherwise(
    monkeypatch: pytest.MonkeyPatch, change: Change | None = None, asks: tuple[Ask, ...] = ()
) -> list[Any]:
    """Let the reader say something else of every line, and ask what it is not told; return what it
    was told each time."""
    read, told = runner.READER.read, list[Any]()

    def otherwise(key: str, content: bytes, every: Any, today: Any, said: Any = None) -> Roster:
        told.append(said)
        roster = read(key, content, every, today)
        roster.asks = [ask for ask in asks if ask["ask"] not in (said or {})]
        if roster.asks:
            roster.lines = []
            return roster
        if said and "tie" in said:
            roster.lines = [replace(line, tie=said["tie"]) for line in roster.lines]
        if change is not None:
            roster.lines = [change(line) for line in roster.lines]
        return roster

    monkeypatch.setattr(runner.READER, "read", otherwise)
    return told


def marked(**marks: tuple[str, ...] | str) -> Change:
    """A change of lines by their names: marks, or a remark."""

    def change(line: Line) -> Line:
        said = marks.get(line.name)
        if said is None:
            return line
        return replace(line, remark=said) if isinstance(said, str) else replace(line, marks=said)

    return change
