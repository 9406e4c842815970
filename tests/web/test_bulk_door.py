"""Bulk door: many commands in one request do what they would do one by one."""

from __future__ import annotations

import json
import uuid
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import Client, TestResponse

from shared.kit.eventstore import turns
from shared.kit.web import bulk_door
from tests.support.part import routes_of
from tests.support.stadium import ANNA, BO, FIRST, Stadium, batch

ADDRESS = "/api/commands"
Line = dict[str, Any]


@pytest.fixture
def stadium(tmp_path: Path) -> Stadium:
    site = Stadium(tmp_path).opens()
    for resident in (ANNA, BO):
        site.consented(resident)
    return site


def send(stadium: Stadium, body: bytes, **headers: str) -> TestResponse:
    """Send lines as somebody signed in does."""
    bearer = stadium.http.bearer(stadium.http.person, **headers)
    return Client(stadium.routes).post(ADDRESS, data=body, headers=bearer)


def done(stadium: Stadium, *lines: Line | str) -> list[Line]:
    """Send lines that can be read; what came back, a line each."""
    body = "\n".join(each if isinstance(each, str) else json.dumps(each) for each in lines)
    answer = send(stadium, body.encode())
    assert (answer.status_code, answer.mimetype) == (200, "application/x-ndjson"), answer.text
    return [json.loads(line) for line in answer.data.splitlines()]


def line(command: str, key: str | None = None, **body: Any) -> Line:
    return {"key": key or str(uuid.uuid4()), "command": command, "body": body}


def book(resident: uuid.UUID, key: str | None = None) -> Line:
    return line("/api/appointments", key, resident=str(resident), from_day=FIRST)


def test_each_line_is_answered_as_a_request_of_its_own_would_be(stadium: Stadium):
    answers = done(
        stadium,
        book(BO, "b"),
        line(f"/api/residents/{BO}/check-in", "c"),
        line("/api/batches", "d", **batch("SV-2")),
    )
    assert [(each["key"], each["status"]) for each in answers] == [
        ("b", 200),
        ("c", 409),
        ("d", 200),
    ]
    assert answers[0]["answer"]["resident"] == str(BO)
    assert answers[1]["problem"] == stadium.person(BO, "check-in").json
    assert [each["command"] for each in stadium.events()][-2:] == ["b", "d"]


def test_what_a_refused_line_leaves_for_others_is_kept_with_the_rest(stadium: Stadium):
    code = "83301550012345678901"
    for resident in (ANNA, BO):
        stadium.booked(resident)
    stadium.at(FIRST)
    for resident in (ANNA, BO):
        stadium.person(resident, "check-in")
        stadium.cleared(resident, FIRST)
    said = {"batch": "SV-1", "vaccinator": "tester", "trace_code": code}
    lines = [line(f"/api/residents/{each}/dose", **said) for each in (ANNA, BO)]
    assert [each["status"] for each in done(stadium, *lines)] == [200, 409]
    assert len(stadium.events("DoseAdministered")) == 1
    [told] = stadium.events("PackageRefused")
    assert told["data"]["trace_code"] == code


def test_one_commit_is_for_many_and_they_are_answered_after_it(
    stadium: Stadium, monkeypatch: pytest.MonkeyPatch
):
    commits, commit = list[int](), turns.Turn.commit

    def counted(turn: turns.Turn) -> None:
        commits.append(turn.members)
        commit(turn)

    monkeypatch.setattr(turns.Turn, "commit", counted)
    monkeypatch.setattr(bulk_door, "AT_ONCE", 3)
    done(stadium, *(line("/api/batches", **batch(f"SV-{at}")) for at in range(2, 9)))
    assert commits == [3, 3, 1]


