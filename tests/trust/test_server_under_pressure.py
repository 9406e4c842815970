"""Cases F2, F6: a part's server among idle, slow and half-sent connections, which cost nobody else anything."""

from __future__ import annotations

import json
import resource
import socket
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests

from deploy.containers import MAX_WORKERS
from deploy.local.processes import Process, answers
from deploy.local.rabbitmq import RabbitMQ
from deploy.local.supervisor import ProcessGroup
from shared.kit.service_tokens import LOG, STATUS
from tests.support.calls import as_operator
from tests.support.served import Served, heard
from tests.support.waiting import until

PATIENCE = 30.0  # seconds after which an ordinary request counts as not answered
IDLE, HEAD, BODY = 6.0, 2.0, 3.0
IMPATIENT = f"""
from shared.kit.web.connections import SECONDS, Stage
SECONDS.update({{Stage.IDLE: {IDLE}, Stage.HEAD: {HEAD}, Stage.BODY: {BODY}}})
"""
UNLIMITED = "import deploy.containers; deploy.containers.max_connections = lambda _: 1000"
# Somebody ends a thread of the part, as any failure does that nobody thought of.
FAILING = """
from nameko.containers import ServiceContainer
start = ServiceContainer.start
def failing(self):
    start(self)
    self.spawn_managed_thread(lambda: eventlet.sleep(1) or 1 / 0)
ServiceContainer.start = failing
"""


@pytest.fixture(scope="module", autouse=True)
def many_descriptors() -> Iterator[None]:
    """The clients are of this process, which may have more of them than the part."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, 8192)), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, rabbitmq: RabbitMQ) -> Served:
    return Served(tmp_path_factory.mktemp("pressure"), 5000, broker=rabbitmq.url)


@pytest.fixture(scope="module")
def served(site: Served) -> Iterator[Process]:
    """The site's process, less patient than usual."""
    with ProcessGroup() as group:
        process = group.add(site.process(first=IMPATIENT), site.part.url)
        group.start(60)
        yield process


@pytest.fixture
def alone(tmp_path: Path, rabbitmq: RabbitMQ) -> Served:
    return Served(tmp_path, 5000, broker=rabbitmq.url)


@pytest.fixture
def connect(site: Served) -> Iterator[Callable[[bytes], socket.socket]]:
    with site.connections() as connect:
        yield connect


def is_served(site: Served) -> None:
    """Health, status, log, a query and a command are all answered."""
    assert answers(site.part.url, PATIENCE)
    for path, purpose in (("/status", STATUS), ("/log?limit=1", LOG)):
        as_part = as_operator(site.deployment, site.part.source, purpose)
        assert requests.get(site.part.url + path, headers=as_part, timeout=PATIENCE).ok
    assert site.ask("GET", "/api/batches").ok
    assert site.waste("SV-1", str(uuid.uuid4())).ok


# F2


def test_f2_a_thousand_idle_connections_leave_room_for_everybody_else(site, served, connect):
    idle = [connect() for _ in range(1000)]
    is_served(site)
    assert served.alive
    assert len(list(Path(f"/proc/{served.pid}/fd").iterdir())) < 800
    # The oldest had to go; the newest are still there.
    assert heard(idle[0]) == b""
    idle[-1].sendall(b"GET /health HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    assert heard(idle[-1]).startswith(b"HTTP/1.1 200")


def test_f2_a_part_without_any_descriptor_left_lives_on(alone):
    with ProcessGroup() as group:
        process = group.add(alone.process(descriptors=64, first=UNLIMITED), alone.part.url)
        group.start(60)
        pid = process.pid
        for _ in range(3):
            with alone.connections() as connect:
                for _ in range(100):
                    connect()
                until(lambda: "Too many open files" in process.tail(1000))
            is_served(alone)
        assert process.pid == pid


def test_f2_a_connection_that_is_kept_alive_is_closed_after_a_while(site, served, connect):
    began = time.monotonic()
    connection = connect(b"GET /health HTTP/1.1\r\nHost: a\r\n\r\n")
    assert heard(connection).startswith(b"HTTP/1.1 200")
    assert time.monotonic() - began >= IDLE


def test_f2_a_process_ends_with_its_part_and_is_started_again(alone):
    with ProcessGroup(supervise=True) as group:
        process = group.add(alone.process(first=FAILING), alone.part.url)
        group.start(60)
        first = process.pid
        until(lambda: process.pid not in (first, None), 30, what=process.tail)
        assert "自行结束：ZeroDivisionError" in process.log_path.read_text()


# F6


def test_f6_bodies_that_never_come_keep_nobody_waiting(site, served, connect):
    waiting = [connect(site.announced(20)) for _ in range(MAX_WORKERS + 20)]
    is_served(site)
    answer = heard(waiting[0])
    assert answer.startswith(b"HTTP/1.1 408")
    assert b"Connection: close" in answer
    assert json.loads(answer.partition(b"\r\n\r\n")[2])["code"] == "http-408"


def test_f6_a_head_that_comes_byte_by_byte_is_not_waited_for(site, served, connect):
    began = time.monotonic()
    slow = [connect(b"GET /health HTTP/1.1\r\nHost: ") for _ in range(MAX_WORKERS + 20)]
    cut = [connect(said) for said in (b"GET /hea", b"GET /health HTTP/1.1\r\nHo")]

    def all_are_closed() -> bool:
        """Drip on; whether nobody listens any more."""
        is_served(site)
        for each in list(slow):
            try:
                each.sendall(b"a")
            except OSError:
                slow.remove(each)
        return not slow

    until(all_are_closed, HEAD + 20, every=0.5)
    assert time.monotonic() - began >= HEAD
    for each in cut:
        assert heard(each).startswith(b"HTTP/1.1 408")


def test_f6_a_slow_body_that_keeps_coming_is_taken(site, served, connect):
    body = b'{"doses": 1, "reason": "vial broken"}'
    slow = connect(site.announced(len(body)))
    for at in range(len(body)):
        slow.sendall(body[at : at + 1])
        time.sleep(0.02)  # this is the case: a client that is slow
    slow.shutdown(socket.SHUT_WR)
    assert heard(slow).startswith(b"HTTP/1.1 200")


def test_f6_a_body_in_chunks_is_a_body(site, served, connect):
    head = site.announced(0).replace(b"Content-Length: 0", b"Transfer-Encoding: chunked")
    chunk = b'{"doses": 1, "reason": "vial broken"}'
    whole = connect(head + b"%x\r\n%s\r\n0\r\n\r\n" % (len(chunk), chunk))
    whole.shutdown(socket.SHUT_WR)
    assert heard(whole).startswith(b"HTTP/1.1 200")
    for broken in (b"%x\r\n%s" % (len(chunk), chunk), b"zz\r\n"):
        cut = connect(head + broken)
        cut.shutdown(socket.SHUT_WR)
        assert heard(cut).startswith(b"HTTP/1.1 400")


def test_f6_a_body_that_breaks_off_does_nothing(site, served, connect):
    before = len(site.events("DosesWasted"))
    cut = connect(site.announced(100) + b'{"doses": 1, "reason": "vial broken"}')
    cut.shutdown(socket.SHUT_WR)
    assert heard(cut).startswith(b"HTTP/1.1 400")
    assert len(site.events("DosesWasted")) == before


def test_f2_f6_idle_slow_and_half_sent_connections_together(site, served, connect):
    for _ in range(334):
        connect()
        connect(b"GET /health HTTP/1.1\r\nHost: ")
        connect(site.announced(20))
    for _ in range(10):
        is_served(site)
    assert served.alive
