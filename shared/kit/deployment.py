"""Deployment: which parts run where, on which stores, with which broker and secrets.

Written once as a JSON file by whoever starts the parts (`vaxledger up`, `vaxledger cluster`, an
operator) and read by every part, so that all of them agree.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

from shared.kit.refusals import Refusal


def source_of(service: str, shard: str | None = None) -> str:
    """Name of the event source: `registration`, or `appointments/stadium` for a shard."""
    return f"{service}/{shard}" if shard else service


@dataclass(frozen=True, slots=True)
class Instance:
    """One part as it is deployed: its source name, its HTTP address and its store.

    `public` is the address people use, if it is another one (`https://...` behind a proxy).
    `broker` is the broker's address with the part's own user, which may declare nothing; "" is
    the deployment's, and the part declares what it needs.
    """

    source: str
    host: str
    port: int
    store: str
    public: str = ""
    broker: str = ""

    @property
    def service(self) -> str:
        """The service this part runs."""
        return self.source.partition("/")[0]

    @property
    def shard(self) -> str | None:
        """The shard of a service that has several."""
        return self.source.partition("/")[2] or None

    @property
    def url(self) -> str:
        """Base address among the parts, `http://host:port`."""
        return f"http://{self.host}:{self.port}"

    @property
    def address(self) -> str:
        """Base address for people's browsers."""
        return self.public or self.url


class UnknownPart(Refusal, LookupError):
    """A deployment has no part of this name."""

    code, status = "unknown-code", 404
    zh = "没有名为 {source!r} 的部件。"
    en = "No part {source!r} in this deployment; there are: {known}"


@dataclass(frozen=True, slots=True)
class Secrets:
    """What must not be known outside: hex texts of 32 random bytes each.

    `master` wraps the keys of people (several, the newest first, after a rotation), `identity`
    derives their ids, `service` is the secret of the tokens with which services call each other.
    """

    master: str
    identity: str
    service: str

    @classmethod
    def generate(cls) -> Secrets:
        """Draw new secrets."""
        return cls(*(secrets.token_hex(32) for _ in range(3)))


@dataclass(frozen=True, slots=True)
class Deployment:
    """What the parts of one installation have to agree on, whatever they are for.

    `poll_seconds` is how often a subscriber looks into its sources' logs without being told to.
    Within `answer_days` a command can be repeated and gets its answer again.
    `tls_proxy`: browsers reach the parts by HTTPS through a proxy, and nobody past it; it sets
    X-Forwarded-For. `address_rate` and `account_rate` are requests a second, 0 for no limit.
    """

    folder: Path
    broker: str
    parts: tuple[Instance, ...]
    secrets: Secrets
    rehearsal: bool = False
    poll_seconds: float = 15.0
    answer_days: int = 2
    tls_proxy: bool = False
    address_rate: float = 100.0
    account_rate: float = 20.0

    def part(self, source: str) -> Instance:
        """Return the part of a source name; raise `UnknownPart` naming those there are."""
        for part in self.parts:
            if part.source == source:
                return part
        raise UnknownPart(source=source, known=", ".join(part.source for part in self.parts))

    def broker_of(self, part: Instance) -> str:
        """Address at which a part finds the broker."""
        return part.broker or self.broker

    def sources(self, *services: str) -> list[str]:
        """Source names of the services, a sharded one with all its shards."""
        return [part.source for part in self.parts if part.service in services]

    @property
    def audience(self) -> str:
        """Name of this deployment in tokens: one of another deployment's is refused here."""
        return "vaxledger:" + hashlib.sha256(self.secrets.identity.encode()).hexdigest()[:16]

    @property
    def embedded(self) -> bool:
        """Whether everything runs in one process on an in-process broker."""
        return self.broker.startswith("memory:")

    @property
    def file(self) -> Path:
        """Where the deployment is written down."""
        return self.folder / "deployment.json"

    def save(self) -> None:
        """Write the deployment down, readable by its owner only; never half of it is there."""
        self.folder.mkdir(parents=True, exist_ok=True)
        written = self.file.with_suffix(".new")
        written.touch(mode=0o600)
        written.write_text(json.dumps(asdict(self), indent=2, default=str))
        written.replace(self.file)
