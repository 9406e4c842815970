"""Responsibility: one cadre a resident on every day, assigned, shared out and passed on."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from services.registration.domain.quotas import Quotas
from services.registration.domain.resident import Resident
from services.registration.domain.responsibility import Responsibility
from services.registration.domain.responsibility_refusals import (
    BadQuota,
    LaterAssignment,
    SinceOutside,
)
from services.registration.mobilisation.address_groups import group_of
from services.registration.mobilisation.queries import holds_on
from services.registration.mobilisation.queries import responsible as responsible_on
from services.registration.mobilisation.views import responsibilities
from services.registration.units.queries import stored_unit
from shared.kit.eventstore import blank
from tests.support.examples import examples
from tests.support.part import PartUnderTest
from tests.support.workbooks import person, roster

ANNA = UUID("5f0c8d1e-2b1a-8c3d-9e4f-0a1b2c3d4e5f")
START, TODAY = date(2024, 3, 25), date(2024, 4, 20)
A, B, C = "v01-a", "v01-b", "v01-c"


def day(text: str) -> date:
    return date.fromisoformat(f"2024-{text}")


def held(*steps: tuple[str, str]) -> Responsibility:
    found = blank(Responsibility, Responsibility.create_id(ANNA))
    for cadre, since in steps:
        found.assign(ANNA, "v01", cadre, day(since), start=START, today=TODAY)
    return found


def told(aggregate: Any) -> list[str]:
    return [type(each).__name__ for each in aggregate.pending_events]


def test_assigning_is_told_and_repeated_ignored():
    found = held((A, "04-01"))
    assert told(found) == ["CadreAssigned"]
    assert not found.assign(ANNA, "v01", A, day("04-05"), start=START, today=TODAY)
    assert told(found) == ["CadreAssigned"]


@pytest.mark.parametrize("since", ["03-24", "04-21"])
def test_responsibility_begins_within_the_campaign_and_not_tomorrow(since: str):
    with pytest.raises(SinceOutside):
        held((A, since))


def test_what_was_said_of_later_days_is_not_overwritten():
    with pytest.raises(LaterAssignment, match=B):
        held((A, "04-01"), (B, "04-10"), (C, "04-05"))
    replaced = held((A, "04-01"), (B, "04-01"))
    assert (replaced.cadre, replaced.since) == (B, day("04-01"))


def test_who_comes_back_to_the_unit_is_assigned_anew():
    found = held((A, "04-01"))
    assert found.assign(ANNA, "v01", A, day("04-09"), start=START, today=TODAY, lapsed=True)
    assert told(found) == ["CadreAssigned"] * 2


def test_a_quota_is_set_ignored_when_repeated_and_refused_below_zero():
    quotas = blank(Quotas, Quotas.create_id("v01"))
    assert quotas.set("v01", A, 40)
    assert not quotas.set("v01", A, 40)
    assert quotas.set("v01", A, 41)
    with pytest.raises(BadQuota):
        quotas.set("v01", A, -1)
    assert told(quotas) == ["QuotaSet"] * 2


@pytest.mark.parametrize(
    ("address", "lane", "building", "household"),
    [
        ("东河村3组12号", "东河村3组", "东河村3组12号", "东河村3组12号"),
        ("演练小区 5 号楼 1203室", "演练小区", "演练小区5号楼", "演练小区5号楼1203室"),
        ("演练路１２弄7号", "演练路12弄", "演练路12弄7号", "演练路12弄7号"),
        ("水库旁", "水库旁", "水库旁", "水库旁"),
        ("", "", "", ""),
    ],
)
def test_addresses_are_divided_as_cadres_do(address: str, lane: str, building: str, household: str):
    found = tuple(group_of(address, level) for level in ("lane", "building", "household"))
    assert found == (lane, building, household)


# Over HTTP


@pytest.fixture
def town(tmp_path: Any) -> PartUnderTest:
    part = PartUnderTest(tmp_path, "registration")
    part.at("2024-04-20")
    for login in (A, B, C):
        scope = "list:v01" if login == C else "unit:v01"
        part.hears("supervision", "RoleGranted", login=login, role="unit_cadre", scope=scope)
    return part


def people(town: PartUnderTest, count: int = 6, **changes: str) -> list[str]:
    rows = [
        person(100 + n, address=f"东河村{1 + n // 3}组{10 + n % 2}号", **changes)
        for n in range(count)
    ]
    answer = town.http.upload("/api/units/v01/roster", roster(*rows)).json
    assert answer is not None
    assert not answer["errors"]
    return [entry["resident"] for entry in answer["entries"]]


def assign(town: PartUnderTest, choice: str, *cadres: str, **which: Any) -> Any:
    body = {"choice": choice, "cadres": list(cadres)} | which
    return town.http.post("/api/units/v01/assignments", body)


def responsible(town: PartUnderTest, resident: str, **on: str) -> dict[str, Any]:
    answer = town.http.get(f"/api/residents/{resident}/responsible", **on)
    assert answer.status_code == 200, answer.text
    return answer.json  # type: ignore[return-value]


def cadres(town: PartUnderTest, **on: str) -> dict[str, Any]:
    return town.http.get("/api/units/v01/cadres", **on).json  # type: ignore[return-value]


def counts(town: PartUnderTest, name: str = "assigned", **on: str) -> dict[str, int]:
    return {row["cadre"]: row[name] for row in cadres(town, **on)["cadres"] if row[name]}


def test_one_resident_is_assigned_with_both_clocks(town: PartUnderTest):
    anna = people(town, 1)[0]
    url, body = f"/api/residents/{anna}/cadre", {"cadre": A, "since": "2024-04-05"}
    assert town.http.post(url, body).json["status"] == "assigned"  # type: ignore[index]
    assert town.http.post(url, body).json["status"] == "unchanged"  # type: ignore[index]
    town.at("2024-04-22")
    town.http.post(url, {"cadre": B})
    assert responsible(town, anna, on="2024-04-21")["cadre"] == A
    now = responsible(town, anna)
    assert (now["how"], now["cadre"], now["since"]) == ("assigned", B, "2024-04-22")
    newest, first = now["history"]
    assert (first["since"], first["until"]) == ("2024-04-05", "2024-04-22")
    assert first["recorded_at"].startswith("2024-04-20"), "recorded later than it holds"
    assert newest["recorded_by"] == "tester"
    before = responsible(town, anna, on="2024-04-04")
    assert (before["how"], before["cadre"]) == ("nobody", None)
    assert town.view() == town.rebuilt_view()


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"cadre": "v02-a"}, "unknown-cadre"),
        ({"cadre": A, "since": "2024-04-21"}, "bad-assignments"),
        ({"cadre": A, "since": "2024-03-01"}, "bad-assignments"),
    ],
)
def test_a_wrong_assignment_is_refused(town: PartUnderTest, body: dict[str, str], code: str):
    anna = people(town, 1)[0]
    answer = town.http.post(f"/api/residents/{anna}/cadre", body)
    assert answer.json["code"] == code  # type: ignore[index]
    assert not town.events("CadreAssigned")


def test_a_missing_tick_is_said_as_what_to_do(town: PartUnderTest):
    answer = town.http.post("/api/units/v01/assignments", {"choice": "residents"})
    assert "请至少选一名包保干部。" in answer.text
    body = {"choice": "residents", "cadres": [A]}
    answer = town.http.post("/api/units/v01/assignments", body)
    assert "请至少勾选一人。" in answer.text


def test_the_rest_is_shared_out_evenly_after_a_preview(town: PartUnderTest):
    everybody = people(town, 7)
    assign(town, "residents", A, residents=everybody[:1])
    preview = assign(town, "rule", A, B, C, unassigned=True, dry_run=True).json
    assert (preview["selected"], preview["changed"]) == (6, 6)
    assert [share["people"] for share in preview["cadres"]] == [2, 2, 2]
    assert len(town.events("CadreAssigned")) == 1, "a preview changes nothing"
    done = assign(town, "rule", A, B, C, unassigned=True, expected=6).json
    assert done["changed"] == 6
    assert counts(town) == {A: 3, B: 2, C: 2}
    again = assign(town, "rule", A, unassigned=True)
    assert again.json["code"] == "nobody-selected"
    assert len({event["command"] for event in town.events("CadreAssigned")}) == 2


def test_a_selection_that_changed_since_the_preview_is_refused(town: PartUnderTest):
    people(town, 3)
    answer = assign(town, "rule", A, expected=2)
    assert (answer.status_code, answer.json["code"]) == (409, "selection-changed")
    assert not town.events("CadreAssigned")


def test_by_cohort_and_tie(town: PartUnderTest):
    people(town, 3)
    assert assign(town, "rule", A, cohort="teacher").json["code"] == "nobody-selected"
    assert assign(town, "rule", A, cohort="party_member", tie="household").json["selected"] == 3


@pytest.mark.parametrize(("level", "sizes"), [("lane", [3, 3]), ("household", [2, 1, 1, 2])])
def test_by_address_with_keys_that_tell_nothing(town: PartUnderTest, level: str, sizes: list[int]):
    everybody = people(town, 6)
    looks = len(town.events("PersonalDataViewed"))
    groups = town.http.get("/api/units/v01/address-groups", level=level).json["groups"]  # type: ignore[index]
    assert [group["people"] for group in groups] == sizes
    (look,) = town.events("PersonalDataViewed")[looks:]
    assert (set(look["data"]["residents"]), look["data"]["viewed"]) == (set(everybody), ["address"])
    answer = assign(town, level, B, groups=[groups[0]["key"]])
    assert answer.json["changed"] == sizes[0]
    assert counts(town) == {B: sizes[0]}
    stored = b"".join(event_bytes(town))
    assert "东河村1组".encode() not in stored
    assert groups[0]["address"].startswith("东河村1组")


def event_bytes(town: PartUnderTest) -> list[bytes]:
    return [each.body for each in town.app.store.log(0, 1000)]


def test_who_leaves_passes_everybody_on_from_a_day(town: PartUnderTest):
    everybody = people(town, 5)
    assign(town, "residents", A, residents=everybody[:3], since="2024-04-01")
    assign(town, "residents", A, residents=everybody[3:4], since="2024-04-15")
    assign(town, "residents", C, residents=everybody[4:], since="2024-04-01")
    done = assign(town, "cadre", B, C, leaving=A, since="2024-04-10").json
    assert (done["selected"], done["changed"]) == (4, 4)
    assert counts(town, on="2024-04-09") == {A: 3, C: 1}
    assert counts(town) == {B: 2, C: 3}
    assert responsible(town, everybody[0], on="2024-04-10")["cadre"] == B
    late = responsible(town, everybody[3], on="2024-04-14")
    assert late["cadre"] is None, "nobody had this person before A did"
    town.hears("supervision", "RoleRevoked", login=A, role="unit_cadre", scope="unit:v01")
    assert assign(town, "residents", A, residents=everybody).json["code"] == "unknown-cadre"
    assert town.view() == town.rebuilt_view()


def test_all_or_nobody_is_assigned(town: PartUnderTest):
    everybody = people(town, 3)
    assign(town, "residents", A, residents=everybody[:1], since="2024-04-15")
    answer = assign(town, "residents", B, residents=everybody, since="2024-04-10")
    assert answer.json["code"] == "bad-assignments"
    assert [line["code"] for line in answer.json["lines"]] == ["later-assignment"]
    assert counts(town) == {A: 1}
    stranger = assign(town, "residents", B, residents=[str(uuid4())])
    assert stranger.json["code"] == "not-in-unit"


def test_a_locked_account_is_not_at_work(town: PartUnderTest):
    people(town, 1)
    town.hears("supervision", "StaffLocked", login=A, reason="left")
    assert assign(town, "rule", A).json["code"] == "unknown-cadre"
    town.hears("supervision", "StaffUnlocked", login=A)
    assert assign(town, "rule", A).status_code == 200


def test_the_figures_of_a_cadre_against_the_quota(town: PartUnderTest):
    everybody = people(town, 4)
    assign(town, "residents", A, residents=everybody[:3])
    quota = town.http.post("/api/units/v01/quotas", {"cadre": A, "quota": 3})
    assert quota.json["status"] == "set"  # type: ignore[index]
    again = town.http.post("/api/units/v01/quotas", {"cadre": A, "quota": 3})
    assert again.json["status"] == "unchanged"  # type: ignore[index]
    refused = town.http.post("/api/units/v01/quotas", {"cadre": A, "quota": -3})
    assert refused.json["code"] == "bad-quota"  # type: ignore[index]
    for number, said in enumerate(
        [
            {"outcome": "willing", "wished_week": "2024-W17"},
            {"outcome": "refused", "reason": "other"},
            {"outcome": "not_reached"},
        ]
    ):
        url = f"/api/residents/{everybody[number]}/contacts"
        assert town.http.post(url, said | {"channel": "visit"}).status_code == 200
    from shared.town.contracts import catalogue

    example = catalogue.latest("DoseAdministered").example
    for dose in (1, 2):
        data = example | {"resident": everybody[0], "unit": "v01", "dose": dose}
        town.hears("appointments/stadium", "DoseAdministered", **data)
    found = next(row for row in cadres(town)["cadres"] if row["cadre"] == A)
    assert found == {
        "cadre": A,
        "at_work": True,
        "clerk": False,
        "quota": 3,
        "assigned": 3,
        "contacted": 3,
        "not_reached": 1,
        "willing": 1,
        "refused": 1,
        "first": 1,
        "second": 1,
        "not_done": 2,
    }
    assert (cadres(town)["unassigned"], cadres(town)["unnamed"]) == (1, 1)


def test_the_units_list_of_who_was_responsible_on_a_day(town: PartUnderTest):
    everybody = people(town, 3)
    assign(town, "residents", A, residents=everybody[:2], since="2024-04-01")
    assign(town, "residents", B, residents=everybody[:1], since="2024-04-10")
    url = "/api/units/v01/responsibilities"
    then = town.http.get(url, on="2024-04-05").json
    assert [row["cadre"] for row in then["residents"]] == [A, A, None]  # type: ignore[index]
    now = town.http.get(url, limit=2).json
    assert [row["cadre"] for row in now["residents"]] == [B, A]  # type: ignore[index]
    rest = town.http.get(url, after=now["next"]).json  # type: ignore[index]
    assert [row["how"] for row in rest["residents"]] == ["nobody"]  # type: ignore[index]
    of_a = town.http.get(url, cadre=A).json
    assert [row["resident"] for row in of_a["residents"]] == everybody[1:2]  # type: ignore[index]


def named(town: PartUnderTest, since: str, clerk: str) -> None:
    with town.transaction():
        unit = stored_unit(town.app, "v01")
        unit.name_officers(chief=None, clerk=clerk, contact_leader=None, since=day(since))
        town.app.save(unit)


def test_the_units_clerk_answers_for_whom_nobody_is_assigned_to(town: PartUnderTest):
    everybody = people(town, 3)
    assign(town, "residents", A, residents=everybody[:1])
    named(town, "04-01", "v01-clerk")
    named(town, "04-12", B)
    assert responsible(town, everybody[1], on="2024-03-30")["how"] == "nobody"
    assert responsible(town, everybody[1], on="2024-04-05")["cadre"] == "v01-clerk"
    now = responsible(town, everybody[1])
    assert (now["how"], now["cadre"], now["since"]) == ("clerk", B, "2024-04-12")
    figures = cadres(town)
    assert (figures["clerk"], figures["unassigned"], figures["unnamed"]) == (B, 2, 0)
    assert counts(town) == {A: 1, B: 2}
    clerk = town.http.signed_in(B, ("unit_cadre", "unit:v01"))
    assert clerk.get("/api/list").json["counts"]["all"] == 2  # type: ignore[index]


# Pages


def test_the_cadres_page_previews_and_confirms(town: PartUnderTest):
    people(town, 4)
    page = town.http.page("/units/v01/cadres", level="lane")
    assert page.status_code == 200
    assert "无人负责 4 人" in page.text
    assert "东河村1组" in page.text
    fields = {"choice": "rule", "unassigned": "true", "dry_run": "true", "since": "2024-04-01"}
    fields |= {f"cadres.{A}": "on", f"cadres.{B}": "on"}
    preview = town.http.form("/api/units/v01/assignments", **fields)
    assert preview.status_code == 200, preview.text
    assert "还没有保存" in preview.text
    import re

    form = preview.text.split("<main")[1]
    hidden = dict(re.findall(r'type="hidden" name="([a-z][^"]*)" value="([^"]*)"', form))
    assert hidden["expected"] == "4"
    assert "dry_run" not in hidden
    done = town.http.form("/api/units/v01/assignments", **hidden)
    assert "改变了 4 人" in done.text
    assert counts(town, on="2024-04-01") == {A: 2, B: 2}
    assert "无人负责" not in town.http.page("/units/v01/cadres").text.split("离岗移交")[1]


def test_a_cadre_sees_the_figures_but_no_forms(town: PartUnderTest):
    people(town, 2)
    cadre = town.http.signed_in(A, ("unit_cadre", "unit:v01"))
    page = cadre.page("/units/v01/cadres", level="lane")
    assert page.status_code == 200
    assert "/assignments" not in page.text
    assert "东河村1组" not in page.text
    assert cadre.post("/api/units/v01/assignments", {}).status_code == 403
    assert [unit in cadre.page("/cadres").text for unit in ("/units/v01/", "/units/v02/")] == [
        True,
        False,
    ]


# Whatever is assigned in whatever order


@pytest.fixture(scope="module")
def one_town(tmp_path_factory: pytest.TempPathFactory) -> PartUnderTest:
    part = PartUnderTest(tmp_path_factory.mktemp("one"), "registration")
    part.at("2024-04-20")
    for login in (A, B, C):
        part.hears("supervision", "RoleGranted", login=login, role="unit_cadre", scope="unit:v01")
    return part


STEPS = st.lists(st.tuples(st.sampled_from((A, B, C)), st.integers(-3, 29)), min_size=1, max_size=8)


@settings(
    max_examples=examples(40),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps=STEPS)
def test_on_every_day_exactly_one_cadre_is_responsible(
    one_town: PartUnderTest, steps: list[tuple[str, int]]
):
    resident = uuid4()
    facts = {"unit": "v01", "tie": "household", "cohort": "general", "sex": "female"}
    with one_town.transaction():
        one_town.app.save(
            Resident(
                resident=resident,
                birth_date=date(1980, 1, 1),
                document_kind="resident_card",
                identity={"name": "演练"},
                **facts,
            )
        )
    taken = list[tuple[date, str]]()
    for cadre, offset in steps:
        since = START + timedelta(offset)
        answer = one_town.http.post(
            f"/api/residents/{resident}/cadre", {"cadre": cadre, "since": since.isoformat()}
        )
        may = START <= since <= TODAY and (not taken or since >= taken[-1][0])
        assert (answer.status_code == 200) is may, answer.text
        if may and (not taken or taken[-1][1] != cadre):
            taken.append((since, cadre))
    for offset in range((TODAY - START).days + 1):
        on = START + timedelta(offset)
        expected = next((cadre for since, cadre in reversed(taken) if since <= on), None)
        assert responsible_on(one_town.app, resident, on)["cadre"] == expected
        mine = responsibilities.c.resident == str(resident)
        rows = one_town.app.rows(select(responsibilities).where(mine, holds_on(on)))
        assert len(rows) == (expected is not None), "never two at a time"
