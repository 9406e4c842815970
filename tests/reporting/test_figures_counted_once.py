"""A page, its pictures and its program's answer count their figures once, and anew after each event."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress

import pytest
from sqlalchemy import insert

from deploy.parts import open_work
from services.reporting.progress import queries
from services.reporting.progress.queries import Progress
from services.reporting.progress.queries import progress as count_progress
from services.reporting.progress.views import doses
from shared.kit.charts.artist import Artist
from shared.kit.charts.shapes import Chart
from shared.kit.eventstore.remembered import MOST_KEPT, Remembered, remembered
from shared.town.work import Work
from tests.reporting.test_service import dose, office
from tests.support.part import PartUnderTest
from tests.support.statements import read_tables

__all__ = ["office"]
FIGURES = ("doses", "people", "plans", "against")
WEEK = "/weeks/2024-W14"


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[Chart]:
    """The charts that are asked for, in place of their pictures."""
    charts = list[Chart]()

    def draw(_artist: Artist, chart: Chart, *, narrow: bool = False) -> str:
        charts.append(chart)
        return f"<svg>{narrow}</svg>"

    monkeypatch.setattr(Artist, "draw", draw)
    return charts


def read_by(office: PartUnderTest, *urls: str) -> Counter[str]:
    """How often the tables of figures are read by these pages."""
    with read_tables(office.app.store.engine) as read:
        for url in urls:
            assert office.http.page(url).status_code == 200, url
    return Counter({table: read[table] for table in FIGURES if read[table]})


@pytest.mark.usefixtures("drawn")
@pytest.mark.parametrize(
    ("page", "pictures"),
    [
        ("/", ("/doses.svg", "/doses.svg?narrow=yes", "/units.svg", "/units.svg?narrow=yes")),
        (WEEK, (f"{WEEK}/doses.svg", f"{WEEK}/doses.svg?narrow=yes")),
    ],
)
def test_pictures_count_nothing_that_their_page_has_counted(
    office: PartUnderTest, page: str, pictures: tuple[str, ...]
):
    dose(office, "2024-04-02")
    assert read_by(office, page)["doses"] > 0, "the count would find nothing"
    assert read_by(office, *pictures) == Counter()
    dose(office, "2024-04-03")
    first, *others = pictures
    assert read_by(office, first)["doses"] > 0, "what has happened since is counted"
    assert read_by(office, *others) == Counter()


@pytest.mark.usefixtures("drawn")
def test_a_program_is_told_what_the_page_has_counted(office: PartUnderTest):
    dose(office, "2024-04-02")
    read_by(office, "/")
    with read_tables(office.app.store.engine) as read:
        assert office.http.get("/api/progress").json["figures"]["town"]["first"] == 1
    assert not [table for table in FIGURES if read[table]]


def test_an_event_changes_the_figures_of_page_and_pictures_at_once(
    office: PartUnderTest, drawn: list[Chart]
):
    for number in range(1, 4):
        dose(office, "2024-04-02")
        assert office.http.get("/api/progress").json["figures"]["town"]["first"] == number
        office.http.page("/doses.svg")
        assert drawn[-1]["form"] == "lines"
        assert drawn[-1]["lines"][0]["points"][-1][1] == number
        office.http.page(f"{WEEK}/doses.svg")
        assert drawn[-1]["form"] == "columns"
        stadium = next(
            each for each in drawn[-1]["panels"] if sum(n for _, n, _ in each["columns"])
        )
        assert sum(n for _, n, _ in stadium["columns"]) == number


def test_the_next_day_is_counted_anew(office: PartUnderTest):
    dose(office, "2024-04-03")
    assert office.http.get("/api/progress").json["as_of"] == "2024-04-03"
    office.at("2024-04-04")
    assert office.http.get("/api/progress").json["as_of"] == "2024-04-04"


def test_a_published_week_is_shown_as_published_at_once(office: PartUnderTest):
    office.at("2024-04-08")
    assert office.http.get(f"/api{WEEK}").json["closed"] is False
    office.http.post(f"/api{WEEK}/close")
    assert office.http.get(f"/api{WEEK}").json["closed"] is True


def test_another_process_of_the_part_counts_what_this_one_was_told(office: PartUnderTest):
    other: Work = open_work(office.deployment, office.part)
    other.store.clock.set(office.app.now())  # type: ignore[attr-defined]
    for number in range(1, 4):
        dose(office, "2024-04-02")  # this process follows, the other only serves
        for work in (other, office.app, other):
            counted: Progress = remembered(work, count_progress, work.today())
            assert counted["figures"]["town"]["first"] == number


def test_views_made_anew_are_counted_anew(office: PartUnderTest):
    dose(office, "2024-04-02")
    assert office.http.get("/api/progress").json["figures"]["town"]["first"] == 1
    office.app.rebuild_views()
    assert office.http.get("/api/progress").json["figures"]["town"]["first"] == 0
    assert office.rebuilt_view()
    assert office.http.get("/api/progress").json["figures"]["town"]["first"] == 1


def test_what_is_undone_is_not_remembered(office: PartUnderTest):
    work: Work = office.app
    before = remembered(work, _doses)
    with suppress(LookupError), office.transaction():
        row = {"day": "2024-04-02", "site": "stadium", "unit": "v01", "dose": 1, "given": 5}
        work.store.current.connection.execute(insert(doses), row)
        while_writing = remembered(work, _doses)
        raise LookupError
    assert while_writing == before + 5
    assert remembered(work, _doses) == before


def test_no_more_is_kept_than_a_few_and_nothing_that_failed(office: PartUnderTest):
    work: Work = office.app
    for number in range(3 * MOST_KEPT):
        remembered(work, _number, number)
    assert len(work.own(Remembered)) == MOST_KEPT
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            remembered(work, _inverse, 0)


def _number(_work: Work, number: int) -> int:
    return number


def _inverse(_work: Work, number: int) -> float:
    return 1 / number


def _doses(work: Work) -> int:
    return queries.totals(work, work.today(), "2024-W14")["town"]["first"]
