"""Deployments that this machine runs: the embedded one, and a whole cluster of processes.

with running_embedded(folder) as running:      one process, SQLite, in-process broker
with running_cluster(folder) as running:       RabbitMQ, PostgreSQL, every part a process
    running.deployment.part("registration").url
    running.group["relay registration"].kill()
"""

from __future__ import annotations

import logging
import secrets
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import unquote, urlsplit

from sqlalchemy.engine import make_url

from deploy.local.ports import HOST, free_ports, listens
from deploy.local.postgresql import PostgreSQL
from deploy.local.private import own_folder
from deploy.local.processes import Process
from deploy.local.rabbitmq import RabbitMQ
from deploy.local.supervisor import ProcessGroup
from deploy.parts import FOLLOWS, SERVICES, SHARDED, open_store
from shared.kit.deployment import file_of
from shared.kit.language import Text, at_terminal
from shared.kit.memory import ALLOCATOR
from shared.kit.messaging import rights
from shared.kit.refusals import refusal
from shared.town.campaign import load
from shared.town.deployment import Deployment, Instance, Secrets, source_of

PLAN = Path(__file__).parents[1] / "campaigns" / "town-2024.toml"
EMBEDDED_FIRST_PORT = 8100
POLL_SECONDS = 15.0
REHEARSAL_POLL_SECONDS = 2.0
START_SECONDS = 90.0

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Running:
    """A deployment with the processes and servers that run it."""

    deployment: Deployment
    group: ProcessGroup
    rabbitmq: RabbitMQ | None = None
    postgresql: PostgreSQL | None = None


PortsTaken = refusal(
    "ports-taken",
    zh="端口 {ports} 已被占用：请先停止占用它的程序（也许是另一个 vaxledger），或者用新的 --folder"
    " 和 --first-port。",
    en="Ports {ports} are in use: stop what uses them (another vaxledger?), or begin in a new"
    " --folder with another --first-port.",
    doc="Somebody else listens where a part is to listen.",
)
OtherKind = refusal(
    "other-kind",
    409,
    zh="{folder} 里是{kind}，什么都没有改动；请用另一个 --folder。",
    en="{folder} holds {kind}; nothing was touched, take another --folder.",
)
_KINDS = {
    True: Text("演练，不能当真用", "a rehearsal, which no real town may go on with"),
    False: Text("真实的部署，不能拿来演练", "a real town, which is not to be rehearsed in"),
}


def check_ports(deployment: Deployment) -> None:
    """Raise `PortsTaken`, naming the ports, unless nobody listens where the parts are to listen."""
    if taken := [str(part.port) for part in deployment.parts if listens(part.port)]:
        raise PortsTaken(ports=taken)


def sources(campaign_file: Path) -> list[str]:
    """Source names of all parts a campaign needs: the services, appointments once a site."""
    sites = [site.code for site in load(campaign_file).sites]
    return [
        source
        for service in SERVICES
        for source in (
            [source_of(service, site) for site in sites] if service == SHARDED else [service]
        )
    ]


def embedded_deployment(
    folder: Path,
    *,
    campaign_file: Path = PLAN,
    first_port: int | None = EMBEDDED_FIRST_PORT,
    rehearsal: bool = False,
    people: int | None = None,
) -> Deployment:
    """Return the embedded deployment in `folder`, written down there on first use.

    `first_port` None takes free ports (tests); otherwise parts count up from it.
    """
    folder = folder.resolve()

    def part(name: str, port: int) -> Instance:
        return Instance(name, HOST, port, f"sqlite:///{folder}/{name.replace('/', '.')}.db")

    return _deployment(folder, campaign_file, "memory://", part, first_port, rehearsal, people)


def _written(folder: Path, rehearsal: bool) -> Deployment | None:
    """Return the deployment that is in a folder already, if any; raises `OtherKind`."""
    file = file_of(folder)
    there = Deployment.read(file) if file.exists() else None
    if there is not None and there.rehearsal != rehearsal:
        raise OtherKind(folder=folder, kind=_KINDS[there.rehearsal])
    return there


def _deployment(
    folder: Path,
    campaign_file: Path,
    broker: str,
    part: Callable[[str, int], Instance],
    first_port: int | None,
    rehearsal: bool,
    people: int | None,
) -> Deployment:
    if (there := _written(folder, rehearsal)) is not None:
        return keyed(there)
    names = sources(campaign_file)
    ports = (
        free_ports(len(names))
        if first_port is None
        else range(first_port + 1, first_port + 1 + len(names))
    )
    begun = Deployment(
        folder,
        broker,
        tuple(part(name, port) for name, port in zip(names, ports, strict=True)),
        Secrets.generate(),
        rehearsal=rehearsal,
        campaign_file=campaign_file.resolve(),
        people=people,
        poll_seconds=REHEARSAL_POLL_SECONDS if rehearsal else POLL_SECONDS,
    )
    deployment = begun.with_keys()
    deployment.save_all()
    return deployment


