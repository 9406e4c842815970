"""The simulated way to registration's keys: what `requests` is to the real one, and may be cut."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import requests
from requests.auth import AuthBase

from services.registration.key_desk.commands import hand_out
from shared.kit.eventstore import Context
from shared.kit.eventstore.engine import UNAVAILABLE
from shared.kit.refusals import Refusal
from shared.kit.service_tokens import caller_of
from shared.kit.source_keys import pair_secret
from shared.town.deployment import Deployment
from shared.town.privacy import KeyId, keys, seal_keys
from shared.town.work import Work

REGISTRATION = "registration"


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
    """Stands where `requests` stands for `RemoteKeys`; `registration` is entered at each question.

    It gives registration's work, or raises `ConnectionError` when it cannot be reached.
    """

    RequestException = requests.RequestException

    def __init__(
        self, deployment: Deployment, registration: Callable[[], AbstractContextManager[Work]]
    ) -> None:
        """Hand keys out as registration's desk does, to whoever proves who asks."""
        self._deployment = deployment
        self._registration = registration

    def post(
        self, url: str, *, json: dict[str, Any], auth: AuthBase | None, **_: object
    ) -> Answered:
        """Answer a question for keys as registration's endpoint does."""
        assert auth is not None
        bearer = auth(requests.Request("POST", url).prepare()).headers["Authorization"]
        token, known = str(bearer).removeprefix("Bearer "), self._deployment.keys
        caller = caller_of(known.get, token, REGISTRATION, time.time()).source
        secret = pair_secret(self._deployment.secret_of(REGISTRATION), known[caller])
        try:
            with self._registration() as work, work.store.transaction(Context.once(caller)):
                found, withheld = hand_out(work, caller, list(map(KeyId.parse, json["keys"])))
        except (ConnectionError, Refusal, *UNAVAILABLE) as error:
            raise requests.ConnectionError(str(error)) from error
        sealed = seal_keys(secret, json["nonce"], found)
        return Answered({"sealed": sealed, "withheld": [str(name) for name in withheld]})

    @contextmanager
    def plugged_in(self) -> Iterator[None]:
        """Let every question for keys meanwhile go this way."""
        real = keys.requests
        setattr(keys, "requests", self)  # noqa: B010 - a module has no such type
        try:
            yield
        finally:
            setattr(keys, "requests", real)  # noqa: B010
