"""Every file that a page offers has a name in the reader's language: what it is, of whom, of when."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote

import pytest

from deploy.containers import service_class
from deploy.parts import SERVICES
from shared.kit.language import CHINESE, ENGLISH, Text, speaking
from shared.kit.web.nameko_service import declarations
from shared.kit.web.responses import saved_as
from tests.screening.test_service import screen, someone
from tests.support.notices import Telling
from tests.support.part import HttpClient, PartUnderTest
from tests.support.stadium import ANNA, FIRST, Stadium
from tests.support.workbooks import person, roster

ROOT = Path(__file__).parents[2]
ENDINGS = ("xlsx", "csv", "pdf", "docx", "svg", "zip")
DISPOSITION = re.compile(r"(attachment|inline); filename=\"([^\"]+)\"; filename\*=UTF-8''(\S+)")
# Address -> its name in Chinese, in English, and in ASCII for whoever reads Chinese.
NAMES = {
    "registration /notices/<notice>/result.xlsx": (
        "通知结果-五一前-接种通知-2024-04-10.xlsx",
        "notice-result-五一前-接种通知-2024-04-10.xlsx",
        "notice-result-2024-04-10.xlsx",
    ),
    "registration /imports/<uuid:job>/mended.xlsx": (
        "名册待改正-青石村-2024-04-10.xlsx",
        "roster-to-correct-Qingshi-village-2024-04-10.xlsx",
        "roster-to-correct-Qingshi-village-2024-04-10.xlsx",
    ),
    "registration /roster-template.xlsx": (
        "名册模板-2024-04-10.xlsx",
        "roster-template-2024-04-10.xlsx",
        "roster-template-2024-04-10.xlsx",
    ),
    "registration /units/<unit>/answers.svg": (
        "答复与接种-青石村-2024-04-10.svg",
        "answers-and-doses-Qingshi-village-2024-04-10.svg",
        "answers-and-doses-Qingshi-village-2024-04-10.svg",
    ),
    "appointments /batches/<path:batch>/recipients.xlsx": (
        "批次接种名单-SV-1-体育馆-2024-03-25.xlsx",
        "recipients-of-a-batch-SV-1-Stadium-2024-03-25.xlsx",
        "recipients-of-a-batch-SV-1-Stadium-2024-03-25.xlsx",
    ),
    "appointments /slots.svg": (
        "各时段预约与接种-体育馆-2024-03-25.svg",
        "day-by-slots-Stadium-2024-03-25.svg",
        "day-by-slots-Stadium-2024-03-25.svg",
    ),
    "appointments /reactions.xlsx": (
        "疑似不良反应一览-体育馆-2024-03-25.xlsx",
        "adverse-events-Stadium-2024-03-25.xlsx",
        "adverse-events-Stadium-2024-03-25.xlsx",
    ),
    "appointments /closing/<day>.xlsx": (
        "当天汇总-体育馆-2024-03-25.xlsx",
        "day-sheet-Stadium-2024-03-25.xlsx",
        "day-sheet-Stadium-2024-03-25.xlsx",
    ),
    "appointments /closing/<day>.pdf": (
        "当天汇总-体育馆-2024-03-25.pdf",
        "day-sheet-Stadium-2024-03-25.pdf",
        "day-sheet-Stadium-2024-03-25.pdf",
    ),
    "appointments /reactions/<uuid:card>/card.pdf": (
        "不良反应报告卡-体育馆-2024-04-02.pdf",
        "adverse-event-card-Stadium-2024-04-02.pdf",
        "adverse-event-card-Stadium-2024-04-02.pdf",
    ),
    "screening /residents/<uuid:resident>/consent-form.pdf": (
        "知情同意书-stadium-20240402-1.pdf",
        "consent-form-stadium-20240402-1.pdf",
        "consent-form-stadium-20240402-1.pdf",
    ),
    "reporting /doses.svg": (
        "累计接种与计划-2024-04-09.svg",
        "doses-and-plan-2024-04-09.svg",
        "doses-and-plan-2024-04-09.svg",
    ),
    "reporting /units.svg": (
        "各单位全程接种-2024-04-09.svg",
        "units-completed-2024-04-09.svg",
        "units-completed-2024-04-09.svg",
    ),
    "reporting /weeks/<week>/doses.svg": (
        "每天接种-2024年第14周.svg",
        "doses-by-day-2024-week-14.svg",
        "doses-by-day-2024-week-14.svg",
    ),
    "reporting /weeks/<week>/report.xlsx": (
        "周报预览-2024年第14周.xlsx",
        "weekly-report-preview-2024-week-14.xlsx",
        "weekly-report-preview-2024-week-14.xlsx",
    ),
}


def test_every_file_that_is_offered_is_in_the_table():
    offered = {
        f"{service} {each.url}"
        for service in SERVICES
        for each in declarations(service_class(service))
        if each.url.rpartition(".")[2] in ENDINGS
    }
    assert offered == NAMES.keys()
    sources = [file for folder in ("services", "shared") for file in (ROOT / folder).rglob("*.py")]
    naming = [file.name for file in sources if "Content-Disposition" in file.read_text("utf-8")]
    assert naming == ["responses.py"], "the name of a file is made in one place"


def names_of(client: HttpClient, url: str, language: str) -> tuple[str, str, str]:
    """How a file is offered: to be saved or shown, its ASCII name, its name."""
    headers = client.bearer(client.person, Accept="text/html", **{"Accept-Language": language})
    answer = client.client.get(url, headers=headers)
    assert answer.status_code == 200, answer.text
    found = DISPOSITION.fullmatch(answer.headers["Content-Disposition"])
    assert found, answer.headers["Content-Disposition"]
    return found[1], found[2], unquote(found[3])


def check(part: PartUnderTest, address: str, url: str) -> None:
    """Assert that a file has the names of the table in each language."""
    chinese, english, plain = NAMES[f"{part.app.store.source.partition('/')[0]} {address}"]
    kind = "inline" if url.endswith((".svg", ".pdf")) else "attachment"
    assert names_of(part.http, url, "zh") == (kind, plain, chinese)
    if english.isascii():
        plain = english
    assert names_of(part.http, url, "en") == (kind, plain, english)


def test_files_of_registration(tmp_path: Path):
    town = Telling(tmp_path)
    town.people(1)
    notice = town.released("file", title="五一前/接种通知")
    sent = town.http.send("/api/units/v01/roster", roster(person(101, "演练甲", phone="12")))
    town.work()
    job = sent.json["import"]  # type: ignore[index]
    check(town, "/notices/<notice>/result.xlsx", f"/notices/{notice}/result.xlsx")
    check(town, "/imports/<uuid:job>/mended.xlsx", f"/imports/{job}/mended.xlsx")
    check(town, "/roster-template.xlsx", "/roster-template.xlsx")
    check(town, "/units/<unit>/answers.svg", "/units/v01/answers.svg")


def test_files_of_a_site(tmp_path: Path):
    site, list_of = Stadium(tmp_path).opens(), "/batches/<path:batch>/recipients.xlsx"
    for address in ("/slots.svg", "/reactions.xlsx"):
        check(site, address, address)
    check(site, list_of, "/batches/SV-1/recipients.xlsx")
    for ending in ("xlsx", "pdf"):
        check(site, f"/closing/<day>.{ending}", f"/closing/2024-03-25.{ending}")


def test_a_card_of_a_site(tmp_path: Path):
    site = Stadium(tmp_path).opens()
    site.consented(ANNA)
    site.booked()
    site.at(f"{FIRST}T09:00")
    site.person(ANNA, "check-in")
    site.cleared(ANNA, FIRST)
    site.give(batch_number="SV-1")
    told = site.person(ANNA, "adverse-event", severity="mild", signs=["rash"])
    check(site, "/reactions/<uuid:card>/card.pdf", f"/reactions/{told.json['card']}/card.pdf")


def test_a_form_of_screening(tmp_path: Path):
    desk = PartUnderTest(tmp_path, "screening")
    desk.at("2024-04-02")
    desk.hears("registration", "ResidentRegistered", **someone(ANNA))
    assert screen(desk).status_code == 200
    address = "/residents/<uuid:resident>/consent-form.pdf"
    check(desk, address, f"/residents/{ANNA}/consent-form.pdf")


def test_files_of_reporting(tmp_path: Path):
    office = PartUnderTest(tmp_path, "reporting")
    office.at("2024-04-09")
    check(office, "/doses.svg", "/doses.svg")
    check(office, "/units.svg", "/units.svg")
    check(office, "/weeks/<week>/doses.svg", "/weeks/2024-W14/doses.svg")
    check(office, "/weeks/<week>/report.xlsx", "/weeks/2024-W14/report.xlsx")
    office.http.post("/api/weeks/2024-W14/close")
    _, plain, name = names_of(office.http, "/weeks/2024-W14/report.xlsx", "zh")
    assert (plain, name) == ("weekly-report-2024-week-14.xlsx", "周报-2024年第14周.xlsx")


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("../../etc/passwd", "etc-passwd"),
        ('a"; filename="x.exe', "a-filename=-x.exe"),
        ("C:\\通知\\五一.", "C-通知-五一"),
        ("五一\u202egpj.exe", "五一gpj.exe"),
        ("  ", ""),
        ("通" * 90, "通" * 40),
        ("<b>50%</b>", "b-50-b"),
    ],
)
def test_a_title_that_somebody_has_written_breaks_no_header_and_no_file_system(
    written: str, name: str
):
    for language in (CHINESE, ENGLISH):
        with speaking(language):
            said = saved_as("xlsx", Text("通知", "notice"), written)["Content-Disposition"]
            found = DISPOSITION.fullmatch(said)
            assert found, said
            what = str(Text("通知", "notice"))
            assert unquote(found[3]) == f"{what}-{name}".rstrip("-") + ".xlsx"
            assert said.isascii() and len(said) < 800
