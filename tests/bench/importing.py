"""A town's rosters through the HTTP API: 40 messy workbooks, embedded and on PostgreSQL.

python -m tests.bench.importing [PEOPLE]
"""

from __future__ import annotations

import os
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import requests

from deploy.cli.accounts import rehearsal_accounts
from deploy.local.ports import free_ports
from deploy.local.postgresql import PostgreSQL
from deploy.local.processes import Process
from deploy.local.running import PLAN, POLL_SECONDS, embedded_deployment, running_embedded
from deploy.local.supervisor import ProcessGroup
from deploy.parts import open_work
from deploy.rehearsal.api import Api
from shared.kit.contracts import encode
from shared.town.access import Grant, Person, tokens
from shared.town.deployment import Deployment, Instance, Secrets
from tests.bench.serving import follow
from tests.rosters.messy import messy_rosters, units_of
from tests.rosters.planted import Book, Planted
from tests.support.waiting import until

KEY = tokens.new_key()
PEOPLE, BOOKS = 72_000, 40
SEED = 2  # a town of 72,000 in which no two alike are there by accident, only those planted
OPEN = ("queued", "reading", "writing")
SOURCES = ("registration", "screening", "appointments/stadium", "reporting", "supervision")
Figures = dict[str, float]


@dataclass(slots=True)
class Server:
    """Where registration answers, as whom one speaks, and which process it is."""

    url: str
    headers: dict[str, str]
    pid: int


def import_town(people: float = PEOPLE) -> Figures:
    """Seconds and memory for a whole town's rosters, on both databases, every count checked."""
    found: Figures = {}
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        planted = messy_rosters(
            folder / "rosters", people=int(people), units=units_of(PLAN, BOOKS), seed=SEED
        )
        for kind, running in (("sqlite", _embedded), ("postgres", _on_postgresql)):
            with running(folder / kind) as server:
                found |= {f"import_town_{k}_{kind}": v for k, v in _measured(server, planted)}
    memory = [found.pop(f"import_town_peak_mb_{kind}") for kind in ("sqlite", "postgres")]
    return found | {"import_town_peak_mb": max(memory)}


