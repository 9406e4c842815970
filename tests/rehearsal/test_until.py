"""A rehearsal that stops on a morning leaves a day at the sites to be worked by hand."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from deploy.cli import rehearsals
from deploy.cli.accounts import rehearsal_accounts
from deploy.cli.commands import app
from deploy.local.running import embedded_deployment, running_embedded
from deploy.rehearsal.api import Api
from deploy.rehearsal.journal import MorningPast

MORNING, PEOPLE = "2024-04-01", "40"


def demo(folder: Path, *more: str) -> str:
    asked = [
        "demo",
        "--folder",
        str(folder),
        "--people",
        PEOPLE,
        "--first-port",
        "0",
        "--stop",
        *more,
    ]
    return CliRunner().invoke(app, asked, catch_exceptions=False).output


def test_a_morning_is_left_to_those_who_work_there(tmp_path: Path):
    said = demo(tmp_path, "--until", MORNING)
    assert "doctor" in said and "08:30" in said
    deployment = embedded_deployment(tmp_path, first_port=None, rehearsal=True, people=int(PEOPLE))
    with running_embedded(deployment):
        assert deployment.clock().now().isoformat() == f"{MORNING}T08:30:00+08:00"
        api = Api(deployment, 1, 1, rehearsal_accounts(deployment))
        sites = [part.source for part in deployment.parts if part.service == "appointments"]
        booked = [
            (site, row)
            for site in sites
            for row in api.get(site, "/api/appointments", day=MORNING)["appointments"]
            if row["status"] == "booked"
        ]
        assert booked
        site, row = booked[0]
        api.command(site, f"/api/residents/{row['resident']}/check-in", {}, "by hand")
        for each in sites:
            assert api.get(each, "/api/duty", day=MORNING)["on_duty"]
        before = deployment.clock().now()
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(rehearsals, "STEP_SECONDS", 0.02)
            with rehearsals.clock_running(deployment.clock()):
                time.sleep(0.3)
        assert deployment.clock().now() > before
        api.close()


def test_a_morning_outside_the_plan_is_refused(tmp_path: Path):
    with pytest.raises(MorningPast, match="4月9日"):
        demo(tmp_path, "--until", "2023-04-09")
