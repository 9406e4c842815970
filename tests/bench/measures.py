"""The measurements, one function each; all return named figures."""

from __future__ import annotations

import statistics
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import Any

import requests

from deploy.cli.accounts import rehearsal_accounts
from deploy.local.processes import Process, ProcessGroup
from deploy.local.running import PLAN, embedded_deployment, running_cluster, running_embedded
from deploy.local.servers import PostgreSQL, RabbitMQ, free_ports
from deploy.parts import assembly, followers_of, open_work
from deploy.rehearsal import generate_town, write_rosters
from deploy.rehearsal.api import Api
from deploy.rehearsal.driver import Rehearsal
from services.supervision.ledger import queries as ledger
from services.supervision.replay.queries import week as replayed_week
from shared.kit.contracts import decode, encode
from shared.kit.eventstore import Context
from shared.kit.messaging.following import Follower
from shared.kit.messaging.pika_publisher import PikaPublisher
from shared.kit.messaging.relay import Relay
from shared.town.access import Grant, Person, tokens
from shared.town.campaign import load
from shared.town.contracts import catalogue
from shared.town.deployment import Deployment, Instance, Secrets
from tests.bench import finding
from tests.bench.importing import import_town
from tests.kit import PartUnderTest
from tests.support.waiting import until

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


def append_over_http(
    folder: Path, store: str, broker: str, seconds: float, program: str = "deploy.local.serve"
) -> tuple[list[float], float]:
    """Check-ins by 32 clients at one site's process: the time each took, and all together, in s."""
    names = ["registration", "screening", SITE, "reporting", "supervision"]
    urls = dict.fromkeys(names, f"sqlite:///{folder}/unused.db") | {SITE: store}
    parts = tuple(
        Instance(name, "127.0.0.1", port, urls[name])
        for name, port in zip(names, free_ports(5), strict=True)
    )
    secrets = Secrets.generate()
    deployment = Deployment(
        folder, broker, parts, secrets, rehearsal=True, poll_seconds=3600, campaign_file=PLAN
    )
    deployment.save()
    residents = [uuid.uuid4() for _ in range(int(1200 * seconds))]
    prepare_bookings(deployment, residents)
    argv = [
        sys.executable,
        "-W",
        "ignore",
        "-m",
        program,
        "serve",
        str(deployment.file),
        SITE,
    ]
    with ProcessGroup() as group:
        group.add(Process(SITE, argv, None, folder / "log"), deployment.part(SITE).url)
        group.start(60)
        return load_with_clients(deployment, residents, seconds)


def prepare_bookings(deployment: Deployment, residents: list[uuid.UUID]) -> None:
    """Book all residents for one day, without HTTP."""
    app: Any = open_work(deployment, deployment.part(SITE))
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
    Follower(app, "registration", lambda after, limit: log[after : after + limit]).catch_up()
    point = KEY.as_dict(private=False)["x"]
    published = envelope("SigningKeyPublished", {"key": "bench", "x": point}, "bench")
    known = [(1, encode(published))]
    Follower(app, "supervision", lambda after, limit: known[after : after + limit]).catch_up()
    product = app.campaign.products[0].code
    with app.store.transaction(Context("stock", "bench", "bench")):
        app.receive_batch("B1", product, 1_000_000, date(2025, 1, 1))
        session_class = app.aggregates[2]
        slots = [{"time": "17:30", "capacity": 1_000_000}]
        app.save(session_class(site="stadium", day=DAY, product=product, slots=slots))
    for start in range(0, len(residents), 500):
        with app.store.transaction(Context(f"book {start}", "bench", "bench")):
            for resident in residents[start : start + 500]:
                app.book(resident, DAY)
    app.store.close()


def load_with_clients(
    deployment: Deployment, residents: list[uuid.UUID], seconds: float
) -> tuple[list[float], float]:
    """Check residents in with 32 connections until time or people run out."""
    url, bearer = deployment.part(SITE).url, head(deployment)
    waiting, took = iter(residents), list[float]()
    lock, start = threading.Lock(), time.monotonic()
    end = start + seconds

    def client() -> None:
        with requests.Session() as session:
            session.trust_env = False
            while time.monotonic() < end:
                with lock:
                    resident = next(waiting, None)
                if resident is None:
                    return
                began = time.monotonic()
                answer = session.post(
                    f"{url}/api/residents/{resident}/check-in", json={}, headers=command(bearer)
                )
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


def relay(events: int) -> Figures:
    """Events a second published and confirmed by RabbitMQ: in a window, and one by one."""
    with tempfile.TemporaryDirectory() as place, RabbitMQ(Path(place) / "rabbitmq") as rabbitmq:
        part = PartUnderTest(Path(place) / "site", "appointments", "stadium", broker=rabbitmq.url)
        store = part.app.store
        example = catalogue.latest("DoseDrawn").example
        for start in range(0, events, 5000):
            with part.transaction():
                streams = [str(uuid.uuid4()) for _ in range(min(5000, events - start))]
                store.append(
                    [envelope("DoseDrawn", example | {"resident": each}, each) for each in streams]
                )
        publisher = PikaPublisher(rabbitmq.url, SITE, followers_of(part.deployment, SITE))
        publisher.serve(2.0)
        relaying, began = Relay(store, publisher), time.monotonic()
        while relaying.step():
            pass
        window = events / (time.monotonic() - began)
        single = one_by_one(publisher, store, min(500, events))
        publisher.close()
        store.close()
    return {"relay_confirmed_per_s": window, "relay_one_by_one_per_s": single}


