"""What must read much is answered by a process beside, which can only read; others are served."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, text, update
from sqlalchemy.exc import DatabaseError

from deploy.parts import open_edge
from services.supervision.audit import answering
from services.supervision.audit import queries as audit
from services.supervision.ledger.queries import head
from services.supervision.long_queries import commands, queries, runner, waiters
from services.supervision.long_queries.answerer import Answerer, _request
from services.supervision.long_queries.queries import JOBS
from services.supervision.long_queries.views import long_queries
from services.supervision.replay import queries as replay
from shared.kit import side_process
from shared.kit.eventstore import Store, Views
from tests.screening.test_service import ANNA, someone
from tests.supervision.test_service import dose, publish
from tests.support.part import PartUnderTest, a_deployment
from tests.support.waiting import until

WEEK = "2024-W14"
REQUESTS = ("/health", "/", "/units/v01", "/entries", "/audit")


def a_group(folder: Path, **changes: Any) -> PartUnderTest:
    group = PartUnderTest(folder, "supervision", **changes)
    group.at("2024-04-02")
    group.hears("registration", "ResidentRegistered", **someone(ANNA))
    group.hears("registration", "ConsentGiven", resident=ANNA, wished_week=WEEK)
    dose(group, "2024-04-02")
    publish(group)
    return group


@pytest.fixture
def group(tmp_path: Path) -> PartUnderTest:
    return a_group(tmp_path)


@pytest.fixture
def slow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder by which an audit is held up, broken or ended."""
    monkeypatch.setenv("SLOW", str(tmp_path))
    monkeypatch.setattr(side_process, "GIVEN", (*side_process.GIVEN, "SLOW"))
    answerer = Answerer("tests.support.slow_answering")
    monkeypatch.setattr(runner, "JOBS_ANSWERER", answerer)
    yield tmp_path
    answerer.end()


def begin(group: PartUnderTest) -> dict[str, Any]:
    answer = group.http.post("/api/audits")
    assert answer.status_code == 200
    return answer.json or {}


def state(group: PartUnderTest, asked: dict[str, Any]) -> dict[str, Any]:
    return group.http.get(f"/api/long-queries/{asked['id']}").json or {}


def test_others_are_answered_while_an_audit_runs(tmp_path: Path):
    green = [sys.executable, "-W", "ignore", "-m", "tests.support.green_audit", str(tmp_path)]
    green += REQUESTS
    done = subprocess.run(green, capture_output=True, text=True, timeout=120, check=True)
    assert done.stdout.splitlines() == [f"{url} 200" for url in (*REQUESTS, "/api/audit")]


def test_both_stores_answer_as_whoever_reads_them_here(
    store_url: Callable[[], str], tmp_path: Path
):
    url = store_url()
    parts = tuple(
        replace(part, store=url) if part.source == "supervision" else part
        for part in a_deployment(tmp_path).parts
    )
    group = a_group(tmp_path, parts=parts)
    edge = open_edge(group.deployment, group.part, group.app)
    assert runner.answered(edge, "audit") == audit.audit(group.app)
    assert runner.answered(edge, "week", {"week": WEEK}) == replay.week(
        group.app, replay.unheard, WEEK
    )
    unit = group.http.get("/api/units/v01/history").json or {}
    assert unit["state"] == replay.unit_state(group.app, "v01", None)
    reader = Store(url, "supervision", Views(), group.app.store.clock, read_only=True)
    for statement in ("DELETE FROM long_queries", "CREATE TABLE mine (x INTEGER)"):
        with pytest.raises(DatabaseError), reader.engine.begin() as connection:
            connection.execute(text(statement))
    reader.close()
    group.app.store.close()


