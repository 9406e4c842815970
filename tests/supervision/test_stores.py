"""Supervision does the same on SQLite and on PostgreSQL."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from services.supervision.checks.commands import flag_curious, flag_linked_doses
from tests.access.test_sign_in import PASSWORD, Desk, refused
from tests.screening.test_service import ANNA, someone
from tests.supervision.test_service import dose
from tests.support.part import a_deployment

BO = uuid.uuid4()


def test_ledger_checks_and_accounts_work_on_both_stores(
    store_url: Callable[[], str], tmp_path: Path
):
    url = store_url()
    parts = tuple(
        replace(part, store=url) if part.source == "supervision" else part
        for part in a_deployment(tmp_path).parts
    )
    desk = Desk(tmp_path, parts=parts)
    group = desk.part
    group.at("2024-04-20")
    for resident, day in ((ANNA, "2024-04-02"), (BO, "2024-04-05")):
        group.hears("registration", "ResidentRegistered", **someone(resident))
        dose(group, day, 1, resident)
    group.hears("registration", "ResidentsMerged", resident=BO, into=ANNA, doses=[])
    with group.transaction():
        assert (flag_linked_doses(group.app), flag_curious(group.app)) == (1, 0)
        assert flag_linked_doses(group.app) == 1
    assert [flagged["kind"] for flagged in desk.events("AnomalyFlagged")] == ["linked_doses"]
    unit = group.http.get("/api/units/v01/history").json["state"]  # type: ignore[index]
    assert (unit["registered"], unit["first"]) == (1, 2)
    audit = group.http.get("/api/audit").json or {}
    assert (audit["chain"], audit["entries"]) == ("ok", 5)
    assert [source["gaps"] for source in audit["sources"]] == [0, 0]
    for login in ("boss", "second"):
        desk.enrol(login, ("administrator", "town"))
    session = desk.office.sign_in("boss", PASSWORD, "10.0.0.1")
    assert desk.office.renew(session, "x")
    reason = {"reason": "left"}
    assert desk.admin.post("/api/staff/boss/lock", reason).status_code == 200
    assert desk.admin.post("/api/staff/second/lock", reason).status_code == 409
    assert refused(lambda: desk.office.renew(session, "x"))
    assert group.view() == group.rebuilt_view()
    group.app.store.close()
