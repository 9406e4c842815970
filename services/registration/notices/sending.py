"""The sender: takes one message after the other from the outbox to its channel.

One sender a channel and store is at work, however many processes run; it goes on where a killed
one stopped. Claiming and recording are transactions, the network lies between them.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from functools import partial
from typing import Any, cast

import eventlet
from nameko.extensions import Entrypoint

from services.registration.notices.channels import Accepted, Channel, Later, Outcome
from services.registration.notices.channels.backoff import pause
from services.registration.notices.channels.channel import LONGEST_TRY_SECONDS
from services.registration.notices.channels.file import FILE, MessageFile
from services.registration.notices.channels.gateway import Gateway
from services.registration.notices.channels.smtp import Mail
from services.registration.notices.outbox import Claimed, Outbox, Skipped
from shared.kit.eventstore import Context
from shared.kit.eventstore.locks import alone
from shared.kit.messaging.following import FollowerHealth
from shared.town.deployment import Deployment

log = logging.getLogger(__name__)

IDLE_SECONDS, TROUBLED_SECONDS = 1.0, 5.0
LOCKS = {"smtp": 7_301, "gateway": 7_302, "file": 7_303}
ACTOR = "sender"
# Whose events decide who is still to be told.
TELLING = ("screening", "appointments")


class Sender:
    """Sends what is due by one channel, a message a step."""

    def __init__(
        self,
        outbox: Outbox,
        channel: Channel,
        *,
        unheard: Callable[[], Collection[str]] = tuple,
        rest: Callable[[float], object] = eventlet.sleep,
    ) -> None:
        """Take from `outbox`; `rest` waits some seconds, which bounds the rate."""
        self.outbox = outbox
        self.channel = channel
        self.unheard = unheard
        self.rest = rest
        self.failures = 0
        self.held_until: datetime | None = None

    def step(self) -> bool:
        """Send the next message, or skip some; False when there is nothing to do now."""
        if self.held_until is not None and self.outbox.now() < self.held_until:
            return False
        with self._transaction("claim"):
            claimed = self.outbox.claim_message(self.channel, self.unheard())
        if not isinstance(claimed, Claimed):
            return isinstance(claimed, Skipped)
        outcome = self._try(claimed)
        with self._transaction(f"{claimed.message.id}:{claimed.tries}"):
            self.outbox.record_outcome(self.channel, claimed, outcome)
        self._hold(outcome)
        if self.channel.rate:
            self.rest(1 / self.channel.rate)
        return True

    def take_over(self) -> int:
        """Give back what a dead sender had under way; call it only while being the only one.

        A lock on PostgreSQL may have been lost by a sender that lives: its try is waited for.
        """
        under_way = self.outbox.messages_under_way(self.channel.name)
        if not under_way:
            return 0
        if not self.outbox.store.is_sqlite:
            self.rest(LONGEST_TRY_SECONDS)
        with self._transaction("recover"):
            return self.outbox.recover_messages(self.channel, under_way)

    def _try(self, claimed: Claimed) -> Outcome:
        limit = eventlet.Timeout(LONGEST_TRY_SECONDS)
        try:
            return self.channel.send(claimed.message)
        except eventlet.Timeout:
            self.channel.close()
            return Later("timeout", doubtful=True)
        except Exception as error:
            # Its text may repeat what was to be sent.
            log.error("%s: %s", self.channel.name, type(error).__name__)
            self.channel.close()
            return Later("error", doubtful=True, everybody=False)
        finally:
            limit.cancel()

    def _hold(self, outcome: Outcome) -> None:
        """Leave a channel alone that is in trouble: longer each time, as long as it asks."""
        if isinstance(outcome, Later) and outcome.everybody:
            self.failures += 1
            wait = pause(self.failures, outcome.after)
            self.held_until = self.outbox.now() + timedelta(seconds=wait)
            log.warning("%s: %s, next try in %.0f s", self.channel.name, outcome.trouble, wait)
        elif isinstance(outcome, Accepted):
            self.failures, self.held_until = 0, None

    def _transaction(self, command: str) -> Any:
        return self.outbox.store.transaction(Context(f"notice {command}", ACTOR, ACTOR))


def channels_of(deployment: Deployment) -> list[Channel]:
    """Return the channels a deployment has."""
    settings = deployment.notices
    found: list[Channel] = [MessageFile(deployment.folder / FILE)]
    if settings.smtp is not None:
        found.append(Mail(settings.smtp))
    if settings.gateway is not None:
        found.append(Gateway(settings.gateway))
    return found


def unheard_of(standings: Collection[FollowerHealth]) -> set[str]:
    """Return the sources from which something that matters may be missing just now."""
    return {
        standing.source
        for standing in standings
        if standing.source.partition("/")[0] in TELLING
        and (standing.failing is not None or not standing.caught_up)
    }


class Sending(Entrypoint):
    """Runs one sender a channel in green threads of registration's process."""

    def start(self) -> None:
        """Begin to send."""
        for channel in channels_of(self.container.config["edge"].deployment):
            self.container.spawn_managed_thread(partial(self._send_forever, channel))

    def _send_forever(self, channel: Channel) -> None:
        outbox = cast("Outbox", self.container.config["edge"].work)
        standings: list[FollowerHealth] = self.container.config["edge"].health
        sender = Sender(outbox, channel, unheard=lambda: unheard_of(standings))
        while True:
            try:
                with alone(outbox.store, f"notices-{channel.name}", LOCKS[channel.name]) as ours:
                    if ours:
                        self._send(sender)
            except Exception:
                log.exception("sender of %s", channel.name)
            eventlet.sleep(TROUBLED_SECONDS)

    def _send(self, sender: Sender) -> None:
        if count := sender.take_over():
            log.warning("%s: %d messages were under way", sender.channel.name, count)
        while True:
            if not sender.step():
                eventlet.sleep(IDLE_SECONDS)


sending = Sending.decorator