def one_by_one(publisher: PikaPublisher, store: Any, number: int) -> float:
    """The same with a wait for each confirm."""
    events = [decode(SITE, at, body) for at, body in store.log(0, number)]
    began = time.monotonic()
    for event in events:
        publisher.publish([event])
    return number / (time.monotonic() - began)


def lag(doses: int) -> Figures:
    """From a dose acknowledged over HTTP to it showing in reporting: RabbitMQ, PostgreSQL."""
    with (
        tempfile.TemporaryDirectory() as place,
        running_cluster(Path(place), rehearsal=True, people=1800) as running,
    ):
        deployment = running.deployment
        api = Api(deployment, 1, 6, rehearsal_accounts(deployment))
        town = Rehearsal(api, generate_town(deployment.campaign, 1800, 1))
        town.prepare()
        took: list[float] = []
        for day in town.days():
            if len(took) >= doses:
                break
            town.vaccinate = lambda rows, on, at=api: took.extend(  # type: ignore[method-assign]
                timed_doses(at, rows, on, doses - len(took))
            )
            town.live_through(day)
        api.close()
    return {
        "lag_p50_ms": 1000 * statistics.median(took),
        "lag_p99_ms": 1000 * quantile(took, 0.99),
        "lag_doses": float(len(took)),
    }


def timed_doses(api: Any, rows: list[dict[str, Any]], day: date, most: int) -> list[float]:
    """Give doses one after the other; the time from each answer to reporting's position."""
    took: list[float] = []
    reporting = api.deployment.part("reporting").url
    with requests.Session() as session:
        session.headers.update(api.bearer("office"))
        for number, row in enumerate(rows):
            source = f"appointments/{row['site']}"
            url = f"/api/residents/{row['resident']}/dose"
            batches = api.get(source, "/api/batches")["batches"]
            usable = next(b for b in batches if b["left"] and b["expiry"] > str(day))["batch"]
            row |= (body := {"batch": usable, "vaccinator": "bench"})
            if number >= most:
                continue
            api.command(source, url, body, f"bench {day} {row['resident']} {number}")
            began, position = time.monotonic(), api.get(source, "/status")["head"]

            def known(source: str = source, position: int = position) -> bool:
                follows = session.get(f"{reporting}/status").json()["follows"]
                return next(f["position"] for f in follows if f["source"] == source) >= position

            until(known, every=0.001)
            took.append(time.monotonic() - began)
            time.sleep(0.02)  # the next dose is given to an idle system
    return took


def replay(entries: int) -> Figures:
    """Ledger entries a second from supervision's ledger to a fresh weekly report."""
    with tempfile.TemporaryDirectory() as place:
        group = PartUnderTest(Path(place), "supervision")
        residents = [uuid.uuid4() for _ in range(entries // 4)]
        logs = {
            "registration": foreign("ResidentRegistered", residents)
            + [(len(residents) + at, body) for at, body in foreign("ConsentGiven", residents)],
            SITE: [
                message
                for dose in (1, 2)
                for message in [
                    ((dose - 1) * len(residents) + at, body)
                    for at, body in foreign("DoseAdministered", residents, dose=dose)
                ]
            ],
        }
        for source, log in logs.items():
            reader = lambda after, limit, log=log: log[after : after + limit]  # noqa: E731
            Follower(group.app, assembly("supervision").policies, source, reader).catch_up()
        app: Any = group.app
        began = time.monotonic()
        replayed_week(app, "2024-W14")
        took = time.monotonic() - began
        count = ledger.head(app)["entry"]
        app.store.close()
    return {"replay_events_per_s": count / took}


def imports(people: int) -> Figures:
    """Roster rows a second through registration's HTTP interface on the embedded system."""
    campaign = load(PLAN)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        files = write_rosters(generate_town(campaign, people, 1), campaign, folder / "rosters")
        deployment = embedded_deployment(folder / "town", first_port=None, rehearsal=True)
        with running_embedded(deployment):
            rows, api = 0, Api(deployment, 1, 1, rehearsal_accounts(deployment))
            began = time.monotonic()
            for file in files:
                rows += api.roster(file.stem, file.read_bytes(), file.stem)["rows"]
            took = time.monotonic() - began
    return {"import_rows_per_s": rows / took}


MEASURES: dict[str, tuple[Callable[[float], Figures], float, float, str]] = {
    "appends": (appends, 10, 2, "check-ins by 32 clients at one process, after commit"),
    "signed_in": (signed_in, 8, 1, "the same check-ins with and without the gate, by turns"),
    "relay": (
        lambda n: relay(int(n)),
        50_000,
        2_000,
        "store to RabbitMQ, quorum queues, confirmed",
    ),
    "lag": (lambda n: lag(int(n)), 200, 5, "dose acknowledged to reporting's view, on a cluster"),
    "replay": (lambda n: replay(int(n)), 200_000, 2_000, "ledger to a week's figures"),
    "matching": (
        lambda n: finding.matching(int(n)),
        72_000,
        600,
        "generated duplicates among as many others, SQLite",
    ),
    "search": (
        lambda n: finding.search(int(n)),
        200_000,
        300,
        "over HTTP, all kinds of what is typed, SQLite",
    ),
    "guessing": (
        lambda n: finding.guessing(int(n)),
        72_000,
        2_000,
        "surnames told by counting equal traces in a copy of the database",
    ),
    "imports": (lambda n: imports(int(n)), 10_000, 200, "rosters over HTTP, embedded"),
    "import_town": (import_town, 72_000, 400, "40 messy workbooks over HTTP, counts checked"),
}
