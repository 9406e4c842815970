"""Supervision: every event once, in order, for ever; the reports replayed from it."""

from __future__ import annotations

import uuid
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import inspect, text
from sqlalchemy.exc import DatabaseError

from deploy.parts import open_edge
from services.supervision.audit import commands, queries
from services.supervision.audit.tasks import audit_reports
from services.supervision.domain.ledger import BEGINNING, chained
from services.supervision.domain.replay import WeekReplay, differences
from services.supervision.ledger import queries as ledger_queries
from services.supervision.ledger.chain import broken_at
from services.supervision.ledger.commands import keep
from services.supervision.ledger.views import held, ledger
from services.supervision.replay.queries import unheard
from shared.kit.contracts import Event, decode
from tests.screening.test_service import ANNA, someone
from tests.support.part import PartUnderTest

STADIUM = "appointments/stadium"


@pytest.fixture
def group(tmp_path: Path) -> PartUnderTest:
    group = PartUnderTest(tmp_path, "supervision")
    group.at("2024-04-02")
    group.hears("registration", "ResidentRegistered", **someone(ANNA))
    group.hears("registration", "ConsentGiven", resident=ANNA, wished_week="2024-W14")
    return group


def dose(group: PartUnderTest, day: str, number: int = 1, resident: uuid.UUID = ANNA) -> None:
    group.hears(
        STADIUM,
        "DoseAdministered",
        site="stadium",
        resident=resident,
        unit="v01",
        cohort="general",
        dose=number,
        day=day,
        product="CoronaVac",
        batch="B1",
        vaccinator="nurse-01",
    )


def figures(group: PartUnderTest, **town: int) -> dict:
    sites = [site.code for site in group.app.campaign.sites]
    units = [unit.code for unit in group.app.campaign.units]
    found = WeekReplay("2024-W14", sites, units)
    found.take("registration", "ResidentRegistered", {"resident": "a", "unit": "v01"})
    found.take("registration", "ConsentGiven", {"resident": "a"})
    dose = {"site": "stadium", "unit": "v01", "dose": 1, "day": "2024-04-02"}
    found.take(STADIUM, "DoseAdministered", dose)
    return found.figures() | ({"town": town} if town else {})


def publish(group: PartUnderTest, **town: int) -> None:
    group.hears(
        "reporting",
        "WeeklyProgressPublished",
        week="2024-W14",
        positions={"registration": 2, STADIUM: 1},
        figures=figures(group, **town),
    )


def flag_differences(group: PartUnderTest) -> int:
    """Audit every complete report and flag what differs; how many differ."""
    with group.transaction():
        audited = queries.audit(group.app)["weeks"]
        return commands.flag_differing(group.app, [each for each in audited if each["complete"]])


def heard(group: PartUnderTest, source: str, position: int) -> Event:
    return decode(source, position, group._foreign["registration"][0].body)


def test_every_event_is_in_the_ledger_once_in_order_and_chained(group):
    dose(group, "2024-04-02")
    group.follower("registration").receive(group._foreign["registration"])
    ledger = group.http.get("/api/ledger").json
    assert [(e["source"], e["position"]) for e in ledger["entries"]] == [
        ("registration", 1),
        ("registration", 2),
        (STADIUM, 1),
    ]
    assert ledger["head"]["hash"] == ledger["entries"][-1]["hash"]
    assert group.http.get("/api/audit").json["chain"] == "ok"


def test_the_database_refuses_to_change_the_ledger(group):
    for statement in ("UPDATE ledger SET name = 'x'", "DELETE FROM ledger"):
        with pytest.raises(DatabaseError, match="append-only"), group.app.store.engine.begin() as c:
            c.execute(text(statement))


def test_a_change_behind_the_databases_back_is_found(group):
    dose(group, "2024-04-02")
    with group.app.store.engine.begin() as connection:
        connection.execute(text("DROP TRIGGER ledger_refuses_UPDATE"))
        connection.execute(
            text("UPDATE ledger SET body = replace(body, 'v01', 'v02') WHERE entry = 3")
        )
    assert group.http.get("/api/audit").json["chain"] == "broken at entry 3"
    assert "台账从第 3 条起对不上" in group.http.page("/audit").text


