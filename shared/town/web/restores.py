"""Restores: a part asks its followers whether they hold more of it than it has itself."""

from __future__ import annotations

import logging
import time

import requests

from shared.kit.eventstore import restored
from shared.kit.eventstore.engine import UNAVAILABLE
from shared.kit.language import Text, of_terminal, speaking
from shared.kit.messaging.held_client import ask_held
from shared.kit.outages import Outage
from shared.kit.service_tokens import LOG, Asking
from shared.town.web.web import Web

log = logging.getLogger(__name__)

NOT_COMPARED = Text("未能与跟随者核对", "is not compared with what its followers hold")
FIRST_SECONDS = 1.0  # until everybody has answered once
EVERY_SECONDS = 60.0  # a store is set back while its part stands still


def watch(web: Web) -> None:
    """Compare this store with what its followers hold of it, for as long as it serves."""
    deployment, source = web.deployment, web.instance.source
    ways = {each: deployment.asking(source, each, LOG) for each in followers(web, source)}
    missing, outage = set(ways), Outage(log, source, expected=UNAVAILABLE)
    while True:
        # Another process may be the one that was told that the history counts.
        soon = missing or web.work.store.set_back is not None
        time.sleep(FIRST_SECONDS if soon else EVERY_SECONDS)
        try:
            missing &= compare(web, ways)
        except Exception as error:  # the store is away, or broken: status says so; asked again
            outage.failed(error, NOT_COMPARED)
        else:
            outage.over()


def compare(web: Web, ways: dict[str, Asking]) -> set[str]:
    """Ask every follower once; return those that did not answer.

    What is found holds the store back from appending until it is accepted, or found no more.
    """
    store, silent, found = web.work.store, set[str](), None
    for follower, asking in ways.items():
        try:
            theirs = ask_held(web.deployment.part(follower).url, asking, store.source)
        except (requests.RequestException, ValueError, KeyError):
            silent.add(follower)
            continue
        found = found or restored.compare(store, follower, theirs)
    if found is not None and store.set_back is None:
        with speaking(of_terminal()):
            log.error(str(found))
    if found is not None or not silent:
        store.set_back = found
    return silent


def followers(web: Web, source: str) -> list[str]:
    """Return the other parts that follow a source."""
    return [each for each in web.followers(source) if each != source]
