"""The topology: who listens to whom, and through which exchanges and queues.

    publisher                      exchange                              queue
    registration's relay        -> registration.events        -(#)->    screening<-registration
                                                                        appointments/<site><-registration ...
    appointments/<site>'s relay -> appointments.<site>.events -(#)->    reporting<-appointments/<site> ...
                                                              -(#)->    appointments.events (exchange)
    an outside service                                                  binds its own queue to <service>.events
    rejected messages           -> vaxledger.dead             -(#)->    vaxledger.dead

Routing key = event name. A queue holds one source for one subscriber, in order.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from kombu import Exchange, Queue

Follows = Mapping[str, Collection[str]]
"""Service -> the services it follows."""

DEAD = "vaxledger.dead"
DELIVERY_LIMIT = 20


def service_exchange(service: str) -> str:
    """Exchange on which a service's events are offered to everybody."""
    return f"{service}.events"


def source_exchange(source: str) -> str:
    """Exchange a source's relay publishes to; a shard's feeds its service's."""
    return f"{source.replace('/', '.')}.events"


def queue_name(subscriber: str, source: str) -> str:
    """Name of the queue in which a subscriber gets a source's events."""
    return f"{subscriber}<-{source}"


def queue(subscriber: str, source: str, *, declares: bool = True) -> Queue:
    """Return the durable quorum queue of one source for one subscriber.

    `declares`: whoever consumes from it makes it if it is missing.
    """
    name, exchange = queue_name(subscriber, source), source_exchange(source)
    return _queue(name, exchange, queue_arguments(), declares=declares)


def dead_queue(*, declares: bool = True) -> Queue:
    """Return the queue in which rejected messages wait for an operator."""
    return _queue(DEAD, DEAD, {"x-queue-type": "quorum"}, declares=declares)


def _queue(name: str, exchange: str, arguments: dict[str, Any], *, declares: bool = True) -> Queue:
    return Queue(
        name,
        exchange=Exchange(exchange, type="topic", durable=True),
        routing_key="#",
        durable=True,
        queue_arguments=arguments,
        no_declare=not declares,
    )


def queue_arguments() -> dict[str, Any]:
    """Arguments every subscriber's queue is declared with."""
    return {
        "x-queue-type": "quorum",
        "x-delivery-limit": DELIVERY_LIMIT,
        "x-single-active-consumer": True,
        "x-dead-letter-exchange": DEAD,
    }


def subscribers(source: str, sources: Collection[str], follows: Follows) -> list[str]:
    """Who of the deployment's parts follows a source."""
    service = source.partition("/")[0]
    return [part for part in sources if service in follows[part.partition("/")[0]]]
