"""Help where one stands: a guide of the first day for each role, and the rules behind the figures."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from deploy.cli.texts import pairs
from deploy.parts import PARTS, assembly
from shared.kit.language import speaking
from shared.town.access.roles import CAMPAIGN, ROLES
from shared.town.campaign import load
from shared.town.help.guides import FOLDER, guide, guides, html_of
from shared.town.terms.rules import RULES
from shared.town.web import pages
from tests.support.one_language import chinese, latin
from tests.support.part import CAMPAIGN_FILE, PartUnderTest, a_token

ROOT = Path(__file__).parents[2]
GUIDES = sorted((ROOT / "docs" / "first-day").glob("*.md"))
QUOTED = {"zh": re.compile("「(.*?)」"), "en": re.compile("“(.*?)”")}
MOST_LINES = 60


@pytest.fixture(scope="module")
def said() -> dict[str, set[str]]:
    known = pairs()
    return {"zh": {each.zh for each in known}, "en": {each.en for each in known}}


def test_everybody_who_works_on_the_campaign_has_a_guide_in_both_languages():
    names = {
        f"{role}.{language}.md" for role in (*CAMPAIGN, "administrator") for language in QUOTED
    }
    assert names == {file.name for file in GUIDES}
    assert FOLDER.resolve() == ROOT / "docs" / "first-day"


@pytest.mark.parametrize("file", GUIDES, ids=lambda file: file.stem)
def test_what_a_guide_names_stands_on_a_page(file: Path, said: dict[str, set[str]]):
    language, text = file.stem.partition(".")[2], file.read_text(encoding="utf-8")
    named = QUOTED[language].findall(text)
    assert len(named) > 5
    assert [name for name in named if name not in said[language]] == []
    assert len(text.splitlines()) <= MOST_LINES


@pytest.mark.parametrize("file", GUIDES, ids=lambda file: file.stem)
def test_a_guide_is_in_one_language(file: Path):
    html = html_of(file.read_text(encoding="utf-8"))
    assert (latin(html) if ".zh" in file.name else chinese(html)) == []


def test_a_guide_may_hold_no_html():
    assert "<script>" not in html_of("<script>alert(1)</script> *so*")
    assert "javascript:" not in html_of("[so](javascript:alert(1))").partition("href")[2]


def test_a_guide_is_read_in_ones_own_language_else_in_english():
    with speaking("zh"):
        assert "筛查医护的第一天" in str(guide("screener"))
    with speaking("ug"):
        assert "A screener" in str(guide("screener"))
    assert guide("operator") is None


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> PartUnderTest:
    return PartUnderTest(tmp_path_factory.mktemp("help"), "screening")


def page_for(desk: PartUnderTest, role: str, url: str, language: str = "zh") -> BeautifulSoup:
    scope = {"unit": "unit:v01", "site": "site:stadium"}.get(ROLES[role].scope, "town")
    somebody = desk.http.signed_in("somebody", (role, scope))
    gate, person = desk.routes.gate, somebody.person
    assert person is not None
    somebody.client.set_cookie(gate.cookie, a_token(person, gate.audience))
    headers = {"Accept": "text/html", "Accept-Language": language}
    answer = somebody.client.get(url, headers=headers)
    assert answer.status_code == 200, answer.text
    return BeautifulSoup(answer.text, "html.parser")


def test_the_help_page_shows_the_guide_of_ones_role_and_leads_to_the_others(desk: PartUnderTest):
    page = page_for(desk, "screener", "/help")
    assert [each.text for each in page.select("article h2")] == ["筛查医护的第一天"]
    others = [str(each["href"]) for each in page.select("main nav a")]
    assert others == [f"/help?role={each}" for each in guides() if each != "screener"]
    page = page_for(desk, "screener", "/help?role=office", "en")
    assert [each.text for each in page.select("article h2")] == ["The office's first day"]


def test_who_has_no_guide_is_shown_the_others_and_the_rules(desk: PartUnderTest):
    page = page_for(desk, "operator", "/help")
    assert page.select("article h2") == []
    assert len(page.select("main nav a")) == len(guides())
    answer = desk.http.client.get("/help", headers={"Accept": "text/html"})
    assert answer.status_code == 200, "help is there before one signs in"
    assert desk.http.client.get("/help?role=nobody").status_code == 422


def test_every_page_leads_to_help(desk: PartUnderTest):
    assert page_for(desk, "screener", "/").select_one("header a[href='/help']") is not None


def test_every_rule_is_told_with_the_campaigns_own_numbers(desk: PartUnderTest):
    page = page_for(desk, "screener", "/help")
    assert [str(each["id"]) for each in page.select(".rules > *")] == [f"rule-{c}" for c in RULES]
    campaign = load(CAMPAIGN_FILE)
    other = replace(campaign, interval_days=17, first_dose_cutoff=date(2024, 5, 9))
    assert "至少 14 天" in RULES["interval"].told(campaign)
    assert "至少 17 天" in RULES["interval"].told(other)
    assert "5月9日" in RULES["first-dose"].told(other)
    assert "72,000" in RULES["target"].told(campaign)
    assert "600" in RULES["floor"].told(campaign)
    assert "40%" in RULES["coverage"].told(campaign)


def rules_of_templates() -> Iterator[str]:
    for service in PARTS:
        for folder in (*assembly(service).pages, pages.FRAME):
            for file in folder.glob("*.html"):
                yield from re.findall(r'\brule\("([a-z-]+)"\)', file.read_text(encoding="utf-8"))


def test_every_rule_is_one_click_from_a_figure_on_a_page():
    assert set(rules_of_templates()) == set(RULES)