@pytest.mark.parametrize("question", ["audit", "week"])
def test_an_answer_is_of_one_moment_whatever_comes_meanwhile(
    store_url: Callable[[], str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    question: str,
):
    url = store_url()
    parts = tuple(
        replace(part, store=url) if part.source == "supervision" else part
        for part in a_deployment(tmp_path).parts
    )
    group = a_group(tmp_path, parts=parts)
    arguments: dict[str, Any] = {"week": "2024-W15"} if question == "week" else {}
    plain, told = answering.QUESTIONS[question], list[tuple[int, int]]()

    def while_more_comes(work: Any, _far: Any, **given: Any) -> Any:
        assert head(work)["entry"] == 4
        dose(group, "2024-04-03", 2)
        return plain(work, lambda *far: told.append(far), **given)

    monkeypatch.setitem(answering.QUESTIONS, question, while_more_comes)
    request = json.loads(_request(open_edge(group.deployment, group.part, group.app), question, {}))
    ours, theirs = socket.socketpair()
    with ours, theirs:
        answer = answering._answer(theirs, **request | {"arguments": arguments})
    assert head(group.app)["entry"] == 5
    if question == "audit":
        assert answer["entries"] == sum(each["events"] for each in answer["sources"]) == 4
    else:
        assert sum(answer["positions"].values()) == 4
    assert {total for _, total in told} == {8 if question == "audit" else 4}
    assert all(done <= total for done, total in told)
    group.app.store.close()


def test_an_audit_is_begun_its_progress_shown_and_its_result_kept(group: PartUnderTest):
    assert "还没有审计过" in group.http.page("/audit").text
    assert group.http.form("/api/audits", _next="/audit").location == "/audit"
    shown = group.http.page("/audit").text
    assert 'data-progress="/api/long-queries/' in shown
    assert "<progress" in shown
    asked = begin(group)
    assert f"/api/long-queries/{asked['id']}" in shown
    assert state(group, asked)["state"] == "waiting"
    with group.transaction():
        JOBS.change(group.app, asked["id"], done=3, total=8)
    assert "3 / 8" in group.http.page("/audit").text
    assert group.work() == 1
    ended = state(group, asked)
    assert (ended["state"], ended["ended_at"] is not None) == ("done", True)
    dose(group, "2024-04-03", 2)
    page = group.http.page("/audit").text
    assert "一致" in page
    assert "此后新增 1 条" in page
    assert "<progress" not in page


def test_an_audit_that_breaks_says_what_to_do_and_the_next_is_made(
    group: PartUnderTest, slow: Path, caplog: pytest.LogCaptureFixture
):
    for word, attempts in (("break", 1), ("end", 3)):
        slow.joinpath("begun").write_text("")
        slow.joinpath(word).touch()
        refused = group.http.get("/api/audit")
        assert (refused.status_code, (refused.json or {})["code"]) == (503, "not-answered")
        assert "请再试一次" in (refused.json or {})["detail"]
        slow.joinpath(word).unlink()
        assert len(slow.joinpath("begun").read_text()) == attempts
    assert "nobody is to read" not in caplog.text
    page = group.http.page("/audit").text
    assert "请再审一次" in page
    assert 'action="/api/audits"' in page
    slow.joinpath("go").touch()
    assert (group.http.get("/api/audit").json or {})["chain"] == "ok"
    slow.joinpath("break").touch()
    assert group.http.get("/api/audit").status_code == 503
    page = group.http.page("/audit").text
    assert "请再审一次" in page
    assert "一致" in page


def test_one_whose_answering_process_died_is_begun_again(group: PartUnderTest, slow: Path):
    slow.joinpath("end once").touch()
    slow.joinpath("go").touch()
    assert (group.http.get("/api/audit").json or {})["chain"] == "ok"
    assert slow.joinpath("begun").read_text() == "xx"


def test_who_asks_while_one_is_answered_gets_the_next(group: PartUnderTest, slow: Path):
    first = begin(group)
    slow.joinpath("go").touch()
    with group.transaction():
        JOBS.claim(group.app, 0.0, state="working", claimed_until=runner.unix_now() + 60)
    second = begin(group)
    assert second["id"] != first["id"]
    assert begin(group) == second


def test_one_whose_process_died_is_begun_again_and_given_up_in_the_end(group: PartUnderTest):
    asked = begin(group)
    for _ in range(runner.MOST_ATTEMPTS):
        assert runner._claim(group.app) is not None  # and nobody ends it
        assert runner._claim(group.app) is None
        with group.transaction():
            over = update(long_queries).values(claimed_until=1.0)
            group.app.store.current.connection.execute(over)
    assert group.work() == 0
    assert state(group, asked)["state"] == "failed"
    assert "请再审一次" in group.http.page("/audit").text


def test_only_the_last_answer_to_a_question_is_kept(group: PartUnderTest):
    asked = [begin(group) for _ in range(2) if group.work() >= 0]
    group.work()
    last = begin(group)
    group.work()
    for each in asked:
        assert group.http.get(f"/api/long-queries/{each['id']}").status_code == 404
    assert state(group, last)["state"] == "done"


def test_the_last_audit_stays_however_many_weeks_are_replayed(
    group: PartUnderTest, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(runner, "MOST_KEPT", 2)
    audited = begin(group)
    group.work()
    for number in (14, 14, 15, 16, 14):
        week = f"2024-W{number}"
        answer = group.http.get("/api/replay", week=week)
        assert (answer.json or {})["week"] == week
    assert state(group, audited)["state"] == "done"
    assert len(group.app.rows(JOBS.rows.where(long_queries.c.question == "week"))) == 2


def test_what_ends_is_kept_though_many_that_were_asked_later_ended_before(
    group: PartUnderTest, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(runner, "MOST_KEPT", 1)
    with group.transaction():
        ours = commands.asked(group.app, "week", {"week": WEEK})
    claimed = runner._claim(group.app)
    assert claimed is not None
    for week in ("2024-W15", "2024-W16"):
        with group.transaction():
            commands.asked(group.app, "week", {"week": week})
        theirs = runner._claim(group.app)
        assert theirs is not None
        with group.transaction():
            runner._end(group.app, theirs, "done", b"{}")
    with group.transaction():
        runner._end(group.app, claimed, "done", b"{}")
    assert queries.ended(group.app, "week", {"week": WEEK}, ours["number"]) is not None


def test_who_waits_for_one_that_is_gone_is_told(
    group: PartUnderTest, monkeypatch: pytest.MonkeyPatch
):
    looks: list[object] = []

    def goes(_web: object) -> bool:
        with group.transaction():
            group.app.store.current.connection.execute(delete(long_queries))
        looks.append(None)
        assert len(looks) < 3, "it waits for ever"
        return True

    monkeypatch.setattr(runner, "_run_one", goes)
    refused = group.http.get("/api/audit")
    assert (refused.status_code, (refused.json or {})["code"]) == (503, "not-answered")


def test_beyond_some_who_wait_one_is_told_when_to_come_again(
    group: PartUnderTest, slow: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(waiters, "MOST_WAITERS", 2)
    answers = list[int]()

    def ask() -> None:
        answers.append(group.http.get("/api/audit").status_code)

    waiting = [threading.Thread(target=ask) for _ in range(2)]
    waiting[0].start()
    until(slow.joinpath("begun").exists)
    waiting[1].start()
    until(lambda: len(group.app.rows(JOBS.rows)) == 2)
    for url in ("/api/audit", "/api/replay?week=2024-W14", "/api/units/v01/history"):
        refused = group.http.get(url)
        assert (refused.status_code, (refused.json or {})["code"]) == (503, "too-many-wait")
        assert int(refused.headers["Retry-After"]) > 0
    assert group.http.page("/units/v01").status_code == 503
    assert len(group.app.rows(JOBS.rows)) == 2
    slow.joinpath("go").touch()
    for each in waiting:
        each.join(60)
    assert answers == [200, 200]
    assert (group.http.get("/api/audit").json or {})["chain"] == "ok"