def test_a_commit_that_fails_is_said_of_each_line_of_it(
    stadium: Stadium, monkeypatch: pytest.MonkeyPatch
):
    lines = [line("/api/batches", key, **batch(f"SV-{key}")) for key in "bcd"]
    before = stadium.events()
    with monkeypatch.context() as patched:
        dialect: Any = stadium.app.store.engine.dialect

        def no_commit(_connection: Any) -> None:
            raise dialect.loaded_dbapi.OperationalError("disk I/O error")

        patched.setattr(dialect, "do_commit", no_commit)
        answers = done(stadium, *lines)
    assert [(each["key"], each["status"]) for each in answers] == [(key, 503) for key in "bcd"]
    assert stadium.events() == before
    assert [each["status"] for each in done(stadium, *lines)] == [200, 200, 200]


def test_a_key_has_one_effect_in_and_out_of_a_bulk(stadium: Stadium):
    first, second = done(stadium, book(ANNA, "a"), book(ANNA, "a"))
    assert first["answer"] == second["answer"]
    assert ("replayed" in first, second["replayed"]) == (False, True)
    alone = stadium.http.post("/api/appointments", book(ANNA)["body"], key="a")
    assert alone.json == first["answer"]
    assert done(stadium, book(BO, "a"))[0]["problem"]["code"] == "idempotency-key-reused"


@pytest.mark.parametrize(
    ("bad", "status"),
    [
        ("{", 400),
        ("[]", 400),
        ('{"key": "x"}', 422),
        ('{"key": "", "command": "/api/batches"}', 422),
        ('{"key": "x", "command": "/api/batches", "body": []}', 422),
        ('{"key": "x", "command": "/api/batches", "more": 1}', 422),
        ('{"key": "x", "command": "/api/batches"}', 422),
        ('{"key": "x", "command": "/api/nothing"}', 404),
        ('{"key": "x", "command": "/health"}', 404),
        ('{"key": "x", "command": "/api/commands"}', 404),
        ('{"key": "x", "command": "//elsewhere/api/batches"}', 404),
        ('{"key": "x", "command": "api/batches"}', 404),
        ('{"key": "x", "command": "/api/residents/nobody/check-in"}', 404),
        ('{"key": "x", "command": "/\\ud800"}', 400),
        ('{"key": "x\\u0000", "command": "/api/batches"}', 400),
        (f'{{"key": "a\\nb", "command": "/api/residents/{ANNA}/check-in"}}', 400),
    ],
)
def test_a_line_that_cannot_be_done_holds_up_no_other(stadium: Stadium, bad: str, status: int):
    first, refused, last = done(
        stadium, line("/api/batches", **batch("SV-2")), bad, line("/api/batches", **batch("SV-3"))
    )
    assert (first["status"], refused["status"], last["status"]) == (200, status, 200)
    assert refused["problem"]["detail"]


def test_lines_that_are_not_text_are_refused_alone(stadium: Stadium):
    answer = send(stadium, b"\xff\n" + json.dumps(line("/api/batches", **batch("SV-2"))).encode())
    assert [json.loads(each)["status"] for each in answer.data.splitlines()] == [400, 200]


def test_whoever_sends_none_or_too_many_is_refused_and_nothing_is_done(stadium: Stadium):
    before = stadium.events()
    assert send(stadium, b"\n \n").status_code == 400
    lines = [json.dumps(line("/api/batches", **batch(f"SV-{at}"))) for at in range(501)]
    assert send(stadium, "\n".join(lines).encode()).status_code == 413
    assert send(stadium, b" " * (bulk_door.MOST_BYTES + 1)).status_code == 413
    assert stadium.events() == before


def test_each_command_asks_for_its_own_role(stadium: Stadium):
    stadium.http = stadium.http.signed_in("nurse", ("site_staff", "site:stadium"))
    refused, allowed = done(
        stadium, line("/api/batches", **batch("SV-2")), line(f"/api/residents/{ANNA}/check-in")
    )
    assert (refused["status"], refused["problem"]["code"]) == (403, "not-allowed")
    assert allowed["status"] == 409


def test_who_is_not_signed_in_is_refused_as_a_whole(stadium: Stadium):
    body = json.dumps(line("/api/batches", **batch("SV-2"))).encode()
    assert Client(routes_of(stadium)).post(ADDRESS, data=body).status_code == 401
