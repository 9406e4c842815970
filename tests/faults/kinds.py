"""Kinds of faults of a cluster: how each is injected, and how it is healed."""

from __future__ import annotations

import json
import os
import random
import resource
import shutil
import socket
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, replace
from pathlib import Path

import pika
import psycopg

from deploy.local.processes import Process
from shared.kit.messaging import topology
from tests.faults.trial import Bench, Fault
from tests.support.deaf_proxy import DeafProxy
from tests.support.rabbitmqctl import rabbitmqctl
from tests.support.waiting import until

KILL_EVERY_SECONDS = (0.2, 1.2)
SERVERS_SHARE = 0.06  # of the kills: a server takes seconds to come back
STADIUM = "appointments/stadium"
CONNECTIONS, DESCRIPTORS = 1000, 1024


def kills(number: int, seed: int = 1) -> Fault:
    """So many processes of every kind are killed at random moments."""

    @contextmanager
    def rage(bench: Bench) -> Iterator[None]:
        # Whom to kill and when is invented, the same from the same seed.
        rng, killed = random.Random(seed), Counter[str]()
        restarts = servers(bench)
        names = [process.name for process in bench.group]
        everybody = [*restarts, *names]
        for count in range(number):
            name = rng.choice(list(restarts) if rng.random() < SERVERS_SHARE else names)
            if number >= len(everybody) > count:
                name = everybody[count]  # every kind at least once
            if name in restarts:
                restarts[name]()
            else:
                until(lambda name=name: bench.group[name].alive, 30)
                bench.group[name].kill()
            killed["relay" if name.startswith("relay") else name.partition("/")[0]] += 1
            time.sleep(rng.uniform(*KILL_EVERY_SECONDS))
        bench.group.wait_ready(90)
        bench.notes.append(", ".join(f"{name} {times}" for name, times in killed.most_common()))
        yield

    how = "SIGKILL of services, sites, relays, broker and database at random moments"
    return Fault(f"kill -9, {number} times", how, rage)


def servers(bench: Bench) -> dict[str, Callable[[], None]]:
    """How the broker and the database are killed, and started again."""

    def restart(server: object) -> None:
        server.kill()  # type: ignore[attr-defined]
        server.start()  # type: ignore[attr-defined]

    found = {"RabbitMQ": bench.running.rabbitmq, "PostgreSQL": bench.running.postgresql}
    return {name: lambda server=server: restart(server) for name, server in found.items()}


@contextmanager
def _broker_emptied(bench: Bench) -> Iterator[None]:
    broker = bench.running.rabbitmq
    broker.let_be()
    broker.kill()
    shutil.rmtree(broker.folder / "mnesia")
    broker.start()
    yield


@contextmanager
def _queue_deleted(bench: Bench) -> Iterator[None]:
    broker = bench.running.rabbitmq
    with pika.BlockingConnection(pika.URLParameters(broker.url)) as connection:
        connection.channel().queue_delete(topology.queue_name("reporting", "registration"))
    time.sleep(20)
    rabbitmqctl(broker, "import_definitions", str(broker.folder / "definitions.json"))
    yield


@contextmanager
def changed(
    bench: Bench,
    name: str,
    argv: Callable[[list[str]], Sequence[str]] = lambda argv: argv,
    env: Mapping[str, str] | None = None,
) -> Iterator[Process]:
    """A process runs another command line, or in another environment, until it is healed."""
    process = bench.group[name]
    as_it_was = process.argv, process.env
    process.stop()
    process.argv, process.env = list(argv(process.argv)), process.env | dict(env or {})
    process.start()
    bench.group.wait_ready(90)
    try:
        yield process
    finally:
        process.stop()
        process.argv, process.env = as_it_was
        process.start()
        bench.group.wait_ready(90)


@contextmanager
def _broker_silent(bench: Bench) -> Iterator[None]:
    broker = bench.running.rabbitmq
    with DeafProxy(broker.port) as proxy:
        through = replace(
            bench.deployment,
            parts=tuple(
                replace(part, broker=part.broker.replace(f":{broker.port}/", f":{proxy.port}/"))
                for part in bench.deployment.parts
            ),
        )
        file = bench.deployment.folder / "through-proxy.json"
        file.write_text(json.dumps(asdict(through.for_part("reporting")), default=str))
        known = str(bench.deployment.for_part("reporting").file)
        with changed(
            bench, "reporting", lambda argv: [str(file) if w == known else w for w in argv]
        ):
            proxy.fall_silent()
            time.sleep(60)
    yield