def keyed(there: Deployment) -> Deployment:
    """Return a deployment that is there, with secrets of its parts if it is from before them."""
    deployment = there.with_keys()
    if deployment != there:
        log.warning(
            at_terminal(
                "{file} 是旧版本的：已为每个部件生成自己的密钥，共同的密钥不再使用。",
                "{file} is from before the parts had secrets of their own: each has one now, the one"
                " all shared is gone.",
                file=there.file,
            )
        )
    deployment.save_all()
    return deployment


@contextmanager
def running_embedded(deployment: Deployment) -> Iterator[Running]:
    """Run an embedded deployment as one child process. Raises `PortsTaken`."""
    check_ports(deployment)
    argv = [sys.executable, "-W", "ignore", "-m", "deploy.local.serve", "up", str(deployment.file)]
    with ProcessGroup() as group:
        address = deployment.parts[-1].url
        group.add(Process("embedded", argv, ALLOCATOR, deployment.folder / "embedded.log"), address)
        group.start(START_SECONDS)
        yield Running(deployment, group)


@contextmanager
def running_cluster(
    folder: Path,
    *,
    campaign_file: Path = PLAN,
    rehearsal: bool = False,
    people: int | None = None,
    supervise: bool = True,
    first_port: int | None = None,
) -> Iterator[Running]:
    """Start RabbitMQ and PostgreSQL privately, and every service, site and relay as a process."""
    _written(folder, rehearsal)
    folder = own_folder(folder).resolve()
    rabbitmq, postgresql = RabbitMQ(folder / "rabbitmq"), PostgreSQL(folder / "postgresql")

    def part_of(name: str, port: int) -> Instance:
        """A part with a user of its own at the broker, and a role of its own in its database."""
        database = name.replace("/", "_")
        store = postgresql.url_for(database, f"part_{database}", secrets.token_hex(16))
        broker = rabbitmq.url_for(rights.user_of(name), secrets.token_hex(16))
        return Instance(name, HOST, port, store, broker=broker)

    operator = rabbitmq.url_for(rights.OPERATOR, secrets.token_hex(16))
    deployment = _deployment(
        folder, campaign_file, operator, part_of, first_port, rehearsal, people
    )
    check_ports(deployment)
    _define(rabbitmq, deployment)
    with rabbitmq, postgresql:
        for part in deployment.parts:
            _prepare(postgresql, deployment, part)
        with ProcessGroup(supervise=supervise) as group:
            group.watch(rabbitmq)
            group.watch(postgresql)
            for part in deployment.parts:
                _add_part(group, deployment, part)
            group.start(START_SECONDS)
            yield Running(deployment, group, rabbitmq, postgresql)


def _define(rabbitmq: RabbitMQ, deployment: Deployment) -> None:
    """Tell the broker its users, what they may do, and all exchanges and queues."""
    addresses = [deployment.broker, *(part.broker for part in deployment.parts)]
    passwords = {
        unquote(url.username or ""): unquote(url.password or "") for url in map(urlsplit, addresses)
    }
    names = [part.source for part in deployment.parts]
    known = rights.definitions(names, FOLLOWS, passwords)
    rabbitmq.define(known, rights.OPERATOR, passwords[rights.OPERATOR])


def _prepare(postgresql: PostgreSQL, deployment: Deployment, part: Instance) -> None:
    """Make a part's database as its owner; the part itself may neither make nor change tables."""
    url = make_url(part.store)
    assert url.database is not None
    assert url.username is not None
    postgresql.prepare(
        url.database,
        url.username,
        str(url.password),
        lambda owner: open_store(deployment, replace(part, store=owner)),
    )


def _add_part(group: ProcessGroup, deployment: Deployment, part: Instance) -> None:
    log = deployment.folder / "logs"
    name, file = part.source, str(deployment.for_part(part.source).file)
    python = [sys.executable, "-W", "ignore", "-m"]
    group.add(
        Process(
            name,
            [*python, "deploy.local.serve", "serve", file, name],
            ALLOCATOR,
            log / f"{name.replace('/', '.')}.log",
        ),
        part.url,
    )
    group.add(
        Process(
            f"relay {name}",
            [*python, "deploy.local.relay", file, name],
            None,
            log / f"relay-{name.replace('/', '.')}.log",
        )
    )
