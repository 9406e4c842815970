"""A town's deployment: the campaign file, the clock it goes by, sign-in and notice channels."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime, time
from pathlib import Path

from shared.kit import deployment as kit
from shared.kit.clock import Clock, RehearsalClock, SystemClock
from shared.kit.deployment import Instance, Secrets, UnknownPart, source_of
from shared.town.access.openid import OpenIdSettings
from shared.town.campaign import Campaign, load
from shared.town.notice_settings import NoticeSettings

__all__ = ["Deployment", "Instance", "Secrets", "UnknownPart", "source_of"]


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
                "secrets": Secrets(**document["secrets"]),
                "openid": OpenIdSettings.read(document.get("openid")),
                "notices": NoticeSettings.read(document.get("notices")),
            }
        )
