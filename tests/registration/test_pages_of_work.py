"""Registration's pages begin with one's own work, and say what is left and who does what."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from shared.town.contracts import catalogue
from tests.support.notices import Telling
from tests.support.one_language import texts
from tests.support.part import HttpClient
from tests.support.workbooks import card, person, roster

CHIEF, CADRE = ("unit_chief", "unit:v01"), ("unit_cadre", "unit:v01")
LANDINGS = (
    ([CHIEF], "/units/v01"),
    ([CHIEF, CADRE], "/units/v01"),
    ([CADRE], "/list"),
    ([("unit_cadre", "list:v01")], "/list"),
    ([CHIEF, ("unit_chief", "unit:v02")], None),
    ([("unit_chief", "town")], None),
    ([CHIEF, ("office", "town")], None),
    ([("auditor", "town")], None),
)


class Town(Telling):
    """A town in which a village has a chief and two cadres, whom supervision has told of."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        for login, (role, scope) in {
            "v01-chief": CHIEF,
            "v01-a": CADRE,
            "office": ("office", "town"),
        }.items():
            self.hears("supervision", "StaffEnrolled", login=login)
            self.hears("supervision", "RoleGranted", login=login, role=role, scope=scope)
        self.chief = self.http.signed_in("v01-chief", CHIEF)
        self.cadre = self.http.signed_in("v01-a", CADRE)
        self.office = self.http.signed_in("office", ("office", "town"))

    def ok(self, url: str, client: HttpClient | None = None, **body: Any) -> dict[str, Any]:
        answer = (client or self.http).post(url, body)
        assert answer.status_code == 200, answer.text
        return answer.json or {}

    def imported(self, *rows: list[Any]) -> list[str]:
        answer = self.http.upload("/api/units/v01/roster", roster(*rows))
        assert answer.status_code == 200, answer.text
        return [each["resident"] for each in answer.json["entries"]]  # type: ignore[index]

    def called(self, resident: str, **said: str) -> None:
        self.ok(f"/api/residents/{resident}/contacts", self.cadre, **said)


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return Town(tmp_path)


# Landing


def test_everybody_begins_with_their_own_work(town: Town):
    for grants, landing in LANDINGS:
        answer = town.http.signed_in("somebody", *grants).page("/")
        assert answer.headers.get("Location") == landing, grants
        assert answer.status_code == (303 if landing else 200)


def test_the_town_is_a_click_away_for_a_clerk(town: Town):
    assert 'href="/town"' in town.chief.page("/units/v01").text
    assert town.chief.page("/town").status_code == 200


# A unit


def test_a_unit_says_first_what_is_left_to_do(town: Town):
    town.imported(person(101), person(102), person(103, name=""))
    page = town.chief.page("/units/v01").text
    left = page[page.index('id="left"') : page.index("</section>", page.index('id="left"'))]
    for said in ("2 人待答复", "1 行要改", "2 人未指定包保干部", "没有经办人"):
        assert said in left
    assert 'href="/units/v01?status=registered#people"' in left
    order = [
        page.index(each) for each in ('id="left"', 'role="search"', 'id="people"', 'id="figures"')
    ]
    assert order == sorted(order)


def test_a_unit_without_a_roster_is_told_to_import_one(town: Town):
    page = town.chief.page("/units/v01").text
    assert "还没有名册，请先导入" in page
    assert re.search(r'<input id="file"[^>]* autofocus', page)


def test_those_ticked_consent_at_once(town: Town):
    one, two, three = town.imported(person(101), person(102), person(103))
    page = town.chief.page("/units/v01", status="registered").text
    assert f'name="willing.{one}"' in page
    assert 'name="willing.' not in town.chief.page("/units/v01").text
    fields = {f"willing.{one}": "on", f"willing.{two}": "on", "wished_week": "2024-W16"}
    after = town.chief.follow("/api/units/v01/answers", "/units/v01", **fields)
    assert "已登记 2 人的答复" in after.text
    shown: list[dict[str, Any]] = town.http.get("/api/units/v01/residents").json["residents"]  # type: ignore[index]
    wished = {each["resident"]: each["wished_week"] for each in shown}
    assert wished == {one: "2024-W16", two: "2024-W16", three: None}
    again = town.chief.follow("/api/units/v01/answers", "/units/v01", **fields)
    assert "没有变化" in again.text


def test_nobody_ticked_is_a_form_to_be_mended(town: Town):
    town.imported(person(101))
    answer = town.chief.form("/api/units/v01/answers", wished_week="2024-W16")
    assert answer.status_code == 422


def test_a_clerk_is_chosen_from_the_units_accounts(town: Town):
    page = town.office.page("/units/v01").text
    assert re.search(r'<option value="v01-chief">青石村负责人</option>', page)
    answer = town.office.form("/api/units/v01/officers", clerk="v01-chief", chief="", since="")
    assert answer.status_code == 303, answer.text
    page = town.office.page("/units/v01").text
    assert "<dt>经办人</dt><dd>青石村负责人</dd>" in page
    assert "没有经办人" not in page


# Words


