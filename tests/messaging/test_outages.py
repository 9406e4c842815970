"""Outages in logs: one line when they begin, once a minute how often, one when they are over."""

from __future__ import annotations

import logging

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from shared.kit.eventstore.engine import open_engine
from shared.kit.outages import AGAIN_SECONDS, Outage, first_line


class Clock:
    """The time a test says it is."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def said(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.INFO)
    return caplog


def an_outage(clock: Clock, *expected: type[Exception]) -> Outage:
    log = logging.getLogger("of a test")
    return Outage(log, "reporting", expected=expected or (Exception,), now=clock)


def test_the_same_failure_is_said_once_then_once_a_minute_with_how_often(clock, said):
    outage = an_outage(clock)
    outage.over()
    assert said.messages == []
    for _ in range(200):
        outage.failed(ConnectionError("refused\n[SQL: SELECT 1]\n[parameters: ('张三',)]"))
        clock.now += 1
    assert said.messages[0] == "reporting 停住：ConnectionError: refused"
    assert (
        said.messages[1:]
        == [f"reporting 停住：ConnectionError: refused（{AGAIN_SECONDS:.0f} 秒内 60 次）"] * 3
    )
    outage.over()
    outage.over()
    assert said.messages[4:] == ["reporting 已恢复，此前 200 秒内失败 200 次"]
    outage.failed(ConnectionError("refused"))
    assert said.messages[5:] == ["reporting 停住：ConnectionError: refused"]


def test_a_failure_of_another_kind_is_said_at_once(clock, said):
    outage = an_outage(clock)
    for error in (ConnectionError("one"), OSError("two"), ConnectionError("one"), OSError("two")):
        outage.failed(error, "stands at 7")
    assert said.messages == [
        "reporting stands at 7：ConnectionError: one",
        "reporting stands at 7：OSError: two",
    ]


def test_what_nobody_expects_comes_with_its_trace_once(clock, said):
    outage = an_outage(clock, OSError)
    for error in (OSError("away"), KeyError("a mistake of ours"), KeyError("a mistake of ours")):
        outage.failed(error)
    assert [bool(record.exc_info) for record in said.records] == [False, True]


def test_a_database_s_error_names_no_value_in_any_log(store_url):
    """Whoever logs it whole, with its trace, shows the statement and nobody's name."""
    engine = open_engine(store_url())
    with engine.connect() as connection, pytest.raises(DBAPIError) as raised:
        connection.execute(text("SELECT * FROM nowhere WHERE name = :name"), {"name": "张三丰"})
    engine.dispose()
    assert "张三丰" not in str(raised.value)
    line = first_line(raised.value)
    assert "nowhere" in line
    assert "\n" not in line
    assert "SELECT" not in line
