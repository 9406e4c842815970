"""How often one client may ask: a bucket of tokens per address and per signed-in account.

The defaults are far above what people do with pages; they stop programs that try every name,
number or password. A part counts for itself. Calls with a service token are not counted.
"""

from __future__ import annotations

import ipaddress
import math
import time
from collections.abc import Callable
from functools import cache, lru_cache
from typing import Any

from shared.kit.deployment import Deployment
from shared.kit.refusals import refusal

BURST_SECONDS = 10
"""A bucket holds the tokens of this many seconds, for somebody who was quiet before."""

CLIENTS_LIMIT = 10_000
"""How many clients are remembered at most."""


TooManyRequests = refusal(
    "too-many-requests",
    429,
    zh="请求太快，请 {retry_after} 秒后再试。",
    en="Too many requests; try again in {retry_after} s.",
    doc="A client asks too often; `retry_after` are the seconds to wait.",
)


class Buckets:
    """A bucket of tokens per client: `rate` tokens a second come in, `burst` fit in."""

    def __init__(
        self, rate: float, burst: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Begin with full buckets; a `rate` of 0 limits nobody."""
        self.rate, self.burst, self.clock = rate, burst, clock
        self._levels: dict[str, tuple[float, float]] = {}

    def take(self, client: str) -> None:
        """Take a token from the client's bucket; raise `TooManyRequests` when it is empty."""
        if not self.rate:
            return
        now = self.clock()
        level, at = self._levels.pop(client, (self.burst, now))
        level = min(self.burst, level + (now - at) * self.rate)
        # Whoever asked last stands last, so that the first is the one to be forgotten.
        self._levels[client] = (max(level - 1, 0.0) if level >= 1 else level, now)
        if len(self._levels) > CLIENTS_LIMIT:
            del self._levels[next(iter(self._levels))]
        if level < 1:
            raise TooManyRequests(retry_after=max(1, math.ceil((1 - level) / self.rate)))


class Limits:
    """The limits of a deployment: `address(environ)`, and `account(name)` once it is known."""

    def __init__(self, deployment: Deployment, clock: Callable[[], float] = time.monotonic) -> None:
        """Read the rates; a rehearsal, which lives months in minutes, has none."""
        scale = 0.0 if deployment.rehearsal else 1.0
        self.behind_proxy = deployment.tls_proxy
        self._addresses, self._accounts = (
            Buckets(rate * scale, rate * BURST_SECONDS, clock)
            for rate in (deployment.address_rate, deployment.account_rate)
        )

    def address(self, environ: dict[str, Any]) -> None:
        """Count a request of its client's address; raise `TooManyRequests`."""
        self._addresses.take(client_address(environ, behind_proxy=self.behind_proxy))

    def account(self, name: str) -> None:
        """Count a request of a signed-in account; raise `TooManyRequests`."""
        self._accounts.take(name)


@cache
def limits_of(deployment: Deployment) -> Limits:
    """Return the limits of a deployment, counted once in a process."""
    return Limits(deployment)


def client_address(environ: dict[str, Any], *, behind_proxy: bool) -> str:
    """Return a client's address, of IPv6 its network of 64 bits, which one client has.

    Behind our proxy it is the last one in X-Forwarded-For: the proxy wrote that itself; what
    stands before may be invented by the client.
    """
    text = str(environ.get("REMOTE_ADDR", ""))
    if behind_proxy:
        text = str(environ.get("HTTP_X_FORWARDED_FOR", text)).rpartition(",")[2].strip()
    return _client_at(text)


@lru_cache(maxsize=1024)
def _client_at(text: str) -> str:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return "unknown"
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)
