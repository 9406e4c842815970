"""Watching: what `/health` and `vaxledger status --json` say while something is wrong."""

from __future__ import annotations

import threading
from collections import Counter
from types import TracebackType
from typing import Any, Self

import requests

from deploy.cli.status import status
from shared.town.deployment import Deployment

EVERY_SECONDS = 0.5


def said(deployment: Deployment) -> list[str]:
    """What status and health say now, without names of parts; nothing when all is well."""
    found = [each["kind"] for each in status(deployment)["troubles"]]
    for part in deployment.parts:
        found += _health(part.url)
    return found


def converged(deployment: Deployment) -> bool:
    """Whether everybody is well, and has everything that has happened."""
    document: dict[str, Any] = status(deployment)
    return not said(deployment) and all(
        each["lag"] == 0
        for answer in document["parts"].values()
        for each in (answer.get("relay", {"lag": 1}), *answer.get("follows", ()))
    )


def _health(url: str) -> list[str]:
    try:
        code = requests.get(f"{url}/health", timeout=5).status_code
    except requests.RequestException:
        return []  # status says that it is down
    return [] if code == 200 else [f"health {code}"]


class Watching:
    """Looks again and again, and counts what was said."""

    def __init__(self, deployment: Deployment) -> None:
        """Begin with nothing said."""
        self.deployment = deployment
        self.heard = Counter[str]()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def _watch(self) -> None:
        while not self._over.wait(EVERY_SECONDS):
            self.heard.update(set(said(self.deployment)) or {"healthy"})

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        self._thread.join()
