"""Residents are found by name, sound, initials and digits, although identities are sealed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from opencc import OpenCC
from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg

from services.registration.search import commands
from services.registration.search.blind_index import REGION, Seen, salt_of
from services.registration.search.queries import has
from services.registration.search.typed_text import meant_by
from services.registration.search.views import SOUGHT, traces
from tests.support.calls import as_operator
from tests.support.examples import examples
from tests.support.part import PartUnderTest
from tests.support.workbooks import card, person, roster

PEOPLE = {
    101: ("张伟丽", "13800110101"),
    102: ("欧阳娜娜", "13800110202"),
    103: ("单田芳", "13800110303"),
    104: ("吕秀莲", "13800110404"),
    105: ("张伟", "13800110505"),
    106: ("买买提·吐尔逊", "13800110606"),
    107: ("Anna Maria Schmidt", "13800110707"),
}


class Town(PartUnderTest):
    """Registration, with people whose ids are remembered by order."""

    def imported(self, people: dict[int, tuple[str, str]], unit: str = "v01") -> dict[int, str]:
        rows = [person(order, name, phone=phone) for order, (name, phone) in people.items()]
        answer = self.http.upload(f"/api/units/{unit}/roster", roster(*rows))
        assert answer.status_code == 200, answer.text
        entries = answer.json["entries"]  # type: ignore[index]
        return dict(zip(people, (entry["resident"] for entry in entries), strict=True))

    def found(self, text: str, client: Any = None) -> list[str]:
        answer = (client or self.http).post("/api/residents/search", {"text": text})
        assert answer.status_code == 200, answer.text
        return [row["resident"] for row in answer.json["residents"]]

    def table(self) -> list[dict[str, Any]]:
        return self.app.rows(select(traces).order_by(traces.c.resident))

    def looks(self) -> list[list[str]]:
        return [event["data"]["residents"] for event in self.events("PersonalDataViewed")]


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Town:
    part = Town(tmp_path_factory.mktemp("town"), "registration")
    part.at("2024-03-26")
    part.people = part.imported(PEOPLE)  # type: ignore[attr-defined]
    return part


@pytest.fixture
def small(tmp_path: Path) -> Town:
    part = Town(tmp_path, "registration")
    part.at("2024-03-26")
    return part


def a_chief(town: Town, unit: str) -> Any:
    return town.http.signed_in(f"{unit}-chief", ("unit_chief", f"unit:{unit}"))


# Every kind of what is typed

TYPED = {
    "张伟丽": [101],
    "張偉麗": [101],
    " 张 伟\u3000丽 ": [101],
    "张维力": [101],
    "张": [101, 105],
    "張": [101, 105],
    "张伟": [101, 105],
    "欧阳": [102],
    "歐陽娜娜": [102],
    "zhangweili": [101],
    "Zhang Wei Li": [101],
    "WEILI ZHANG": [101],
    "Zhāng Wěilì": [101],
    "zhang": [101, 105],
    "zwl": [101],
    "ZWL": [101],
    "shan tianfang": [103],
    "lv xiulian": [104],
    "lü xiulian": [104],
    "lyu xiulian": [104],
    "lu xiu lian": [104],
    "买买提吐尔逊": [106],
    "Schmidt": [107],
    "anna": [107],
    "Schmidt Anna Maria": [107],
    "anna maria schmidt": [107],
    "13800110303": [103],
    "+86 138-0011-0303": [103],
    "0303": [103],
    card(104): [104],
    card(104).lower(): [104],
    f"{card(104)[:6]} {card(104)[6:14]} {card(104)[14:]}": [104],
    card(104)[-6:]: [104],
    card(104)[-4:]: [104],
    "李": [],
    "wang": [],
    "9999": [],
    "?": [],
    "…": [],
    "': OR 1=1": [],
}


@pytest.mark.parametrize("text", TYPED, ids=range(len(TYPED)))
def test_what_is_typed_finds_who_is_meant(town: Town, text: str):
    people: dict[int, str] = town.people  # type: ignore[attr-defined]
    assert sorted(town.found(text)) == sorted(people[order] for order in TYPED[text])


def test_a_number_that_ends_in_x_is_found_by_its_end(small: Town):
    order = next(order for order in range(101, 300) if card(order).endswith("X"))
    people = small.imported({order: ("演练甲", "13800110101")})
    for text in (card(order)[-4:], card(order)[-4:].lower(), card(order)[-6:]):
        assert small.found(text) == [people[order]]


@settings(
    max_examples=examples(60),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_a_name_is_found_in_any_spacing_width_and_script(town: Town, data: st.DataObject):
    order = data.draw(st.sampled_from(sorted(PEOPLE)))
    name = PEOPLE[order][0]
    written = data.draw(st.sampled_from([name, OpenCC("s2t").convert(name)]))
    if name.isascii():
        written = data.draw(st.sampled_from([name.upper(), name.lower(), name]))
        wide = "".join(chr(ord(sign) + 0xFEE0) if sign != " " else sign for sign in written)
        written = data.draw(st.sampled_from([written, wide]))
        gaps = st.sampled_from([" ", "  ", "\u3000", "·", "-"])
        spaced = "".join(data.draw(gaps) if sign == " " else sign for sign in written)
    else:
        gaps = st.sampled_from(["", " ", "\u3000", "·", "\u200b"])
        spaced = "".join(sign + data.draw(gaps) for sign in written)
    assert town.people[order] in town.found(spaced)  # type: ignore[attr-defined]


# Never a wrong person


def test_a_trace_in_common_shows_nobody_else(small: Town):
    people = small.imported({101: ("张伟丽", "13800110101"), 102: ("李小明", "13800110202")})
    mine, others = (
        next(row for row in small.table() if row["resident"] == people[order])
        for order in (101, 102)
    )
    stolen = {column: mine[column] for column in SOUGHT}
    with small.transaction():
        small.app.store.current.connection.execute(
            update(traces).where(traces.c.resident == others["resident"]).values(stolen)
        )
    for text in ("张伟丽", "zwl", "13800110101", card(101), "张", "0101"):
        assert small.found(text) == [people[101]]


def test_one_value_has_many_traces(small: Town):
    people = dict.fromkeys(range(101, 221), ("张伟", "13800110101"))
    small.imported(people)
    rows = small.table()
    salts = {salt_of(row["resident"]) for row in rows}
    for column in ("name", "first_sign", "sound", "surname", "initials", "phone"):
        assert len({row[column] for row in rows}) == len(salts) > 30


def test_people_of_another_region_are_found(small: Town):
    people = small.imported({101: ("张伟丽", "13800110101")})
    with small.transaction():
        small.app.store.current.connection.execute(update(traces).values(number=3 * REGION - 1))
    later = small.imported({102: ("张伟丽", "13800110202")})
    assert {row["number"] // REGION for row in small.table()} == {2, 3}
    assert small.found("0202") == [later[102]]
    # The first was moved without its traces: it cannot be found under another region's salts.
    assert small.found("张伟丽") == [later[102]]
    assert people[101] not in small.found("张")


# Scope and looks


def test_a_unit_finds_its_own_people_only(small: Town):
    here = small.imported({101: ("张伟丽", "13800110101")}, "v01")
    there = small.imported({102: ("张伟丽", "13800110202")}, "v02")
    assert small.found("张伟丽", a_chief(small, "v01")) == [here[101]]
    assert small.found("张伟丽", a_chief(small, "v02")) == [there[102]]
    assert small.found(card(101), a_chief(small, "v02")) == []
    office = small.http.signed_in("office", ("office", "town"))
    assert sorted(small.found("zwl", office)) == sorted([here[101], there[102]])


def test_a_second_unit_finds_those_it_lists_too(small: Town):
    people = small.imported({101: ("张伟丽", "13800110101")}, "v01")
    sector = next(each.code for each in small.app.campaign.units if each.kind == "sector")
    assert small.found("张伟丽", a_chief(small, sector)) == []
    small.imported({101: ("张伟丽", "13800110101")}, sector)
    assert small.found("张伟丽", a_chief(small, sector)) == [people[101]]
    assert small.found("张伟丽", a_chief(small, "v02")) == []


@pytest.mark.parametrize("role", ["auditor", "supervisor", "operator", "county_subscriber"])
def test_who_sees_no_names_cannot_search_for_them(small: Town, role: str):
    client = small.http.signed_in("curious", (role, "town"))
    assert client.post("/api/residents/search", {"text": "张"}).status_code == 403


def test_a_search_is_a_look_at_those_it_shows_and_at_nobody_else(small: Town):
    people = small.imported({101: ("张伟丽", "13800110101"), 102: ("张伟", "13800110202")})
    small.imported({103: ("张伟丽", "13800110303")}, "v02")
    small.found("张伟丽", a_chief(small, "v01"))
    assert small.looks() == [[people[101]]]
    small.found("nobody at all", a_chief(small, "v01"))
    assert len(small.looks()) == 1


def test_what_was_found_shows_no_whole_number(small: Town):
    people = small.imported({101: ("张伟丽", "13800110101")})
    answer = small.http.post("/api/residents/search", {"text": card(101)})
    assert answer.json == {
        "residents": [
            {
                "resident": people[101],
                "name": "张伟丽",
                "birth_date": "1979-05-21",
                "sex": "male",
                "unit": "v01",
                "unit_name_zh": small.app.campaign.units[0].name_zh,
                "unit_name_en": small.app.campaign.units[0].name_en,
                "status": "registered",
                "number": "*" * 14 + card(101)[-4:],
            }
        ],
        "more": False,
    }


def test_many_are_told_to_be_more(small: Town):
    small.imported(dict.fromkeys(range(101, 130), ("张伟", "13800110101")))
    answer = small.http.post("/api/residents/search", {"text": "张"})
    assert (len(answer.json["residents"]), answer.json["more"]) == (20, True)  # type: ignore[index]


# The pages


def test_the_only_one_found_is_opened(small: Town):
    people = small.imported({101: ("张伟丽", "13800110101")})
    found = small.http.form("/find", q="zwl")
    assert (found.status_code, found.location) == (303, f"/residents/{people[101]}")


def test_several_are_listed_and_none_is_said(small: Town):
    people = small.imported({101: ("张伟丽", "13800110101"), 102: ("张伟", "13800110202")})
    page = small.http.form("/find", q="张")
    assert page.status_code == 200
    assert all(f"/residents/{resident}" in page.text for resident in people.values())
    assert card(101) not in page.text
    assert "没有找到" in small.http.form("/find", q="李").text


@pytest.mark.parametrize("url", ["/", "/units/v01", "/find"])
def test_the_search_box_stands_where_people_are_looked_for(small: Town, url: str):
    page = small.http.page(url).text
    assert 'action="/find"' in page
    assert 'name="q"' in page


def test_the_box_is_not_shown_to_those_who_may_not_search(small: Town):
    auditor = small.http.signed_in("auditor", ("auditor", "town"))
    assert 'action="/find"' not in auditor.page("/").text
    assert auditor.page("/find").status_code == 403


# What is kept, and what is forgotten


def test_nothing_personal_stands_in_the_table(town: Town):
    said = repr(town.table())
    for order, (name, phone) in PEOPLE.items():
        for secret in (name, phone, phone[-4:], card(order), card(order)[-6:], "zhangweili"):
            assert secret not in said or secret.isdecimal()
    for row in town.table():
        assert {type(row[column]) for column in SOUGHT} <= {int, type(None)}


def test_another_deployments_traces_are_others(tmp_path: Path):
    tables = []
    for name in ("one", "two"):
        part = Town(tmp_path / name, "registration")
        part.imported({101: ("张伟丽", "13800110101")})
        [row] = part.table()
        tables.append(row)
    one, two = tables
    assert all(one[column] != two[column] for column in ("resident", *SOUGHT))


def test_a_corrected_person_is_found_by_the_new_facts_only(small: Town):
    people = small.imported({101: ("张伟丽", "13800110101")})
    small.imported({101: ("张玮丽", "13911112222")})
    assert small.found("张玮丽") == [people[101]]
    assert small.found("13911112222") == [people[101]]
    assert small.found("13800110101") == []
    assert len(small.table()) == 1


def test_an_erased_person_is_found_by_nothing(small: Town):
    people = small.imported({101: ("张伟丽", "13800110101"), 102: ("李小明", "13800110202")})
    answer = small.http.post(f"/api/residents/{people[101]}/erase", {"reason": "by_request"})
    assert answer.status_code == 200, answer.text
    for text in ("张伟丽", "张", "zwl", card(101), card(101)[-6:], "13800110101", "0101"):
        assert small.found(text) == []
    assert [row["resident"] for row in small.table()] == [people[102]]


def test_a_vaccinated_person_is_forgotten_by_telephone_only(small: Town):
    people = small.imported({101: ("张伟丽", "13800110101")})
    given = {"site": "stadium", "unit": "v01", "cohort": "general", "dose": 1}
    what = {"product": "CoronaVac", "batch": "SV-1", "vaccinator": "tester", "day": "2024-03-26"}
    small.hears("appointments/stadium", "DoseAdministered", resident=people[101], **given, **what)
    answer = small.http.post(f"/api/residents/{people[101]}/erase", {"reason": "by_request"})
    assert answer.json["destroyed"] == ["contact"], answer.text  # type: ignore[index]
    assert small.found("13800110101") == []
    assert small.found("张伟丽") == [people[101]]
    [row] = small.table()
    assert (row["phone"], row["phone_four"], row["phone_year"]) == (None, None, None)


def test_traces_survive_a_rebuild_of_the_views(small: Town):
    people = small.imported({101: ("张伟丽", "13800110101")})
    before = small.table()
    assert small.view() == small.rebuilt_view()
    assert small.table() == before
    assert small.found("zwl") == [people[101]]


def reindexed(town: Town) -> dict[str, Any]:
    operator = as_operator(town.deployment, "registration")
    answer = town.http.client.post("/reindex", json={}, headers=operator)
    assert answer.status_code == 200, answer.text
    return answer.json


def test_reindexing_gives_the_same_table(small: Town):
    people = small.imported(PEOPLE)

    def table() -> list[dict[str, Any]]:
        return [{k: v for k, v in row.items() if k != "number"} for row in small.table()]

    before = table()
    with small.transaction():
        connection = small.app.store.current.connection
        gone = traces.c.resident == people[101]
        connection.execute(traces.delete().where(gone))
        connection.execute(update(traces).values(name=1))
        connection.execute(traces.insert(), {"number": 50, "resident": "0" * 36})  # a row of nobody
    said = reindexed(small)
    assert said == {"remembered": len(PEOPLE), "unreadable": 0, "after": None}
    assert table() == before
    assert small.looks() == []


def test_reindexing_goes_on_where_it_stopped(small: Town, monkeypatch: pytest.MonkeyPatch):
    people = small.imported(PEOPLE)
    monkeypatch.setattr(commands, "AT_ONCE", 3)
    with small.transaction():
        small.app.store.current.connection.execute(traces.delete())
    after, steps = None, list[int]()
    while True:
        said = commands.reindex(small.app, after)
        steps.append(said["remembered"])
        if (after := said["after"]) is None:
            break
    assert steps == [3, 3, 1]
    assert small.found("zwl") == [people[101]]
    assert len(small.table()) == len(people)


def test_reindexing_remembers_no_erased_person(small: Town):
    people = small.imported({101: ("张伟丽", "13800110101"), 102: ("李小明", "13800110202")})
    small.http.post(f"/api/residents/{people[101]}/erase", {"reason": "by_request"})
    assert reindexed(small) == {"remembered": 1, "unreadable": 1, "after": None}
    assert [row["resident"] for row in small.table()] == [people[102]]


def test_only_the_operator_reindexes(small: Town):
    assert small.http.post("/reindex", {}).status_code in (401, 403)


def test_a_person_remembered_twice_at_once_has_one_row(small: Town):
    one = Seen("a" * 8, "张伟", "", "", "1979-05-21", "male")
    with small.transaction():
        commands.remember(small.app, [one, one])
        commands.remember(small.app, [])
    assert len(small.table()) == 1


def test_postgresql_is_told_how_large_the_traces_are(town: Town):
    for number in ("000801", "000802", "000803", "000804"):
        [[meant, *_], *_] = meant_by(number)
        asked = has(town.app, meant, range(1)).compile(
            dialect=PGDialect_psycopg(), compile_kwargs={"render_postcompile": True}
        )
        assert "::BIGINT" in str(asked)
        assert "::INTEGER" not in str(asked)
