"""Waiting for a store whose database is not there yet, saying so once; and that a process serves."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import TypeVar

from shared.kit.eventstore.engine import UNAVAILABLE
from shared.kit.language import at_terminal

PAUSE_SECONDS = 0.5

log = logging.getLogger("vaxledger")

Opened = TypeVar("Opened")


def serving(sources: str) -> str:
    """Return what a process says as soon as it serves; `deploy.local.several` waits for it."""
    return at_terminal("正在服务 {sources}", "serving {sources}", sources=sources)


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
                log.warning(
                    at_terminal(
                        "{source} 等待数据库：{why}",
                        "{source} waits for its database: {why}",
                        source=source,
                        why=str(error).partition("\n")[0],
                    )
                )
            waited = True
            stopping.wait(PAUSE_SECONDS)
        else:
            if waited:
                log.warning(
                    at_terminal(
                        "{source}：数据库已就绪", "{source}: its database is there", source=source
                    )
                )
            return opened
    return None
