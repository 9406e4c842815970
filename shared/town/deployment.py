"""A deployment: which parts run where, on which stores, with which broker and secrets.

Written once as a JSON file by whoever starts the parts (`vaxledger up`, `vaxledger cluster`, an
operator) and read by every part, so that all of them agree.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, time
from pathlib import Path

from shared.kit.clock import Clock, RehearsalClock, SystemClock
from shared.town.access.openid import OpenIdSettings
from shared.town.campaign import Campaign, load
from shared.town.notice_settings import NoticeSettings

SERVICES = ("registration", "screening", "appointments", "reporting", "supervision")
SHARDED = "appointments"


def source_of(service: str, site: str | None = None) -> str:
    """Name of the event source: `registration`, or `appointments/stadium` for a shard."""
    return f"{service}/{site}" if site else service


@dataclass(frozen=True, slots=True)
class Part:
    """One service or shard: its source name, its HTTP address and its store.

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
    def site(self) -> str | None:
        """The site of a shard."""
        return self.source.partition("/")[2] or None

    @property
    def url(self) -> str:
        """Base address among the parts, `http://host:port`."""
        return f"http://{self.host}:{self.port}"

    @property
    def address(self) -> str:
        """Base address for people's browsers."""
        return self.public or self.url


class UnknownPart(LookupError):
    """A deployment has no part of this name."""


@dataclass(frozen=True, slots=True)
class Secrets:
    """What must not be known outside: hex texts of 32 random bytes each.

    `master` wraps the residents' keys (several, the newest first, after a rotation), `identity`
    derives their ids, `service` is the token with which services call each other.
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
    """Everything the parts of one installation have to agree on.

    `people` scales the campaign file's targets for a rehearsal; None leaves the plan as it is.
    `poll_seconds` is how often a subscriber looks into its sources' logs without being told to.
    `master_source` says where master keys come from (`shared/town/privacy/master.py`); "" is
    `secrets.master`. Within `answer_days` a command can be repeated and gets its answer again.
    `tls_proxy`: browsers reach the parts by HTTPS through a proxy, and nobody past it; it sets
    X-Forwarded-For. `openid`: people sign in there, and not with passwords kept here.
    `address_rate` and `account_rate` are requests a second, 0 for no limit. `notices` names the
    channels by which residents are told something.
    """

    folder: Path
    campaign_file: Path
    broker: str
    parts: tuple[Part, ...]
    secrets: Secrets
    rehearsal: bool = False
    people: int | None = None
    poll_seconds: float = 15.0
    master_source: str = ""
    answer_days: int = 2
    tls_proxy: bool = False
    address_rate: float = 100.0
    account_rate: float = 20.0
    openid: OpenIdSettings | None = None
    notices: NoticeSettings = field(default_factory=NoticeSettings)

    @property
    def campaign(self) -> Campaign:
        """The campaign's plan, scaled if this is a smaller rehearsal of it."""
        campaign = load(self.campaign_file)
        return campaign.scaled(self.people) if self.people else campaign

    def clock(self) -> Clock:
        """Return the clock every part of this deployment goes by."""
        zone = self.campaign.zone
        if not self.rehearsal:
            return SystemClock(zone)
        start = datetime.combine(self.campaign.start, time(6), zone)
        return RehearsalClock(self.folder / "rehearsal-clock", zone, start)

    def part(self, source: str) -> Part:
        """Return the part of a source name; raise `UnknownPart` naming those there are."""
        for part in self.parts:
            if part.source == source:
                return part
        known = ", ".join(part.source for part in self.parts)
        raise UnknownPart(
            f"没有名为 {source!r} 的部件。 No part {source!r} in this deployment; there are: {known}"
        )

    def broker_of(self, part: Part) -> str:
        """Address at which a part finds the broker."""
        return part.broker or self.broker

    def sources(self, *services: str) -> list[str]:
        """Source names of the services, a sharded one with all its shards."""
        return [part.source for part in self.parts if part.service in services]

    @property
    def audience(self) -> str:
        """Name of this deployment in tokens: one of another town's is refused here."""
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
        document = asdict(self) | {
            "folder": str(self.folder),
            "campaign_file": str(self.campaign_file),
        }
        self.folder.mkdir(parents=True, exist_ok=True)
        written = self.file.with_suffix(".new")
        written.touch(mode=0o600)
        written.write_text(json.dumps(document, indent=2))
        written.replace(self.file)

    @property
    def tombstones(self) -> Path:
        """Where it is told which keys were destroyed: outside every database."""
        return self.folder / "tombstones.jsonl"

    def master_keys(self) -> str:
        """Return the deployment's own master keys as they are written down now."""
        newest = Deployment.read(self.file) if self.file.exists() else self
        return newest.secrets.master

    @classmethod
    def read(cls, file: Path) -> Deployment:
        """Read what `save` wrote."""
        document = json.loads(file.read_text())
        return replace(
            cls(**document),
            folder=Path(document["folder"]),
            campaign_file=Path(document["campaign_file"]),
            parts=tuple(Part(**part) for part in document["parts"]),
            secrets=Secrets(**document["secrets"]),
            openid=OpenIdSettings.read(document.get("openid")),
            notices=NoticeSettings.read(document.get("notices")),
        )
