"""A town's deployment: the campaign file, the clock it goes by, sign-in and notice channels."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import datetime, time
from pathlib import Path
from typing import Any

from shared.kit import deployment as kit
from shared.kit.clock import Clock, RehearsalClock, SystemClock
from shared.kit.deployment import Instance, Secrets, UnknownPart, named, source_of
from shared.kit.source_keys import PartKey
from shared.town.access.openid import OpenIdSettings
from shared.town.campaign import Campaign, load
from shared.town.notice_settings import NoticeSettings
from shared.town.privacy.master import derived

__all__ = ["Deployment", "Instance", "Secrets", "UnknownPart", "source_of"]

# Registration alone keeps people's keys and writes to them; supervision alone signs people in.
KEEPER, OFFICE = "registration", "supervision"


@dataclass(frozen=True, slots=True)
class Deployment(kit.Deployment):
    """Everything the parts of one town's installation have to agree on.

    `people` scales the campaign file's targets for a rehearsal; None leaves the plan as it is.
    `master_source` says where master keys come from (`shared/town/privacy/master.py`); "" is
    `secrets.master`. `openid`: people sign in there, and not with passwords kept here. `notices`
    names the channels by which residents are told something.
    """

    campaign_file: Path = field(kw_only=True)
    people: int | None = None
    master_source: str = ""
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

    @property
    def tombstones(self) -> Path:
        """Where it is told which keys were destroyed: outside every database."""
        return self.folder / "tombstones.jsonl"

    def master_keys(self) -> str:
        """Return the deployment's own master keys as they are written down now."""
        newest = Deployment.read(self.file) if self.file.exists() else self
        return newest.secrets.master

    def with_new_secret(self, source: str) -> Deployment:
        """Return the deployment with a new secret and key for a part, which still opens its answers."""
        drawn, known = self.with_new_keys([source]), self.secrets
        kept = f"{answers_key(known.parts[source], source)} {known.former.get(source, '')}".strip()
        former = known.former | {source: kept}
        return replace(drawn, secrets=replace(drawn.secrets, former=former))

    def for_part(self, source: str) -> Deployment:
        """Return what one part is given: all that is public, and of the secrets only its own.

        Its own store and broker user; master keys, the secret of people's ids and the channels of
        notices for registration alone, those of an identity provider for supervision alone.
        """
        own, known = self.part(source), self.secrets
        keeper, office = own.service == KEEPER, own.service == OFFICE
        return replace(
            self,
            given_to=source,
            name=self.name or named(known),
            broker="" if own.broker else self.broker,
            parts=tuple(
                each if each is own else replace(each, store="", broker="") for each in self.parts
            ),
            secrets=Secrets(
                known.master if keeper else "",
                known.identity if keeper else "",
                {source: self.secret_of(source)},
                {name: key for name, key in known.former.items() if name == source},
            ),
            master_source=self.master_source if keeper else "",
            notices=self.notices if keeper else NoticeSettings(),
            openid=self.openid if office else None,
        )

    def save_all(self) -> None:
        """Write down the operator's file and each part's; one process for all needs the one alone."""
        self.save()
        for part in () if self.embedded else self.parts:
            self.for_part(part.source).save()

    @classmethod
    def read(cls, file: Path) -> Deployment:
        """Read what `save` wrote."""
        document = json.loads(file.read_text())
        return cls(
            **document
            | {
                "folder": Path(document["folder"]),
                "campaign_file": Path(document["campaign_file"]),
                "parts": tuple(Instance(**part) for part in document["parts"]),
                "secrets": secrets_in(document),
                "keys": {name: PartKey(**key) for name, key in document.get("keys", {}).items()},
                "openid": OpenIdSettings.read(document.get("openid")),
                "notices": NoticeSettings.read(document.get("notices")),
            }
        )


def secrets_in(document: dict[str, Any]) -> Secrets:
    """Read the secrets of a deployment's file; of one from before, with a secret that all shared.

    Of that nothing is left but what opens the answers that each part has kept under it.
    """
    said: dict[str, Any] = dict(document["secrets"])
    if shared := said.pop("service", None):
        names = [part["source"] for part in document["parts"] if part["source"] != KEEPER]
        said["former"] = {name: answers_key(shared, name) for name in names}
    return Secrets(**said)


def answers_key(secret: str, source: str) -> str:
    """Return the key that wraps those of a part's answers, made of its secret; both are hex."""
    return derived(bytes.fromhex(secret), f"vaxledger answers of {source}").hex()
