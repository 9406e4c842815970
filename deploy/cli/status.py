"""What `vaxledger status` finds: how every part, relay, follower and queue is, and what is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import requests.exceptions
from pika.exceptions import AMQPError

from deploy.cli.operations import ask_status
from deploy.cli.troubles import trouble
from shared.kit.language import Text
from shared.kit.messaging import broker, topology
from shared.kit.messaging.relay import BEAT_SECONDS
from shared.town.deployment import Deployment

DEAD_RELAY_SECONDS = 4 * BEAT_SECONDS

NEVER = Text("从未有过", "never yet")
FOR_SECONDS = Text("已 {seconds} 秒", "for {seconds} s")

Answer = dict[str, Any]


def status(deployment: Deployment) -> Answer:
    """Ask every part and the broker how they are, and say what is wrong."""
    parts = {part.source: ask_status(deployment, part.source) for part in deployment.parts}
    for answer in parts.values():
        if "down" not in answer:
            _add_relay(answer)
            for follow in answer["follows"]:
                follow["lag"] = _lag(deployment, parts, follow)
    troubles, dead = list[Answer](), None
    if not deployment.embedded:
        try:
            dead = _add_queues(deployment, parts)
        except (AMQPError, OSError) as error:
            troubles.append(_no_broker(deployment, parts, error))
        else:
            troubles += _of_queues(parts, dead)
    causes = {each["kind"] for each in troubles} & {"no-broker"}
    causes |= {source for source, answer in parts.items() if "down" in answer}
    found = [each for source, answer in parts.items() for each in _of_part(source, answer, causes)]
    # A broker that is away comes first: it is why the parts say what they say.
    troubles = [*troubles, *found] if "no-broker" in causes else [*found, *troubles]
    return {
        "healthy": not any(each["red"] for each in troubles),
        "troubles": troubles,
        "dead_letters": dead,
        "parts": parts,
    }


def _add_relay(answer: Answer) -> None:
    """How far a relay is behind, and whether it is dead or only quiet: a live one gives signs."""
    relay, silent = answer["relay"], answer["relay"]["silent_seconds"]
    relay["lag"] = answer["head"] - relay["published"]
    relay["silent_seconds"] = None if silent is None else round(silent)
    relay["healthy"] = silent is not None and 0 <= round(silent) < DEAD_RELAY_SECONDS


def _lag(deployment: Deployment, parts: dict[str, Answer], follow: Answer) -> int:
    """How far a follower is behind its source; below zero if that does not reach so far."""
    source, position = follow["source"], follow["position"]
    head = parts.get(source, {}).get("head", position)
    if head < position:  # by now the source may have said more
        head = ask_status(deployment, source).get("head", position)
    return head - position


def _add_queues(deployment: Deployment, parts: dict[str, Answer]) -> int | None:
    """Add length and consumers of the followers' queues; return the number of dead letters."""
    follows = {
        topology.queue_name(part, follow["source"]): follow
        for part, answer in parts.items()
        for follow in answer.get("follows", ())
    }
    found = broker.states(deployment.broker, [topology.DEAD, *follows])
    for name, follow in follows.items():
        state = found[name]
        follow["queue"] = None if state is None else state._asdict()
    dead = found[topology.DEAD]
    return None if dead is None else dead.messages


def _no_broker(deployment: Deployment, parts: dict[str, Answer], error: Exception) -> Answer:
    """Say where the broker does not answer, and since when nobody hears it."""
    url = urlsplit(deployment.broker)
    unheard = [
        follow["unheard_since"]
        for answer in parts.values()
        for follow in answer.get("follows", ())
        if _hears_no_broker(follow)
    ]
    detail = f"{url.hostname}:{url.port or 5672}, {type(error).__name__}"
    since = min(unheard, key=datetime.fromisoformat, default=None)
    return trouble("no-broker", "RabbitMQ", since=since, detail=detail)


def _hears_no_broker(follow: Answer) -> bool:
    return (follow["unheard"] or "").startswith("no connection")


def _not_answered(failing: str) -> bool:
    """Whether a follower stands because its source's log did not come."""
    return hasattr(requests.exceptions, failing.partition(":")[0])


def _of_part(source: str, answer: Answer, causes: set[str]) -> Iterator[Answer]:
    """Say what is wrong with a part; `causes` are the sources that do not answer, and the broker."""
    no_broker = "no-broker" if "no-broker" in causes else None
    if "said" in answer:
        yield trouble("refuses", source, detail=answer["said"])
        return
    if "down" in answer:
        yield trouble("down", source, detail=answer["down"])
        return
    if answer["set_back"]:
        yield trouble("own-set-back", source, detail=answer["set_back"])
    if not answer["relay"]["healthy"]:
        silent = answer["relay"]["silent_seconds"]
        detail = NEVER if silent is None else FOR_SECONDS.format(seconds=silent)
        yield trouble("relay-silent", source, detail=detail, because=no_broker)
    for follow in answer["follows"]:
        followed = follow["source"]
        if follow["lag"] < 0:
            head = follow["position"] + follow["lag"]
            yield trouble("set-back", source, followed, since=follow["since"], detail=head)
        if follow["failing"]:
            since, failing = follow["since"], follow["failing"]
            because = followed if followed in causes and _not_answered(failing) else None
            yield trouble("failing", source, followed, since=since, detail=failing, because=because)
        if follow["unheard"]:
            since, unheard = follow["unheard_since"], follow["unheard"]
            because = no_broker if _hears_no_broker(follow) else None
            yield trouble("unheard", source, followed, since=since, detail=unheard, because=because)
    process = answer.get("process", {})  # the version before says nothing of it
    if process.get("overloaded"):
        yield trouble("overloaded", source, detail=process["refused"])
    if answer["disowned_count"]:
        yield trouble("disowned", source, detail=answer["disowned_count"])


def _of_queues(parts: dict[str, Answer], dead: int | None) -> Iterator[Answer]:
    for part, answer in parts.items():
        for follow in answer.get("follows", ()):
            name = topology.queue_name(part, follow["source"])
            if follow["queue"] is None:
                yield trouble("no-queue", part, follow["source"], detail=name)
            elif not follow["queue"]["consumers"]:
                yield trouble("no-consumer", part, follow["source"], detail=name)
    if dead is None:
        yield trouble("no-queue", "RabbitMQ", detail=topology.DEAD)
    elif dead:
        yield trouble("dead-letters", "RabbitMQ", detail=dead)
