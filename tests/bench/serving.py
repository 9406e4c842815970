"""One site under load: check-ins and queries of 32 clients at one process, over HTTP."""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import requests

from deploy.local.ports import free_ports
from deploy.local.postgresql import PostgreSQL
from deploy.local.processes import Process
from deploy.local.rabbitmq import RabbitMQ
from deploy.local.running import PLAN
from deploy.local.supervisor import ProcessGroup
from deploy.parts import assembly, open_work
from services.appointments.bookings import commands as bookings
from services.appointments.domain.session import Session
from services.appointments.stock import commands as stock
from shared.kit.contracts import encode
from shared.kit.contracts.chain import beginning, chained
from shared.kit.eventstore import Context
from shared.kit.messaging.following import Follower
from shared.town.access import Grant, Person, tokens
from shared.town.campaign import load
from shared.town.contracts import catalogue
from shared.town.deployment import Deployment, Instance, Secrets
from shared.town.work import Work

SITE = "appointments/stadium"
KEY = tokens.new_key()
DAY = date(2024, 3, 25)
Figures = dict[str, float]


def head(deployment: Deployment) -> dict[str, str]:
    """Headers of a command of a site's leader who is signed in."""
    grants = (Grant("site_leader", "site:stadium"),)
    person = Person("bench", str(uuid.uuid4()), grants, 1, time.time() + 3600, time.time() + 3600)
    audience, now = deployment.audience, time.time()
    token = tokens.sign(person, key="bench", private=KEY, audience=audience, now=now)
    return {"Authorization": f"Bearer {token}"}


def command(bearer: dict[str, str]) -> dict[str, str]:
    """The same with a key of its own."""
    return bearer | {"Idempotency-Key": str(uuid.uuid4())}


def quantile(values: list[float], share: float) -> float:
    """The value below which a share of the values lie."""
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def envelope(name: str, data: dict[str, Any], stream: str) -> dict[str, Any]:
    """An event's envelope."""
    now = "2024-03-25T08:00:00+08:00"
    document = {"event": name, "version": 1, "stream": stream, "stream_version": 1}
    document |= {"occurred_at": now, "recorded_at": now, "actor": "bench", "command": stream}
    return document | {"correlation": "bench", "causation": None, "data": data}


def foreign(name: str, residents: list[uuid.UUID], **data: Any) -> list[tuple[int, bytes]]:
    """Messages of a foreign source, one a resident."""
    example = catalogue.latest(name).example
    return [
        (at, encode(envelope(name, example | data | {"resident": str(r)}, str(r))))
        for at, r in enumerate(residents, 1)
    ]


def stadium_unit() -> str:
    """A unit docked to the stadium."""
    return next(unit.code for unit in load(PLAN).units if unit.site == "stadium")


@contextmanager
def one_site(
    folder: Path, store: str, broker: str, people: int, program: str, processes: int = 1
) -> Iterator[tuple[Deployment, list[uuid.UUID], Process]]:
    """One site's process, served by `program`, with so many people booked for one day.

    Of several `processes` it is the parent of those.
    """
    names = ["registration", "screening", SITE, "reporting", "supervision"]
    urls = dict.fromkeys(names, f"sqlite:///{folder}/unused.db") | {SITE: store}
    parts = tuple(
        Instance(name, "127.0.0.1", port, urls[name])
        for name, port in zip(names, free_ports(5), strict=True)
    )
    secrets = Secrets.generate()
    deployment = Deployment(
        folder, broker, parts, secrets, rehearsal=True, poll_seconds=3600, campaign_file=PLAN
    ).with_keys()
    deployment.save()
    residents = [uuid.uuid4() for _ in range(people)]
    prepare_bookings(deployment, residents)
    python, file = [sys.executable, "-W", "ignore", "-m"], str(deployment.file)
    argv = [*python, program, "serve", file, SITE]
    if processes > 1:
        argv = [*python, "deploy.local.several", file, SITE, str(processes)]
    with ProcessGroup() as group:
        process = Process(SITE, argv, None, folder / "log")
        all_serve = lambda: f"{processes} processes serve" in process.tail()  # noqa: E731
        group.add(process, all_serve if processes > 1 else deployment.part(SITE).url)
        group.start(90)
        yield deployment, residents, process


def append_over_http(
    folder: Path, store: str, broker: str, seconds: float, program: str = "deploy.local.serve"
) -> tuple[list[float], float]:
    """Check-ins by 32 clients at one site's process: the time each took, and all together, in s."""
    people = int(1200 * seconds)
    with one_site(folder, store, broker, people, program) as (deployment, residents, _):
        return load_with_clients(deployment, residents, seconds)


def follow(work: Work, source: str, events: list[tuple[int, bytes]]) -> None:
    """Let a part hear all of a foreign source's log."""
    log = list(chained(beginning(source), events))
    policies = assembly(work.store.source.partition("/")[0]).policies
    Follower(work, policies, source, lambda after, limit: log[after : after + limit]).catch_up()


