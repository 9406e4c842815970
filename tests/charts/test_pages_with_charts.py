"""Charts on the pages: each has words and a table for who does not see it, and is asked for by itself."""

from __future__ import annotations

import uuid
from pathlib import Path
from xml.etree import ElementTree

import pytest
from bs4 import BeautifulSoup

from tests.reporting.test_service import dose
from tests.support.part import PartUnderTest
from tests.support.stadium import FIRST, Stadium


def chart_of(part: PartUnderTest, address: str, picture: str) -> tuple[BeautifulSoup, list[str]]:
    """A chart's figure on its page, and the texts of its picture."""
    page = BeautifulSoup(part.http.page(address).text, "html.parser")
    [image] = page.select(f"figure.chart img[src^='{picture}']")
    source = image.find_previous_sibling("source")
    assert source, "a phone gets a chart of its own"
    for each in (str(image["src"]), str(source["srcset"])):
        answer = part.http.page(each)
        assert (answer.status_code, answer.mimetype) == (200, "image/svg+xml"), answer.text
    said = ElementTree.fromstring(part.http.page(str(image["src"])).text).iter()
    texts = ["".join(each.itertext()) for each in said if each.tag.endswith("text")]
    return image.find_parent("figure"), texts  # type: ignore[return-value]


@pytest.fixture
def office(tmp_path: Path) -> PartUnderTest:
    office = PartUnderTest(tmp_path, "reporting")
    office.at("2024-04-24")
    for day, number in (("2024-04-03", 1), ("2024-04-03", 1), ("2024-04-24", 1), ("2024-04-24", 2)):
        dose(office, day, number)
    return office


def test_progress_shows_both_doses_against_the_plan(office):
    figure, texts = chart_of(office, "/", "/doses.svg")
    assert {
        "第一剂 3",
        "第二剂 1",
        "任务数 72,000",
        "6月5日 第一剂截止",
        "6月20日 全程截止",
    } <= set(texts)
    says = "到4月24日（周三）：第一剂累计 3 剂（计划 30,000），第二剂累计 1 剂（计划 15,781）。"
    assert figure.img["alt"] == says
    rows = [[cell.text for cell in row.select("td")] for row in figure.select("tbody tr")]
    assert rows[0] == ["3月31日（周日）", "0", "6,000", "0", "0"]
    assert rows[-1] == ["4月24日（周三）", "3", "30,000", "1", "15,781"]
    assert len(rows) == 5


def test_progress_shows_units_those_behind_first(office):
    _, texts = chart_of(office, "/", "/units.svg")
    names = [str(unit) for unit in office.app.campaign.units]
    found = [text for text in texts if text in names]
    assert len(found) == len(names)
    assert found[-1] == str(office.app.campaign.unit("v01"))


def test_a_week_shows_each_site_by_day(office):
    _, texts = chart_of(office, "/weeks/2024-W17", "/weeks/2024-W17/doses.svg")
    assert {str(site) for site in office.app.campaign.sites} <= set(texts)
    assert {"周一", "周日", "2", "600"} <= set(texts)
    assert office.http.post("/api/weeks/2024-W14/close").status_code == 200
    _, published = chart_of(office, "/weeks/2024-W14", "/weeks/2024-W14/doses.svg")
    assert "2" in published


def test_a_unit_shows_answers_against_its_target(tmp_path):
    town = PartUnderTest(tmp_path, "registration")
    target = town.app.campaign.unit("v01").target
    figure, texts = chart_of(town, "/units/v01", "/units/v01/answers.svg")
    assert {"同意接种", "暂不接种", "未答复", "第一剂", "第二剂", f"任务数 {target:,}"} <= set(
        texts
    )
    assert figure.img["loading"] == "lazy"
    assert [row.th.text for row in figure.select("tr")][:2] == ["登记", "同意接种"]


def test_a_day_shows_its_slots(tmp_path):
    stadium = Stadium(tmp_path).opens()
    residents = [uuid.uuid4() for _ in range(3)]
    for resident in residents:
        stadium.consented(resident)
        stadium.book(resident)
    figure, texts = chart_of(stadium, f"/?day={FIRST}", "/slots.svg")
    assert {"08:00", "0/3"} <= set(texts)
    assert figure.img["loading"] == "lazy"