def test_a_rebuild_of_the_views_leaves_the_ledger_alone(group):
    before = group.http.get("/api/ledger").json
    group.rebuilt_view()
    assert group.http.get("/api/ledger").json == before


def test_a_published_report_that_agrees_with_its_replay(group):
    dose(group, "2024-04-02")
    publish(group)
    dose(group, "2024-04-03", 2)
    assert group.http.get("/api/audit").json["weeks"] == [
        {"week": "2024-W14", "complete": True, "agrees": True, "differences": []}
    ]
    replayed = group.http.get("/api/replay", week="2024-W14").json
    assert replayed["figures"]["town"] == {"first": 1, "second": 0}
    assert flag_differences(group) == 0


def test_a_report_that_differs_is_flagged_once(group):
    dose(group, "2024-04-02")
    publish(group, first=41, second=0)
    for _ in range(2):
        assert flag_differences(group) == 1
    [anomaly] = group.events("AnomalyFlagged")
    assert anomaly["data"]["detail"] == "town.first: published 41, replayed 1"
    assert "全镇第一剂：发布 41，按记录 1" in group.http.page("/").text
    assert group.view() == group.rebuilt_view()


def test_a_report_whose_events_have_not_all_arrived_is_not_accused(group):
    publish(group)
    [week] = group.http.get("/api/audit").json["weeks"]
    assert (week["complete"], week["agrees"]) == (False, False)
    assert flag_differences(group) == 0


def test_a_history_as_of_a_day_shows_what_was_recorded_by_then(group):
    group.at("2024-04-20")
    dose(group, "2024-04-20")
    url = f"/api/residents/{ANNA}/history"
    assert group.http.get(url).json["state"]["doses"][0]["day"] == "2024-04-20"
    then = group.http.get(url, as_of="2024-04-19").json
    assert then["state"]["doses"] == []
    assert [event["event"] for event in then["events"]] == ["ResidentRegistered", "ConsentGiven"]
    unit = group.http.get("/api/units/v01/history").json["state"]
    assert (unit["registered"], unit["first"]) == (1, 1)
    assert group.http.get("/api/units/v99/history").status_code == 404


def test_an_answer_taken_back_is_the_answer_of_before_in_the_history(group):
    def stands() -> tuple[str | None, int, int]:
        unit = group.http.get("/api/units/v01/history").json["state"]
        resident = group.http.get(f"/api/residents/{ANNA}/history").json["state"]
        return resident["answer"], unit["consented"], unit["declined"]

    group.hears("registration", "VaccinationDeclined", resident=ANNA, reason="health")
    assert stands() == ("declined, health", 0, 1)
    group.hears(
        "registration",
        "AnswerTakenBack",
        resident=ANNA,
        answer="consent",
        wished_week="2024-W14",
    )
    assert stands() == ("consented, 2024-W14", 1, 0)
    group.hears("registration", "AnswerTakenBack", resident=ANNA, answer="none")
    assert stands() == (None, 0, 0)


def test_a_resident_whom_a_correction_moved_counts_where_they_are_now(group):
    dose(group, "2024-04-02")
    group.at("2024-04-03")
    moved = someone(ANNA) | {"unit": "v02"}
    group.hears("registration", "ResidentCorrected", **moved)
    counted = ("registered", "consented", "declined", "first")

    def state(unit: str, **as_of: str) -> list[int]:
        found = group.http.get(f"/api/units/{unit}/history", **as_of).json["state"]
        return [found[key] for key in counted]

    assert state("v01") == [0, 0, 0, 1]
    assert state("v02") == [1, 1, 0, 0]
    assert state("v01", as_of="2024-04-02") == [1, 1, 0, 1]
    assert state("v02", as_of="2024-04-02") == [0, 0, 0, 0]


