"""What is fetched from an OpenID Connect provider: bounded in hosts, redirects, bytes and seconds."""

from __future__ import annotations

import ipaddress
import json
import time
from typing import Any
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import HTTPError

from shared.kit.narrowing import is_mapping
from shared.town.access.refusals import SignInRefused

TIMEOUT_SECONDS = 3.0
MOST_BYTES = 200_000
CHUNK = 8_192


def is_loopback(host: str | None) -> bool:
    """Tell whether a host is this machine, whatever a resolver says."""
    try:
        return ipaddress.ip_address(host or "").is_loopback
    except ValueError:
        return host == "localhost"


def of_loopback_or_https(url: str) -> bool:
    """Tell whether an address is https, or http on this machine, and names no user."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return False
    if not parts.hostname or parts.username is not None or parts.password is not None:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname))


class Provider:
    """Asks one provider, and nobody else on its word."""

    def __init__(self, session: requests.Session, hosts: tuple[str, ...], loopback: bool) -> None:
        """Ask these hosts only; `loopback`: the provider itself runs on this machine."""
        self._session = session
        self._hosts = hosts
        self._loopback = loopback

    def may_ask(self, url: str) -> bool:
        """Tell whether an address the provider named may be asked, or shown to a browser."""
        if not of_loopback_or_https(url):
            return False
        parts = urlsplit(url)
        return parts.hostname in self._hosts and (parts.scheme == "https" or self._loopback)

    def ask(self, verb: str, url: str, **said: Any) -> dict[str, Any]:
        """Ask for a JSON object; `said` is what requests takes. Raises `SignInRefused`."""
        if not self.may_ask(url):
            raise SignInRefused("openid-misconfigured", "an address outside the provider")
        # Uncompressed, so that few bytes cannot become many.
        headers = {"Accept": "application/json", "Accept-Encoding": "identity"}
        try:
            with self._session.request(
                verb,
                url,
                headers=headers,
                timeout=TIMEOUT_SECONDS,
                allow_redirects=False,
                stream=True,
                **said,
            ) as answer:
                self._check(answer)
                body = _bounded(answer)
        except (requests.RequestException, HTTPError, OSError) as error:
            raise SignInRefused("openid-unreachable", type(error).__name__) from None
        try:
            document = json.loads(body)
        except (ValueError, RecursionError):
            raise SignInRefused("openid-misconfigured", "not JSON") from None
        if not is_mapping(document):
            raise SignInRefused("openid-misconfigured", "not a JSON object")
        return document

    def _check(self, answer: requests.Response) -> None:
        status = answer.status_code
        if status >= 500 or status == 429:
            raise SignInRefused("openid-unreachable", f"status {status}")
        if status in (400, 401, 403) and answer.request.method == "POST":
            raise SignInRefused("openid-declined", f"status {status}")
        if status != 200:
            raise SignInRefused("openid-misconfigured", f"status {status}")


def _bounded(answer: requests.Response) -> bytes:
    """Read the body: neither more bytes nor longer than we are willing to wait for."""
    until, body = time.monotonic() + TIMEOUT_SECONDS, b""
    while chunk := answer.raw.read1(CHUNK, decode_content=False):
        body += chunk
        if len(body) > MOST_BYTES:
            raise SignInRefused("openid-misconfigured", f"more than {MOST_BYTES} bytes")
        if time.monotonic() > until:
            raise SignInRefused("openid-unreachable", "too slow")
    return body