def test_people_are_named_by_what_they_do(town: Town):
    [resident] = town.imported(person(101))
    town.ok(f"/api/residents/{resident}/cadre", town.chief, cadre="v01-a")
    town.called(resident, channel="visit", outcome="willing", wished_week="2024-W16")
    for url in ("/units/v01", "/units/v01/cadres", f"/residents/{resident}"):
        said = " ".join(
            texts(re.sub(r"<header>.*?</header>", "", town.office.page(url).text, flags=re.S))
        )
        assert "青石村干部" in said or url == "/units/v01", url
        assert "v01-a" not in said, url
        assert "村村" not in said, url


def test_two_who_do_the_same_are_told_apart(town: Town):
    town.hears("supervision", "StaffEnrolled", login="v01-b")
    town.hears("supervision", "RoleGranted", login="v01-b", role="unit_cadre", scope="unit:v01")
    page = town.chief.page("/units/v01/cadres").text
    assert "青石村干部（v01-a）" in page and "青石村干部（v01-b）" in page
    main = page.partition("<main")[2]
    assert "青石村负责人" in main and "v01-chief）" not in main


def test_a_residents_history_is_told_in_sentences(town: Town):
    [resident] = town.imported(person(101))
    town.called(resident, channel="visit", outcome="willing", wished_week="2024-W16")
    page = town.chief.page(f"/residents/{resident}").text
    assert "青石村干部联系了此人（上门）：愿意接种" in page
    assert "青石村干部记录此人同意接种，希望时间：第16周（4月15日—21日）" in page
    raw = re.findall(r'<details class="raw">.*?</details>', page, re.S)
    assert any("ConsentGiven" in each and "wished_week=2024-W16" in each for each in raw)
    assert card(101) not in "".join(raw)


def test_a_residents_appointment_leads_to_the_site(town: Town):
    resident = town.person(1)
    town.booked(resident, "2024-04-16")
    page = town.office.page(f"/residents/{resident}").text
    assert "第一剂 4月16日（周二） 09:30 · 体育馆" in page
    site = town.deployment.part("appointments/stadium").address
    assert f'href="{site}/residents/{resident}"' in page


# Duplicates


def test_another_record_is_found_by_its_number(town: Town):
    one, two = town.imported(person(101), person(102))
    url = f"/residents/{one}/compare"
    answer = town.chief.form(url, q=card(102)[-4:])
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/matches/{one}/{two}")
    assert "没有找到" in town.chief.form(url, q="不存在").text


def test_of_several_other_records_one_is_chosen(town: Town):
    people = town.imported(person(101), person(102, "演练重名"), person(103, "演练重名"))
    page = town.chief.form(f"/residents/{people[0]}/compare", q="演练重名").text
    for other in people[1:]:
        assert f'href="/matches/{people[0]}/{other}"' in page


# Cadres


def test_people_of_nobody_are_ticked_by_name_and_given_to_a_cadre(town: Town):
    one, two = town.imported(person(101), person(102))
    page = town.chief.page("/units/v01/cadres").text
    assert f'name="residents.{one}"' in page
    fields = {"choice": "residents", f"residents.{one}": "on", "cadres.v01-a": "on"}
    assert town.chief.form("/api/units/v01/assignments", **fields).status_code == 200
    page = town.chief.page("/units/v01/cadres").text
    assert f'name="residents.{one}"' not in page and f'name="residents.{two}"' in page


def test_the_list_goes_on_in_the_way_it_went_last(town: Town):
    one, two = town.imported(person(101), person(102))
    for resident in (one, two):
        town.ok(f"/api/residents/{resident}/cadre", town.chief, cadre="v01-a")
    current = r'channel=(\w+)" aria-current="true"'
    assert set(re.findall(current, unescape(town.cadre.page("/list").text))) == {"phone"}
    town.called(one, channel="visit", outcome="willing", wished_week="2024-W16")
    assert set(re.findall(current, unescape(town.cadre.page("/list").text))) == {"visit"}
    assert 'channel=wechat" aria-current' in unescape(
        town.cadre.page("/list", channel="wechat").text
    )


def test_a_day_to_call_again_is_chosen_and_says_its_weekday(town: Town):
    [resident] = town.imported(person(101))
    town.ok(f"/api/residents/{resident}/cadre", town.chief, cadre="v01-a")
    page = town.cadre.page("/list").text
    assert '<option value="2024-04-13" selected>4月13日（周六）</option>' in page
    assert 'type="date"' not in page


def test_a_household_stands_together_on_visits(town: Town):
    home = {"address": "东河村9号"}
    people = town.imported(person(101, **home), person(102), person(103, **home))
    for resident in people:
        town.ok(f"/api/residents/{resident}/cadre", town.chief, cadre="v01-a")
    page = town.cadre.page("/list", channel="visit").text
    assert re.findall(r'id="r-([0-9a-f-]+)"', page) == [people[0], people[2], people[1]]
    assert page.count("东河村9号") == 1
    assert "同住 2 人" in page


