"""The plan that tests rehearse: the town's own where `LONG=1`, else one that is over eight weeks sooner."""

from __future__ import annotations

import re
from pathlib import Path

from deploy.local.running import PLAN, embedded_deployment
from shared.town.deployment import Deployment
from tests.support.examples import LONG

SOONER = {"end": "2024-04-28", "first_dose_cutoff": "2024-04-13"}
"""As far apart as in the plan; five weeks of thirteen are left."""


def a_plan(folder: Path) -> Path:
    """Return the file of the plan."""
    if LONG:
        return PLAN
    text = PLAN.read_text(encoding="utf-8")
    for name, day in SOONER.items():
        text, found = re.subn(rf"^{name} = .*$", f"{name} = {day}", text, flags=re.MULTILINE)
        assert found == 1, name
    file = folder / PLAN.name
    file.write_text(text, encoding="utf-8")
    return file


def an_embedded_town(folder: Path, people: int) -> Deployment:
    """Return the deployment in a folder for a rehearsal of the plan, made on first use."""
    folder.mkdir(exist_ok=True)
    return embedded_deployment(
        folder, campaign_file=a_plan(folder), first_port=None, rehearsal=True, people=people
    )