def test_a_checkpoint_is_said_once_for_the_same_ledger(group):
    first = group.http.post("/api/checkpoints").json
    assert (first["entries"], first["positions"]) == (2, {"registration": 2})
    assert group.http.post("/api/checkpoints").json == first
    assert len(group.events("LedgerCheckpointed")) == 1
    dose(group, "2024-04-02")
    assert group.http.post("/api/checkpoints").json["entries"] == 3


def test_a_batch_of_events_is_chained_like_single_ones(group):
    for day in ("2024-04-02", "2024-04-03"):
        dose(group, day, resident=uuid.uuid4())
    entries = group.http.get("/api/ledger").json["entries"]
    again = PartUnderTest(group.deployment.folder / "again", "supervision")
    again._foreign = group._foreign
    again.follower("registration").catch_up()
    again.follower(STADIUM).catch_up()
    assert again.http.get("/api/ledger").json["entries"] == entries
    assert again.http.get("/api/audit").json["chain"] == "ok"


def test_an_event_that_fails_in_a_batch_leaves_no_entry_and_no_break_in_the_chain(group):
    dose(group, "2024-04-02")
    with suppress(RuntimeError), group.transaction():
        keep(group.app, [heard(group, "x", 1)])
        raise RuntimeError
    with group.transaction():
        keep(group.app, [heard(group, "y", 1)])
        keep(group.app, [heard(group, "y", 2)])
    sources = [entry["source"] for entry in group.http.get("/api/ledger").json["entries"]]
    assert sources == ["registration", "registration", STADIUM, "y", "y"]
    assert group.http.get("/api/audit").json["chain"] == "ok"


def test_a_report_is_audited_when_its_last_event_has_come_and_only_once(group):
    publish(group)
    assert queries.unsettled(group.app) == []
    dose(group, "2024-04-02")
    audited = queries.reports(group.app, unheard, queries.unsettled(group.app))
    assert [(found["week"], found["agrees"]) for found in audited] == [("2024-W14", True)]
    commands.settle(group.app, audited)
    assert queries.unsettled(group.app) == []


def test_the_timer_flags_a_report_that_differs_once_its_events_are_here(group):
    edge = open_edge(group.deployment, group.part, group.app)
    publish(group, first=41, second=0)
    audit_reports(edge)
    assert group.events("AnomalyFlagged") == []
    dose(group, "2024-04-02")
    for _ in range(2):
        audit_reports(edge)
    [anomaly] = group.events("AnomalyFlagged")
    assert anomaly["data"]["subject"] == "2024-W14"
    assert anomaly["actor"] == "policy:supervision"


def test_what_is_said_in_public_is_counted_not_looked_up(group):
    publish(group)
    with group.app.store.engine.begin() as connection:
        more = {"source": STADIUM, "position": 7, "events": 7}
        connection.execute(held.insert(), more)
        connection.execute(held.update().values(position=9))
    [found] = queries.audit(group.app)["weeks"]
    assert (found["complete"], found["agrees"]) == (False, False)
    audit_reports(open_edge(group.deployment, group.part, group.app))
    assert group.events("AnomalyFlagged") == []
    checkpoint = group.http.post("/api/checkpoints").json
    assert checkpoint["positions"] == {"registration": 2, "reporting": 1}
    week = group.http.get("/api/replay", week="2024-W15").json
    assert week["positions"] == checkpoint["positions"]


def test_a_ledger_that_was_rewritten_whole_does_not_fit_its_checkpoint(group):
    group.http.post("/api/checkpoints")
    assert "与台账相符" in group.http.page("/audit").text
    rewrite_chained(group, "v01", "v02")
    assert broken_at(group.app) is None
    assert group.http.get("/api/audit").json["chain"] == "changed before the checkpoint at entry 2"
    assert "台账在此之前被改动" in group.http.page("/").text


