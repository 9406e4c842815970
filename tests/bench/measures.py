"""The measurements, one function each; all return named figures."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import requests

from deploy.cli.accounts import rehearsal_accounts
from deploy.local.rabbitmq import RabbitMQ
from deploy.local.running import PLAN, embedded_deployment, running_cluster, running_embedded
from deploy.parts import followers_of
from deploy.rehearsal import generate_town, write_rosters
from deploy.rehearsal.api import Api
from deploy.rehearsal.driver import Rehearsal
from services.supervision.ledger import queries as ledger
from services.supervision.replay.queries import unheard
from services.supervision.replay.queries import week as replayed_week
from shared.kit.messaging.pika_publisher import PikaPublisher
from shared.kit.messaging.relay import Relay
from shared.kit.source_keys import sealing
from shared.town.campaign import load
from shared.town.contracts import catalogue
from tests.bench import finding
from tests.bench.against_peer import against_peer
from tests.bench.importing import import_town
from tests.bench.live import live
from tests.bench.serving import (
    SITE,
    Figures,
    appends,
    envelope,
    follow,
    foreign,
    quantile,
    servers,
    signed_in,
)
from tests.bench.weight import weight
from tests.support.part import PartUnderTest
from tests.support.waiting import until


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
        publisher = PikaPublisher(
            rabbitmq.url,
            SITE,
            followers_of(part.deployment, SITE),
            sealing(part.deployment.secret_of(SITE), SITE),
        )
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
    events = store.log(0, number)
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
            row |= (body := {"batch": usable, "vaccinator": f"{row['site']}-nurse"})
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
            follow(group.app, source, log)
        app: Any = group.app
        began = time.monotonic()
        replayed_week(app, unheard, "2024-W14")
        took = time.monotonic() - began
        count = ledger.head(app)["entry"]
        app.store.close()
    return {"replay_events_per_s": count / took}


def audit(entries: int) -> Figures:
    """How long requests wait that are asked while a ledger of so many entries is audited."""
    with tempfile.TemporaryDirectory() as place:
        asked = [sys.executable, "-W", "ignore", "-m", "tests.bench.beside_audit", place]
        done = subprocess.run([*asked, str(entries)], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


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
    "servers": (
        servers,
        8,
        1,
        "one site under nameko and under waitress with 8 threads, 32 clients, by turns",
    ),
    "live": (
        lambda n: live(int(n)),
        30,
        4,
        "a change until a stream says it, and until the page fetched then is there; doses written off"
        " by 8 clients alone, beside 20 streams, and beside 20 pages that renew themselves, by turns",
    ),
    "against_peer": (
        against_peer,
        5,
        2,
        "one site beside FastAPI and one INSERT, wrk, on the same cores, by turns",
    ),
    "weight": (weight, 900, 60, "a rehearsal of the campaign, seen from outside"),
    "relay": (
        lambda n: relay(int(n)),
        50_000,
        2_000,
        "store to RabbitMQ, quorum queues, confirmed",
    ),
    "lag": (lambda n: lag(int(n)), 200, 5, "dose acknowledged to reporting's view, on a cluster"),
    "replay": (lambda n: replay(int(n)), 200_000, 2_000, "ledger to a week's figures"),
    "audit": (
        lambda n: audit(int(n)),
        400_000,
        2_000,
        "the first page asked again and again while a ledger is audited, one thread, SQLite",
    ),
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
