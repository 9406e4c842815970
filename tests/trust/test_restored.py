"""Stores set back to a copy, on the real embedded town: everything stops, says so, and goes on."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import requests

from deploy.cli.accounts import rehearsal_accounts
from deploy.cli.histories import accept, standing
from deploy.cli.operations import post
from deploy.cli.status import status
from deploy.local.running import Running, embedded_deployment, running_embedded
from deploy.rehearsal.api import Api
from shared.town.deployment import Deployment
from tests.support.waiting import until
from tests.support.workbooks import person, roster

SITE = "appointments/stadium"


class Town:
    """A running town whose stores can be set back."""

    def __init__(self, folder: Path) -> None:
        made = embedded_deployment(folder, first_port=None, rehearsal=True)
        self.deployment = replace(made, poll_seconds=0.3)
        self.deployment.save()
        rehearsal_accounts(self.deployment)
        self.alive: Running | None = None

    @contextmanager
    def running(self) -> Iterator[Api]:
        with running_embedded(self.deployment):
            api = Api(self.deployment, 1, 2, rehearsal_accounts(self.deployment))
            try:
                yield api
            finally:
                api.close()

    def files(self, source: str) -> list[Path]:
        name = f"{source.replace('/', '.')}.db"
        return sorted(self.deployment.folder.glob(f"{name}*"))

    def copy(self, source: str, to: Path) -> None:
        to.mkdir()
        for file in self.files(source):
            shutil.copy(file, to)

    def set_back(self, source: str, to: Path) -> None:
        for file in self.files(source):
            file.unlink()
        for file in to.iterdir():
            shutil.copy(file, self.deployment.folder)


def batch(api: Api, number: str) -> int:
    """A site takes a delivery in; the status of the answer."""
    body = {"batch": number, "product": "CoronaVac", "doses": 10, "expiry": "2025-03-31"}
    headers = api.bearer("stadium-leader") | {"Idempotency-Key": number}
    url = f"{api.deployment.part(SITE).url}/api/batches"
    return requests.post(url, json=body, headers=headers, timeout=10).status_code


def enrol(api: Api, login: str) -> None:
    headers = api.bearer("admin") | {"Idempotency-Key": login}
    url = f"{api.deployment.part('supervision').url}/api/staff"
    requests.post(url, json={"login": login, "post": "测试"}, headers=headers).raise_for_status()


def batches(api: Api) -> list[str]:
    return [row["batch"] for row in api.get(SITE, "/api/batches")["batches"]]


def follows(deployment: Deployment, source: str) -> dict[str, str | None]:
    """Of every other part that follows a source, what it fails at."""
    parts = status(deployment)["parts"]
    return {
        part: each["failing"]
        for part, answer in parts.items()
        for each in answer.get("follows", ())
        if each["source"] == source != part
    }


def caught_up(deployment: Deployment) -> Callable[[], bool]:
    def question() -> bool:
        found = status(deployment)
        lags = [f["lag"] for part in found["parts"].values() for f in part.get("follows", ())]
        return bool(found["healthy"] and lags and not any(lags))

    return question


def entries(api: Api, source: str) -> list[dict[str, Any]]:
    found = api.get("supervision", "/api/ledger?limit=1000")["entries"]
    return [each for each in found if each["source"].partition("#")[0] == source]


def registered(api: Api) -> Counter[bool]:
    """How many registrations the ledger holds, by whether they count."""
    told = entries(api, "registration")
    return Counter(each["counts"] for each in told if each["event"] == "ResidentRegistered")


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return Town(tmp_path / "town")


def test_cases_a4_f1_e15_a_site_set_back_stops_says_so_and_goes_on_once_accepted(town, tmp_path):
    deployment = town.deployment
    with town.running() as api:
        assert [batch(api, name) for name in ("KEPT-1", "KEPT-2")] == [200, 200]
        until(caught_up(deployment))
    town.copy(SITE, tmp_path / "backup")
    with town.running() as api:
        assert [batch(api, name) for name in ("LOST-1", "LOST-2")] == [200, 200]
        until(caught_up(deployment))
        before = len(entries(api, SITE))
    town.set_back(SITE, tmp_path / "backup")
    with town.running() as api:
        early = count()
        until(lambda: batch(api, f"EARLY-{next(early)}") == 503)
        health = requests.get(f"{deployment.part(SITE).url}/health", timeout=5)
        assert (health.status_code, health.json()["code"]) == (503, "store-set-back")
        until(lambda: all(follows(deployment, SITE).values()))
        assert not status(deployment)["healthy"]
        assert len(entries(api, SITE)) == before, "nothing was put over what was said"

        shown = standing(deployment, SITE)
        assert shown["generation"] == 2
        assert shown["lost"]["BatchReceived"] == 2
        with pytest.raises(requests.HTTPError, match="409"):
            accept(deployment, shown | {"generation": 3}, "wrong number")
        accept(deployment, shown, "the disk broke; backup of the night before")
        until(caught_up(deployment), 60)
        assert batch(api, "NEW-1") == 200
        until(caught_up(deployment))
        assert {"KEPT-1", "KEPT-2", "NEW-1"} <= set(batches(api))
        assert not {"LOST-1", "LOST-2"} & set(batches(api))

        told = entries(api, SITE)
        by_batch = {each["data"].get("batch"): each for each in told}
        assert by_batch["LOST-1"]["counts"] is by_batch["LOST-2"]["counts"] is False
        assert by_batch["KEPT-1"]["counts"] is by_batch["NEW-1"]["counts"] is True
        assert by_batch["NEW-1"]["source"] == f"{SITE}#2"
        audit = api.get("supervision", "/api/audit")
        assert audit["chain"] == "ok"
        assert all(row["gaps"] == 0 for row in audit["sources"])
        with pytest.raises(requests.HTTPError, match="409"):
            accept(deployment, standing(deployment, SITE), "nothing is lost any more")
    # It is still so after a restart, and a part that begins anew knows both histories.
    with town.running() as api:
        post(deployment, "reporting", "/rebuild", seconds=60)
        until(caught_up(deployment))
        assert batch(api, "NEW-2") == 200
        until(caught_up(deployment))


def test_a_follower_set_back_stops_as_a_source_and_goes_on_once_accepted(town, tmp_path):
    deployment = town.deployment
    with town.running() as api:
        api.roster("v01", roster(person(1)), "kept")
        until(caught_up(deployment))
    town.copy("registration", tmp_path / "backup")
    with town.running() as api:
        assert batch(api, "SAID-1") == 200
        api.roster("v01", roster(person(2)), "lost")
        until(caught_up(deployment))
        assert registered(api) == {True: 2}
    town.set_back("registration", tmp_path / "backup")
    with town.running() as api:
        until(lambda: all(follows(deployment, "registration").values()))
        accept(deployment, standing(deployment, "registration"), "restored")
        until(caught_up(deployment), 60)
        assert registered(api) == {True: 1, False: 1}
        api.roster("v01", roster(person(2)), "again")
        until(caught_up(deployment))
        assert registered(api) == {True: 2, False: 1}
        town_figures = api.get("reporting", "/api/progress")["figures"]["units"]
        assert sum(unit["registered"] for unit in town_figures) == 2


def test_a_ledger_set_back_stops_its_followers_and_is_filled_again_once_accepted(town, tmp_path):
    deployment = town.deployment
    with town.running() as api:
        assert batch(api, "KEPT-1") == 200
        until(caught_up(deployment))
    town.copy("supervision", tmp_path / "backup")
    with town.running() as api:
        assert batch(api, "SAID-1") == 200
        until(caught_up(deployment))
        enrol(api, "new")
        until(caught_up(deployment))
    town.set_back("supervision", tmp_path / "backup")
    with town.running() as api:
        until(lambda: all(follows(deployment, "supervision").values()))
        shown = standing(deployment, "supervision")
        assert shown["lost"]["?"] >= 1
        accept(deployment, shown, "the ledger's disk broke")
        until(caught_up(deployment), 60)
        names = {each["data"].get("batch") for each in entries(api, SITE)}
        assert "SAID-1" in names, "what the sources said is in the ledger again"
        assert batch(api, "NEW-1") == 200
        until(caught_up(deployment))
        assert "NEW-1" in {each["data"].get("batch") for each in entries(api, SITE)}
        assert api.get("supervision", "/api/audit")["chain"] == "ok"
