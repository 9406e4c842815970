"""A part served by several processes on one store: all of them answer, one follows, another takes over."""

from __future__ import annotations

import sys
import threading
import uuid
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import requests
from typer.testing import CliRunner

from deploy.cli.commands import app
from deploy.local.ports import is_free
from deploy.local.processes import Process
from deploy.local.rabbitmq import RabbitMQ
from deploy.local.several import members
from deploy.local.supervisor import ProcessGroup
from shared.kit.service_tokens import STATUS
from tests.support.calls import as_operator
from tests.support.part import a_deployment
from tests.support.served import SITE, Served
from tests.support.waiting import until

REPORTING = "reporting"
TIMES = 15


class Town(Served):
    """The site and reporting, each served by two processes, and two relays of the site."""

    def __init__(self, folder: Path, stores: dict[str, str], broker: str) -> None:
        """Nothing is started yet."""
        super().__init__(folder, 5000, stores, broker=broker)
        relaying = [sys.executable, "-W", "ignore", "-m", "deploy.local.relay"]
        argv = [*relaying, str(self.deployment.file), SITE]
        names = ("relay one", "relay two")
        self.relays = [Process(name, argv, None, folder / f"{name}.log") for name in names]
        self.group = ProcessGroup(supervise=True)
        self.served = {
            source: members(self.deployment, self.deployment.part(source), 2)
            for source in (SITE, REPORTING)
        }
        for source, processes in self.served.items():
            for process in processes:
                self.group.add(process, self.deployment.part(source).url)
        for process in self.relays:
            self.group.add(process)

    def status(self, source: str, session: Any = requests) -> dict[str, Any]:
        """What one process of a part says, whichever the connection leads to."""
        headers = as_operator(self.deployment, source, STATUS)
        url = f"{self.deployment.part(source).url}/status"
        return session.get(url, headers=headers, timeout=30).json()

    def sessions(self, source: str) -> dict[int, requests.Session]:
        """A connection that is kept to each process of a part, by the process's number."""
        found = dict[int, requests.Session]()

        def all_are_found() -> bool:
            try:
                session = requests.Session()
                found[self.status(source, session)["process"]["number"]] = session
            except requests.RequestException:
                pass  # one has just been killed
            numbers = {process.pid for process in self.served[source]}
            return None not in numbers and numbers <= found.keys()

        until(all_are_found, 60, what=lambda: self.served[source][0].tail())
        return {process.pid: found[process.pid] for process in self.served[source] if process.pid}

    def leads(self, source: str) -> list[int]:
        """The processes of a part that have its lead."""
        sessions = self.sessions(source).items()
        return [pid for pid, each in sessions if self.status(source, each)["process"]["lead"]]

    def waste_by(self, session: requests.Session, key: str) -> int:
        """Write a dose off over a connection that is kept; returns the status."""
        headers = {"Authorization": f"Bearer {self.token}", "Idempotency-Key": key}
        url = f"{self.part.url}/api/batches/SV-1/waste"
        body = {"doses": 1, "reason": "vial broken"}
        return session.post(url, json=body, headers=headers, timeout=60).status_code

    def reached(self) -> bool:
        """Whether reporting has followed the site to its end, and all of it is published."""
        try:
            follows = {each["source"]: each for each in self.status(REPORTING)["follows"]}
            published = self.status(SITE)["relay"]["published"]
        except requests.RequestException:
            return False
        return follows[SITE]["position"] == published == self.app.store.head()

    def tails(self) -> str:
        """What all processes have said last."""
        return "\n\n".join(f"{each.name}:\n{each.tail(8)}" for each in self.group)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def town(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    rabbitmq: RabbitMQ,
) -> Iterator[Town]:
    folder, stores = tmp_path_factory.mktemp("several"), dict[str, str]()
    if request.param == "postgresql":
        server = request.getfixturevalue("postgresql")
        for source in (SITE, REPORTING):
            name = f"t{uuid.uuid4().hex}"
            server.create_database(name)
            stores[source] = server.url(name)
    town = Town(folder, stores, rabbitmq.url)
    with town.group:
        town.group.start(90)
        yield town


def test_every_process_does_commands_and_each_command_is_done_once(town: Town):
    sessions = list(town.sessions(SITE).values())
    assert len(sessions) == 2
    wasted = len(town.events("DosesWasted"))
    keys = [str(uuid.uuid4()) for _ in range(TIMES)]

    def client(session: requests.Session) -> list[int]:
        return [town.waste_by(session, key) for key in keys]

    # Both are sent the same, at the same time.
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(client, sessions))
    assert answers == [[200] * TIMES] * 2
    assert len(town.events("DosesWasted")) == wasted + TIMES
    log = town.app.store.log(0, 100_000)
    assert [each.position for each in log] == list(range(1, len(log) + 1))


