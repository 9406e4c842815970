"""What a deployment on one machine leaves on the disk is its owner's alone to read (A13)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.cli.accounts import rehearsal_accounts
from deploy.local.running import embedded_deployment, running_cluster, running_embedded
from deploy.rehearsal.api import Api


@pytest.fixture(autouse=True)
def careless_umask() -> Iterator[None]:
    """As most machines have it: what is made is everybody's to read."""
    before = os.umask(0o022)
    yield
    os.umask(before)


def open_to_others(folder: Path) -> tuple[int, dict[str, str]]:
    """How many files and folders there are, and which of them somebody else may use in any way."""
    there = [folder, *folder.rglob("*")]
    modes = {path: path.lstat().st_mode for path in there if not path.is_symlink()}
    found = {str(path.relative_to(folder)): oct(m) for path, m in modes.items() if m & 0o077}
    return len(there), found


@pytest.mark.timeout(300)
def test_a13_nobody_else_reads_data_or_logs_of_a_cluster(tmp_path: Path):
    folder = tmp_path / "cluster"
    (folder / "logs").mkdir(parents=True)
    (folder / "logs" / "registration.log").write_text("of an older version\n")
    with running_cluster(folder, rehearsal=True, people=60) as running:
        api = Api(running.deployment, 1, 2, rehearsal_accounts(running.deployment))
        api.set_clock(running.deployment.campaign.start, "08:30")
        api.settle()
        api.close()
        number, found = open_to_others(folder)
        logs = {path.name for path in folder.rglob("*.log")}
    assert {"server.log", "epmd.log", "registration.log", "relay-registration.log"} <= logs
    assert number > 1000
    assert found == {}
    assert open_to_others(folder)[1] == {}


def test_a13_nobody_else_reads_data_or_log_of_the_embedded_system(tmp_path: Path):
    folder = tmp_path / "town"
    deployment = embedded_deployment(folder, first_port=None, rehearsal=True, people=60)
    with running_embedded(deployment):
        api = Api(deployment, 1, 2, rehearsal_accounts(deployment))
        api.set_clock(deployment.campaign.start, "08:30")
        api.close()
        number, found = open_to_others(folder)
    assert number > 10
    assert found == {}
