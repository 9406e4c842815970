"""The site's pages speak one language at a time, and say no code, in whatever state a person is."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from shared.town.terms.reactions import SEVERITIES
from shared.town.terms.visits import CANCEL_REASONS
from tests.appointments.test_erasure import ERASED
from tests.support.one_language import chinese, in_english, latin
from tests.support.stadium import ANNA, BO, FIRST, SECOND, Stadium, batch

HERE = f"/residents/{ANNA}"
PAGES = (
    "/",
    f"/?day={FIRST}",
    f"/sessions?from={FIRST}",
    "/plan?week=2024-W14",
    "/stock",
    f"/closing?day={FIRST}",
    HERE,
)
# Who is signed in, what stands in the footer, and the numbers of batches.
NAMES = ("tester", "appointments/stadium", "SOON", "OLD", "RECALLED", "nurse-01", "has to go")


def booked(site: Stadium) -> None:
    site.booked()
    site.ok("/api/weeks/2024-W14/plan")


def deferred(site: Stadium) -> None:
    site.booked()
    site.at(FIRST)
    site.person(ANNA, "check-in")
    reasons = ["pregnancy", "fever"]
    site.screened("ResidentDeferred", ANNA, FIRST, until=SECOND, reasons=reasons)


def forbidden(site: Stadium) -> None:
    site.booked()
    site.at(FIRST)
    site.person(ANNA, "check-in")
    site.screened("ContraindicationFound", ANNA, FIRST, reasons=["severe_allergy"])


def cleared(site: Stadium) -> None:
    site.booked()
    site.at(FIRST)
    site.person(ANNA, "check-in")
    site.cleared(ANNA, FIRST)


def vaccinated(site: Stadium) -> None:
    site.booked()
    site.vaccinated(ANNA, FIRST)


def observed(site: Stadium) -> None:
    vaccinated(site)
    site.person(ANNA, "observation-end", early_reason="has to go")


def complete(site: Stadium) -> None:
    observed(site)
    site.vaccinated(ANNA, SECOND)
    site.person(ANNA, "observation-end", early_reason="has to go")


def cancelled(site: Stadium) -> None:
    site.booked()
    site.person(ANNA, "cancel", reason="by_resident")


def stayed_away(site: Stadium) -> None:
    site.booked()
    site.at(FIRST)
    site.ok(f"/api/days/{FIRST}/no-shows")


def erased(site: Stadium) -> None:
    site.booked()
    site.hears("registration", "ResidentErased", resident=ANNA, **ERASED)


def stocked(site: Stadium) -> None:
    site.ok("/api/batches", batch("SOON", expiry="2024-06-01", doses=1))
    site.ok("/api/batches/SOON/waste", {"doses": 1, "reason": "7"})
    site.ok("/api/batches", batch("RECALLED", product="BIBP"))
    site.ok("/api/batches/RECALLED/recall", {"reason": "7"})
    site.ok("/api/batches", batch("OLD", expiry="2024-03-26"))
    site.at(FIRST)


def nothing(site: Stadium) -> None:
    del site


STATES = (
    nothing,
    booked,
    deferred,
    forbidden,
    cleared,
    vaccinated,
    observed,
    complete,
    cancelled,
    stayed_away,
    erased,
    stocked,
)


@pytest.mark.parametrize("state", STATES)
def test_every_page_speaks_one_language(site: Stadium, state: Callable[[Stadium], None]):
    state(site)
    for url in PAGES:
        assert latin(site.http.page(url).text, *NAMES) == [], url
        assert chinese(in_english(site.http, url)) == [], url


@pytest.mark.parametrize(("language", "wrong"), [("zh", latin), ("en", chinese)])
def test_what_was_done_is_said_in_one_language(
    site: Stadium, language: str, wrong: Callable[..., list[str]]
):
    def done(what: str, leads_to: str = HERE, **fields: str) -> str:
        page = site.http.follow(f"/api{what}", leads_to, language=language, **fields).text
        assert 'class="banner" role="status"' in page
        assert wrong(page, *NAMES) == [], what
        return page

    done("/appointments", resident=str(ANNA), from_day=FIRST)
    done(f"{HERE}/move", dose="1", day="2024-04-03", time="08:00")
    done(f"{HERE}/cancel", dose="1", reason="by_resident")
    site.booked()
    site.at(FIRST)
    done(f"{HERE}/check-in", "/")
    site.cleared(ANNA, FIRST)
    given = done(f"{HERE}/dose", "/", batch="SV-1", vaccinator="nurse-01", seen="true")
    assert {"zh": "留观 30 分钟", "en": "observe for 30 minutes"}[language] in given
    for severity in ("mild", "severe"):
        done(f"{HERE}/adverse-event", severity=severity, sign="7")
    done(f"{HERE}/observation-end", "/", early_reason="7")
    done("/weeks/2024-W14/plan", "/plan?week=2024-W14")
    done("/batches", "/stock", batch="7", product="CoronaVac", doses="9", expiry="2025-01-01")
    done("/batches/7/waste", "/stock", doses="1", reason="7")
    done("/batches/7/recall", "/stock", reason="7")


def test_weeks_days_and_products_are_called_as_an_office_calls_them(site: Stadium):
    site.booked()
    for url in ("/sessions?from=2024-04-02", "/plan?week=2024-W14"):
        assert "第14周（4月1日—7日）" in site.http.page(url).text
        assert "week 14 (1–7 April)" in in_english(site.http, url)
    assert "2025年1月31日" in site.http.page("/stock").text
    for url in ("/stock", "/sessions?from=2024-04-02", HERE):
        assert str(site.app.campaign.product("CoronaVac")) in site.http.page(url).text


def test_every_choice_of_a_form_has_a_word_in_each_language(site: Stadium):
    vaccinated(site)
    page, english = site.http.page(HERE).text, in_english(site.http, HERE)
    for code in ("mild", "severe"):
        assert f">{SEVERITIES[code].zh}<" in page
        assert f">{SEVERITIES[code].en}<" in english
    assert f">{CANCEL_REASONS['by_resident'].zh}<" in page


@pytest.mark.parametrize(
    ("state", "url", "body", "zh", "en"),
    [
        (
            deferred,
            "/api/appointments",
            {"resident": str(ANNA), "from_day": FIRST},
            "请预约4月16日（周二）或以后",
            "book for Tue 16 April or later",
        ),
        (
            forbidden,
            "/api/appointments",
            {"resident": str(ANNA), "from_day": FIRST},
            "不宜接种（疫苗严重过敏史）",
            "Contraindicated (severe vaccine allergy)",
        ),
        (
            nothing,
            "/api/appointments",
            {"resident": str(ANNA), "from_day": FIRST, "time": "06:30"},
            "4月2日（周二）06:30没有接种场次",
            "no session on Tue 2 April 06:30",
        ),
        (
            nothing,
            "/api/batches",
            batch("OLD", expiry="2024-03-20"),
            "批号 OLD 已于3月20日（周三）过期",
            "Batch OLD expired on Wed 20 March",
        ),
        (
            nothing,
            "/api/sessions",
            {"from_day": "2024-07-01", "to_day": "2024-07-02", "product": "CoronaVac"},
            "3月25日（周一）到6月20日（周四）之间",
            "from Mon 25 March to Thu 20 June",
        ),
    ],
)
def test_a_refusal_says_days_and_reasons_in_words_to_people(
    site: Stadium,
    state: Callable[[Stadium], None],
    url: str,
    body: dict[str, str],
    zh: str,
    en: str,
):
    state(site)
    assert zh in site.http.post(url, body).json["detail"]
    assert zh in site.http.form(url, **body).text
    headers = site.http.bearer(
        site.http.person, **{"Accept-Language": "en", "Idempotency-Key": "1"}
    )
    assert en in site.http.client.post(url, json=body, headers=headers).json["detail"]


def test_programs_are_told_codes_and_iso_days_in_every_language(site: Stadium):
    forbidden(site)
    body = {"resident": str(ANNA), "from_day": FIRST}
    found = site.http.post("/api/appointments", body).json
    assert (found["found"], found["reasons"]) == ("severe_allergy", ["severe_allergy"])
    slot = {"resident": str(BO), "from_day": FIRST, "time": "06:30"}
    site.consented(BO)
    assert site.http.post("/api/appointments", slot).json["where"] == f"{FIRST} 06:30"


def test_the_other_product_is_called_by_its_name(site: Stadium):
    site.ok("/api/batches", batch("OTHER", product="BIBP"))
    cleared(site)
    answer = site.give(ANNA, "OTHER").json
    due, chosen = (site.app.campaign.product(code) for code in ("CoronaVac", "BIBP"))
    assert (answer["product"], answer["chosen"]) == ("CoronaVac", "BIBP")
    assert answer["detail"] == f"应接种{due.name_zh}，所选批次是{chosen.name_zh}。"


def test_a_page_of_somebody_without_a_readable_name_shows_no_id(site: Stadium):
    site.booked()
    for url in (f"/?day={FIRST}", HERE):
        assert f">{str(ANNA)[:8]}<" not in site.http.page(url).text
    assert "<title>姓名不显示 · vaxledger</title>" in site.http.page(HERE).text
    assert "<title>name not shown · vaxledger</title>" in in_english(site.http, HERE)
