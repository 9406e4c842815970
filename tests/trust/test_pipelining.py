"""Requests that are sent before the one ahead is answered keep nobody waiting who asks once."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from deploy.local.processes import Process
from deploy.local.rabbitmq import RabbitMQ
from deploy.local.supervisor import ProcessGroup
from tests.support.served import Served, heard
from tests.support.waiting import until

PIPELINED = 100  # more than a connection's reading buffer holds
SAYING = """
from shared.kit.web.protocol import QuietProtocol
parse = QuietProtocol.parse_request
def saying(self):
    print("asked", self.raw_requestline.decode().split()[1], flush=True)
    return parse(self)
QuietProtocol.parse_request = saying
"""

SLOW_TO_READ_ON = """
import eventlet
from shared.kit.web.connections import Connections
from shared.kit.web.protocol import QuietProtocol
sleep = eventlet.patcher.original("time").sleep
read, wait_turn = QuietProtocol._read_request_line, Connections.wait_turn
def slow_to_read(self):
    sleep(0.02)
    return read(self)
def saying(self, connection):
    print("waits for a turn", flush=True)
    wait_turn(self, connection)
QuietProtocol._read_request_line, Connections.wait_turn = slow_to_read, saying
"""


@pytest.fixture
def site(tmp_path: Path, rabbitmq: RabbitMQ) -> Served:
    return Served(tmp_path, 5000, broker=rabbitmq.url)


@pytest.fixture
def served(site: Served) -> Iterator[Process]:
    """The site's process, which says what it is asked in which order."""
    with ProcessGroup() as group:
        process = group.add(site.process(first=SAYING), site.part.url)
        group.start(60)
        yield process


def request(name: str, more: str = "") -> bytes:
    return f"GET /health?{name} HTTP/1.1\r\nHost: a\r\n{more}\r\n".encode()


def asked(process: Process) -> list[str]:
    lines = process.log_path.read_text().splitlines()
    return [line.partition("?")[2] for line in lines if line.startswith("asked ") and "?" in line]


@contextmanager
def all_at_once(process: Process) -> Iterator[None]:
    """What is sent inside is all there before the process reads the first byte of it."""
    pid = process.pid
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def test_connections_that_pipeline_take_turns_with_everybody_else(site: Served, served: Process):
    with site.connections() as connect:
        busy = {name: connect(request(f"{name}-first")) for name in "abc"}
        once = connect(request("once-first"))
        until(lambda: len(asked(served)) == 4, what=served.tail)
        before = len(asked(served))
        last = "Connection: close\r\n"
        sent = {
            connection: b"".join(request(f"{name}-{at}") for at in range(PIPELINED))
            + request(f"{name}-last", last)
            for name, connection in busy.items()
        }
        with all_at_once(served):
            for connection, words in (sent | {once: request("once", last)}).items():
                connection.sendall(words)
        assert heard(once).count(b"HTTP/1.1 200") == 2
        # Every answer comes, in the order of the requests.
        for connection in busy.values():
            assert heard(connection).count(b"HTTP/1.1 200") == PIPELINED + 2
        order = asked(served)[before:]
    assert len(order) == 3 * (PIPELINED + 1) + 1
    assert order.index("once") <= 2 * len(sent), order[:20]
    took = dict.fromkeys(busy, 0)
    for each in order:
        name = each.partition("-")[0]
        if name in took:
            took[name] += 1
            assert max(took.values()) - min(took.values()) <= 1, order[:20]


def test_one_that_pipelines_makes_room_for_others_at_once(site: Served, served: Process):
    """More connections than there is room for, all of which send more than is answered."""
    with site.connections() as connect:
        flood = b"".join(request("flood") for _ in range(PIPELINED))
        with all_at_once(served):
            for _ in range(300):
                connect(flood)
            once = connect(request("once", "Connection: close\r\n"))
        assert heard(once).startswith(b"HTTP/1.1 200")
    order = asked(served)
    assert order.count("flood") < 300 * PIPELINED // 2, "what was closed is worked for no more"


def test_who_asks_again_as_soon_as_it_was_answered_does_not_wait_for_a_turn(site: Served):
    """On two processors the next request is there before the process has come to look for it."""
    with ProcessGroup() as group:
        process = group.add(site.process(first=SLOW_TO_READ_ON), site.part.url)
        group.start(60)
        with site.connections() as connect:
            connection = connect()
            for at in range(10):
                connection.sendall(request(f"{at}"))
                answer = b""
                while not answer.endswith(b"}"):
                    answer += connection.recv(65_536)
            connection.sendall(request("a") + request("b", "Connection: close\r\n"))
            assert heard(connection).count(b"HTTP/1.1 200") == 2
        assert process.log_path.read_text().count("waits for a turn") == 1, "b, sent with a"
