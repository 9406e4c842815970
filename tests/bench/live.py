"""What live pages cost and bring: how soon a second page shows a change, and commands beside 20 streams."""

from __future__ import annotations

import json
import socket
import statistics
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path

import requests

from deploy.local.supervisor import ProcessGroup
from shared.town.access.renewals import RENEWS
from tests.bench.serving import Figures, quantile
from tests.support.served import Served

STREAMS, CLIENTS = 20, 8
GAP_SECONDS = 1.0  # between two fetches of a page
COMMANDS = 40  # of each client in a turn
PAGE = "/stock"


def live(changes: int) -> Figures:
    """From a command sent to the frame of a stream, and to the page that is fetched then."""
    with tempfile.TemporaryDirectory() as place, ProcessGroup() as group:
        site = Served(Path(place), 100_000, broker="memory://")
        group.add(site.process(descriptors=8192), site.part.url)
        group.start(60)
        told, shown = seen(site, changes)
        alone, beside, renewing = list[float](), list[float](), list[float]()
        for _ in range(3):
            alone += commands(site)
            with listening(site, STREAMS):
                beside += commands(site)
            with pages(site, STREAMS):
                renewing += commands(site)
    return {
        "live_told_ms_p50": 1000 * statistics.median(told),
        "live_told_ms_max": 1000 * max(told),
        "live_shown_ms_p50": 1000 * statistics.median(shown),
        "live_shown_ms_max": 1000 * max(shown),
        "command_ms_p50": 1000 * statistics.median(alone),
        "command_beside_20_streams_ms_p50": 1000 * statistics.median(beside),
        "command_ms_p99": 1000 * quantile(alone, 0.99),
        "command_beside_20_streams_ms_p99": 1000 * quantile(beside, 0.99),
        "command_beside_20_pages_ms_p50": 1000 * statistics.median(renewing),
        "command_beside_20_pages_ms_p99": 1000 * quantile(renewing, 0.99),
    }


@contextmanager
def listening(site: Served, number: int) -> Iterator[list[socket.socket]]:
    """Streams that are open, each with its first frame read; what comes later is left to the kernel."""
    head = "GET /live HTTP/1.1\r\nHost: a\r\nAccept: text/event-stream\r\n"
    head += f"Authorization: Bearer {site.token}\r\n\r\n"
    with ExitStack() as stack:
        found = list[socket.socket]()
        for _ in range(number):
            address = (site.part.host, site.part.port)
            found.append(stack.enter_context(socket.create_connection(address, timeout=30)))
            found[-1].sendall(head.encode())
        for each in found:
            answer = b""
            while b"data: " not in answer:
                answer += each.recv(65536)
        yield found


@contextmanager
def pages(site: Served, number: int) -> Iterator[None]:
    """Pages that are open beside each other, and renew themselves as the script does."""
    enough = threading.Event()
    headers = {"Authorization": f"Bearer {site.token}", "Accept": "text/html", RENEWS: "1"}

    def page(stream: socket.socket) -> None:
        with requests.Session() as session:
            while not enough.is_set():
                stream.settimeout(0.2)
                try:
                    stream.recv(65536)
                except TimeoutError:
                    continue
                began = time.monotonic()
                session.get(site.part.url + PAGE, headers=headers, timeout=30)
                enough.wait(max(GAP_SECONDS - (time.monotonic() - began), 0))

    with listening(site, number) as streams, ThreadPoolExecutor(number) as pool:
        for stream in streams:
            pool.submit(page, stream)
        yield
        enough.set()


def seen(site: Served, changes: int) -> tuple[list[float], list[float]]:
    """How long after a command was sent a stream said so, and the page had come."""
    told, shown = list[float](), list[float]()
    headers = {"Authorization": f"Bearer {site.token}", "Accept": "text/html", RENEWS: "1"}
    with listening(site, 1) as [stream], requests.Session() as session:
        for _ in range(changes):
            began = time.monotonic()
            site.waste("SV-1", str(uuid.uuid4()))
            assert b"data: " in stream.recv(65536)
            told.append(time.monotonic() - began)
            assert session.get(site.part.url + PAGE, headers=headers, timeout=30).ok
            shown.append(time.monotonic() - began)
    return told, shown


def commands(site: Served) -> list[float]:
    """How long each command of some clients at once took."""

    def client(_number: int) -> list[float]:
        took = list[float]()
        headers = {"Authorization": f"Bearer {site.token}", "Content-Type": "application/json"}
        body, url = json.dumps({"doses": 1, "reason": "vial broken"}), "/api/batches/SV-1/waste"
        with requests.Session() as session:
            for _ in range(COMMANDS):
                key, began = {"Idempotency-Key": str(uuid.uuid4())}, time.monotonic()
                address = site.part.url + url
                assert session.post(address, body, headers=headers | key, timeout=30).ok
                took.append(time.monotonic() - began)
        return took

    with ThreadPoolExecutor(CLIENTS) as pool:
        return [each for found in pool.map(client, range(CLIENTS)) for each in found]
