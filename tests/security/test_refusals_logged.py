"""What the gate refuses is in the log: who, where, and nothing that somebody typed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.access.test_sign_in import Desk
from tests.support.part import PartUnderTest


def test_who_was_not_allowed_where(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    town = PartUnderTest(tmp_path, "registration")
    cadre = town.http.signed_in("v02-cadre", ("unit_cadre", "unit:v02"))
    assert cadre.get("/api/units/v01/residents").status_code == 403
    assert caplog.messages == ["not-allowed: v02-cadre at /api/units/<unit>/residents"]


def test_a_forged_token_and_a_forged_form(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    town = PartUnderTest(tmp_path, "registration")
    forged = {"Authorization": "Bearer a.b.c"}
    assert town.http.client.get("/api/units", headers=forged).status_code == 401
    elsewhere = {"Sec-Fetch-Site": "cross-site"} | town.http.bearer(town.http.person)
    town.http.client.post("/api/units/v01/answers", data={"_key": "x"}, headers=elsewhere)
    assert caplog.messages == [
        "token-refused: /api/units",
        "form-forged: /api/units/<unit>/answers",
    ]


def test_a_failed_sign_in_without_what_was_typed(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    desk = Desk(tmp_path)
    desk.enrol("office", ("office", "town"))
    for login in ("office", "a password in the wrong field"):
        desk.token(login, "a wrong password")
    said = {"login": "office", "code": "AAAA-BBBB-CCCC", "password": "long enough 电池 1"}
    desk.browser.client.post("/first-sign-in", json=said)
    assert len(caplog.messages) == 3
    for message in caplog.messages:
        assert message.startswith("登录失败：")
        assert message.endswith("，来自 unknown")  # the tests call without an address
        assert "password" not in message
        assert "office" not in message
    assert caplog.messages[0] == caplog.messages[2]
    assert caplog.messages[0] != caplog.messages[1]


def test_a_wrong_password_where_one_is_changed(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    desk = Desk(tmp_path)
    desk.enrol("office", ("office", "town"))
    office = desk.part.http.signed_in("office", ("office", "town"))
    said = {"current": "a guess at a password", "password": "long enough 电池 1"}
    assert office.form("/account/password", **said).status_code == 401
    [message] = caplog.messages
    assert message.startswith("登录失败：")
    assert "guess" not in message
    assert "office" not in message