def rewrite_chained(group: PartUnderTest, old: str, new: str) -> None:
    """Do what an administrator of the database could: change bodies, compute all hashes anew."""
    previous = BEGINNING
    with group.app.store.engine.begin() as connection:
        connection.execute(text("DROP TRIGGER ledger_refuses_UPDATE"))
        for row in connection.execute(ledger.select().order_by(ledger.c.entry)).all():
            body = row.body.replace(old.encode(), new.encode())
            previous = chained(previous, row.source, row.position, body)
            changed = ledger.update().where(ledger.c.entry == row.entry)
            connection.execute(changed.values(body=body, hash=previous))


def test_pages(group):
    dose(group, "2024-04-02")
    publish(group)
    assert "无缺失" in group.http.page("/").text
    told = "在体育馆接种第一剂：4月2日（周二），克尔来福（北京科兴中维），批号B1，接种人员nurse-01"
    assert f"tester记录一名居民{told}" in group.http.page("/entries").text
    assert f"tester记录此人{told}" in group.http.page(f"/residents/{ANNA}").text
    assert f"tester记录一名居民{told}" in group.http.page("/units/v01").text
    assert group.http.get("/api/audit").status_code == 200
    assert "一致" in group.http.page("/audit").text
    assert group.http.form("/find", q=str(ANNA)).location == f"/residents/{ANNA}"
    assert group.http.form("/find", q="v01").location == "/units/v01"
    assert group.http.form("/find", q="nowhere").status_code == 404


def test_a_units_history_is_read_a_page_at_a_time_as_of_any_day(group):
    for number in range(5):
        group.at(f"2024-04-{number + 3:02}")
        dose(group, f"2024-04-{number + 3:02}", resident=uuid.UUID(int=number + 1))
    url, found, before = "/api/units/v01/history", [], {}
    while before != {"before": None}:
        page = group.http.get(url, limit=2, **before).json
        found = [row["entry"] for row in page["events"]] + found
        assert page["state"]["first"] == 5
        before = {"before": page["older"]}
    assert found == [1, 3, 4, 5, 6, 7]
    then = group.http.get(url, limit=2, as_of="2024-04-05").json
    assert ([row["entry"] for row in then["events"]], then["older"]) == ([4, 5], 4)
    shown = group.http.page("/units/v01", limit=2, as_of="2024-04-05").text
    assert 'rel="next" href="?as_of=2024-04-05&before=4' in shown.replace("&amp;", "&")
    assert 'rel="next"' not in group.http.page("/units/v01", before=4).text
    assert group.http.get(url, limit=1001).status_code == 422


def test_a_ledger_of_before_is_counted_and_indexed_when_it_is_opened(group):
    dose(group, "2024-04-02")
    told = ledger_queries.sources(group.app)
    assert told == ledger_queries.counted_sources(group.app)
    with group.app.store.engine.begin() as connection:
        connection.execute(text("DELETE FROM held"))
        connection.execute(text("DROP INDEX ledger_of_unit"))
    again = PartUnderTest(group.deployment.folder, "supervision")
    assert ledger_queries.sources(again.app) == told
    indexes = {each["name"] for each in inspect(again.app.store.engine).get_indexes("ledger")}
    assert "ledger_of_unit" in indexes


def test_differences_are_named_field_by_field():
    assert differences({"a": [1, {"b": 2}]}, {"a": [1, {"b": 3}]}) == [
        "a[1].b: published 2, replayed 3"
    ]
    assert differences({"a": [1]}, {"a": [1, 2]}) == ["a: published [1], replayed [1, 2]"]
    assert differences({"a": 1}, {"a": 1}) == []


def test_a_unit_stood_at_the_site_of_the_day_not_of_the_latest_word(group):
    dockings = (("stadium", "2024-03-25"), ("community", "2024-04-15"))
    for site, since in dockings:
        group.hears("registration", "UnitDocked", unit="v01", site=site, since=since)

    def site_on(day: str) -> str:
        group.at(day)
        return group.http.get("/api/units/v01/history").json["state"]["site"]

    assert [site_on("2024-04-14"), site_on("2024-04-15")] == ["stadium", "community"]
