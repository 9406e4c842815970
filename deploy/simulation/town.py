"""The simulated town: its parts' processes on one disk, one broker and one clock."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path

from deploy.parts import SERVICES, SHARDED
from deploy.simulation.broker import Broker
from deploy.simulation.disk import Disk
from deploy.simulation.machine import Clock, WrongClock
from deploy.simulation.network import Network
from deploy.simulation.process import Process, Surroundings
from deploy.simulation.sightings import Sightings
from shared.kit.contracts.chain import Linked
from shared.kit.eventstore.engine import UNAVAILABLE
from shared.kit.service_tokens import OPERATOR
from shared.kit.source_keys import Holds, PartKey, Seal, holding, sealing
from shared.town.campaign import Campaign, load
from shared.town.deployment import Deployment, Instance, Secrets, source_of
from shared.town.work import Work

CAMPAIGN_FILE = Path(__file__).with_name("town.toml")


class Killed(BaseException):
    """A process died at a point; nothing in it catches this."""


class Down(ConnectionError):
    """A part cannot be reached: it is not running, or the way to it is cut."""


@cache
def secret_of(name: str) -> str:
    """Return the secret of a part, or of somebody else, which nothing but the name decides."""
    return hashlib.sha256(f"simulated secret of {name}".encode()).hexdigest()


@cache
def _keys(names: tuple[str, ...]) -> dict[str, PartKey]:
    return {name: PartKey.of(secret_of(name), name) for name in names}


@cache
def campaign() -> Campaign:
    """Return the plan of the simulated town."""
    return load(CAMPAIGN_FILE)


@dataclass(frozen=True, slots=True)
class SimulatedDeployment(Deployment):
    """A deployment that reads its plan once, and goes by a simulated clock."""

    simulated: Clock = field(kw_only=True)

    @property
    def campaign(self) -> Campaign:
        """The plan of the simulated town."""
        return campaign()

    def clock(self) -> Clock:
        """Return the town's clock."""
        return self.simulated


def deployment(folder: Path, clock: Clock) -> SimulatedDeployment:
    """Return the deployment of the simulated town, its stores in `folder`."""
    sites = [site.code for site in campaign().sites]
    sources = [
        source_of(service, site)
        for service in SERVICES
        for site in (sites if service == SHARDED else [None])
    ]
    parts = tuple(
        Instance(source, "127.0.0.1", 1, f"sqlite:///{folder}/{source.replace('/', '.')}.db")
        for source in sources
    )
    names = (*sources, OPERATOR)
    secrets = {name: secret_of(name) for name in names}
    return SimulatedDeployment(
        folder,
        "amqp://simulated",
        parts,
        Secrets(secret_of("master"), secret_of("identity"), secrets),
        rehearsal=True,
        answer_days=100,
        keys=_keys(names),
        campaign_file=CAMPAIGN_FILE,
        simulated=clock,
    )


class Town:
    """Everything of one simulation that steps act upon."""

    def __init__(
        self, folder: Path, clock: Clock, sightings: Sightings, *, real_seals: bool
    ) -> None:
        """Begin with no process running; `real_seals`: Ed25519, else a hash that costs less."""
        self.clock = clock
        self.sightings = sightings
        self.broker = Broker()
        self.disk = Disk(folder, self._reached)
        self.deployment = deployment(folder, clock)
        self.sources = [part.source for part in self.deployment.parts]
        self.clocks = {source: WrongClock(clock) for source in self.sources}
        self.processes: dict[str, Process] = {}
        self.logs_cut: set[str] = set()
        self.network = Network(self.deployment, self._key_desk)
        self.traps: dict[tuple[str, str], int] = {}
        self.doing = "nothing"
        self.notes: list[str] = []
        self._around = Surroundings(
            self.deployment,
            self.broker,
            self._read_log,
            _real_seal if real_seals else _cheap_seal,
            partial(holding, self.deployment.keys.get) if real_seals else _cheap_holds,
        )
        self.campaign = self.deployment.campaign

    # Processes

    def process(self, source: str) -> Process:
        """Return a part's running process; raise `Down`."""
        if source not in self.processes:
            raise Down(f"{source} is not running")
        return self.processes[source]

    def start(self, source: str) -> None:
        """Start a part that is not running; it may be killed while it starts."""
        if source in self.processes:
            return
        part = self.deployment.part(source)
        self.disk.opened(source)
        with self.at_work(source, "start"), suppress(*UNAVAILABLE):
            self.processes[source] = process = Process(
                self._around, part, self.clocks[source], partial(self._reached, source)
            )
            for followed in process.inboxes:
                self.broker.bind(source, followed)

    def kill(self, source: str) -> None:
        """End a part's process; what it had not committed is gone."""
        if (process := self.processes.pop(source, None)) is not None:
            process.end()

    @contextmanager
    def at_work(self, source: str, doing: str) -> Iterator[None]:
        """Let a part do something; if it is killed meanwhile, its process is gone."""
        before, self.doing = self.doing, doing
        try:
            yield
        except Killed:
            self.kill(source)
        finally:
            self.doing = before

    def set_trap(self, source: str, point: str, passes: int) -> None:
        """Kill a part when it passes a point for the so manieth time from now on."""
        self.traps[source, point] = passes

    def _reached(self, source: str, point: str) -> None:
        name = f"{self.doing}: {point}" if "commit" in point else _POINTS[point]
        left = self.traps.get((source, name))
        if left is None:
            return
        if left > 1:
            self.traps[source, name] = left - 1
            return
        del self.traps[source, name]
        self.sightings.see(f"killed at {name}")
        self.notes.append(f"{source} killed at {name}")
        raise Killed(f"{source} at {name}")

    def sealed(self, source: str, events: Sequence[Linked]) -> list[Linked]:
        """Return events as they come from the broker or a log: the last one bears the source's seal."""
        *others, last = events
        return [*others, last._replace(seal=self._around.seal(source)(last))]

    # What parts ask each other

    @contextmanager
    def _key_desk(self) -> Iterator[Work]:
        if "registration" in self.logs_cut:
            raise Down("registration cannot be reached")
        with self.at_work("registration", "keys"):
            yield self.process("registration").work
        self.process("registration")  # it may have died of the question

    def _read_log(self, part: str, source: str, after: int, limit: int) -> Sequence[Linked]:
        if source in self.logs_cut and part != source:
            self.sightings.see("log of a source could not be read")
            raise Down(f"the log of {source} cannot be read")
        page = self.process(source).store.log(after, limit)
        return self.sealed(source, page) if page else page


_POINTS = {
    "before publish": "relay: before publish",
    "half published": "relay: half published",
    "published": "relay: published",
    "before acknowledging": "follow: before acknowledging",
    "half acknowledged": "follow: half acknowledged",
}


def _real_seal(source: str) -> Seal:
    return sealing(secret_of(source), source)


def _mark(source: str, event: Linked) -> str:
    told = f"{source}\n{event.position}\n{event.link.hex()}".encode()
    return hmac.digest(bytes.fromhex(secret_of(source)), told, hashlib.sha256).hex()


def _cheap_seal(source: str) -> Seal:
    return partial(_mark, source)


def _cheap_holds(source: str) -> Holds:
    def holds(event: Linked) -> bool:
        return hmac.compare_digest(_mark(source, event), event.seal)

    return holds
