"""Channels by which residents are told something: mail, an HTTP gateway, a file."""

from shared.notices.channel import Accepted, Channel, Later, Message, Outcome, Rejected
from shared.notices.settings import GatewaySettings, NoticeSettings, SmtpSettings

__all__ = [
    "Accepted",
    "Channel",
    "GatewaySettings",
    "Later",
    "Message",
    "NoticeSettings",
    "Outcome",
    "Rejected",
    "SmtpSettings",
]
