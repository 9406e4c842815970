"""Entries of the ledger are found by day, time of day, kind, unit and who acted; the newest come first."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import delete

from services.supervision.ledger import commands, found
from services.supervision.ledger.kinds import KIND_OF, KINDS
from services.supervision.ledger.views import acts
from shared.kit.contracts.envelope import NOT_THEIRS
from shared.town.contracts import catalogue
from shared.town.terms.events import EVENT_KINDS, EVENTS
from shared.town.work import Work
from tests.screening.test_service import ANNA, someone
from tests.supervision.test_service import dose
from tests.support.part import PartUnderTest
from tests.support.plans import plans

BEN = uuid.UUID(int=7)
DAY = date(2024, 4, 2)
DAYS = ("2024-04-02", "2024-04-03", "2024-04-04")
ENTRY = re.compile(r'<th scope="row" class="number">(\d+)</th>')


@pytest.fixture
def group(tmp_path: Path) -> Iterator[PartUnderTest]:
    """Ledger of seven entries: two of registration, then doses on three days, two of Ben's."""
    group = PartUnderTest(tmp_path, "supervision")
    group.at("2024-04-02")
    group.hears("registration", "ResidentRegistered", **someone(ANNA))
    group.hears("registration", "ConsentGiven", resident=ANNA, wished_week="2024-W14")
    for day in DAYS:
        group.at(f"{day}T09:30")
        dose(group, day)
    group.at("2024-04-04T15:00")
    dose(group, "2024-04-04", resident=BEN)
    group.at("2024-04-04T15:01")
    dose(group, "2024-04-04", resident=BEN)
    yield group
    group.app.store.close()


def shown(group: PartUnderTest, **asked: object) -> list[int]:
    return [int(each) for each in ENTRY.findall(group.http.page("/entries", **asked).text)]


def test_the_newest_entries_come_first(group: PartUnderTest):
    assert shown(group) == [7, 6, 5, 4, 3, 2, 1]


def test_entries_are_found_by_day_and_time_of_day(group: PartUnderTest):
    assert shown(group, day="2024-04-03") == [4]
    assert shown(group, day="2024-04-04") == [7, 6, 5]
    assert shown(group, day="2024-04-04", half="am") == [5]
    assert shown(group, day="2024-04-04", half="pm") == [7, 6]
    assert shown(group, day="2024-05-01") == []


def test_entries_are_found_by_kind_unit_and_who_acted(group: PartUnderTest):
    assert shown(group, kind="doses") == [7, 6, 5, 4, 3]
    assert shown(group, kind="answers") == [2]
    assert shown(group, unit="v01", kind="doses", day="2024-04-03") == [4]
    assert shown(group, unit="v02") == []
    assert shown(group, by="tester", day="2024-04-02") == [3, 2, 1]
    assert shown(group, by="somebody") == []


