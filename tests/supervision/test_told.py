"""Events are told in sentences, in the language of whoever reads: no name of an event, no code."""

from __future__ import annotations

import re
import string
import uuid
from pathlib import Path

import pytest

from services.supervision.checks.commands import flag
from shared.kit.language import speaking
from shared.town.campaign import load
from shared.town.contracts import catalogue
from shared.town.terms.sentences import SENTENCES
from shared.town.web.telling import Telling
from tests.screening.test_service import ANNA, someone
from tests.support.one_language import chinese, in_english, latin, texts
from tests.support.part import CAMPAIGN_FILE, PartUnderTest

CONTRACTS = {contract.topic: contract for contract in catalogue}
TELLING = Telling(
    load(CAMPAIGN_FILE), person=lambda login: "某岗位", source=lambda source: "某部门"
)
# What an example holds that somebody has typed, or that has no other name.
TYPED = (
    "SV", "a vial was lost", "vial broken", "recalled by the maker", "answer corrected by the resident", "fever",
    "Second dose", "disk broken, backup of the night before",
    "the refrigerator is locked already", "ten more people have come", "the box was scanned twice",
    "read at the wrong refrigerator", "a box was torn", "a long queue",
    "the maker says 30 minutes at 9 °C do no harm", "D-2024-0032",
    "the allergy clinic has excluded it", "county CDC", "no letter of the clinic was shown",
)  # fmt: skip
EVENT = re.compile(rf"\b({'|'.join(sorted({each.name for each in catalogue}))})\b")


def test_every_event_has_a_sentence_of_its_own_fields_in_both_languages():
    assert SENTENCES.keys() == {catalogue.latest(each.name).name for each in catalogue}
    for event, sentence in SENTENCES.items():
        known = {*catalogue.latest(event).schema.fields, "who", "whom"}
        known |= {"first", "second", "planned"} if event.startswith("Weekly") else set()
        named = [
            {name for _, name, _, _ in string.Formatter().parse(text) if name}
            for text in (sentence.zh, sentence.en)
        ]
        assert named[0] == named[1], event
        assert named[0] <= known, event


@pytest.mark.parametrize("topic", CONTRACTS)
def test_an_event_of_any_version_is_told_in_one_language(topic: str):
    contract = CONTRACTS[topic]
    for about in (None, contract.example.get("resident"), str(uuid.UUID(int=1))):
        asked = (contract.name, contract.version, contract.example, "v01-chief", about)
        with speaking("zh"):
            said = TELLING.sentence(*asked)
            assert latin(said, *TYPED) == [], said
            assert len(said) > 6, said
        with speaking("en"):
            said = TELLING.sentence(*asked)
            assert chinese(said, "某岗位", "某部门", "第二剂提醒") == [], said
            assert said[:1] == said[:1].upper()
        assert not re.search(r"\d{4}-\d\d-\d\d|\d{4}-W\d\d|[{}=\[\]]", said), said


def test_what_is_not_known_is_not_told_in_codes():
    assert TELLING.sentence("LedgerOnFire", 1, {"x": 1}, "v01-chief") == "本版本不认识的事件"
    assert TELLING.sentence("TargetSet", 1, {}, "v01-chief") == "确定任务数"
    assert TELLING.actor("policy:registration") == TELLING.actor("sign-in") == "系统"
    assert TELLING.actor("operator") == "系统运维"


def test_a_role_at_several_places_is_named_without_them():
    held = [("screener", "site:A"), ("screener", "site:B")]
    assert TELLING.does("scr-1", held) == "筛查医护（scr-1）"
    assert TELLING.does("scr-1", held[:1]) == TELLING.held(*held[0])


