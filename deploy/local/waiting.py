"""Waiting for a store whose database is not there yet, saying so once."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import TypeVar

from shared.kit.eventstore.engine import UNAVAILABLE

PAUSE_SECONDS = 0.5

log = logging.getLogger("vaxledger")

Opened = TypeVar("Opened")


def when_there(
    source: str, open_store: Callable[[], Opened], stopping: threading.Event
) -> Opened | None:
    """Open a part's store, as soon as its database answers; None if it is to stop before."""
    waited = False
    while not stopping.is_set():
        try:
            opened = open_store()
        except UNAVAILABLE as error:
            if not waited:
                log.warning("%s waits for its database: %s", source, str(error).partition("\n")[0])
            waited = True
            stopping.wait(PAUSE_SECONDS)
        else:
            if waited:
                log.warning("%s: its database is there", source)
            return opened
    return None