@contextmanager
def _database_away(bench: Bench) -> Iterator[None]:
    bench.running.postgresql.stop()
    time.sleep(120)
    bench.running.postgresql.start()
    yield


@contextmanager
def _database_only_read(bench: Bench) -> Iterator[None]:
    with psycopg.connect(bench.running.postgresql.conninfo("postgres"), autocommit=True) as admin:
        for setting in (
            "SET default_transaction_read_only = on",
            "RESET default_transaction_read_only",
        ):
            admin.execute(f"ALTER SYSTEM {setting}")  # type: ignore[arg-type]
            admin.execute("SELECT pg_reload_conf()")
            if setting.startswith("SET"):
                time.sleep(20)
    yield


@contextmanager
def _asked_to_end(bench: Bench) -> Iterator[None]:
    took: list[str] = []
    for name in ("registration", STADIUM, "reporting"):
        process, began = bench.group[name], time.monotonic()
        process.stop()
        took.append(f"{name} {time.monotonic() - began:.1f} s")
        if process.returncode:
            took.append(f"with {process.returncode}")
        process.start()
        bench.group.wait_ready(90)
    bench.notes.append("ended in " + ", ".join(took))
    yield


@contextmanager
def _connections(bench: Bench) -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, 4 * CONNECTIONS)), hard))
    part = bench.deployment.part("registration")
    half = b"POST /api/tokens HTTP/1.1\r\nHost: a\r\nContent-Length: 50\r\n\r\n"
    said = (b"", b"GET / HTTP/1.1\r\nHost: ", half)

    def few(argv: list[str]) -> list[str]:
        return ["prlimit", f"--nofile={DESCRIPTORS}", *argv]

    with changed(bench, part.source, few) as process, ExitStack() as stack:
        for number in range(CONNECTIONS):
            one = stack.enter_context(socket.create_connection((part.host, part.port), timeout=30))
            with suppress(OSError):
                one.sendall(said[number % 3])
        time.sleep(15)
        open_now = len(os.listdir(f"/proc/{process.pid}/fd"))
        bench.notes.append(f"{open_now} descriptors in use with {CONNECTIONS} clients")
    yield


def libfaketime() -> Path | None:
    """Where Debian's package `libfaketime` has put its library, if it is installed."""
    given = os.environ.get("LIBFAKETIME")
    found = [Path(given)] if given else sorted(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))
    return found[0] if found else None


@contextmanager
def _clocks(bench: Bench) -> Iterator[None]:
    library = libfaketime()
    if library is None:
        bench.notes.append("not tried: libfaketime is not installed")
        yield
        return
    with ExitStack() as stack:
        for name, wrong in ((STADIUM, "+10m"), (f"relay {STADIUM}", "+10m"), ("screening", "-1d")):
            env = {
                "LD_PRELOAD": str(library),
                "FAKETIME": wrong,
                "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            }
            stack.enter_context(changed(bench, name, env=env))
        time.sleep(30)
    yield


BROKER_EMPTIED = Fault(
    "broker emptied",
    "SIGKILL, its data removed, started again with its definitions",
    _broker_emptied,
)
CLUSTER = (
    kills(200),
    Fault("SIGTERM", "three parts in turn", _asked_to_end),
    Fault("1,000 connections", "idle, slow and half-sent, at 1,024 descriptors", _connections),
    BROKER_EMPTIED,
    Fault("database only read", "`default_transaction_read_only`, 20 s", _database_only_read),
    Fault(
        "clocks differ",
        "a site and its relay 10 minutes ahead, screening a day behind (libfaketime)",
        _clocks,
    ),
    Fault("broker silent", "a proxy swallows all that it says to reporting, 60 s", _broker_silent),
    Fault("database away", "PostgreSQL stopped for two minutes", _database_away),
    Fault(
        "queue deleted",
        "one of reporting's, by hand; after 20 s the definitions are imported again",
        _queue_deleted,
    ),
)
