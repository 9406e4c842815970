"""Deployment: which parts run where, on which stores, with which broker and secrets.

Written once as a JSON file by whoever starts the parts (`vaxledger up`, `vaxledger cluster`, an
operator) and read by every part, so that all of them agree.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Self

from shared.kit.refusals import Refusal, refusal
from shared.kit.service_tokens import OPERATOR, Asking
from shared.kit.source_keys import PartKey


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
    zh = "没有名为 {source} 的部件；有：{known}。"
    en = "No part {source} in this deployment; there are: {known}."


NotGiven = refusal(
    "secret-not-given",
    409,
    zh="这份部署文件里没有 {source} 的密钥。各部件只拿自己的；其他命令要用 deployment.json。旧文件请先运行一次"
    " vaxledger keys rotate-part {source}。",
    en="This deployment file does not hold the secret of {source}. A part is given its own only,"
    " commands need deployment.json; of a file from before, run once"
    " vaxledger keys rotate-part {source}.",
    doc="A deployment file that was given to one part is asked for the secret of another.",
)


@dataclass(frozen=True, slots=True)
class Secrets:
    """What must not be known outside: hex texts of 32 random bytes each.

    `master` wraps the keys of people (several, the newest first, after a rotation), `identity`
    derives their ids. `parts` are the secrets of the parts and of the operator, each of which
    signs with its own; `former` opens what a part kept under those it had before.
    """

    master: str
    identity: str
    parts: dict[str, str] = field(default_factory=dict[str, str], hash=False)
    former: dict[str, str] = field(default_factory=dict[str, str], hash=False)

    @classmethod
    def generate(cls) -> Secrets:
        """Draw new secrets; those of parts are drawn when it is known which there are."""
        return cls(secrets.token_hex(32), secrets.token_hex(32))


@dataclass(frozen=True, slots=True)
class Deployment:
    """What the parts of one installation have to agree on, whatever they are for.

    `poll_seconds` is how often a subscriber looks into its sources' logs without being told to.
    Within `answer_days` a command can be repeated and gets its answer again.
    `tls_proxy`: browsers reach the parts by HTTPS through a proxy, and nobody past it; it sets
    X-Forwarded-For. `address_rate` and `account_rate` are requests a second, 0 for no limit.
    `keys` are everybody's public keys. `given_to` names the part whose file this is; "" is the
    operator's, which holds everything. `name` tells this installation from others. `processes` is
    how many serve the part together, as each of them knows it; it is written down nowhere.
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
    keys: dict[str, PartKey] = field(default_factory=dict[str, PartKey], hash=False)
    given_to: str = ""
    name: str = ""
    processes: int = 1

    def part(self, source: str) -> Instance:
        """Return the part of a source name; raise `UnknownPart` naming those there are."""
        for part in self.parts:
            if part.source == source:
                return part
        raise UnknownPart(source=source, known=[part.source for part in self.parts])

    def broker_of(self, part: Instance) -> str:
        """Address at which a part finds the broker."""
        return part.broker or self.broker

    def sources(self, *services: str) -> list[str]:
        """Source names of the services, a sharded one with all its shards."""
        return [part.source for part in self.parts if part.service in services]

    @property
    def audience(self) -> str:
        """Name of this deployment in tokens: one of another deployment's is refused here."""
        return f"vaxledger:{self.name or named(self.secrets)}"

    @property
    def embedded(self) -> bool:
        """Whether everything runs in one process on an in-process broker."""
        return self.broker.startswith("memory:")

    @property
    def file(self) -> Path:
        """Where the deployment is written down: the operator's file, or that of one part."""
        return file_of(self.folder, self.given_to)

    def shared_by(self, processes: int = 1) -> Self:
        """Return the deployment as one of several processes of a part goes by it: its share of rates."""
        address, account = self.address_rate / processes, self.account_rate / processes
        return replace(self, address_rate=address, account_rate=account, processes=processes)

    # Secrets

    def secret_of(self, source: str) -> str:
        """Return the secret of a part, or of the operator; raise `NotGiven` if it is not here."""
        try:
            return self.secrets.parts[source]
        except KeyError:
            raise NotGiven(source=source) from None

    def asking(self, caller: str, called: str, purpose: str) -> Asking:
        """Return what lets a part, or the operator, call another part over HTTP. Raises `NotGiven`."""
        return Asking(self.secret_of(caller), caller, called, purpose)

    def with_keys(self) -> Self:
        """Return the deployment with a secret and a key for every part that has none yet."""
        names = [*(part.source for part in self.parts), OPERATOR]
        missing = [name for name in names if name not in self.keys]
        return self.with_new_keys(missing) if missing else self

    def with_new_keys(self, names: Iterable[str]) -> Self:
        """Return the deployment with new secrets, and the keys made of them, for some parts."""
        drawn = {name: secrets.token_hex(32) for name in names}
        made = {name: PartKey.of(secret, name) for name, secret in drawn.items()}
        known = replace(self.secrets, parts=self.secrets.parts | drawn)
        name = self.name or named(self.secrets)
        return replace(self, secrets=known, keys=self.keys | made, name=name)

    def save(self) -> None:
        """Write the deployment down, readable by its owner only; never half of it is there."""
        self.file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        written = self.file.with_suffix(".new")
        written.touch(mode=0o600)
        document = asdict(self)
        del document["processes"]
        written.write_text(json.dumps(document, indent=2, default=str))
        written.replace(self.file)


def file_of(folder: Path, given_to: str = "") -> Path:
    """Return where a deployment in a folder is written down: for a part, or for the operator."""
    if given_to:
        return folder / "parts" / f"{given_to.replace('/', '.')}.json"
    return folder / "deployment.json"


def named(secrets: Secrets) -> str:
    """Return what tells an installation with these secrets from others, and nothing of them."""
    return hashlib.sha256(secrets.identity.encode()).hexdigest()[:16]
