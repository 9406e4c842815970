"""The channels as a deployment's file names them. No address of a server comes from anywhere else."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Literal

from shared.kit.webhooks import key_of
from shared.town.access.openid_http import is_loopback, of_loopback_or_https

_MAILBOX = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9.-]{1,190}")


class Misconfigured(ValueError):
    """A channel's settings cannot be right; the message says which and why."""


@dataclass(frozen=True, slots=True)
class SmtpSettings:
    """A mail server.

    `security`: "starttls" or "tls"; "none" on this machine only. `ca_file` is a certificate
    authority of one's own. `sender` is the bare address mails come from.
    """

    host: str
    sender: str
    port: int = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str = ""
    password: str = ""
    ca_file: str = ""
    rate: float = 5.0

    def __post_init__(self) -> None:
        """Refuse what would send passwords or people's addresses in clear over a network."""
        if self.security not in ("starttls", "tls", "none"):
            raise Misconfigured(f"smtp: security is starttls, tls or none, not {self.security!r}")
        if self.security == "none" and not is_loopback(self.host):
            raise Misconfigured(f"smtp: {self.host} is not this machine: use starttls or tls")
        if not _MAILBOX.fullmatch(self.sender):
            raise Misconfigured("smtp: sender is one bare address such as notices@town.example")


@dataclass(frozen=True, slots=True)
class GatewaySettings:
    """An HTTP gateway for short messages, spoken to in the form of Standard Webhooks.

    `secret` (`whsec_…`) signs what is sent, `receipt_secret` what comes back; both may be the
    same. `earlier_secret` is accepted on receipts while the gateway changes over.
    """

    url: str
    secret: str
    receipt_secret: str = ""
    earlier_secret: str = ""
    rate: float = 10.0

    def __post_init__(self) -> None:
        """Refuse plain HTTP to another machine, and secrets that are none."""
        if not of_loopback_or_https(self.url):
            raise Misconfigured("gateway: url is https, or http on this machine, without a user")
        for secret in filter(None, (self.secret, self.receipt_secret, self.earlier_secret)):
            key_of(secret)

    @property
    def receipt_secrets(self) -> tuple[str, ...]:
        """The secrets a receipt may be signed with."""
        return tuple(filter(None, (self.receipt_secret or self.secret, self.earlier_secret)))


@dataclass(frozen=True, slots=True)
class NoticeSettings:
    """Which channels a deployment has; the file in its folder is always there."""

    smtp: SmtpSettings | None = None
    gateway: GatewaySettings | None = None

    @property
    def channels(self) -> tuple[str, ...]:
        """Names of the channels there are, the one to propose first."""
        there = (("gateway", self.gateway), ("smtp", self.smtp))
        return (*(name for name, settings in there if settings is not None), "file")

    @classmethod
    def read(cls, document: dict[str, Any] | None) -> NoticeSettings:
        """Read what a deployment's file says. Raises `Misconfigured`."""
        said = document or {}
        return cls(
            SmtpSettings(**said["smtp"]) if said.get("smtp") else None,
            GatewaySettings(**said["gateway"]) if said.get("gateway") else None,
        )