def _measured(server: Server, planted: Planted) -> Iterator[tuple[str, float]]:
    with _probing(server.url) as pauses:
        began, before = time.monotonic(), _cpu_s(server.pid)
        results = _hand_in(server, planted)
        yield "s", time.monotonic() - began
        yield "cpu_s", _cpu_s(server.pid) - before
    yield "rows", float(sum(result["rows"] for result in results))
    yield "longest_pause_ms", 1000 * max(pauses)
    yield "median_pause_ms", 1000 * sorted(pauses)[len(pauses) // 2]
    yield "peak_mb", _peak_mb(server.pid)
    troubles = [each for pair in zip(planted.books, results, strict=True) for each in check(*pair)]
    for each in troubles[:20]:
        print(each, file=sys.stderr)
    assert not troubles, f"{len(troubles)} counts are not those planted"


def _hand_in(server: Server, planted: Planted) -> list[dict[str, Any]]:
    """Send all files at once, in the order of the units; wait for the last."""
    with requests.Session() as session:
        session.trust_env = False
        session.headers.update(server.headers)
        jobs: list[str] = []
        for book in planted.books:
            answer = session.post(
                f"{server.url}/api/units/{book.unit.code}/roster",
                data=book.path.read_bytes(),
                headers={"Idempotency-Key": str(uuid.uuid4())},
                timeout=60,
            )
            assert answer.status_code == 200, answer.text
            jobs.append(answer.json()["import"])
        for job in jobs:
            address = f"{server.url}/api/imports/{job}"
            until(
                lambda address=address: (
                    session.get(address, timeout=60).json()["state"] not in OPEN
                ),
                3_600,
                every=0.5,  # as a clerk's page asks
            )
        ended = [session.get(f"{server.url}/api/imports/{job}/result", timeout=60) for job in jobs]
        assert [each.status_code for each in ended] == [200] * len(jobs), ended
        return [each.json() for each in ended]


def check(book: Book, result: dict[str, Any]) -> Iterator[str]:
    """Say where a result is not what was planted in the file."""
    planted, name = book.counts, book.path.name
    wanted = {
        "new": planted["new"] - planted["close"],
        "close": planted["close"],
        "corrected": planted["shared"],
        "unchanged": 0,
        "errors": planted["error"] + planted["elsewhere"],
    }
    came = {group: result[group] for group in wanted} | {"errors": len(result["errors"])}
    for group, number in wanted.items():
        if came[group] != number:
            yield f"{name} {group}: {came[group]}, planted {number}"
    errors = {
        (each["sheet"], each["row"], each["column"], each["code"])
        for each in result["errors"]
        if each["code"] != "elsewhere"
    }
    for each in sorted(errors ^ book.errors):
        yield f"{name} {'not planted' if each in errors else 'not found'}: {each}"
    if len(result["entries"]) + len(result["errors"]) != len(book.rows):
        yield f"{name}: {len(book.rows)} rows, not all of them accounted for"


@contextmanager
def _probing(url: str) -> Iterator[list[float]]:
    """Ask the process for its health all the time; the list holds how long each answer took."""
    took, stop = [0.0], threading.Event()

    def probe() -> None:
        with requests.Session() as session:
            session.trust_env = False
            while not stop.wait(0.2):
                began = time.monotonic()
                session.get(f"{url}/health", timeout=60)
                took.append(time.monotonic() - began)

    thread = threading.Thread(target=probe)
    thread.start()
    try:
        yield took
    finally:
        stop.set()
        thread.join()


def _cpu_s(pid: int) -> float:
    """Processor time the process has had: what a machine that does nothing else would need."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _peak_mb(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


@contextmanager
def _embedded(folder: Path) -> Iterator[Server]:
    # With the pauses of a deployment in earnest; of a rehearsal, for its accounts.
    deployment = embedded_deployment(folder, first_port=None, rehearsal=True)
    deployment = replace(deployment, poll_seconds=POLL_SECONDS)
    deployment.save()
    with running_embedded(deployment) as running:
        api = Api(deployment, 1, 1, rehearsal_accounts(deployment))
        url = deployment.part("registration").url
        yield Server(url, api.bearer("office"), running.group["embedded"].pid or 0)
        api.close()


@contextmanager
def _on_postgresql(folder: Path) -> Iterator[Server]:
    """Registration's process alone, its store on PostgreSQL; the others would be elsewhere."""
    folder.mkdir()
    with PostgreSQL(folder / "postgresql") as server:
        ports = free_ports(len(SOURCES))
        stores = dict.fromkeys(SOURCES, f"sqlite:///{folder}/unused.db")
        stores["registration"] = server.create_database("registration")
        parts = tuple(
            Instance(name, "127.0.0.1", port, stores[name])
            for name, port in zip(SOURCES, ports, strict=True)
        )
        deployment = Deployment(
            folder,
            "memory://",
            parts,
            Secrets.generate(),
            rehearsal=True,
            poll_seconds=3600,
            campaign_file=PLAN,
        ).with_keys()
        deployment.save()
        headers = known_office(deployment)
        part = deployment.part("registration")
        argv = [sys.executable, "-W", "ignore", "-m", "deploy.local.serve", "serve"]
        argv += [str(deployment.file), part.source]
        with ProcessGroup() as group:
            process = Process("registration", argv, None, folder / "log")
            group.add(process, part.url)
            group.start(60)
            yield Server(part.url, headers, process.pid or 0)


def known_office(deployment: Deployment) -> dict[str, str]:
    """Let registration know a key, and sign a token of the office with it."""
    app = open_work(deployment, deployment.part("registration"))
    now = "2024-03-25T08:00:00+08:00"
    document: dict[str, Any] = {"event": "SigningKeyPublished", "version": 1, "stream": "bench"}
    document |= {"stream_version": 1, "occurred_at": now, "recorded_at": now, "actor": "bench"}
    document |= {"command": "bench", "correlation": "bench", "causation": None}
    document["data"] = {"key": "bench", "x": KEY.as_dict(private=False)["x"]}
    log = [(1, encode(document))]
    follow(app, "supervision", log)
    app.store.close()
    until = time.time() + 3600
    person = Person("bench", str(uuid.uuid4()), (Grant("office", "town"),), 1, until, until)
    token = tokens.sign(
        person, key="bench", private=KEY, audience=deployment.audience, now=time.time()
    )
    return {"Authorization": f"Bearer {token}"}


if __name__ == "__main__":
    for figure, value in import_town(float(sys.argv[1]) if sys.argv[1:] else PEOPLE).items():
        print(f"{figure:40} {value:12,.1f}")
