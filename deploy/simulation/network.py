"""The simulated way to registration's keys: what `requests` is to the real one, and may be cut."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import requests

from shared.town.privacy import KeyId, Privacy, keys, seal_keys


class Answered:
    """An answer over HTTP, as far as whoever asks for keys looks at it."""

    def __init__(self, document: dict[str, Any]) -> None:
        self._document = document

    def raise_for_status(self) -> None:
        """Do nothing: it is a good answer."""

    def json(self) -> dict[str, Any]:
        """Return what was answered."""
        return self._document


class Network:
    """Stands where `requests` stands for `RemoteKeys`; `registration` is called at each question.

    It returns registration's desk of keys, or raises `ConnectionError` when it cannot be reached.
    """

    RequestException = requests.RequestException

    def __init__(self, registration: Callable[[], Privacy], secret: bytes) -> None:
        """Hand keys out sealed with the service secret."""
        self._registration = registration
        self._secret = secret

    def post(self, _url: str, *, json: dict[str, Any], **_: object) -> Answered:
        """Answer a question for keys as registration's endpoint does."""
        try:
            table = self._registration().table
        except ConnectionError as error:
            raise requests.ConnectionError(str(error)) from error
        found = table.keys(map(KeyId.parse, json["keys"]))
        return Answered({"sealed": seal_keys(self._secret, json["nonce"], found)})

    @contextmanager
    def plugged_in(self) -> Iterator[None]:
        """Let every question for keys meanwhile go this way."""
        real = keys.requests
        setattr(keys, "requests", self)  # noqa: B010 - a module has no such type
        try:
            yield
        finally:
            setattr(keys, "requests", real)  # noqa: B010
