"""Charts: one specification each, drawn beside the part, readable without colours and without script."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest

from shared.kit import side_worker
from shared.kit.charts import palette
from shared.kit.charts.artist import Artist, NotDrawn
from shared.kit.charts.shapes import Bars, Columns, Lines

STYLES = Path("shared/town/web/static/vaxledger.css")
LINES: Lines = {
    "form": "lines",
    "first": "2024-03-25",
    "last": "2024-06-20",
    "days": "%-m月%-d日",
    "lines": [
        {"name": "第一剂", "hue": "green", "points": [("2024-03-25", 0), ("2024-04-24", 41_200)]},
        {"name": "第二剂", "hue": "blue", "points": [("2024-04-08", 0), ("2024-04-24", 9_300)]},
    ],
    "plans": [
        {"name": "", "hue": "green", "points": [("2024-03-25", 0), ("2024-06-05", 72_000)]},
        {"name": "", "hue": "blue", "points": [("2024-04-08", 0), ("2024-06-20", 72_000)]},
    ],
    "deadlines": [("2024-06-05", "第一剂截止"), ("2024-06-20", "全程截止")],
    "level": (72_000, "任务数 72,000"),
}
COLUMNS: Columns = {
    "form": "columns",
    "panels": [
        {
            "name": site,
            "level": 600,
            "columns": [(f"{day}日", 580 + day, 600) for day in range(22, 29)],
        }
        for site in ("社区卫生服务中心", "镇卫生院", "体育馆")
    ],
}
BARS: Bars = {
    "form": "bars",
    "bars": [("城关一村村民委员会", 0.72, 0.9, "72.0%"), ("江北社区", 0.31, 0.5, "31.0%")],
    "level": (1.0, "任务数"),
    "share": True,
}
CHARTS = [LINES, COLUMNS, BARS]


@pytest.fixture(scope="module")
def artist() -> Iterator[Artist]:
    artist = Artist()
    yield artist
    artist.end()


def texts(svg: str) -> list[str]:
    return [
        "".join(each.itertext())
        for each in ElementTree.fromstring(svg).iter()
        if each.tag.endswith("text")
    ]


@pytest.mark.parametrize("narrow", [False, True])
@pytest.mark.parametrize("chart", CHARTS, ids=["lines", "columns", "bars"])
def test_a_chart_is_a_picture_that_no_policy_forbids(artist: Artist, chart, narrow):
    svg = artist.draw(chart, narrow=narrow)
    width = float(ElementTree.fromstring(svg).attrib["width"])
    assert width <= (400 if narrow else 960), width
    assert not re.search(r"<script|<style|\sstyle=|href=", svg)
    assert len(svg) < 40_000


def test_lines_say_totals_target_and_deadlines(artist: Artist):
    said = texts(artist.draw(LINES))
    for text in (
        "第一剂 41,200",
        "第二剂 9,300",
        "任务数 72,000",
        "6月5日 第一剂截止",
        "6月20日 全程截止",
    ):
        assert text in said
    assert {"0", "20,000"} <= set(said)


def test_plan_and_done_differ_without_colours(artist: Artist):
    svg = artist.draw(LINES)
    assert svg.count("mark-line role-mark") == 4
    assert svg.count('stroke-dasharray="6,4"') == 2


def test_columns_say_their_numbers_under_the_name_of_each_panel(artist: Artist):
    said = texts(artist.draw(COLUMNS))
    assert {"社区卫生服务中心", "镇卫生院", "体育馆", "602/600", "608/600", "22日", "28日"} <= set(
        said
    )


def test_bars_keep_the_order_they_are_given(artist: Artist):
    said = texts(artist.draw(BARS))
    assert said.index("城关一村村民委员会") < said.index("江北社区")
    assert {"72.0%", "31.0%", "任务数"} <= set(said)


def test_long_chinese_names_have_room(artist: Artist):
    """A Chinese sign is as wide as the type is high, whatever fonts the server has."""
    svg = artist.draw(BARS)
    [left] = re.findall(r'<g fill="none"[^>]*translate\(([\d.]+),', svg)
    assert float(left) >= len("城关一村村民委员会") * palette.TYPE


def test_colours_are_those_of_the_pages_and_stand_out_from_paper():
    known = STYLES.read_text()
    for colour in palette.HUES.values():
        assert colour in known
        assert palette.contrast(colour, palette.PAPER) >= 3, colour


def test_what_was_drawn_is_not_drawn_again(artist: Artist):
    first = artist.draw(BARS)
    drawn = artist.drawn
    assert artist.draw(BARS) == first
    assert artist.drawn == drawn
    artist.draw({**BARS, "share": False})
    assert artist.drawn == drawn + 1


def test_a_process_that_is_gone_is_followed_by_another(artist: Artist):
    artist.draw({**BARS, "bars": [("一村", 0.1, 0.2, "a")]})
    assert artist.pid
    os.kill(artist.pid, signal.SIGKILL)
    with pytest.raises(NotDrawn):
        artist.draw({**BARS, "bars": [("一村", 0.1, 0.2, "b")]})
    assert "c" in texts(artist.draw({**BARS, "bars": [("一村", 0.1, 0.2, "c")]}))


def test_what_cannot_be_drawn_is_said_and_the_next_is_drawn(artist: Artist):
    with pytest.raises(NotDrawn):
        artist.draw({**BARS, "form": "pie"})  # type: ignore[typeddict-item]
    assert artist.draw(BARS)


def test_a_name_is_a_name_whatever_signs_are_in_it(artist: Artist):
    names = ["l'échéance", "' + datum.day + '", "a\\"]
    named = [("2024-06-05", name) for name in names]
    drawn = texts(artist.draw({**LINES, "deadlines": named}))
    for name in names:
        assert any(each.endswith(name) for each in drawn), (name, drawn)


def test_nobody_waits_long_for_anothers_picture(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(side_worker, "MOST_WAITING_SECONDS", 0.01)
    busy = Artist()
    with busy.worker._one, pytest.raises(NotDrawn):  # pyright: ignore[reportPrivateUsage]
        busy.draw(BARS)
    assert busy.pid is None


def test_after_a_picture_that_took_too_long_nothing_is_begun_for_a_while(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(side_worker, "MOST_SECONDS", -1)
    slow = Artist()
    monkeypatch.setattr(slow.worker.process, "ask", lambda *_: None)
    monkeypatch.setattr(
        slow.worker.process,
        "receive",
        lambda waiting, _most: waiting(),
    )
    with pytest.raises(NotDrawn):
        slow.draw(BARS)
    monkeypatch.setattr(slow.worker.process, "ask", None)
    with pytest.raises(NotDrawn):
        slow.draw(BARS)


def test_a_process_that_cannot_be_begun_is_said(monkeypatch: pytest.MonkeyPatch):
    def full(*_: object, **_given: object) -> None:
        raise OSError

    monkeypatch.setattr(subprocess, "Popen", full)
    with pytest.raises(NotDrawn):
        Artist().draw(BARS)


def test_a_process_without_work_rests():
    artist = Artist(idle=0)
    artist.draw(BARS)
    artist.rest()
    assert artist.pid is None


def test_a_part_loads_neither_altair_nor_what_draws():
    code = (
        "import sys, deploy.parts as p\n"
        "from shared.kit.part import assemble\n"
        "for each in p.PARTS.values(): assemble(each)\n"
        "print({'altair', 'vl_convert'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "set()"
