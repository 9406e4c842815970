"""An import is a job: it waits, is worked on, is cancelled or taken over, and accounts for every row."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from services.registration.rosters import registering, runner
from services.registration.rosters.reading.roster import MOST_ROWS
from services.registration.rosters.views import imports
from shared.kit.pacing import Pace
from tests.support.part import PartUnderTest
from tests.support.workbooks import HEADINGS, card, person, roster, workbook

URL = "/api/units/v01/roster"


@pytest.fixture
def town(tmp_path: Path) -> PartUnderTest:
    part = PartUnderTest(tmp_path, "registration")
    part.at("2024-03-26")
    return part


def sent(town: PartUnderTest, content: bytes, **more: Any) -> str:
    answer = town.http.send(URL, content, **more)
    assert answer.status_code == 200, answer.text
    assert answer.json["state"] == "queued"  # type: ignore[index]
    return answer.json["import"]  # type: ignore[index]


def job(town: PartUnderTest, number: str) -> dict[str, Any]:
    answer = town.http.get(f"/api/imports/{number}")
    assert answer.status_code == 200, answer.text
    return answer.json  # type: ignore[return-value]


def code_of(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json["code"]


def another_process(town: PartUnderTest) -> Any:
    """The same part in what might be another process: a store and a worker of its own."""
    from deploy.parts import open_work

    return open_work(town.deployment, town.part)


# It happens


def test_a_file_waits_until_it_is_worked_on(town: PartUnderTest):
    number = sent(town, roster(person(101), person(102)))
    assert job(town, number)["state"] == "queued"
    assert code_of(town.http.get(f"/api/imports/{number}/result")) == (409, "import-running")
    assert town.events("ResidentRegistered") == []
    assert town.work() == 1
    done = job(town, number)
    assert (done["state"], done["rows_done"], done["rows_total"]) == ("done", 2, 2)
    assert {kind: n for kind, n in done["counts"].items() if n} == {"new": 2}
    assert town.view() == town.rebuilt_view()


def test_every_row_is_in_exactly_one_group(town: PartUnderTest):
    town.http.upload(URL, roster(person(101), person(102)))
    rows = [person(101), person(102, phone="13911112222"), person(103), person(104, card="420")]
    number = sent(town, roster(*rows))
    town.work()
    result = town.http.get(f"/api/imports/{number}/result").json
    counts = job(town, number)["counts"]
    assert counts == {
        "new": 1,
        "corrected": 1,
        "unchanged": 1,
        "close": 0,
        "errors": 1,
        "asked": 0,
        "left_out": 0,
    }
    there = [(each["sheet"], each["row"]) for each in (*result["entries"], *result["errors"])]  # type: ignore[index]
    assert sorted(there) == [("名册", row) for row in (2, 3, 4, 5)]
    told = town.events("RosterImported")[-1]
    assert (told["version"], told["data"]["rows"], told["data"]["close"]) == (3, 4, 0)


def test_events_bear_the_command_and_the_person_of_the_upload(town: PartUnderTest):
    sent(town, roster(person(101)), key="the upload")
    town.work()
    event = town.events("ResidentRegistered")[0]
    assert (event["command"], event["actor"]) == ("the upload", "tester")


def test_the_same_upload_under_the_same_key_is_one_job(town: PartUnderTest):
    content = roster(person(101))
    assert sent(town, content, key="once") == sent(town, content, key="once")
    assert town.work() == 1
    assert town.work() == 0
    listed = town.http.get("/api/units/v01/imports").json["imports"]  # type: ignore[index]
    assert [each["state"] for each in listed] == ["done"]


def test_a_refused_file_ends_its_job_and_says_why(town: PartUnderTest):
    head = town.app.store.head()
    number = sent(town, b"hello")
    town.work()
    assert job(town, number)["state"] == "failed"
    assert code_of(town.http.get(f"/api/imports/{number}/result")) == (422, "unreadable-workbook")
    assert town.app.store.head() == head


def test_a_file_with_too_many_rows_is_refused(town: PartUnderTest):
    number = sent(town, ("姓名,身份证号,类别\n" + "演练甲,1,户籍\n" * (MOST_ROWS + 1)).encode())
    town.work()
    assert code_of(town.http.get(f"/api/imports/{number}/result")) == (422, "too-many-rows")
    assert town.events("ResidentRegistered") == []


# Cancelled


def test_a_waiting_import_is_cancelled_and_leaves_nothing(town: PartUnderTest):
    number = sent(town, roster(person(101)))
    head = town.app.store.head()
    answer = town.http.post(f"/api/imports/{number}/cancel")
    assert answer.json["state"] == "cancelled"  # type: ignore[index]
    assert town.work() == 0
    assert town.app.store.head() == head
    assert code_of(town.http.get(f"/api/imports/{number}/result")) == (409, "import-cancelled")
    again = town.http.post(f"/api/imports/{number}/cancel")
    assert again.json["state"] == "cancelled"  # type: ignore[index]


def test_one_cancelled_while_it_is_prepared_leaves_nothing(
    town: PartUnderTest, monkeypatch: pytest.MonkeyPatch
):
    number = sent(town, roster(person(101)))
    head, prepare = town.app.store.head(), registering.prepare_roster

    def cancelled_meanwhile(work: Any, *args: Any) -> Any:
        assert town.http.post(f"/api/imports/{number}/cancel").status_code == 200
        return prepare(work, *args)

    monkeypatch.setattr(registering, "prepare_roster", cancelled_meanwhile)
    assert town.work() == 0
    assert job(town, number)["state"] == "cancelled"
    assert town.app.store.head() == head
    assert town.http.get("/api/units/v01/residents").json["residents"] == []  # type: ignore[index]


def test_what_has_ended_is_not_cancelled(town: PartUnderTest):
    number = sent(town, roster(person(101)))
    town.work()
    assert code_of(town.http.post(f"/api/imports/{number}/cancel")) == (409, "import-ended")
    assert len(town.events("ResidentRegistered")) == 1


def test_one_that_is_told_to_stop_while_it_writes_ends_first(
    town: PartUnderTest, monkeypatch: pytest.MonkeyPatch
):
    number = sent(town, roster(person(101)))
    register, answers = registering.register_roster, list[Any]()

    def told_meanwhile(work: Any, *args: Any) -> Any:
        result = register(work, *args)
        url = f"/api/imports/{number}/cancel"
        asks = threading.Thread(target=lambda: answers.append(town.http.post(url)))
        asks.start()
        threads.append(asks)
        return result

    threads = list[threading.Thread]()
    monkeypatch.setattr(registering, "register_roster", told_meanwhile)
    assert town.work() == 1
    threads[0].join(10)
    assert code_of(answers[0]) == (409, "import-ended")
    assert len(town.events("ResidentRegistered")) == 1


# Killed, and taken over


class Killed(BaseException):
    """The process is gone."""


def killed_at(monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    def dies(*_: Any, **__: Any) -> None:
        raise Killed

    monkeypatch.setattr(registering, step, dies)


@pytest.mark.parametrize("step", ["prepare_roster", "register_roster"])
def test_a_killed_import_is_begun_anew_by_another_process(
    town: PartUnderTest, monkeypatch: pytest.MonkeyPatch, step: str
):
    number, head = sent(town, roster(person(101), person(102))), town.app.store.head()
    with monkeypatch.context() as patch:
        killed_at(patch, step)
        with pytest.raises(Killed):
            town.work()
    assert town.app.store.head() == head
    other = another_process(town)
    assert runner.run_imports(other) == 0, "the lease still runs"
    later = runner.unix_now() + runner.LEASE_SECONDS + 1
    monkeypatch.setattr(runner, "unix_now", lambda: later)
    assert runner.run_imports(other) == 1
    assert job(town, number)["state"] == "done"
    assert len(town.events("ResidentRegistered")) == 2
    assert town.work() == 0


def test_whoever_lost_the_job_does_not_write(town: PartUnderTest, monkeypatch: pytest.MonkeyPatch):
    number = sent(town, roster(person(101)))
    prepare, other = registering.prepare_roster, another_process(town)

    def taken_over_meanwhile(work: Any, *args: Any) -> Any:
        prepared = prepare(work, *args)
        if work is town.app:
            with town.transaction():
                town.app.store.current.connection.execute(update(imports).values(claimed_until=0))
            assert runner.run_imports(other) == 1
        return prepared

    monkeypatch.setattr(registering, "prepare_roster", taken_over_meanwhile)
    assert town.work() == 0
    assert job(town, number)["state"] == "done"
    assert len(town.events("ResidentRegistered")) == 1


def test_a_file_at_which_the_program_dies_again_and_again_is_given_up(
    town: PartUnderTest, monkeypatch: pytest.MonkeyPatch
):
    number = sent(town, roster(person(101)))
    monkeypatch.setattr(runner, "LEASE_SECONDS", -1.0)
    with monkeypatch.context() as patch:
        killed_at(patch, "prepare_roster")
        for _ in range(runner.MOST_ATTEMPTS):
            with pytest.raises(Killed):
                town.work()
    assert town.work() == 0
    assert job(town, number)["state"] == "failed"
    assert code_of(town.http.get(f"/api/imports/{number}/result")) == (500, "import-interrupted")
    assert town.events("ResidentRegistered") == []


# Two clerks


def test_two_clerks_with_the_same_file_end_with_one_set_of_residents(town: PartUnderTest):
    content = roster(*(person(order) for order in range(101, 121)))
    numbers = [sent(town, content), sent(town, content)]
    workers = [town.app, another_process(town)]
    threads = [threading.Thread(target=runner.run_imports, args=(each,)) for each in workers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    counts = [job(town, number)["counts"] for number in numbers]
    assert sorted(each["new"] for each in counts) == [0, 20]
    assert sorted(each["unchanged"] for each in counts) == [0, 20]
    residents = {event["data"]["resident"] for event in town.events("ResidentRegistered")}
    assert len(residents) == len(town.events("ResidentRegistered")) == 20
    assert town.view() == town.rebuilt_view()


# What is kept


def test_neither_file_nor_result_lies_in_clear(town: PartUnderTest, tmp_path: Path):
    wrong = "42000019790521102Y"
    number = sent(town, roster(person(101, "演练甲"), person(102, "演练乙", card=wrong)))
    waiting = sent(town, roster(person(103, "演练丙")))
    failed = sent(town, b"a,b\n1,2\n")
    assert runner.run_imports(town.app) == 3
    assert wrong in town.http.get(f"/api/imports/{number}/result").text
    rows = town.app.rows(select(imports))
    assert {row["id"] for row in rows} == {number, waiting, failed}
    everything = b"".join(
        value if isinstance(value, bytes) else str(value).encode()
        for row in rows
        for value in row.values()
    )
    on_disk = b"".join(path.read_bytes() for path in tmp_path.rglob("registration.db*"))
    for marker in ("演练甲", "演练乙", "演练丙", wrong, "13800000101", "PK\x03\x04", "名册"):
        assert marker.encode() not in everything, marker
        if marker != "PK\x03\x04":
            assert marker.encode() not in on_disk, marker


def test_after_an_erasure_no_result_can_be_read(town: PartUnderTest):
    number = sent(town, roster(person(101), person(102, card="420")))
    town.work()
    resident = town.events("ResidentRegistered")[0]["data"]["resident"]
    erased = town.http.post(f"/api/residents/{resident}/erase", {"reason": "by_request"})
    assert erased.status_code == 200
    assert code_of(town.http.get(f"/api/imports/{number}/result")) == (410, "import-not-kept")
    assert job(town, number)["counts"]["errors"] == 1
    page = town.http.page(f"/imports/{number}")
    assert "只保存两天" in page.text
    assert "重新上传" in page.text


def test_a_file_that_waits_while_somebody_is_erased_has_to_be_sent_again(
    town: PartUnderTest, monkeypatch: pytest.MonkeyPatch
):
    town.http.upload(URL, roster(person(101)))
    resident = town.events("ResidentRegistered")[0]["data"]["resident"]
    number, prepare = sent(town, roster(person(101), person(102))), registering.prepare_roster

    def erased_meanwhile(work: Any, *args: Any) -> Any:
        prepared = prepare(work, *args)
        town.http.post(f"/api/residents/{resident}/erase", {"reason": "by_request"})
        return prepared

    monkeypatch.setattr(registering, "prepare_roster", erased_meanwhile)
    assert town.work() == 1
    assert code_of(town.http.get(f"/api/imports/{number}/result")) == (410, "import-not-kept")
    assert len(town.events("ResidentRegistered")) == 1
    assert town.events("ResidentCorrected") == []


def test_after_two_days_file_and_result_are_dropped(town: PartUnderTest):
    number = sent(town, roster(person(101)))
    town.work()
    town.at("2024-03-30")
    sent(town, roster(person(102)))
    town.work()
    row = town.app.row(select(imports).where(imports.c.id == number))
    assert row is not None
    assert (row["content"], row["result"], row["new"]) == (None, None, 1)
    assert code_of(town.http.get(f"/api/imports/{number}/result")) == (410, "import-not-kept")


def test_a_rebuild_leaves_the_jobs(town: PartUnderTest):
    number = sent(town, roster(person(101)))
    town.work()
    town.app.rebuild_views()
    assert job(town, number)["state"] == "done"


# Who may


def test_a_job_belongs_to_its_unit(town: PartUnderTest):
    number = sent(town, roster(person(101)))
    other = town.http.signed_in("v02-chief", ("unit_chief", "unit:v02"))
    own = town.http.signed_in("v01-chief", ("unit_chief", "unit:v01"))
    for path in ("", "/result"):
        assert code_of(other.get(f"/api/imports/{number}{path}")) == (403, "not-allowed")
    assert code_of(other.post(f"/api/imports/{number}/cancel")) == (403, "not-allowed")
    assert other.page(f"/imports/{number}").status_code == 403
    assert own.get(f"/api/imports/{number}").status_code == 200
    nobody = "00000000-0000-4000-8000-000000000000"
    assert code_of(town.http.get(f"/api/imports/{nobody}")) == (404, "unknown-import")


def test_old_and_new_values_are_a_look_at_the_person(town: PartUnderTest):
    town.http.upload(URL, roster(person(101)))
    number = sent(town, roster(person(101, phone="13911112222")))
    town.work()
    page = town.http.page(f"/imports/{number}")
    assert "<del>13800000101</del>" in page.text
    assert "<ins>13911112222</ins>" in page.text
    (look,) = town.events("PersonalDataViewed")
    assert {"name", "phone"} <= set(look["data"]["viewed"])


# Pace


def test_work_lets_others_run_and_tells_how_far_it_is():
    now, told, paused = [0.0], list[int](), list[float]()

    def clock() -> float:
        now[0] += 0.005
        return now[0]

    pace = Pace(told.append, pause=paused.append, clock=clock)
    for _ in range(1000):
        pace()
    assert pace.done == 1000
    assert told == sorted(told)
    assert len(told) >= 4
    assert len(paused) > 10 * len(told)
    assert set(paused) == {0}


# Whom a roster names is made responsible


CADRES = [*HEADINGS, "包保责任人"]


def naming(*rows: tuple[int, str]) -> bytes:
    return workbook([CADRES, *([*person(order), cadre] for order, cadre in rows)])


@pytest.fixture
def staffed(town: PartUnderTest) -> PartUnderTest:
    for login in ("cadre-a", "cadre-b"):
        town.hears("supervision", "RoleGranted", login=login, role="unit_cadre", scope="unit:v01")
    return town


def test_whom_a_roster_names_is_made_responsible(staffed: PartUnderTest):
    answer = staffed.http.upload(URL, naming((101, "cadre-a"), (102, "cadre-b"), (103, ""))).json
    assert answer["new"] == 3
    assert [event["data"]["cadre"] for event in staffed.events("CadreAssigned")] == [
        "cadre-a",
        "cadre-b",
    ]
    again = staffed.http.upload(URL, naming((101, "cadre-a"), (102, "cadre-b"), (103, ""))).json
    assert (again["unchanged"], len(staffed.events("CadreAssigned"))) == (3, 2)
    assert staffed.view() == staffed.rebuilt_view()


def test_another_cadre_in_a_later_roster_is_a_correction(staffed: PartUnderTest):
    first = staffed.http.upload(URL, naming((101, "cadre-a"), (102, "cadre-a"))).json
    resident = first["entries"][0]["resident"]
    staffed.at("2024-04-02")
    answer = staffed.http.upload(URL, naming((101, "cadre-b"), (102, "cadre-a"))).json
    assert (answer["corrected"], answer["unchanged"]) == (1, 1)
    changed = next(entry for entry in answer["entries"] if entry["outcome"] == "corrected")
    assert changed["changes"] == [{"field": "cadre", "before": "cadre-a", "after": "cadre-b"}]
    for day, cadre in (("2024-04-01", "cadre-a"), ("2024-04-02", "cadre-b")):
        asked = staffed.http.get(f"/api/residents/{resident}/responsible", on=day).json
        assert asked["cadre"] == cadre
    page = staffed.http.page(f"/imports/{answer['import']}", group="corrected").text
    assert "cadre-b" in page
    assert "包保干部" in page


def test_a_cadre_without_an_account_for_the_unit_is_told_and_not_assigned(staffed: PartUnderTest):
    answer = staffed.http.upload(URL, naming((101, "stranger"))).json
    assert (answer["new"], staffed.events("CadreAssigned")) == (1, [])
    assert any("没有指定" in note for each in answer["notes"] for note in each["notes"])


def test_lists_can_be_shared_out_before_the_campaign_begins(staffed: PartUnderTest):
    staffed.at("2024-03-10")
    staffed.http.upload(URL, naming((101, "cadre-a")))
    (event,) = staffed.events("CadreAssigned")
    assert event["data"]["since"] == "2024-03-10"


def test_rows_of_tables_side_by_side_are_told_apart(town: PartUnderTest):
    titles = ["姓名", "证件号码", "类别"]
    rows = [[*titles, *titles]]
    rows += [[f"演练{n}", card(n), "户籍", f"演练{n + 9}", card(n + 9), "户籍"] for n in (101, 102)]
    told = town.http.upload("/api/units/v01/roster", workbook(rows)).json
    assert sorted((each["table"], each["row"]) for each in told["entries"]) == [
        ("A–C", 2),
        ("A–C", 3),
        ("D–F", 2),
        ("D–F", 3),
    ]
    shown = town.http.page(f"/imports/{told['import']}?group=new")
    assert "D–F" in shown.text
