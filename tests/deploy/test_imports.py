"""Imports in real processes: killed and gone on with, two clerks on two processes, the command line."""

from __future__ import annotations

import json
import sys
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from typer.testing import CliRunner

from deploy.cli import importing
from deploy.cli.accounts import rehearsal_accounts
from deploy.cli.commands import app
from deploy.local.ports import free_ports
from deploy.local.postgresql import PostgreSQL
from deploy.local.processes import Process
from deploy.local.running import PLAN, Running, embedded_deployment, running_embedded
from deploy.local.supervisor import ProcessGroup
from deploy.rehearsal.api import Api
from shared.kit.service_tokens import LOG
from shared.town.deployment import Deployment, Instance, Secrets
from tests.bench.importing import known_office
from tests.support.calls import as_operator
from tests.support.waiting import until
from tests.support.workbooks import card, person, roster

OPEN = ("queued", "reading", "writing")


def people(count: int, first: int = 101) -> bytes:
    """A roster of so many people, no two of whom are alike: born on many days, a telephone each."""
    rows = list[Any]()
    for n in range(first, first + count):
        days, order = divmod(n, 100)
        born = date(1940, 1, 1) + timedelta(150 * days)
        who = card(101 + order, f"{born:%Y%m%d}")
        rows.append(person(101 + order, card=who, phone=f"139{n:08}"))
    return roster(*rows)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("town")
    deployment = embedded_deployment(folder, first_port=None, rehearsal=True)
    with running_embedded(deployment) as alive:
        yield alive


def a_client(deployment: Deployment) -> Api:
    return Api(deployment, 1, 2, rehearsal_accounts(deployment))


def registered(api: Api) -> Counter[str]:
    """How often each resident was registered, by the log."""
    found: Counter[str] = Counter()
    after = 0
    head = as_operator(api.deployment, "registration", LOG)
    url = api.deployment.part("registration").url
    while page := requests.get(f"{url}/log?after={after}", headers=head, timeout=60).json()[
        "events"
    ]:
        for each in page:
            event = json.loads(each["body"])
            if event["event"] == "ResidentRegistered":
                found[event["stream"]] += 1
        after = page[-1]["position"]
    return found


def ended(api: Api, job: str) -> dict[str, Any]:
    return in_another_state(lambda: api.get("registration", f"/api/imports/{job}"), *OPEN)


def in_another_state(job: Callable[[], dict[str, Any]], *states: str) -> dict[str, Any]:
    """Wait until a job is in none of these states."""

    def other() -> dict[str, Any] | None:
        told = job()
        return told if told["state"] not in states else None

    return until(other, 300, what=job)


def test_an_import_killed_in_the_middle_is_finished_after_the_restart(running: Running):
    api = a_client(running.deployment)
    taken = api.upload("registration", "/api/units/v01/roster", people(8000), "to be killed")
    job = f"/api/imports/{taken['import']}"
    killed_while = in_another_state(lambda: api.get("registration", job), "queued")["state"]
    running.group["embedded"].kill()
    running.group["embedded"].start()
    done = ended(api, taken["import"])
    assert killed_while in ("reading", "writing")
    assert done["state"] == "done"
    counts = done["counts"]
    assert counts["new"] + counts["close"] == 8000
    assert (counts["corrected"], counts["unchanged"], counts["errors"]) == (0, 0, 0)
    once = registered(api)
    assert (len(once), set(once.values())) == (8000, {1})
    api.close()


def test_pages_answer_while_a_roster_is_imported(running: Running):
    api = a_client(running.deployment)
    url = running.deployment.part("reporting").url
    content = people(4000, 9000)
    taken = api.upload("registration", "/api/units/v03/roster", content, "responsive")
    asked, done = 0, dict[str, Any]()
    while not done or done["state"] in OPEN:
        assert requests.get(f"{url}/health", timeout=10).ok, "another team's page waits"
        done = api.get("registration", f"/api/imports/{taken['import']}")
        asked += done["state"] in OPEN
    assert asked >= 1
    assert done["state"] == "done"
    api.close()


