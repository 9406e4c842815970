"""Whoever answers in a source's name cannot fill a follower's memory, or hold it for ever."""

from __future__ import annotations

import gzip
import itertools
import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from requests import PreparedRequest
from requests.auth import AuthBase

from shared.kit.contracts.chain import Linked
from shared.kit.messaging import log_client
from shared.kit.messaging.log_client import LogClient, UnreasonableAnswer

Say = Callable[[int, int], Iterator[bytes]]


class _Nobody(AuthBase):
    """Asks without a token."""

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        return request


@pytest.fixture
def source() -> Iterator[Callable[..., LogClient]]:
    """Serves whatever a test says as the log of a source."""
    servers: list[ThreadingHTTPServer] = []

    def serve(say: Say, **headers: str) -> LogClient:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                query = parse_qs(urlsplit(self.path).query)
                self.send_response(200)
                for name, value in headers.items():
                    self.send_header(name.replace("_", "-"), value)
                self.end_headers()
                try:
                    for piece in say(int(query["after"][0]), int(query["limit"][0])):
                        self.wfile.write(piece)
                except OSError:
                    pass  # nobody reads on

            def log_message(self, *_: Any) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        servers.append(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return LogClient(f"http://127.0.0.1:{server.server_port}", _Nobody())

    yield serve
    for server in servers:
        server.shutdown()
        server.server_close()


def events(after: int, limit: int, size: int = 10) -> Iterator[bytes]:
    rows = [
        {"position": at, "body": "x" * size, "link": "00"}
        for at in range(after + 1, after + limit + 1)
    ]
    yield json.dumps({"events": rows}).encode()


def test_a_page_of_the_log_is_read(source):
    assert source(events)(4, 2) == [Linked(5, b"x" * 10, b"\0"), Linked(6, b"x" * 10, b"\0")]


def test_large_events_come_in_smaller_pages(source, monkeypatch):
    monkeypatch.setattr(log_client, "LARGEST_BYTES", 10_000)
    client = source(lambda after, limit: events(after, limit, size=1000))
    page = client(0, 500)
    assert [each.position for each in page] == list(range(1, len(page) + 1))
    assert 1 < len(page) < 10


def test_an_endless_answer_is_not_read(source, monkeypatch):
    monkeypatch.setattr(log_client, "LARGEST_BYTES", 100_000)
    sent = itertools.count()

    def endless(_after: int, _limit: int) -> Iterator[bytes]:
        while True:
            next(sent)
            yield b" " * 10_000

    with pytest.raises(UnreasonableAnswer):
        source(endless)(0, 4)
    assert next(sent) < 3000


def test_an_answer_that_trickles_ends(source, monkeypatch):
    monkeypatch.setattr(log_client, "LONGEST_SECONDS", 0.3)
    more = threading.Event()

    def trickle(_after: int, _limit: int) -> Iterator[bytes]:
        while not more.wait(0.05):
            yield b" "

    with pytest.raises(UnreasonableAnswer, match="no end"):
        source(trickle)(0, 1)
    more.set()


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"[]",
        b"\xff",
        b'{"events": 5}',
        b'{"events": [{"position": "x", "body": "", "link": ""}]}',
        b'{"events": [{"position": 1, "body": 7, "link": ""}]}',
        b'{"events": [{"position": 1, "body": "", "link": "zz"}]}',
    ],
)
def test_what_is_no_log_is_said_as_such(source, said):
    with pytest.raises(UnreasonableAnswer):
        source(lambda _after, _limit: iter([said]))(0, 1)


def test_a_compressed_answer_is_not_unpacked(source):
    packed = gzip.compress(b"".join(events(0, 1)))
    with pytest.raises(UnreasonableAnswer):
        source(lambda _after, _limit: iter([packed]), Content_Encoding="gzip")(0, 1)


def test_no_more_is_taken_than_was_asked_for(source):
    assert len(source(lambda after, _limit: events(after, 9))(0, 2)) == 2