def test_whoever_says_to_be_vaccinated_elsewhere_is_to_be_checked(town: Town):
    [resident] = town.imported(person(101))
    town.ok(f"/api/residents/{resident}/cadre", town.chief, cadre="v01-a")
    assert "本人称已在外地接种" in town.cadre.page("/list").text
    town.called(resident, channel="phone", outcome="vaccinated_elsewhere")
    assert resident in town.cadre.page("/list", show="check").text
    assert resident not in town.cadre.page("/list").text


# The office


def test_units_stand_by_kind_until_they_are_sorted(town: Town):
    page = town.office.page("/town").text
    assert [each.split()[0] for each in re.findall(r'<th scope="rowgroup"[^>]*>(.*?)</th>', page)] == [
        "村", "社区", "居民小区", "行业",
    ]  # fmt: skip
    assert "rowgroup" not in town.office.page("/town", sort="coverage").text


def test_the_town_says_who_is_behind_and_whom_the_last_notice_did_not_reach(town: Town):
    [resident] = town.imported(person(101))
    notice = town.prepared("file", units=["v01"])
    assert f"/notices/{notice}" not in town.office.page("/").text, "it is not released yet"
    town.ok(f"/api/notices/{notice}/release", recipients=100)
    page = town.office.page("/").text
    assert f'href="/notices/{notice}"' in page
    assert "落后</span>" not in page, "nobody has done more"
    data = catalogue.latest("DoseAdministered").example | {"resident": resident}
    town.hears("appointments/stadium", "DoseAdministered", **data)
    behind = town.office.page("/").text.partition("落后</span>")[2].partition("</p>")[0]
    assert "0.0%" in behind
    assert "青石村" not in behind


def test_several_units_go_to_another_site_at_once(town: Town):
    page = "/dockings?units.v01=on&units.v02=on&site=stadium&since=2024-04-29"
    shown = town.office.page(page).text
    assert shown.count("那天本来就去这里") == 0
    assert 'name="units.v01"' in shown and "预览：自4月29日（周一）起去体育馆" in shown
    fields = {"units.v01": "on", "units.v02": "on", "site": "stadium", "since": "2024-04-29"}
    docked = town.office.follow("/api/dockings", "/dockings", **fields)
    assert "对应接种点已调整" in docked.text
    for unit in ("v01", "v02"):
        answer = town.http.get(f"/api/units/{unit}/dockings", day="2024-04-29").json
        assert answer["site"] == "stadium"  # type: ignore[index]
    again = town.ok("/api/dockings", units=["v01", "v03"], site="stadium", since="2024-04-29")
    assert again["units"] == ["v03"], "to v01 it was no news"


def test_all_units_are_docked_or_none(town: Town):
    refused = town.http.post(
        "/api/dockings", {"units": ["v01", "x99"], "site": "stadium", "since": "2024-04-29"}
    )
    assert refused.status_code == 404
    assert town.events("UnitDocked")[-1]["recorded_at"] != town.app.now().isoformat()
    assert "请勾选单位" in town.office.page("/dockings?site=stadium&since=2024-04-29").text
    assert town.chief.page("/dockings").status_code == 403


def test_the_office_sees_how_full_the_sites_are(town: Town):
    for number in range(1, 4):
        town.booked(town.person(number), "2024-04-17")
    page = town.office.page("/dockings").text
    load = page[page.index('id="load"') : page.index("</table>")]
    assert "3（" in load
    assert "第16周" in load
    assert 'id="load"' in town.office.page("/units/v01/docking").text


# Notices


def test_a_notice_needs_no_english(town: Town):
    resident = town.person(1)
    notice = town.prepared("file", en="", zh="{name}请到{site}接种。")
    page = town.office.page(f"/notices/{notice}").text
    assert 'lang="en"><p>' not in page.split("<main")[1]
    assert resident
    assert town.http.post("/api/notices", {"title": "通知"}).status_code == 422


def test_a_notice_refused_after_its_preview_comes_back_as_it_was_written(town: Town):
    town.person(1)
    written = {
        "title": "演练通知",
        "zh": "请到{地点}接种。",
        "channel": "file",
        "statuses.deferred": "on",
    }
    own = town.part.address
    headers = town.http.bearer(
        town.http.person, Accept="text/html", Referer=f"{own}/notices/preview"
    )
    answer = town.http.client.post("/api/notices", data=written | {"_key": "one"}, headers=headers)
    assert answer.status_code == 422
    assert 'value="演练通知"' in answer.text and "请到{地点}接种。" in answer.text
    assert re.search(r'<input checked="" name="statuses.deferred"', answer.text)
    assert "插入项" in answer.text


# What one may not do


def test_nothing_is_offered_that_would_be_refused(town: Town):
    [resident, *_] = town.imported(person(101), person(102, name=""))
    auditor = town.http.signed_in("auditor", ("auditor", "town"))
    for url in ("/town", "/units/v01", "/units/v01/cadres", f"/residents/{resident}"):
        page = auditor.page(url)
        assert page.status_code == 200, url
        main = page.text.split("<main")[1]
        assert 'method="post"' not in main, url
        assert "/imports/" not in main and "/matches" not in main, url
