"""The `vaxledger` command on a running embedded system."""

from __future__ import annotations

import json
import random
import signal
import socket
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests
from typer.testing import CliRunner

from deploy.cli.accounts import rehearsal_accounts
from deploy.cli.commands import app, console
from deploy.cli.main import main
from deploy.local.ports import HOST
from deploy.local.running import OtherKind, embedded_deployment, running_cluster
from shared.town.deployment import Deployment
from tests.support.calls import as_operator
from tests.support.waiting import until

ENTRY = "from deploy.cli.main import main; main()"


PARTS = 8


def free_run(count: int) -> int:
    """The first of so many ports in a row that nobody uses; clients get theirs from higher up."""
    for first in random.sample(range(20_000, 32_000), 100):
        with ExitStack() as stack:
            try:
                for port in range(first, first + count):
                    stack.enter_context(socket.socket()).bind((HOST, port))
            except OSError:
                continue
            return first
    raise AssertionError("no free ports in a row")


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, list(arguments))
    return result.exit_code, result.output


def answers(port: int) -> bool:
    try:
        return requests.get(f"http://{HOST}:{port}/health", timeout=1).ok
    except requests.RequestException:
        return False


@contextmanager
def up(folder: Path, first_port: int) -> Iterator[subprocess.Popen[bytes]]:
    """`vaxledger up`, until it answers."""
    arguments = ["up", "--folder", str(folder), "--first-port", str(first_port)]
    with (folder.parent / "log").open("ab") as log:
        child = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-c", ENTRY, *arguments], stdout=log, stderr=log
        )
    try:
        log = folder.parent / "log"
        until(lambda: answers(first_port + 7) or child.poll() is not None, 120, what=log.read_text)
        assert child.poll() is None, log.read_text()
        yield child
    finally:
        child.kill()
        child.wait()


def signed_in(deployment: Deployment, login: str) -> dict[str, str]:
    """The header of somebody who signs in with a password."""
    said = {"login": login, "password": rehearsal_accounts(deployment)[login]}
    url = f"{deployment.part('supervision').url}/api/tokens"
    return {"Authorization": f"Bearer {requests.post(url, json=said, timeout=5).json()['token']}"}


def all_caught_up(folder: Path) -> dict[str, Any] | None:
    """The status, when every follower has read everything of its source."""
    code, printed = run("status", "--folder", str(folder), "--json")
    status = json.loads(printed)
    follows = [f for part in status["parts"].values() for f in part.get("follows", [])]
    done = code == 0 and follows and all(follow["lag"] == 0 for follow in follows)
    return status if done else None


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("town") / "deployment"


def test_up_serves_stops_cleanly_on_ctrl_c_and_goes_on_with_the_same_data(folder: Path):
    port = free_run(PARTS)
    with up(folder, port) as child:
        deployment = Deployment.read(folder / "deployment.json")
        body = {"batch": "B1", "product": "CoronaVac", "doses": 10, "expiry": "2099-01-01"}
        site = deployment.part("appointments/stadium").url
        key = {"Idempotency-Key": str(uuid.uuid4())} | signed_in(deployment, "stadium-leader")
        answer = requests.post(f"{site}/api/batches", json=body, headers=key, timeout=5)
        assert answer.status_code == 200, answer.text
        child.send_signal(signal.SIGINT)
        assert child.wait(60) == 0
    with up(folder, port):
        again = requests.post(f"{site}/api/batches", json=body, headers=key, timeout=5)
        assert again.json() == answer.json()
        assert again.headers["Idempotency-Replayed"] == "true"
        status = until(lambda: all_caught_up(folder), 60, every=0.2)
        assert status["parts"]["appointments/stadium"]["head"] == 2
        relays = [part["relay"] for part in status["parts"].values()]
        assert all(relay["healthy"] and relay["lag"] == 0 for relay in relays), relays
        code, printed = run(
            "rebuild", "appointments", "--site", "stadium", "--folder", str(folder), "--json"
        )
        assert (code, json.loads(printed)["replayed"]) == (0, 2)
        code, printed = run("reindex", "--folder", str(folder), "--json")
        assert (code, json.loads(printed)) == (0, {"remembered": 0, "unreadable": 0})
        # Who signed in where is supervision's to say, and followed anew after a rebuild.
        batches = until(
            lambda: (
                requests.get(f"{site}/api/batches", headers=key, timeout=5).json().get("batches")
            )
        )
        assert [batch["batch"] for batch in batches] == ["B1"]
        assert json.loads(run("dead", "list", "--folder", str(folder), "--json")[1]) == {"dead": []}
        assert "appointments/stadium" in run("status", "--folder", str(folder))[1]
        code, printed = run("audit", "stock", "--folder", str(folder), "--json")
        [row] = json.loads(printed)["batches"]
        assert (code, row["batch"], row["received"], row["left"]) == (0, "B1", 10, 10)
        assert "账平" in run("audit", "stock", "--folder", str(folder))[1]
        clock = requests.put(
            f"{site}/rehearsal/clock",
            json={"now": "2024-04-01T08:00:00+08:00"},
            headers=as_operator(deployment, "appointments/stadium"),
            timeout=5,
        )
        assert (clock.status_code, clock.json()["code"]) == (404, "no-rehearsal")
    code, printed = run("status", "--folder", str(folder), "--json")
    assert code == 1
    assert json.loads(printed)["parts"]["reporting"] == {"down": "ConnectionError"}


def test_a_folder_without_a_deployment_is_said_to_be_one(tmp_path: Path):
    code, printed = run("status", "--folder", str(tmp_path))
    assert code == 2
    assert "vaxledger up" in printed


def said_by(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *words: str):
    """What the command says, and how it ends."""
    monkeypatch.setattr(sys, "argv", ["vaxledger", *words])
    monkeypatch.setattr(console, "width", 250)  # a folder's name may be long
    with pytest.raises(SystemExit) as ended:
        main()
    return ended.value.code, " ".join(capsys.readouterr().out.split())


def test_what_the_operator_can_mend_is_said_in_words_without_a_trace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    said = lambda *words: said_by(monkeypatch, capsys, *words)  # noqa: E731
    deployment = embedded_deployment(tmp_path / "town", first_port=None)
    folder = ("--folder", str(deployment.folder))
    code, text = said("rebuild", "moon", *folder)
    assert (code, "有：registration、screening" in text) == (2, True), text
    assert said("serve", "appointments", "--site", "moon", *folder)[0] == 2
    code, text = said("rebuild", "reporting", *folder)
    assert (code, "部件没有应答" in text) == (2, True), text
    code, text = said(
        "up", "--campaign", str(tmp_path / "no.toml"), "--folder", str(tmp_path / "x")
    )
    assert (code, "no.toml：1 处有误" in text) == (2, True), text
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", deployment.parts[2].port))
        taken.listen()
        code, text = said("up", *folder)
    assert (code, f"端口 {deployment.parts[2].port} 已被占用" in text) == (2, True), text


@pytest.mark.parametrize("rehearsal", [True, False])
def test_case_a14_a_rehearsal_and_a_real_town_refuse_each_others_folder(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    rehearsal: bool,
):
    folder = tmp_path / "town"
    embedded_deployment(folder, first_port=None, rehearsal=rehearsal)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    command = ["up"] if rehearsal else ["demo", "--people", "60"]
    code, told = said_by(monkeypatch, capsys, *command, "--folder", str(folder))
    assert (code, "什么都没有改动" in told) == (2, True), told
    with pytest.raises(OtherKind), running_cluster(folder, rehearsal=not rehearsal):
        pass
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