def prepare_bookings(deployment: Deployment, residents: list[uuid.UUID]) -> None:
    """Book all residents for one day, without HTTP."""
    app = open_work(deployment, deployment.part(SITE))
    unit = stadium_unit()
    since = {"unit": unit, "site": "stadium", "since": str(DAY)}
    docked = encode(envelope("UnitDocked", since, unit))
    log = [(1, docked)]
    for name, data in (
        ("ResidentRegistered", {"unit": unit, "identity": "s1.1.x.y"}),
        ("ConsentGiven", {}),
    ):
        for _, body in foreign(name, residents, **data):
            log.append((len(log) + 1, body))
    follow(app, "registration", log)
    point = KEY.as_dict(private=False)["x"]
    published = envelope("SigningKeyPublished", {"key": "bench", "x": point}, "bench")
    follow(app, "supervision", [(1, encode(published))])
    product = app.campaign.products[0].code
    with app.store.transaction(Context("stock", "bench", "bench")):
        stock.receive_batch(app, "B1", product, 1_000_000, date(2025, 1, 1))
        slots = [{"time": "17:30", "capacity": 1_000_000}]
        app.save(Session(site="stadium", day=DAY, product=product, slots=slots))
    for start in range(0, len(residents), 500):
        with app.store.transaction(Context(f"book {start}", "bench", "bench")):
            for resident in residents[start : start + 500]:
                bookings.book(app, resident, DAY)
    app.store.close()


def load_with_clients(
    deployment: Deployment, residents: list[uuid.UUID], seconds: float
) -> tuple[list[float], float]:
    """Check residents in with 32 connections until time or people run out."""
    url, bearer = deployment.part(SITE).url, head(deployment)
    waiting, lock = iter(residents), threading.Lock()

    def check_in(session: requests.Session) -> requests.Response | None:
        with lock:
            resident = next(waiting, None)
        if resident is None:
            return None
        address = f"{url}/api/residents/{resident}/check-in"
        return session.post(address, json={}, headers=command(bearer))

    return with_clients(check_in, seconds)


def with_clients(
    request: Callable[[requests.Session], requests.Response | None], seconds: float
) -> tuple[list[float], float]:
    """Let 32 clients send requests until time runs out, or there are none; the time each took."""
    took, start = list[float](), time.monotonic()
    end = start + seconds

    def client() -> None:
        with requests.Session() as session:
            session.trust_env = False
            while (began := time.monotonic()) < end:
                answer = request(session)
                if answer is None:
                    return
                assert answer.status_code == 200, answer.text
                took.append(time.monotonic() - began)

    with ThreadPoolExecutor(32) as pool:
        for future in [pool.submit(client) for _ in range(32)]:
            future.result()
    return took, time.monotonic() - start


def appends(seconds: float) -> Figures:
    """Commands a second over HTTP, acknowledged after commit, on both databases."""
    found: Figures = {}
    with tempfile.TemporaryDirectory() as place, ExitStack() as stack:
        folder = Path(place)
        rabbitmq = stack.enter_context(RabbitMQ(folder / "rabbitmq"))
        postgresql = stack.enter_context(PostgreSQL(folder / "postgresql"))
        stores = {
            "sqlite": f"sqlite:///{folder}/site.db",
            "postgres": postgresql.create_database("site"),
        }
        for kind, store in stores.items():
            place_of = folder / kind
            place_of.mkdir()
            took, elapsed = append_over_http(place_of, store, rabbitmq.url, seconds)
            found[f"append_http_{kind}_per_s"] = len(took) / elapsed
            found[f"append_http_{kind}_p50_ms"] = 1000 * quantile(took, 0.5)
            found[f"append_http_{kind}_p99_ms"] = 1000 * quantile(took, 0.99)
    return found


def signed_in(seconds: float) -> Figures:
    """What the gate costs: the same check-ins with it and without it, by turns."""
    rates: dict[str, list[float]] = {"deploy.local.serve": [], "tests.bench.ungated": []}
    for _ in range(3):
        for program, found in rates.items():
            with tempfile.TemporaryDirectory() as place:
                folder = Path(place)
                store = f"sqlite:///{folder}/site.db"
                took, elapsed = append_over_http(folder, store, "memory://", seconds, program)
                found.append(len(took) / elapsed)
    with_gate, without = (statistics.median(found) for found in rates.values())
    return {
        "signed_in_per_s": with_gate,
        "ungated_per_s": without,
        "signed_in_cost_percent": 100 * (1 - with_gate / without),
    }


def servers(seconds: float) -> Figures:
    """A query and a command of one site, served by nameko's green threads or waitress' threads.

    Beside requests a second the processor time of the serving process, which does not depend on
    what else the machine does.
    """
    found: dict[str, list[float]] = {}
    for _ in range(3):
        for server, program in SERVERS.items():
            with tempfile.TemporaryDirectory() as place:
                store, people = f"sqlite:///{place}/site.db", int(1200 * seconds)
                with one_site(Path(place), store, "memory://", people, program) as one:
                    for name, value in served(*one, seconds):
                        found.setdefault(f"{server}_{name}", []).append(value)
    return {name: statistics.median(values) for name, values in sorted(found.items())}


SERVERS = {"nameko": "deploy.local.serve", "waitress": "tests.support.under_waitress"}


def served(
    deployment: Deployment, residents: list[uuid.UUID], process: Process, seconds: float
) -> Iterator[tuple[str, float]]:
    """Requests a second, and processor time each, of a query and of a command."""
    url, bearer = f"{deployment.part(SITE).url}/api/batches", head(deployment)
    loads = {
        "query": lambda: with_clients(lambda at: at.get(url, headers=bearer), seconds),
        "command": lambda: load_with_clients(deployment, residents, seconds),
    }
    for name, run in loads.items():
        before = processor_seconds(process.pid)
        took, elapsed = run()
        yield f"{name}_per_s", len(took) / elapsed
        yield f"{name}_p99_ms", 1000 * quantile(took, 0.99)
        yield f"{name}_cpu_ms", 1000 * (processor_seconds(process.pid) - before) / len(took)


def processor_seconds(pid: int) -> float:
    """What a process has had of the processor until now."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
