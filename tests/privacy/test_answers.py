"""Answers of commands are sealed, for a few days; a repeat afterwards is told so."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError

from deploy.parts import open_work
from shared.kit.eventstore import Context
from shared.kit.eventstore.answers import AnswerExpired
from shared.kit.eventstore.tables import commands
from shared.kit.eventstore.turns import Turn
from shared.town.privacy.sealing import Unreadable
from shared.town.privacy.wrapping import answer_keys
from tests.support.part import PartUnderTest

MARKER = "演练标记420000"


@pytest.fixture(params=["registration", "screening"])
def part(request: pytest.FixtureRequest, tmp_path: Path) -> PartUnderTest:
    part = PartUnderTest(tmp_path, request.param)
    part.at("2024-04-01")
    return part


def done(part: PartUnderTest, key: str, answer: Any = None) -> tuple[Any, bool]:
    given, before = part.app.store.execute(Context(key, "tester", "test"), "same", lambda: answer)
    return given, bool(before)


def days_with_keys(part: PartUnderTest) -> list[str]:
    return [row["day"] for row in part.app.rows(select(answer_keys).order_by(answer_keys.c.day))]


def test_an_answer_is_sealed_and_given_again(part: PartUnderTest, tmp_path: Path):
    assert done(part, "a", {"value": MARKER}) == ({"value": MARKER}, False)
    assert done(part, "a") == ({"value": MARKER}, True)
    part.app.store.close()
    stored = b"".join(file.read_bytes() for file in tmp_path.iterdir() if file.is_file())
    assert MARKER.encode() not in stored
    part.app = open_work(part.deployment, part.part)
    assert done(part, "a") == ({"value": MARKER}, True)


def test_after_some_days_a_repeat_is_told_that_it_was_done(part: PartUnderTest):
    done(part, "a", 1)
    for day in ("2024-04-02", "2024-04-03"):
        part.at(day)
        done(part, day, 1)
        assert done(part, "a") == (1, True)
    part.at("2024-04-04")
    done(part, "d", 1)
    assert days_with_keys(part) == ["2024-04-02", "2024-04-03", "2024-04-04"]
    with pytest.raises(AnswerExpired) as refused:
        done(part, "a")
    assert (refused.value.status, refused.value.code) == (410, "answer-expired")
    assert "2024-04-01" in str(refused.value)


def test_the_number_of_days_is_the_deployments(part: PartUnderTest):
    part.app.store.close()
    part.app = open_work(replace(part.deployment, answer_days=0), part.part)
    done(part, "a", 1)
    part.at("2024-04-02")
    done(part, "b", 1)
    assert days_with_keys(part) == ["2024-04-02"]


def test_a_days_key_of_a_transaction_rolled_back_is_never_used_again(part: PartUnderTest):
    answers = part.app.store.answers
    assert answers is not None
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            rolled_back(part, answers)
    assert days_with_keys(part) == []
    done(part, "a", 1)
    done(part, "b", 2)
    part.app.store.close()
    part.app = open_work(part.deployment, part.part)
    assert [done(part, "a"), done(part, "b")] == [(1, True), (2, True)]


def test_a_days_key_of_a_turn_that_was_not_stored_is_never_used_again(
    part: PartUnderTest, monkeypatch: pytest.MonkeyPatch
):
    full = OperationalError("COMMIT", None, RuntimeError("disk full"))
    with monkeypatch.context() as patched:
        patched.setattr(Turn, "commit", lambda turn: turn._fail(full))
        with pytest.raises(OperationalError):
            two_together(part)
    assert days_with_keys(part) == []
    assert done(part, "c", 3) == (3, False)
    assert done(part, "c") == (3, True)


def two_together(part: PartUnderTest) -> None:
    with part.app.store.together():
        done(part, "a", 1)  # makes the day's key
        done(part, "b", 2)  # finds it there


def rolled_back(part: PartUnderTest, answers: Any) -> None:
    with part.transaction():
        answers.seal("x", b"1")
        raise ZeroDivisionError


def test_an_answer_moved_to_another_command_is_refused(part: PartUnderTest):
    done(part, "a", 1)
    done(part, "b", 2)
    with part.transaction() as transaction:
        stolen = transaction.connection.execute(
            select(commands.c.answer).where(commands.c.key == "a")
        ).scalar_one()
        row = commands.c.key == "b"
        transaction.connection.execute(update(commands).where(row).values(answer=stolen))
    with pytest.raises(Unreadable):
        done(part, "b")
