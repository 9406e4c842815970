"""The dose: who it is given to, by whom, from which package, and when people may leave after it.

Cases B8, B12 and E1 of what went wrong elsewhere.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag

from tests.support.part import HttpClient
from tests.support.stadium import ANNA, BO, FIRST, SECOND, Stadium, batch, refused

HERE = f"/residents/{ANNA}"
DOSE = f"/api{HERE}/dose"
TRACE, OTHER_TRACE = "83301550012345678901", "83301550012345678902"
CARD = "420000197905210013"


@pytest.fixture
def here(site: Stadium) -> Stadium:
    """Anna is checked in and cleared for her first dose."""
    wait(site, ANNA)
    return site


def wait(site: Stadium, *people: Any) -> None:
    for who in people:
        if who != ANNA:
            site.consented(who)
        site.booked(who)
    site.at(FIRST)
    for who in people:
        assert site.person(who, "check-in").status_code == 200
        site.cleared(who, FIRST)


def staffed(site: Stadium, *logins: str) -> None:
    """Accounts of this site."""
    for login in logins:
        site.hears("supervision", "RoleGranted", login=login, role="site_staff", scope=SCOPE)


SCOPE = "site:stadium"


def nurse(site: Stadium, login: str = "nurse-01") -> HttpClient:
    return site.http.signed_in(login, ("site_staff", SCOPE))


def shown(site: Stadium, url: str = HERE) -> BeautifulSoup:
    return BeautifulSoup(site.http.page(url).text, "html.parser")


def given(site: Stadium) -> dict[str, Any]:
    [event] = site.events("DoseAdministered")
    return event["data"]


# B12: who gives it


def test_b12_a_free_text_is_no_vaccinator_where_the_site_knows_its_staff(here: Stadium):
    staffed(here, "nurse-01")
    problem = refused(
        here.person(ANNA, "dose", batch="SV-1", vaccinator="nurse-99"), "vaccinator-unknown", 422
    )
    assert "nurse-99" in problem["detail"]
    assert "在岗" in problem["detail"]
    assert here.events("DoseAdministered", "DoseDrawn") == []
    assert here.give().status_code == 200, "an account of the site"


def test_b12_whoever_records_may_be_the_vaccinator(here: Stadium):
    staffed(here, "nurse-01")
    assert here.person(ANNA, "dose", batch="SV-1", vaccinator="tester").status_code == 200


def test_b12_once_a_vaccinator_is_on_duty_nobody_else_is_one(here: Stadium):
    staffed(here, "nurse-01", "nurse-02", "nurse-03")
    for login, post, desk in (("nurse-02", "vaccinator", "3"), ("nurse-03", "observer", "")):
        body = {"posts": [post], "desk": desk}
        assert nurse(here, login).post("/api/duty", body).status_code == 200
    for login in ("nurse-01", "nurse-03", "tester"):
        problem = refused(
            here.person(ANNA, "dose", batch="SV-1", vaccinator=login), "not-on-duty", 422
        )
        assert "nurse-02" in problem["detail"]
    assert here.person(ANNA, "dose", batch="SV-1", vaccinator="nurse-02").status_code == 200
    assert (given(here)["vaccinator"], given(here)["desk"]) == ("nurse-02", "3")


def test_b12_whoever_has_left_gives_no_dose_and_duty_ends_with_the_day(here: Stadium):
    staffed(here, "nurse-01", "nurse-02")
    for login in ("nurse-01", "nurse-02"):
        nurse(here, login).post("/api/duty", {"posts": ["vaccinator"]})
    nurse(here).post("/api/duty/leave", {})
    refused(here.give(), "not-on-duty", 422)
    here.at("2024-04-03")
    assert here.read("/api/duty")["on_duty"] == []


def test_b12_an_account_that_is_locked_or_lost_its_role_is_no_vaccinator(here: Stadium):
    staffed(here, "nurse-01", "nurse-02", "nurse-03")
    here.hears("supervision", "StaffLocked", login="nurse-01", reason="left")
    here.hears("supervision", "RoleRevoked", login="nurse-02", role="site_staff", scope=SCOPE)
    for login in ("nurse-01", "nurse-02"):
        answer = here.person(ANNA, "dose", batch="SV-1", vaccinator=login)
        refused(answer, "vaccinator-unknown", 422)
    here.hears("supervision", "StaffUnlocked", login="nurse-01")
    assert here.give().status_code == 200


def test_b12_the_page_offers_who_is_on_duty_and_whom_one_recorded_last(site: Stadium):
    staffed(site, "nurse-01", "nurse-02")
    wait(site, ANNA, BO)
    for login in ("nurse-01", "nurse-02"):
        nurse(site, login).post("/api/duty", {"posts": ["vaccinator"]})
    page = shown(site)
    assert [each["value"] for each in page.select("#vaccinator option")] == ["nurse-01", "nurse-02"]
    site.person(BO, "dose", batch="SV-1", vaccinator="nurse-02")
    [chosen] = shown(site).select("#vaccinator option[selected]")
    assert chosen["value"] == "nurse-02"
    own = BeautifulSoup(nurse(site).page(HERE).text, "html.parser")
    [chosen] = own.select("#vaccinator option[selected]")
    assert chosen["value"] == "nurse-01"


# B12: to whom


def test_b12_enter_alone_gives_no_dose_from_the_page(here: Stadium):
    fields = {"batch": "SV-1", "vaccinator": "tester", "body_side": "left_arm", "shown": ""}
    answer = here.http.form(DOSE, **fields)
    assert answer.status_code == 422
    assert "还没有核对是不是本人" in answer.text
    assert here.events("DoseAdministered", "DoseDrawn") == []
    assert here.http.form(DOSE, **fields, seen="true").status_code == 303
    assert given(here)["body_side"] == "left_arm"


def test_b12_the_key_typed_into_the_field_says_the_same(here: Stadium):
    fields = {"batch": "SV-1", "vaccinator": "tester", "shown": "*"}
    assert here.http.form(DOSE, **fields).status_code == 303


def test_b12_the_slip_of_this_person_gives_the_dose_another_s_warns(site: Stadium):
    wait(site, ANNA, BO)
    fields = {"batch": "SV-1", "vaccinator": "tester"}
    for seen in ({}, {"seen": "true"}):
        answer = site.http.form(DOSE, shown=str(BO), **fields, **seen)
        assert answer.status_code == 409
        assert "不是" in answer.text
        assert "没有记录接种" in answer.text
    refused(site.http.post(DOSE, fields | {"shown": str(BO)}), "other-person", 409)
    assert site.events("DoseAdministered") == []
    assert site.http.form(DOSE, shown=f" {ANNA} ", **fields).status_code == 303
    assert given(site)["resident"] == str(ANNA)


def test_b12_a_card_is_compared_with_the_document_and_not_kept(
    here: Stadium, monkeypatch: pytest.MonkeyPatch
):
    def read_all(pairs: Any, fields: Any = None) -> dict[str, Any]:
        return {who: {"name": "安娜", "card_number": CARD} for who, _ in pairs}

    monkeypatch.setattr(here.app.privacy, "read_all", read_all)
    assert "0013" in shown(here).select_one("#check").text  # type: ignore[union-attr]
    fields = {"batch": "SV-1", "vaccinator": "tester"}
    wrong = here.http.form(DOSE, shown="420000197905210021", **fields)
    assert (wrong.status_code, "不是安娜的" in wrong.text) == (409, True)
    assert here.http.form(DOSE, shown=CARD, **fields).status_code == 303
    assert CARD not in str(here.events())


def test_the_check_before_the_needle_names_all_that_is_matched(site: Stadium):
    site.ok("/api/batches", batch("LATER", expiry="2025-06-01"))
    site.ok("/api/batches", batch("SOON", expiry="2024-06-01"))
    wait(site, ANNA)
    page = shown(site)
    check = page.select_one("#check")
    assert isinstance(check, Tag)
    said = check.get_text(" ", strip=True)
    for each in ("女", "44 周岁", "克尔来福", "第一剂", "建议接种", "08:00"):
        assert each in said, each
    offered = [str(each["value"]) for each in page.select("#batch option")]
    assert offered == ["SOON", "SV-1", "LATER"]
    assert [each["value"] for each in page.select("#body_side option")] == [
        "left_arm",
        "right_arm",
    ]


def test_after_a_dose_the_banner_calls_the_next_who_may_be_vaccinated(site: Stadium):
    wait(site, ANNA, BO)
    fields = {"batch": "SV-1", "vaccinator": "tester", "seen": "true", "_next": "/"}
    done = site.http.page(site.http.form(DOSE, **fields).location)
    board = BeautifulSoup(done.text, "html.parser")
    assert isinstance(board.select_one(".banner form button[data-key='+']"), Tag)
    following = site.http.press(done, ".banner form[action='/find']")
    assert following.location.startswith(f"/residents/{BO}?_told=")
    last = site.http.form(f"/api/residents/{BO}/dose", **fields)
    assert 'data-key="+"' not in site.http.page(last.location).text


# E1


def test_e1_back_and_send_again_gives_no_second_dose_and_says_who_recorded_it(here: Stadium):
    here.at(f"{FIRST}T09:31")
    fields = {"batch": "SV-1", "vaccinator": "tester", "seen": "true"}
    assert here.http.form(DOSE, **fields).status_code == 303
    here.at(f"{FIRST}T09:40")
    again = here.http.form(DOSE, **fields)
    assert again.status_code == 422
    assert "09:31 已由 tester 记录" in again.text
    problem = refused(here.give(), "too-early", 422)
    assert "第二剂最早4月16日（周二）" in problem["detail"]
    assert len(here.events("DoseAdministered")) == len(here.events("DoseDrawn")) == 1


# Trace codes


def knowing_packages(site: Stadium, **changes: Any) -> None:
    plan = site.app.campaign
    first, *others = plan.products
    products = (replace(first, traces=("8330155",), **changes), *others)
    site.app.campaign = replace(plan, products=products)


def test_a_package_is_used_once(site: Stadium):
    wait(site, ANNA, BO)
    body = {"batch": "SV-1", "vaccinator": "tester", "trace_code": TRACE}
    assert site.person(ANNA, "dose", **body).status_code == 200
    problem = refused(site.person(BO, "dose", **body), "trace-code-used", 409)
    assert TRACE in problem["detail"]
    [told] = site.events("PackageRefused")
    facts = {"site": "stadium", "day": FIRST, "trace_code": TRACE, "used": 1, "doses": 1}
    assert (told["data"], told["actor"]) == (facts, "tester")
    assert site.person(BO, "dose", **body | {"trace_code": OTHER_TRACE}).status_code == 200
    told = [event["data"]["trace_code"] for event in site.events("DoseAdministered")]
    assert told == [TRACE, OTHER_TRACE]


def test_a_vial_of_two_doses_is_used_twice(site: Stadium):
    knowing_packages(site, doses_per_vial=2)
    site.ok("/api/batches", batch("TWO"))
    wait(site, ANNA, BO)
    body = {"batch": "TWO", "vaccinator": "tester", "trace_code": TRACE}
    assert [site.person(who, "dose", **body).status_code for who in (ANNA, BO)] == [200, 200]


def test_a_package_is_of_one_batch(site: Stadium):
    knowing_packages(site, doses_per_vial=2)
    for number in ("TWO", "OTHER"):
        site.ok("/api/batches", batch(number))
    wait(site, ANNA, BO)
    body = {"vaccinator": "tester", "trace_code": TRACE}
    assert site.person(ANNA, "dose", batch="TWO", **body).status_code == 200
    refused(site.person(BO, "dose", batch="OTHER", **body), "trace-code-of-other-batch", 409)
    assert len(site.events("DoseAdministered")) == 1


def test_a_form_that_is_refused_twice_still_stands_and_what_was_scanned_is_gone(site: Stadium):
    wait(site, ANNA)
    fields = {"batch": "SV-1", "vaccinator": "tester", "trace_code": TRACE, "shown": str(BO)}
    own, address, came_from = site.part.address, DOSE, HERE
    for _ in range(2):
        headers = site.http.bearer(site.http.person, Accept="text/html", Referer=own + came_from)
        answer = site.http.client.post(address, data=fields | {"_key": "x"}, headers=headers)
        page = BeautifulSoup(answer.text, "html.parser")
        form = page.select_one(f'form[action^="{DOSE}"]')
        assert isinstance(form, Tag), answer.text
        values = {str(each["name"]): each.get("value") for each in form.select("input[name]")}
        assert (values["shown"], values["trace_code"]) == (None, TRACE)
        address, came_from = str(form["action"]), DOSE
    assert site.events("DoseAdministered") == []


def test_a_trace_code_in_place_of_the_batch_takes_the_one_in_use(site: Stadium):
    site.ok("/api/batches", batch("SOON", expiry="2024-06-01"))
    wait(site, ANNA, BO)
    body = {"vaccinator": "tester"}
    assert site.person(ANNA, "dose", batch=TRACE, **body).json["batch"] == "SOON", "expires first"
    site.ok("/api/batches/SOON/recall", {"reason": "by the maker"})
    assert site.person(BO, "dose", batch=OTHER_TRACE, **body).json["batch"] == "SV-1"


def test_the_package_of_another_vaccine_is_refused_a_strange_one_is_asked_about(here: Stadium):
    knowing_packages(here)
    strange = "99999990012345678901"
    fields = {"batch": "SV-1", "vaccinator": "tester", "seen": "true", "trace_code": strange}
    asked = here.http.form(DOSE, **fields)
    assert "不是本次接种的任何一种疫苗" in asked.text
    assert here.events("DoseAdministered") == []
    plan = here.app.campaign
    first, other, *rest = plan.products
    products = (first, replace(other, traces=("9999999",)), *rest)
    here.app.campaign = replace(plan, products=products)
    refused(here.person(ANNA, "dose", **fields), "product-mismatch", 422)
    here.app.campaign = replace(plan, products=(first, other, *rest))
    assert here.http.press(asked).status_code == 303
    assert given(here)["trace_code"] == strange


@pytest.mark.parametrize("code", ["8330155001234567890", "83301550012345678901X", "abc"])
def test_what_is_no_trace_code_is_refused(here: Stadium, code: str):
    answer = here.person(ANNA, "dose", batch="SV-1", vaccinator="tester", trace_code=code)
    refused(answer, "invalid-input", 422)


# B8


def test_b8_an_observation_that_is_not_over_ends_for_a_reason_alone(here: Stadium):
    here.give()
    here.at(f"{FIRST}T08:29")
    for reason in ({}, {"early_reason": ""}, {"early_reason": "  "}):
        problem = refused(
            here.person(ANNA, "observation-end", **reason), "observation-not-over", 422
        )
        assert "08:30" in problem["detail"]
    assert here.events("ObservationEnded") == []
    assert here.person(ANNA, "observation-end", early_reason="家中急事").status_code == 200
    [event] = here.events("ObservationEnded")
    assert event["data"]["early_reason"] == "家中急事"


def test_b8_when_it_is_over_no_reason_is_asked_nor_kept(here: Stadium):
    here.give()
    here.at(f"{FIRST}T08:30")
    assert here.person(ANNA, "observation-end", early_reason="x").status_code == 200
    [event] = here.events("ObservationEnded")
    assert event["data"]["early_reason"] is None


def test_b8_the_page_asks_for_the_reason_while_time_is_left(here: Stadium):
    here.give()
    here.at(f"{FIRST}T08:10")
    page = shown(here)
    assert "还需留观 20 分钟" in page.text
    assert page.select_one("#early_reason[required]") is not None
    refused_on_page = here.http.form(f"/api{HERE}/observation-end")
    assert (refused_on_page.status_code, "请写明原因" in refused_on_page.text) == (422, True)
    asked = here.http.form(f"/api{HERE}/observation-end", early_reason="家中急事")
    assert "现在提前结束" in asked.text
    assert here.http.press(asked).status_code == 303
    here.at(f"{FIRST}T08:30")
    assert shown(here).select_one("#early_reason") is None


# The slip


def test_the_slip_tells_what_was_given_and_when_the_next_is(here: Stadium):
    here.person(ANNA, "dose", batch="SV-1", vaccinator="tester", body_side="right_arm")
    said = shown(here, f"{HERE}/dose-slip").text
    for each in (
        "第一剂",
        "SV-1",
        "右上臂",
        "4月16日（周二）",
        "08:00",
        "体育馆",
        "120",
        "30 分钟",
    ):
        assert each in said, each
    here.person(ANNA, "cancel", dose=2, reason="by_resident")
    assert "还没有预约；4月16日（周二）起" in shown(here, f"{HERE}/dose-slip").text


def test_the_slip_of_a_complete_course_asks_nobody_back(here: Stadium):
    here.give()
    here.vaccinated(ANNA, SECOND)
    assert "不用再来" in shown(here, f"{HERE}/dose-slip").text


def test_without_a_dose_there_is_no_slip(here: Stadium):
    assert here.http.page(f"{HERE}/dose-slip").status_code == 409
    assert not re.search("dose-slip", here.http.page(HERE).text)


def test_what_was_said_of_a_dose_is_the_same_after_a_rebuild(here: Stadium):
    staffed(here, "nurse-01")
    nurse(here).post("/api/duty", {"posts": ["vaccinator"], "desk": "A2"})
    here.person(ANNA, "dose", batch="SV-1", vaccinator="nurse-01", trace_code=TRACE)
    assert here.view() == here.rebuilt_view()


def test_a_campaign_file_may_name_packages(tmp_path: Path):
    from shared.town.campaign import load
    from shared.town.campaign.loader import CampaignFileError
    from tests.support.part import CAMPAIGN_FILE

    text = CAMPAIGN_FILE.read_text()
    file = tmp_path / "town.toml"
    more = 'doses = 2\ntraces = ["8330155"]\ndoses_per_vial = 2\n'
    file.write_text(text.replace("doses = 2\n", more, 1))
    product = load(file).products[0]
    assert (product.traces, product.doses_per_vial) == (("8330155",), 2)
    assert load(CAMPAIGN_FILE).products[0].doses_per_vial == 1
    file.write_text(text.replace("doses = 2\n", 'doses = 2\ntraces = ["833"]\n', 1))
    with pytest.raises(CampaignFileError):
        load(file)
