"""Processes of one part while they start: each is waited for, however long it takes, and none is needed to end."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from deploy.local.ports import free_ports
from deploy.local.processes import Process
from deploy.local.supervisor import ProcessGroup
from shared.town.deployment import Deployment
from tests.support.part import a_deployment
from tests.support.waiting import until

SCREENING = "screening"
# As deploy.local.several, of processes that are only as much of a part as their start needs.
TOGETHER = """
import sys
from pathlib import Path
from deploy.local import several
from deploy.local.processes import Process

member = Path(sys.argv.pop()).read_text()

def members(deployment, part, processes):
    argv = [sys.executable, "-c", member, part.host, str(part.port)]
    logs = deployment.folder / "logs"
    return [Process(each, [*argv, each], None, logs / f"{each}.log") for each in ("one", "two")]

several.members = members
several.main(sys.argv[1:])
"""
MEMBER = """
import sys, time
from http.server import BaseHTTPRequestHandler, HTTPServer

class Answers(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()

host, port, name = sys.argv[1:]
if name == "one":
    server = HTTPServer((host, int(port)), Answers)
    print("正在服务 screening", flush=True)
    server.serve_forever()
time.sleep(1)
print("正在服务 screening", flush=True)
time.sleep(600)
"""


@pytest.fixture
def deployment(tmp_path: Path) -> Deployment:
    """A deployment whose database does not answer."""
    nowhere, *ports = free_ports(6)
    found = a_deployment(tmp_path, broker="amqp://127.0.0.1:1")
    parts = tuple(
        replace(each, port=port, store=f"postgresql+psycopg://one@127.0.0.1:{nowhere}/one")
        for each, port in zip(found.parts, ports, strict=False)
    )
    deployment = replace(found, parts=parts)
    deployment.save()
    return deployment


def test_others_are_ready_when_they_serve_themselves(deployment: Deployment, tmp_path: Path):
    (tmp_path / "member.py").write_text(MEMBER)
    argv = [sys.executable, "-c", TOGETHER, str(deployment.file), SCREENING, "2"]
    several = Process(
        "several", [*argv, str(tmp_path / "member.py")], None, tmp_path / "several.log"
    )
    with ProcessGroup() as group:
        group.add(several).start()
        several.wait_ready(lambda: "2 个进程在" in several.tail(), 60)
        assert "正在服务" in (deployment.folder / "logs" / "two.log").read_text()


def test_they_end_also_while_the_first_of_them_waits_for_its_database(
    deployment: Deployment, tmp_path: Path
):
    argv = [sys.executable, "-W", "ignore", "-m", "deploy.local.several", str(deployment.file)]
    several = Process("several", [*argv, SCREENING, "2"], None, tmp_path / "several.log")
    first = deployment.folder / "logs" / "screening-1.log"
    with ProcessGroup() as group:
        group.add(several).start()
        until(lambda: first.exists() and "等待数据库" in first.read_text(), 60)
        several.stop(20)
        assert several.returncode == 0, several.tail()
        assert [each.name for each in first.parent.iterdir()] == [first.name]
