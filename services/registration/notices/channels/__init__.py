"""Channels by which residents are told something: mail, an HTTP gateway, a file."""

from services.registration.notices.channels.channel import (
    Accepted,
    Channel,
    Later,
    Message,
    Outcome,
    Rejected,
)

__all__ = [
    "Accepted",
    "Channel",
    "Later",
    "Message",
    "Outcome",
    "Rejected",
]
