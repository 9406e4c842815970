"""What was flagged is read in pages, which stay as they are while more is flagged."""

from __future__ import annotations

import re
from pathlib import Path

from services.supervision.checks.commands import flag
from services.supervision.checks.queries import PAGE
from tests.support.part import PartUnderTest


def flagged(group: PartUnderTest, first: int, last: int) -> None:
    with group.transaction():
        for number in range(first, last + 1):
            flag(group.app, "many_looks", f"login-{number:03d} 2024-04-02", "shown 3000")


def shown(page: str) -> list[int]:
    return [int(number) for number in re.findall(r"login-(\d{3})", page)]


def test_anomalies_are_shown_a_page_at_a_time_the_newest_first(tmp_path: Path):
    group = PartUnderTest(tmp_path, "supervision")
    group.at("2024-04-02")
    flagged(group, 1, PAGE)
    assert 'rel="next"' not in group.http.page("/").text
    flagged(group, PAGE + 1, PAGE + 2)
    newest = group.http.page("/").text
    assert shown(newest) == list(range(PAGE + 2, 2, -1))
    assert f'<span class="number">{PAGE + 2}</span>' in newest
    [older] = re.findall(r'href="/\?before=(\d+)#anomalies"', newest)
    flagged(group, PAGE + 3, PAGE + 9)
    page = group.http.page("/", before=older).text
    assert shown(page) == [2, 1]
    assert 'rel="next"' not in page
    assert 'href="/?stay=yes#anomalies"' in page
    assert group.view() == group.rebuilt_view()