def test_the_command_line_hands_in_shows_errors_and_takes_the_mended_file(
    running: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    deployment = running.deployment
    monkeypatch.setenv(importing.VARIABLE, rehearsal_accounts(deployment)["office"])
    file = tmp_path / "v02.xlsx"
    file.write_bytes(roster(person(150), person(151, card="420")))

    def ran(*arguments: str) -> tuple[int, str]:
        said = CliRunner().invoke(
            app, ["import", *arguments, "--folder", str(deployment.folder)], env={"COLUMNS": "250"}
        )
        return said.exit_code, said.output

    code, said = ran(str(tmp_path))
    assert code == 1, said
    assert "420" in said
    assert "身份证号" in said
    mended = tmp_path / "v02.mended.xlsx"
    assert mended.read_bytes().startswith(b"PK")
    file.write_bytes(roster(person(150), person(151)))
    code, said = ran(str(file), "--json")
    assert code == 0, said
    (told,) = json.loads(said[said.index("[") :])
    result = told["result"]
    assert told["unit"] == "v02"
    assert (result["new"] + result["close"], result["unchanged"]) == (1, 1)
    file.write_bytes(b"hello")
    code, said = ran(str(file))
    assert code == 2, said
    assert "Excel" in said
    code, said = ran(str(mended), "--unit", "v02")
    assert code == 2, "the marked file is not handed in by accident"
    monkeypatch.setenv(importing.VARIABLE, "wrong")
    assert ran(str(file))[0] == 2


@pytest.fixture
def two(tmp_path: Path) -> Iterator[tuple[Deployment, list[str], dict[str, str]]]:
    """Two processes of registration on one PostgreSQL: their addresses."""
    with PostgreSQL(tmp_path / "postgresql") as server:
        names = ("registration", "screening", "appointments/stadium", "reporting", "supervision")
        ports = free_ports(len(names) + 1)
        stores = dict.fromkeys(names, f"sqlite:///{tmp_path}/unused.db")
        stores["registration"] = server.create_database("registration")
        parts = tuple(
            Instance(name, "127.0.0.1", port, stores[name])
            for name, port in zip(names, ports, strict=False)
        )
        secrets = Secrets.generate()
        one = Deployment(
            tmp_path / "one",
            "memory://",
            parts,
            secrets,
            rehearsal=True,
            poll_seconds=3600,
            campaign_file=PLAN,
        ).with_keys()
        moved = tuple(
            replace(part, port=ports[-1]) if part.source == "registration" else part
            for part in parts
        )
        other = replace(one, folder=tmp_path / "other", parts=moved)
        for each in (one, other):
            each.folder.mkdir()
            each.save()
        headers = known_office(one)
        with ProcessGroup() as group:
            for number, each in enumerate((one, other)):
                argv = [sys.executable, "-W", "ignore", "-m", "deploy.local.serve", "serve"]
                argv += [str(each.file), "registration"]
                process = Process(f"{number}", argv, None, tmp_path / f"{number}.log")
                group.add(process, each.part("registration").url)
            group.start(60)
            yield one, [each.part("registration").url for each in (one, other)], headers


def test_two_clerks_on_two_processes_end_with_one_set(
    two: tuple[Deployment, list[str], dict[str, str]],
):
    _, urls, headers = two
    content = people(600)

    def hand_in(url: str) -> dict[str, Any]:
        key = {"Idempotency-Key": str(uuid.uuid4())}
        sent = requests.post(
            f"{url}/api/units/v01/roster", data=content, headers=headers | key, timeout=60
        )
        job = f"{url}/api/imports/{sent.json()['import']}"
        return in_another_state(
            lambda: requests.get(job, headers=headers, timeout=60).json(), *OPEN
        )

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(hand_in, urls))
    assert [each["state"] for each in done] == ["done", "done"]
    took = sorted(each["counts"]["new"] + each["counts"]["close"] for each in done)
    assert took == [0, 600]
    assert sorted(each["counts"]["unchanged"] for each in done) == [0, 600]
