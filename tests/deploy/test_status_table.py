"""How status reads on a narrow terminal: a line a row, one paragraph a cause."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len
from rich.console import Console

from deploy.cli import status, status_table
from deploy.cli.troubles import trouble
from shared.kit.language import ENGLISH, Text, speaking
from tests.support.one_language import chinese_in
from tests.support.part import a_deployment

SOURCES = ("registration", "screening", "appointments/community", "supervision")
SINCE = "2024-03-25T02:00:00.123456+08:00"
LATER = "2024-03-25T02:00:07.654321+08:00"


def a_part(source: str, **of_each: Any) -> dict[str, Any]:
    follow = {
        "position": 123_456,
        "lag": 0,
        "failing": None,
        "unheard": None,
        "queue": {"messages": 12, "consumers": 1},
    }
    return {
        "head": 123_456,
        "set_back": None,
        "relay": {"lag": 0, "healthy": True},
        "follows": [follow | of_each | {"source": each} for each in SOURCES if each != source],
        "disowned": [],
    }


def shown(width: int, troubles: list[dict[str, Any]] | None = None, **of_each: Any) -> list[str]:
    parts = {source: a_part(source, **of_each) for source in SOURCES}
    console = Console(width=width, record=True, file=io.StringIO())
    console.print(status_table.in_tables({"parts": parts, "troubles": troubles or []}))
    return console.export_text().splitlines()


@pytest.mark.parametrize("width", [60, 80, 200])
@pytest.mark.parametrize(
    ("of_each", "word"),
    [({}, "正常"), ({"unheard": "no connection: OSError"}, "读日志"), ({"failing": "x"}, "停住")],
)
def test_every_row_is_one_line_however_narrow(width: int, of_each: dict[str, Any], word: str):
    lines = shown(width, **of_each)
    assert all(cell_len(line.rstrip()) <= width for line in lines)
    rows = [line for line in lines if "123456" in line]
    assert len(rows) == len(SOURCES) ** 2
    followed = [row for row in rows if row.startswith("← ")]
    assert [row.split()[1] for row in followed] == [
        each for source in SOURCES for each in SOURCES if each != source
    ]
    assert all(word in row for row in followed), lines


def paragraphs(troubles: list[dict[str, Any]]) -> str:
    return "\n".join(line.strip() for line in shown(400, troubles))


def test_a_broker_that_is_away_is_one_paragraph_with_its_consequences_in_a_line():
    cause = trouble("no-broker", "RabbitMQ", since=SINCE, detail="127.0.0.1:5672, OSError")
    effects = [
        trouble("unheard", part, each, since=LATER, detail="no connection", because="no-broker")
        for part in SOURCES
        for each in SOURCES
    ]
    silent = trouble("relay-silent", "screening", detail="90 s", because="no-broker")
    other = trouble("unheard", "reporting", "screening", since=LATER, detail="no queue: gone")
    said = paragraphs([cause, *effects, silent, other])
    assert "1. RabbitMQ：自 2024-03-25 02:00:00 起，消息队列服务没有应答" in said
    assert "（127.0.0.1:5672, OSError）。启动它" in said
    assert "因此 16 处跟随改读来源的日志。" in said
    assert "因此 1 个转发进程没有动静。" in said
    assert "2. reporting ← screening" in said
    assert "3. " not in said
    with speaking(ENGLISH):
        said = paragraphs([cause, *effects, silent, other])
    assert "1. RabbitMQ: the broker does not answer (127.0.0.1:5672, OSError) since 2024" in said
    assert "02:00:00. Start it and see its log" in said
    assert "That is why 16 followers read the logs instead." in said
    assert chinese_in(said) == []


def test_the_same_of_several_parts_is_said_once_with_the_earliest_moment():
    away = Text("数据库暂时不可用。", "The store is not available.")
    refused = [trouble("refuses", source, detail=away) for source in SOURCES]
    stuck = [
        trouble("failing", "reporting", "screening", since=LATER, detail="KeyError: 'x'"),
        trouble("failing", "registration", "screening", since=SINCE, detail="KeyError: 'x'"),
    ]
    said = paragraphs([*refused, *stuck])
    assert f"1. {'、'.join(SOURCES)}：部件在运行，但现在不能工作：数据库暂时不可用。" in said
    assert {each["en"] for each in refused} == {
        "runs, and cannot work now: The store is not available"
    }
    assert "2. reporting ← screening、registration ← screening：自 2024-03-25 02:00:00 起" in said
    assert "3. " not in said


def test_who_cannot_read_a_part_that_is_down_is_told_with_that_part():
    down = trouble("down", "screening", detail="ConnectionError")
    unread = [
        trouble("failing", part, "screening", since=SINCE, detail="Timeout", because="screening")
        for part in ("registration", "reporting")
    ]
    said = paragraphs([*unread, down])
    assert "1. screening：部件没有应答" in said
    assert "因此 2 处跟随读不到它的日志，它恢复后会接着读。" in said
    assert "2. " not in said


def test_a_part_of_the_version_before_tells_less_and_is_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    answer = a_part("screening") | {"relay": {"published": 1, "silent_seconds": 0}}
    answer |= {"follows": [], "disowned_count": 0}
    monkeypatch.setattr(status, "ask_status", lambda *_: answer)
    assert status.status(a_deployment(tmp_path))["healthy"]
