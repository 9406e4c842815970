"""The HTTP gateway: one signed POST a message, recognised by its id when it comes again."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from email.utils import parsedate_to_datetime

import requests
from urllib3.exceptions import HTTPError

from services.registration.notices.channels.channel import (
    Accepted,
    Later,
    Message,
    Outcome,
    Rejected,
)
from shared.kit import webhooks
from shared.town.notice_settings import GatewaySettings
from shared.town.telephones import phone_of

TIMEOUT_SECONDS = (5.0, 15.0)
TYPE = "notice.message"
# 408, 425 and 429 say: not now. Every other 4xx says: not this.
NOT_NOW = (408, 425, 429)
SAME_KEY_UNDER_WAY = 409


class Gateway:
    """Posts messages to the one address the deployment names."""

    name = "gateway"
    recognises_repeats = True
    keeps_messages = False

    def __init__(self, settings: GatewaySettings, now: Callable[[], float] = time.time) -> None:
        """Send to the gateway of `settings`; `now` is a Unix time in seconds."""
        self._settings = settings
        self._now = now
        self.rate = settings.rate
        self._session = requests.Session()
        self._session.trust_env = False

    def send(self, message: Message) -> Outcome:
        """Post one message; a 2xx answer means the gateway has it."""
        body = json.dumps(self._document(message), ensure_ascii=False).encode()
        said = webhooks.headers(self._settings.secret, message.id, int(self._now()), body)
        said |= {"Content-Type": "application/json", "Idempotency-Key": message.id}
        try:
            with self._session.post(
                self._settings.url,
                data=body,
                headers=said,
                timeout=TIMEOUT_SECONDS,
                allow_redirects=False,
                stream=True,  # whatever the answer holds is not read
            ) as answer:
                return self._outcome(answer.status_code, answer.headers.get("Retry-After"))
        except (requests.RequestException, HTTPError, OSError) as error:
            return Later(_trouble(error), doubtful=True)

    def close(self) -> None:
        """End the connections."""
        self._session.close()

    def _document(self, message: Message) -> dict[str, object]:
        data = {"to": phone_of(message.to), "title": message.title}
        data |= {"text": message.text, "zh": message.zh, "en": message.en}
        # The same at every try: a gateway may compare what comes again under one key.
        return {"type": TYPE, "timestamp": message.at, "data": {"message": message.id, **data}}

    def _outcome(self, status: int, retry_after: str | None) -> Outcome:
        trouble = f"http-{status}"
        if 200 <= status < 300:
            return Accepted()
        if status >= 500 or status in NOT_NOW:
            return Later(trouble, after=seconds_of(retry_after, self._now()))
        if status == SAME_KEY_UNDER_WAY:
            return Later(trouble, everybody=False)
        if status in (401, 403, 404, 410) or status < 400:
            # The address or the secret is wrong, not the message: nothing is lost by waiting.
            return Later(trouble)
        return Rejected(trouble)


def seconds_of(retry_after: str | None, now: float) -> float | None:
    """Return how long a `Retry-After` header asks to wait: seconds, or an HTTP date."""
    text = (retry_after or "").strip()
    if re.fullmatch(r"[0-9]{1,9}", text):
        return float(text)
    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - now)
    except ValueError:
        return None


def _trouble(error: Exception) -> str:
    """The kind of a failure; its text may repeat what was sent."""
    return "timeout" if isinstance(error, requests.Timeout) else "no-connection"
