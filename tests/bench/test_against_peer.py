"""The load is what it says, the peer does what it says, and both are read right."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from pathlib import Path

import psycopg
import pytest
import requests
from rich.console import Console

from deploy.local.ports import free_ports
from deploy.local.postgresql import PostgreSQL
from deploy.local.processes import Process
from tests.bench.__main__ import measure
from tests.bench.against_peer import KINDS, _figures, _table
from tests.bench.load import CORES, Load, by_zipf, is_there, loaded, read
from tests.bench.systems import System

with_wrk = pytest.mark.skipif(not is_there(), reason="bash deploy/bootstrap.sh bench")
with_peer = pytest.mark.skipif(find_spec("asyncpg") is None, reason="make .venv/bench.stamp")
SAID = '{"sent": 130, "answered": 100, "refused": 10, "broken": 3, "took": 500000, '
SAID += '"p50": 1500, "p90": 2000, "p99": 3000, "p99_9": 4000, "max": 5000}'


def test_streams_are_chosen_by_zipf_and_the_same_by_the_same_seed():
    chosen = Counter(by_zipf(100, 20_000, 1))
    assert set(chosen) <= set(range(100))
    assert 1.8 < chosen[0] / chosen[1] < 2.2
    assert 8 < chosen[0] / chosen[9] < 12.5
    assert by_zipf(100, 50, 1) == by_zipf(100, 50, 1) != by_zipf(100, 50, 2)


def test_what_is_refused_or_broken_is_an_error_and_no_command_done():
    load = read(f"what wrk says\n{SAID}\n", 32, {"server": 0.2}, 0.5)
    assert (load.per_s, load.done, load.sent, load.errors) == (180, 90, 130, 13)
    assert load.ms == {"p50": 1.5, "p90": 2.0, "p99": 3.0, "p99_9": 4.0, "max": 5.0}


def test_what_was_sent_and_never_answered_is_an_error_but_for_the_last_of_each_client():
    assert [read(SAID, clients, {}, 0).errors for clients in (30, 20, 10)] == [13, 20, 30]


def a_system(key: str, per_s: list[float], done: int = 10) -> System:
    made = System(key, key, "SQLite", "FULL", "", "", {}, lambda: 0, [])
    ms = dict.fromkeys(("p50", "p90", "p99", "p99_9", "max"), 4.0)
    for kind in KINDS:
        made.found[kind.name] = [
            Load(each, 1, ms, {"server": 1}, 1, 0.5, done, 10) for each in per_s
        ]
    return made


def test_the_ratio_is_the_median_of_the_rounds_ratios():
    found = dict(_figures([a_system("peer", [100, 10, 100]), a_system("site", [50, 20, 40])]))
    assert (found["site_once_per_s"], found["site_once_of_peer"]) == (40, 0.5)
    assert found["site_once_errors"] == 3
    assert found["site_once_others_cpu_percent"] == 50
    assert (found["site_once_server_cpu_ms"], found["site_once_server_cpu_percent"]) == (
        100,
        100 / CORES,
    )
    assert "site_once_database_cpu_percent" not in found


def test_who_answered_nothing_has_no_quantiles_rather_than_good_ones():
    systems = [a_system("peer", [0], done=0), a_system("site", [50])]
    found = dict(_figures(systems))
    assert not {"peer_once_p50_ms", "site_once_of_peer"} & set(found)
    with (console := Console(width=170)).capture() as shown:
        console.print(_table(systems, found | {"fsync_ms": 1.0}))
    assert "–" in shown.get()


@contextmanager
def a_server(asked: list[tuple[str, str, str, bytes]]) -> Iterator[str]:
    """Keeps what it is asked, and refuses one path."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            key, who = self.headers["Idempotency-Key"], self.headers["Authorization"]
            asked.append((self.path, key, who, body))
            self.send_response(409 if self.path == "/refused" else 200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@with_wrk
def test_each_line_is_sent_once_with_a_key_of_its_own(tmp_path: Path):
    asked: list[tuple[str, str, str, bytes]] = []
    lines = [(f"/one/{at}", f'{{"at": {at}}}') for at in range(50)] + [("/refused", "{}")]
    with (
        a_server(asked) as url,
        subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as idle,
    ):
        beside = {"server": idle.pid}
        load = loaded(url, lines, "me", tmp_path, clients=1, seconds=1, processes=beside)
        idle.communicate(b"\n")
    assert [(path, body.decode()) for path, _, _, body in asked] == lines
    assert len({key for _, key, _, _ in asked}) == 51
    assert {who for _, _, who, _ in asked} == {"Bearer me"}
    assert (load.done, load.sent, load.errors) == (50, 51, 1)
    assert load.seconds < 1, "its lines were spent before its time"
    assert set(load.cpu_s) == {"server", "load"}


@with_peer
def test_the_peer_keeps_a_command_once_and_refuses_what_is_not_one(tmp_path: Path):
    with PostgreSQL(tmp_path / "postgresql") as postgresql:
        postgresql.create_database("peer")
        port, known = free_ports(1)[0], postgresql.conninfo("peer")
        argv = [sys.executable, "-m", "tests.bench.peer", str(port), known]
        process, url = Process("peer", argv, None, tmp_path / "log"), f"http://127.0.0.1:{port}"
        process.start()
        try:
            process.wait_ready(url)
            check_in = f"{url}/api/residents/0b0e0c6e-3b0c-4d7e-9a38-2c1d7e9f0b06/check-in"
            waste, some = f"{url}/api/batches/B-1/waste", {"doses": 1, "reason": "vial broken"}
            for _ in range(2):
                assert requests.post(check_in, json={}, headers=key("a")).status_code == 200
                assert requests.post(waste, json=some, headers=key("b")).status_code == 200
            for wrong in (
                requests.post(check_in, json={}),
                requests.post(check_in, json={"more": 1}, headers=key("c")),
                requests.post(waste, json=some | {"doses": 0}, headers=key("d")),
            ):
                assert wrong.status_code == 422
            with psycopg.connect(known) as connection:
                assert connection.execute("SHOW synchronous_commit").fetchone() == ("on",)
                assert connection.execute("SELECT key FROM check_ins").fetchall() == [("a",)]
                found = connection.execute("SELECT key, batch, doses FROM wasted").fetchall()
                assert found == [("b", "B-1", 1)]
        finally:
            process.stop()


def key(text: str) -> dict[str, str]:
    return {"Idempotency-Key": text}


@with_wrk
@with_peer
def test_a_site_is_measured_beside_the_peer():
    found = measure(quick=True, only="against_peer")
    for system in ("peer", "sqlite", "postgresql", "sqlite_2", "postgresql_2"):
        for kind in ("once", "zipf", "many"):
            assert f"against_peer_{system}_{kind}_per_s" in found
            assert found[f"against_peer_{system}_{kind}_errors"][0] == 0
