"""The sender: takes one message after the other from the outbox to its channel.

One sender a channel and store is at work, however many processes run; it goes on where a killed
one stopped. Claiming and recording are transactions, the network lies between them.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection
from contextlib import AbstractContextManager
from datetime import datetime, timedelta

import eventlet

from services.registration.notices.channels.backoff import pause
from services.registration.notices.channels.channel import (
    LONGEST_TRY_SECONDS,
    Accepted,
    Channel,
    Later,
    Outcome,
)
from services.registration.notices.channels.file import FILE, MessageFile
from services.registration.notices.channels.gateway import Gateway
from services.registration.notices.channels.smtp import Mail
from services.registration.notices.outbox import (
    Claimed,
    claim_message,
    messages_under_way,
    record_outcome,
    recover_messages,
)
from shared.kit.eventstore import Context
from shared.kit.eventstore.engine import UNAVAILABLE
from shared.kit.eventstore.lead import Lead
from shared.kit.eventstore.locks import alone
from shared.kit.language import at_terminal
from shared.kit.messaging.health import FollowerHealth
from shared.kit.outages import Outage
from shared.town.deployment import Deployment
from shared.town.web.web import Web
from shared.town.work import Work

log = logging.getLogger(__name__)

IDLE_SECONDS, TROUBLED_SECONDS = 1.0, 5.0
LOCKS = {"smtp": 7_301, "gateway": 7_302, "file": 7_303}
ACTOR = "sender"
# Whose events decide who still gets a message.
DECIDING = ("screening", "appointments")


class Sender:
    """Sends what is due by one channel, a message a step."""

    def __init__(
        self,
        work: Work,
        channel: Channel,
        *,
        behind: Callable[[], Collection[str]] = tuple,
        rest: Callable[[float], object] = eventlet.sleep,
    ) -> None:
        """Take from the outbox of `work`; `rest` waits some seconds, which bounds the rate.

        `behind` returns the sources from which events may be missing.
        """
        self.work = work
        self.channel = channel
        self.behind = behind
        self.rest = rest
        self.failures = 0
        self.held_until: datetime | None = None

    def step(self) -> bool:
        """Send the next message, or skip some; False when there is nothing to do now."""
        if self.held_until is not None and self.work.now() < self.held_until:
            return False
        with self._transaction("claim"):
            claimed = claim_message(self.work, self.channel, self.behind())
        if not isinstance(claimed, Claimed):
            return claimed > 0
        outcome = self._try(claimed)
        with self._transaction(f"{claimed.message.id}:{claimed.row['tries']}"):
            record_outcome(self.work, self.channel, claimed, outcome)
        self._hold(outcome)
        if self.channel.rate:
            self.rest(1 / self.channel.rate)
        return True

    def take_over(self) -> int:
        """Give back what a dead sender had under way; call it only while being the only one.

        A lock on PostgreSQL may have been lost by a sender that lives: its try is waited for.
        """
        under_way = messages_under_way(self.work, self.channel.name)
        if not under_way:
            return 0
        if not self.work.store.is_sqlite:
            self.rest(LONGEST_TRY_SECONDS)
        with self._transaction("recover"):
            return recover_messages(self.work, self.channel, under_way)

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
            self.held_until = self.work.now() + timedelta(seconds=wait)
            log.warning(
                at_terminal(
                    "{channel}：{trouble}，{wait:.0f} 秒后再试",
                    "{channel}: {trouble}, next try in {wait:.0f} s",
                    channel=self.channel.name,
                    trouble=outcome.trouble,
                    wait=wait,
                )
            )
        elif isinstance(outcome, Accepted):
            self.failures, self.held_until = 0, None

    def _transaction(self, command: str) -> AbstractContextManager[object]:
        return self.work.store.transaction(Context(f"notice {command}", ACTOR, ACTOR))


def channel_of(deployment: Deployment, name: str) -> Channel | None:
    """Return a channel of a deployment, if it has this one."""
    settings = deployment.notices
    if name == MessageFile.name:
        return MessageFile(deployment.folder / FILE)
    if name == Mail.name and settings.smtp is not None:
        return Mail(settings.smtp)
    if name == Gateway.name and settings.gateway is not None:
        return Gateway(settings.gateway)
    return None


def behind_of(followers: Collection[FollowerHealth]) -> set[str]:
    """Return the sources from which something that matters may be missing just now."""
    return {
        follower.source
        for follower in followers
        if follower.source.partition("/")[0] in DECIDING
        and (follower.failing is not None or not follower.caught_up)
    }


def send_forever(web: Web, name: str) -> None:
    """Send by a channel as soon as no other process does; return only if there is no such channel."""
    channel = channel_of(web.deployment, name)
    if channel is None:
        return
    sender = Sender(web.work, channel, behind=lambda: behind_of(web.health))
    outage = Outage(log, f"sender of {name}", expected=UNAVAILABLE)
    while True:
        web.lead.wait()  # who follows knows what may be missing
        try:
            with alone(web.work.store, f"notices-{name}", LOCKS[name]) as ours:
                if ours:
                    _send(web.lead, sender, outage)
        except Exception as error:
            outage.failed(error)
        eventlet.sleep(TROUBLED_SECONDS)


def _send(lead: Lead, sender: Sender, outage: Outage) -> None:
    if count := sender.take_over():
        log.warning(
            at_terminal(
                "{channel}：有 {count} 条消息上次没有发完",
                "{channel}: {count} messages were under way",
                channel=sender.channel.name,
                count=count,
            )
        )
    while lead.here:
        worked = sender.step()
        outage.over()
        if not worked:
            eventlet.sleep(IDLE_SECONDS)
