"""A source's log over HTTP: where a subscriber reads what the broker did not bring."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence

import requests
from requests.auth import AuthBase

from shared.kit.contracts.chain import Linked

TIMEOUT_SECONDS = 10  # for the next bytes
LONGEST_SECONDS = 60  # for all of an answer
LARGEST_BYTES = 16 * 2**20
CHUNK_BYTES = 2**16


class UnreasonableAnswer(Exception):
    """A source's answer is no log: too large, too slow, or of another form."""


class LogClient:
    """Reads `GET /log?after=N&limit=M` of one source."""

    def __init__(self, base_url: str, asking: AuthBase) -> None:
        """Take the source's base address and what lets this part ask there."""
        self._url = f"{base_url}/log"
        self._session = requests.Session()
        self._session.auth = asking

    def __call__(self, after: int, limit: int) -> Sequence[Linked]:
        """Return at most `limit` events after a position; fewer, if they are large ones.

        Raises `UnreasonableAnswer` for what no source would say.
        """
        answer = self._ask(after, limit)
        while answer is None and limit > 1:
            limit //= 2
            answer = self._ask(after, limit)
        try:
            said = json.loads(answer or b"")
            page = [
                Linked(int(row["position"]), row["body"].encode(), bytes.fromhex(row["link"]))
                for row in said["events"][:limit]
            ]
            return (
                [*page[:-1], page[-1]._replace(seal=str(said.get("seal") or ""))] if page else page
            )
        except (ValueError, LookupError, TypeError, AttributeError) as error:
            raise UnreasonableAnswer(f"{self._url}: {error!r}") from None

    def _ask(self, after: int, limit: int) -> bytes | None:
        """Return the answer's bytes; None if they are too many."""
        deadline, read = time.monotonic() + LONGEST_SECONDS, bytearray()
        with self._session.get(
            self._url,
            params={"after": after, "limit": limit},
            headers={"Accept-Encoding": "identity"},
            timeout=TIMEOUT_SECONDS,
            allow_redirects=False,
            stream=True,
        ) as answer:
            answer.raise_for_status()
            while chunk := answer.raw.read1(CHUNK_BYTES, decode_content=False):
                read += chunk
                if len(read) > LARGEST_BYTES:
                    return None
                if time.monotonic() > deadline:
                    raise UnreasonableAnswer(f"{self._url}: no end after {LONGEST_SECONDS} s")
        return bytes(read)
