"""Cases F10, F11: how a part ends under load, and begins before its database is there."""

from __future__ import annotations

import http.client
import json
import socket
import sys
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import requests

from deploy.local.ports import free_ports
from deploy.local.postgresql import PostgreSQL
from deploy.local.processes import Process
from deploy.local.rabbitmq import RabbitMQ
from deploy.local.supervisor import ProcessGroup
from tests.support import part_processes
from tests.support.served import SITE, Served, heard
from tests.support.waiting import until


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, rabbitmq: RabbitMQ) -> Served:
    return Served(tmp_path_factory.mktemp("drains"), 5000, broker=rabbitmq.url)


@pytest.fixture
def connect(site: Served) -> Iterator[Callable[[bytes], socket.socket]]:
    with site.connections() as connect:
        yield connect


# F10


class Client(threading.Thread):
    """Sends commands one after the other, and sends again only what HTTP allows to be sent again.

    That is a request whose connection, used before, was closed before a byte of the answer.
    """

    def __init__(self, site: Served, *, keeps: bool) -> None:
        """Keep one connection, or make a new one for each command."""
        super().__init__()
        self.site, self.keeps = site, keeps
        self.enough = threading.Event()
        self.acknowledged: list[str] = []
        self.failed: list[str] = []
        self.connection: http.client.HTTPConnection | None = None

    def run(self) -> None:
        """Go on until it is enough."""
        while not self.enough.is_set():
            key = str(uuid.uuid4())
            try:
                status = self.send(key)
            except OSError as error:
                status = repr(error)
                self.connection = None
            (self.acknowledged if status == 200 else self.failed).append(f"{key} {status}")

    def send(self, key: str) -> int:
        used = self.connection is not None
        try:
            return self.exchange(key)
        except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError):
            if not used:
                raise
            self.connection = None
            return self.exchange(key)

    def exchange(self, key: str) -> int:
        if self.connection is None:
            part = self.site.part
            self.connection = http.client.HTTPConnection(part.host, part.port, timeout=30)
        body = json.dumps({"doses": 1, "reason": "vial broken"})
        headers = {"Authorization": f"Bearer {self.site.token}", "Idempotency-Key": key}
        headers["Content-Type"] = "application/json"
        self.connection.request("POST", "/api/batches/SV-1/waste", body, headers)
        answer = self.connection.getresponse()
        answer.read()
        if answer.will_close or not self.keeps:
            self.connection.close()
            self.connection = None
        return answer.status


def test_f10_of_two_processes_on_one_port_one_may_end_under_load(site):
    with ProcessGroup() as group:
        one = group.add(site.process("one"), site.part.url)
        group.start(60)
        two = group.add(site.process("two"), site.part.url)
        two.start()
        until(lambda: "正在服务" in two.tail(), 60, what=two.tail)
        clients = [Client(site, keeps=number % 2 == 0) for number in range(8)]
        for client in clients:
            client.start()
        done = lambda: sum(len(client.acknowledged) for client in clients)  # noqa: E731
        until(lambda: done() > 100)
        began = time.monotonic()
        one.stop()
        took, before = time.monotonic() - began, done()
        until(lambda: done() > before + 100)
        for client in clients:
            client.enough.set()
        for client in clients:
            client.join()
    assert [failed for client in clients for failed in client.failed] == []
    assert one.returncode == 0
    mine = {each.split()[0] for client in clients for each in client.acknowledged}
    done_by = Counter(each["command"] for each in site.events("DosesWasted"))
    assert {key: done_by[key] for key in mine} == dict.fromkeys(mine, 1)
    assert took < 4


def test_f10_what_has_begun_to_come_is_answered_and_the_connection_closed(site, connect):
    with ProcessGroup() as group:
        process = group.add(site.process("ending"), site.part.url)
        group.start(60)
        body = b'{"doses": 1, "reason": "vial broken"}'
        idle = connect(b"GET /health HTTP/1.1\r\nHost: a\r\n\r\n")
        until(lambda: idle.recv(65536))
        half = connect(site.announced(len(body)) + body[:10])
        until(lambda: requests.get(f"{site.part.url}/health", timeout=5).ok)
        ending = threading.Thread(target=process.stop)
        ending.start()
        assert heard(idle) == b""
        half.sendall(body[10:])
        answer = heard(half)
        assert answer.startswith(b"HTTP/1.1 200")
        assert b"\r\nConnection: close\r\n" in answer
        ending.join()
        assert process.returncode == 0


# F11


PROGRAMS = [("deploy.local.serve", "serve"), ("deploy.local.relay",)]


@pytest.mark.parametrize("program", PROGRAMS)
def test_f11_a_part_waits_for_its_database_and_says_so(tmp_path: Path, rabbitmq, program):
    server = PostgreSQL(tmp_path / "postgresql")
    with server:
        store = server.create_database("stadium")
    deployment = part_processes.a_deployment(tmp_path, rabbitmq.url, free_ports(5), 3600)
    parts = [replace(p, store=store) if p.source == SITE else p for p in deployment.parts]
    deployment = replace(deployment, parts=tuple(parts))
    deployment.save()
    argv = [sys.executable, "-W", "ignore", "-m", *program, str(deployment.file), SITE]
    with ProcessGroup() as group:
        process = group.add(Process(SITE, argv, None, tmp_path / "log"))
        for started_again in (False, True):
            process.start()
            until(lambda: "等待数据库" in process.tail(), 60, what=process.tail)
            if not started_again:
                process.stop()
                assert process.returncode == 0
        with server:
            process.wait_ready(
                lambda: "正在服务" in process.tail() or "正在转发" in process.tail(), 60
            )
            said = process.tail(100)
            assert said.count("等待数据库") == said.count("数据库已就绪") == 1
            assert "Traceback" not in process.log_path.read_text()
            process.stop()