def test_pages_are_turned_both_ways(group: PartUnderTest, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(found, "PAGE", 3)
    first = group.http.page("/entries", by="tester").text
    assert 'rel="prev"' not in first
    [older] = re.findall(r'rel="next" href="([^"]*)"', first)
    assert older == "/entries?by=tester&amp;before=5"
    assert shown(group, by="tester", before=5) == [4, 3, 2]
    second = group.http.page("/entries", by="tester", before=5).text
    [newer] = re.findall(r'rel="prev" href="([^"]*)"', second)
    assert newer == "/entries?by=tester&amp;after=4"
    assert shown(group, by="tester", after=4) == [7, 6, 5]
    assert shown(group, by="tester", before=2) == [1]
    assert 'rel="next"' not in group.http.page("/entries", by="tester", before=2).text


def test_the_form_keeps_what_was_asked_for(group: PartUnderTest):
    group.http.post("/api/staff", {"login": "tester", "post": "督查员"})
    page = group.http.page(
        "/entries", day="2024-04-04", half="pm", kind="doses", unit="v01", by="tester"
    ).text
    assert 'value="2024-04-04"' in page
    for value in ("pm", "doses", "v01", "tester"):
        assert re.search(rf'<option value="{value}" selected>', page), value


def test_what_cannot_be_asked_for_is_refused(group: PartUnderTest):
    for asked in ({"half": "noon"}, {"kind": "magic"}, {"day": "soon"}, {"before": 0}):
        assert group.http.page("/entries", **asked).status_code == 422


@pytest.mark.parametrize("noted", [0, 3], ids=["none", "by the version before that"])
def test_entries_that_an_older_version_kept_are_found_soon_after_a_start(
    group: PartUnderTest, monkeypatch: pytest.MonkeyPatch, noted: int
):
    monkeypatch.setattr(commands, "AT_ONCE", 3)
    with group.transaction():
        group.app.store.current.connection.execute(delete(acts).where(acts.c.entry > noted))
    group.start()
    assert shown(group) == []
    dose(group, "2024-04-04")
    for found_by_then in (5, 2):
        assert note_some(group)
        assert shown(group) == list(range(8, found_by_then - 1, -1))
        assert f"第 {found_by_then} 条以前的记录暂时查不到" in group.http.page("/entries").text
    assert not note_some(group)
    assert shown(group) == [8, 7, 6, 5, 4, 3, 2, 1]
    assert shown(group, kind="doses", by="tester") == [8, 7, 6, 5, 4, 3]
    assert "暂时查不到" not in group.http.page("/entries").text
    group.start()
    assert not note_some(group)
    assert shown(group) == [8, 7, 6, 5, 4, 3, 2, 1]


def note_some(group: PartUnderTest) -> bool:
    with group.transaction():
        return commands.note_acts(group.app)


def test_an_event_without_a_kind_of_its_own_stops_nothing(
    group: PartUnderTest, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.delitem(KIND_OF, "DoseAdministered")
    dose(group, "2024-04-04")
    assert shown(group, kind="system") == [8]


def test_every_event_is_of_a_kind():
    assert {name for names in KINDS.values() for name in names} == {
        NOT_THEIRS,
        *EVENTS,
    }
    assert set(KINDS) == set(EVENT_KINDS)
    assert {catalogue.latest(each.name).name for each in catalogue} <= KIND_OF.keys()


# Which index a question reads: never the ledger from end to end.
INDEXES = (
    ({}, "acts_at"),
    ({"day": DAY}, "acts_at"),
    ({"kind": "doses"}, "acts_of_kind"),
    ({"kind": "doses", "day": DAY, "half": "am"}, "acts_of_kind"),
    ({"unit": "v01", "kind": "doses"}, "acts_of_unit"),
    ({"by": "tester", "unit": "v01", "kind": "doses", "day": DAY}, "acts_by"),
)


def test_every_page_is_read_from_an_index(group: PartUnderTest):
    work: Work = group.app
    for asked, index in INDEXES:
        for turned in ({}, {"before": 5}, {"after": 2}):
            with plans(work.store) as seen:
                found.page(work, found.Wanted(**asked), **turned)
            assert re.findall(r"INDEX (\w+)", "\n".join(seen)) == [index]
            assert not [each for each in seen if each.startswith("SCAN") and index not in each]
            assert not [each for each in seen if "TEMP B-TREE" in each], seen


def test_numbers_that_begin_so_are_found_in_an_index(group: PartUnderTest):
    with plans(group.app.store) as seen:
        found.resident_meant(group.app, str(ANNA)[:8])
    assert (
        "SEARCH ledger USING COVERING INDEX ix_ledger_resident (resident>? AND resident<?)" in seen
    )


def looked(group: PartUnderTest, *residents: uuid.UUID) -> None:
    """A look of a chief, of which registration tells."""
    look = {"login": "v01-chief", "viewed": ["name"], "page": "/units/<unit>", "reason": None}
    group.hears("registration", "PersonalDataViewed", residents=[*map(str, residents)], **look)


def test_looks_are_left_out_until_they_are_asked_for(group: PartUnderTest):
    looked(group, ANNA, BEN)
    dose(group, "2024-04-04")
    assert shown(group) == [9, 7, 6, 5, 4, 3, 2, 1]
    assert shown(group, unit="v01", by="tester") == [9, 7, 6, 5, 4, 3, 1]
    assert shown(group, kind="looks") == [8]
    assert shown(group, kind="all") == [9, 8, 7, 6, 5, 4, 3, 2, 1]
    page, all_of_it = (group.http.page("/entries", **asked).text for asked in ({}, {"kind": "all"}))
    assert "这里不列谁查阅了谁的信息" in page
    assert 'href="/entries?kind=looks"' in page
    assert 'href="/looks">查阅记录</a></p>' in page
    assert "这里不列谁查阅了谁的信息" not in all_of_it
    assert re.search(r'<option value="all" selected>', all_of_it)


def test_a_page_without_looks_reads_few_entries_beside_many_looks(group: PartUnderTest):
    for _ in range(200):
        looked(group, ANNA)
    with plans(group.app.store) as seen:
        assert shown(group) == [7, 6, 5, 4, 3, 2, 1]
    assert not [each for each in seen if each.startswith("SCAN ledger")], seen


def test_rows_tell_apart_whom_they_are_about(group: PartUnderTest):
    looked(group, BEN)
    for url in ("/entries?kind=all", "/looks"):
        page = BeautifulSoup(group.http.page(url).text, "html.parser")
        called = {a["href"]: a.text for a in page.select("tbody a") if "resident" in a["href"]}
        for who in (ANNA, BEN) if url != "/looks" else (BEN,):
            [name] = [text for href, text in called.items() if str(who) in href]
            assert name == f"居民 {str(who)[:8]}"
            assert group.http.form("/find", q=str(who)[:8]).location == f"/residents/{who}"
        assert str(BEN)[:8] not in str(page.title)