def test_what_was_written_through_one_process_is_shown_by_the_other(town: Town):
    one, other = town.sessions(SITE).values()
    headers = {"Authorization": f"Bearer {town.token}"}

    def left(session: requests.Session) -> int:
        shown = session.get(f"{town.part.url}/api/batches", headers=headers, timeout=30).json()
        return shown["batches"][0]["left"]

    for writes, reads in ((one, other), (other, one)):
        before = left(reads)
        assert town.waste_by(writes, str(uuid.uuid4())) == 200
        assert left(reads) == before - 1


def test_one_process_follows_and_the_other_says_how_it_fares(town: Town):
    leading = until(lambda: town.leads(SITE))
    assert len(leading) == 1
    sessions = town.sessions(SITE)
    [waits] = sessions.keys() - set(leading)

    def said(session: requests.Session) -> list[tuple[str, str]]:
        """What it cannot follow: nobody serves those parts here."""
        follows = town.status(SITE, session)["follows"]
        return [(each["source"], each["since"]) for each in follows if each["failing"]]

    until(lambda: said(sessions[waits]) == said(sessions[leading[0]]) != [])


def test_another_process_takes_over_from_one_that_is_killed(town: Town):
    town.waste("SV-1", str(uuid.uuid4()))
    until(town.reached, 60, what=town.tails)
    [before] = until(lambda: town.leads(REPORTING))
    [killed] = [each for each in town.served[REPORTING] if each.pid == before]
    killed.kill()
    town.waste("SV-1", str(uuid.uuid4()))
    until(town.reached, 30, what=town.tails)
    assert until(lambda: town.leads(REPORTING)) != [before]
    until(lambda: killed.alive, what=town.tails)  # started again
    assert len(town.sessions(REPORTING)) == 2


def test_another_relay_takes_over_from_one_that_is_killed(town: Town):
    relaying = until(lambda: [each for each in town.relays if "正在转发" in each.tail()])
    relaying[0].kill()
    town.waste("SV-1", str(uuid.uuid4()))
    until(town.reached, 30, what=town.tails)


def test_a_process_that_is_killed_under_load_loses_nothing_it_has_acknowledged(town: Town):
    enough, done = threading.Event(), list[str]()

    def client(_: int) -> None:
        while not enough.is_set():
            key = str(uuid.uuid4())
            while True:
                try:
                    answer = town.waste("SV-1", key)
                except requests.RequestException:
                    continue  # nobody knows: the same key again
                break
            assert answer.status_code == 200, answer.text
            done.append(key)

    with ThreadPoolExecutor(6) as pool:
        clients = [pool.submit(client, number) for number in range(6)]
        for process in town.served[SITE]:
            before = len(done)
            until(lambda before=before: len(done) > before + 20)
            process.kill()
        before = len(done)
        until(lambda: len(done) > before + 20)
        enough.set()
        for each in clients:
            each.result()
    stored = Counter(each["command"] for each in town.events("DosesWasted"))
    assert {key: stored[key] for key in done} == dict.fromkeys(done, 1)
    until(town.reached, 60, what=town.tails)


# The command


def test_the_command_serves_by_several_processes_and_ends_them_all(
    tmp_path: Path, rabbitmq: RabbitMQ
):
    site = Served(tmp_path, broker=rabbitmq.url)
    words = ["serve", "appointments", "--site", "stadium", "--processes", "2"]
    argv = [sys.executable, "-W", "ignore", "-m", "deploy.cli.main", *words]
    command = Process("command", [*argv, "--folder", str(tmp_path)], None, tmp_path / "command.log")
    with ProcessGroup() as group:
        group.add(command).start()
        command.wait_ready(lambda: "2 个进程在" in command.tail(), 90)
        assert site.waste("SV-1", "one").ok
        command.stop(30)
    assert command.returncode == 0
    assert is_free(site.part.port)


def test_an_embedded_town_is_one_process(tmp_path: Path):
    a_deployment(tmp_path).save()
    words = ["serve", "screening", "--processes", "2", "--folder", str(tmp_path)]
    refused = CliRunner().invoke(app, words)
    assert (refused.exit_code, "单机部署只有一个进程" in refused.output) == (2, True)
