"""What `vaxledger status` says: how every part, relay, follower and queue is, and what is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pika.exceptions import AMQPError
from rich.console import Group
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from deploy.cli.operations import ask_status
from deploy.cli.troubles import in_words, trouble
from shared.kit.messaging import broker, topology
from shared.kit.messaging.relay import BEAT_SECONDS
from shared.town.deployment import Deployment

DEAD_RELAY_SECONDS = 4 * BEAT_SECONDS

Answer = dict[str, Any]


def status(deployment: Deployment) -> Answer:
    """Ask every part and the broker how they are, and say what is wrong."""
    parts = {part.source: ask_status(deployment, part.source) for part in deployment.parts}
    for answer in parts.values():
        if "down" not in answer:
            _add_relay(answer)
            for follow in answer["follows"]:
                follow["lag"] = _lag(deployment, parts, follow)
    troubles = [each for source, answer in parts.items() for each in _of_part(source, answer)]
    dead = None
    if not deployment.embedded:
        try:
            dead = _add_queues(deployment, parts)
        except (AMQPError, OSError) as error:
            troubles.append(trouble("no-broker", "RabbitMQ", detail=type(error).__name__))
        else:
            troubles += _of_queues(parts, dead)
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


def _of_part(source: str, answer: Answer) -> Iterator[Answer]:
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
        detail = "从未 never" if silent is None else f"{silent} 秒 s"
        yield trouble("relay-silent", source, detail=detail)
    for follow in answer["follows"]:
        followed = follow["source"]
        if follow["lag"] < 0:
            head = follow["position"] + follow["lag"]
            yield trouble("set-back", source, followed, since=follow["since"], detail=head)
        if follow["failing"]:
            since = follow["since"]
            yield trouble("failing", source, followed, since=since, detail=follow["failing"])
        if follow["unheard"]:
            since = follow["unheard_since"]
            yield trouble("unheard", source, followed, since=since, detail=follow["unheard"])
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


def in_tables(document: Answer) -> Group:
    """Return the status as a table, a row a source and one for each it follows; below, troubles."""
    table = Table(title="运行状态 Status")
    for heading in ("部件 Part", "来源 Follows"):
        table.add_column(heading, no_wrap=True)
    for heading in ("位置 Position", "落后 Lag", "队列 Queue", "状况 Health"):
        table.add_column(heading)
    for source, answer in document["parts"].items():
        for row in _rows(source, answer):
            table.add_row(*row)
    words = [
        Text(f"{number}. {in_words(each)}", style="red" if each["red"] else "yellow")
        for number, each in enumerate(document["troubles"], 1)
    ]
    return Group(table, *words)


def _rows(source: str, answer: Answer) -> Iterator[tuple[str, ...]]:
    if "down" in answer:
        yield source, "", "", "", "", f"[red]没有应答 down: {escape(answer['down'])}[/red]"
        return
    relay = answer["relay"]
    silent = f"[red]没有动静 silent: {relay['silent_seconds']} s[/red]"
    health = "[green]ok[/green]" if relay["healthy"] else silent
    head, lag = str(answer["head"]), str(relay["lag"])
    yield f"[bold]{source}[/bold]", "(relay)", head, lag, "", health
    for follow in answer["follows"]:
        queue = follow.get("queue")
        length = f"{queue['messages']} ({queue['consumers']} 听 heard by)" if queue else ""
        position, lag = str(follow["position"]), str(follow["lag"])
        yield "", follow["source"], position, lag, length, _health(follow)
    for one in answer["disowned"]:
        why = f"[yellow]不予采信 does not count: {one['event']}, {escape(one['why'])}[/yellow]"
        yield "", one["source"], str(one["position"]), "", "", why


def _health(follow: Answer) -> str:
    if follow["lag"] < 0:
        return "[red]来源倒退 source set back[/red]"
    if follow["failing"]:
        return f"[red]{escape(follow['failing'])}[/red]"
    if follow["unheard"]:
        return f"[red]读日志 reading from the log since {follow['unheard_since']}[/red]"
    return "[green]ok[/green]"
