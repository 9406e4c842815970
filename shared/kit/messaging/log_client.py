"""A source's log over HTTP: where a subscriber reads what the broker did not bring."""

from __future__ import annotations

from collections.abc import Sequence

import requests
from requests.auth import AuthBase

from shared.kit.contracts.chain import Linked

TIMEOUT_SECONDS = 10


class LogClient:
    """Reads `GET /log?after=N&limit=M` of one source."""

    def __init__(self, base_url: str, asking: AuthBase) -> None:
        """Take the source's base address and what lets this part ask there."""
        self._url = f"{base_url}/log"
        self._session = requests.Session()
        self._session.auth = asking

    def __call__(self, after: int, limit: int) -> Sequence[Linked]:
        """Return at most `limit` events after a position."""
        answer = self._session.get(
            self._url,
            params={"after": after, "limit": limit},
            timeout=TIMEOUT_SECONDS,
            allow_redirects=False,
        )
        answer.raise_for_status()
        return [
            Linked(row["position"], row["body"].encode(), bytes.fromhex(row["link"]))
            for row in answer.json()["events"]
        ]
