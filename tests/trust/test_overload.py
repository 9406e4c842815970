"""Case F7: more commands than a process can do - those beyond a bound are told so at once, all others are done."""

from __future__ import annotations

import json
import re
import select
import uuid
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from deploy.cli.status import status
from deploy.local.processes import Process
from deploy.local.rabbitmq import RabbitMQ
from deploy.local.supervisor import ProcessGroup
from shared.kit.service_tokens import STATUS
from shared.kit.web.overload import MOST_COMMANDS
from tests.support.calls import as_operator
from tests.support.served import Served, heard
from tests.support.stadium import Stadium
from tests.support.waiting import until

CLIENTS = 500
MOST_GROWTH = 80_000_000  # bytes of memory that 500 connections may take
BODY = b'{"doses": 1, "reason": "vial broken"}'
PATIENT = "from shared.kit.eventstore import writers_line; writers_line.PATIENCE_SECONDS = 600"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, rabbitmq: RabbitMQ) -> Served:
    return Served(tmp_path_factory.mktemp("overload"), 5000, broker=rabbitmq.url)


@pytest.fixture(scope="module")
def served(site: Served) -> Iterator[Process]:
    with ProcessGroup() as group:
        process = group.add(site.process(descriptors=2048, first=PATIENT), site.part.url)
        group.start(60)
        yield process


def process_of(site: Served) -> dict[str, Any]:
    """What the serving process says of itself."""
    headers = as_operator(site.deployment, site.part.source, STATUS)
    return requests.get(f"{site.part.url}/status", headers=headers, timeout=30).json()["process"]


def resident_bytes(process: Process) -> int:
    said = Path(f"/proc/{process.pid}/status").read_text()
    return int(re.findall(r"VmRSS:\s+(\d+) kB", said)[0]) * 1024


def test_f7_of_500_clients_a_bounded_number_waits_and_the_others_are_told_at_once(site, served):
    assert site.waste("SV-1", "before").ok
    before, wasted = resident_bytes(served), len(site.events("DosesWasted"))
    with site.connections() as connect:
        with site.transaction():  # nobody writes meanwhile
            clients = [connect(site.announced(len(BODY)) + BODY) for _ in range(CLIENTS)]
            refused = list[Any]()

            def told() -> bool:
                refused[:] = select.select(clients, [], [], 0)[0]
                return len(refused) == CLIENTS - MOST_COMMANDS

            until(told, 120, what=lambda: f"{len(refused)} are told; {process_of(site)}")
            assert process_of(site)["commands"] == MOST_COMMANDS
            growth = resident_bytes(served) - before
            # Whoever only asks is answered, and health says how it is.
            health = requests.get(f"{site.part.url}/health", timeout=30)
            assert (health.status_code, health.json()["status"]) == (200, "overloaded")
            assert site.ask("GET", "/api/batches").ok
            first = refused[0].recv(65536).decode()
        answers = Counter(each.recv(12) for each in clients if each not in refused)
    head, _, body = first.partition("\r\n\r\n")
    assert head.startswith("HTTP/1.1 503")
    assert "Retry-After: 2" in head
    assert json.loads(body)["code"] == "overloaded"
    assert answers == {b"HTTP/1.1 200": MOST_COMMANDS}
    assert len(site.events("DosesWasted")) == wasted + MOST_COMMANDS
    assert growth < MOST_GROWTH, f"{growth:,} bytes more"
    assert process_of(site)["commands"] == 0


def test_f7_status_names_the_part_that_refuses(site, served):
    found = status(site.deployment)["troubles"]
    assert [each["part"] for each in found if each["kind"] == "overloaded"] == [site.part.source]


def test_f7_clients_that_are_slow_are_not_counted(site, served):
    with site.connections() as connect:
        slow = [connect(site.announced(20)) for _ in range(MOST_COMMANDS + 20)]
        assert process_of(site)["commands"] == 0
        assert site.waste("SV-1", str(uuid.uuid4())).ok
        slow[0].sendall(b'{"doses": 1, "reason')  # as many bytes as it has announced
        slow[0].shutdown(1)
        assert heard(slow[0]).startswith(b"HTTP/1.1 400")


def test_f7_whoever_was_refused_sends_again_with_the_same_key(tmp_path: Path):
    site = Stadium(tmp_path)
    site.opens(10)
    room, address = site.routes.edge.commands, "/api/batches/SV-1/waste"
    body = {"doses": 1, "reason": "vial broken"}
    room.most = 0
    refused = site.http.post(address, body, key="one")
    assert (refused.status_code, refused.json["code"]) == (503, "overloaded")
    page = site.http.form(address, doses="1", reason="vial broken", _next="/").text
    assert "使用的人太多，这一项没有执行" in page
    assert site.http.get("/health").json["status"] == "overloaded"
    assert site.events("DosesWasted") == []
    room.most = 1
    assert site.http.post(address, body, key="one").status_code == 200
    assert (room.number, room.refused) == (0, 2)
