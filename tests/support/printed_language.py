"""Whether a text is of one language: no English words in Chinese, no Chinese signs in English."""

from __future__ import annotations

import re

NAMES = (
    *("AMQP", "API", "AsyncAPI", "Ctrl-C", "Excel", "JSON", "PDF", "PostgreSQL", "RabbitMQ"),
    *("SIGKILL", "SIGTERM", "SQLite", "vaxledger", "shell", "BIBP", "CoronaVac"),
    *("registration", "screening", "appointments", "reporting", "supervision", "operator"),
    *("stadium", "community", "westside", "relay"),
)
"""What stands in a Chinese text as it is: programs, formats, and the names of parts and sites."""

_LATIN = re.compile(r"[A-Za-z][A-Za-z-]{2,}")
_HAN = re.compile(r"[\u3001-\u3002\u4e00-\u9fff\uff01-\uff5e]+")


def english_in(text: str, *known: str) -> list[str]:
    """Return the English words of a Chinese text, but for names and what is `known`."""
    for each in sorted((*known, *NAMES), key=len, reverse=True):
        text = text.replace(each, " ")
    return _LATIN.findall(text)


def chinese_in(text: str, *known: str) -> list[str]:
    """Return the Chinese signs of an English text, but for what is `known`."""
    for each in known:
        text = text.replace(each, " ")
    return _HAN.findall(text)