@pytest.fixture
def group(tmp_path: Path) -> PartUnderTest:
    """Supervision that has heard every event of the catalogue from whoever may say it."""
    group = PartUnderTest(tmp_path, "supervision")
    group.at("2024-04-02")
    group.hears("registration", "ResidentRegistered", **someone(ANNA))
    for name in SENTENCES:
        contract = catalogue.latest(name)
        if contract.service != "supervision":
            source = {"appointments": "appointments/stadium", "every": "registration"}
            data = dict(contract.example)
            data |= {"resident": str(ANNA)} if "resident" in data else {}
            data |= {"residents": [str(ANNA)]} if "residents" in data else {}
            group.hears(source.get(contract.service, contract.service), name, **data)
    group.http.post("/api/staff", {"login": "v01-chief", "post": "东河村主任"})
    grant = {"role": "unit_cadre", "scope": "list:v01"}
    group.http.post("/api/staff/v01-chief/grant", grant)
    group.http.post("/api/checkpoints")
    with group.transaction():
        for kind, subject, detail in ANOMALIES:
            flag(group.app, kind, subject, detail)
    for source in ("registration", "supervision"):
        log = group.app.store.log(0, 10_000) if source == "supervision" else []
        group.follower(source).receive(log)
    group.http.post("/api/audits")
    group.work()
    return group


ANOMALIES = (
    ("report_differs", "2024-W14", "town.first: published 41, replayed 40; units[3].second:"
     " published 1, replayed 2; days: published [{'day': 1}], replayed []; days[0].site: published"
     " stadium, replayed clinic"),
    ("linked_doses", str(ANNA), "two first doses; 3 doses; only 3 days apart: stadium 2024-04-02"
     " dose 1, stadium 2024-04-05 dose 1"),
    ("many_looks", "v01-chief 2024-04-02", "shown 3000 residents, 600 of them one by one"),
    ("reaction_due", str(ANNA), "stadium urgent 2024-04-02T11:15:00+08:00"),
    ("reaction_overdue", str(ANNA), "stadium other 2024-04-04T09:15:00+08:00"),
    ("reaction_cluster", str(ANNA), "site high_fever 2 2024-04-02 2024-04-05 stadium"),
    ("reaction_cluster", str(uuid.UUID(int=1)), "batch rash 2 2024-04-02 2024-04-05 SV-2024-001"),
    ("trace_code_used", "83301550012345678901", "shown for 2 doses, holds 1"),
    ("day_not_closed", "stadium 2024-04-02", "not closed by noon after"),
    ("closed_open", "stadium 2024-04-03", "left open: waiting counted"),
    ("many_keys", "appointments/stadium 2024-04-02", "2600 residents in an hour, 30 of 120 withheld"),
    ("transfer", "stadium|20240301|20240302", "20 doses sent to township, none arrived"),
    ("transfer", "stadium|20240302|20240302", "20 doses arrived at township, never sent"),
    ("transfer", "stadium|20240303|20240302", "20 doses sent, 18 arrived at township"),
)  # fmt: skip
PAGES = (
    "/", "/entries", "/entries?after=40", f"/residents/{ANNA}", "/units/v01", "/audit", "/looks",
    "/reactions", f"/looks?resident={ANNA}", "/looks?login=v01-chief", "/recalls", "/staff",
    "/staff/v01-chief",
)  # fmt: skip
# Logins where accounts are kept; what the examples hold that people have typed.
NAMES = ("tester", "stadium-leader", "v01-chief", "v01-cadre", "v01-clerk", "nurse-01", *TYPED)


def test_pages_of_supervision_speak_one_language_and_no_codes(group: PartUnderTest):
    for url in PAGES:
        page = group.http.page(url)
        assert page.status_code == 200, url
        assert latin(page.text, *NAMES) == [], url
        assert not [text for text in texts(page.text) if EVENT.search(text) or "=" in text], url
        english = in_english(group.http, url)
        assert chinese(english, "东河村主任", "第二剂提醒") == [], url
        assert not [text for text in texts(english) if EVENT.search(text) or "=" in text], url


def test_the_raw_record_is_a_click_away(group: PartUnderTest):
    page = group.http.page(f"/residents/{ANNA}").text
    [raw] = re.findall(
        r'<details class="raw">(?:(?!</details>).)*ConsentGiven.*?</details>', page, re.S
    )
    assert "ConsentGiven.v2" in raw
    assert "wished_week=&#34;2024-W14&#34;" in raw or 'wished_week="2024-W14"' in raw
    assert "identity=" not in page
