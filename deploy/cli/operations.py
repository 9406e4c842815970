"""What the `vaxledger` command does: asks the parts how they are, prints tables."""

from __future__ import annotations

import json
import signal
import threading
from datetime import UTC, datetime
from typing import Any

import requests
from rich.console import Console
from rich.table import Table

from shared.kit.messaging import dead_letters as letters
from shared.kit.messaging.relay import BEAT_SECONDS
from shared.kit.service_tokens import OPERATE, OPERATOR, STATUS
from shared.town.contracts import catalogue
from shared.town.deployment import Deployment

console = Console()
SECONDS = 5
DEAD_RELAY_SECONDS = 4 * BEAT_SECONDS


def to_json(document: Any) -> str:
    """Return a document as readable JSON."""
    return json.dumps(document, ensure_ascii=False, indent=2, default=str)


def addresses(deployment: Deployment) -> Table:
    """Return where each team finds its page."""
    table = Table(title="页面 Pages")
    table.add_column("团队 Team")
    table.add_column("地址 Address")
    for part in deployment.parts:
        table.add_row(part.source, f"{part.address}/")
    return table


def wait_for_interrupt(*, quiet: bool = False) -> None:
    """Return on Ctrl-C or SIGTERM."""
    stop = threading.Event()
    for signum in (signal.SIGINT, signal.SIGTERM):
        signal.signal(signum, lambda _signum, _frame: stop.set())
    if not quiet:
        console.print("Ctrl-C 停止 stops")
    stop.wait()


# Status, rebuilding, dead letters


def ask(
    deployment: Deployment, source: str, path: str, query: Any = None, *, seconds: float = SECONDS
) -> dict[str, Any]:
    """Ask a part as operator; raises what requests raises."""
    answer = requests.get(
        f"{deployment.part(source).url}{path}",
        params=query,
        auth=deployment.asking(OPERATOR, source, OPERATE),
        timeout=seconds,
    )
    answer.raise_for_status()
    return answer.json()


def post(
    deployment: Deployment, source: str, path: str, body: Any = None, *, seconds: float = SECONDS
) -> dict[str, Any]:
    """Have a part do something as operator; raises what requests raises."""
    answer = requests.post(
        f"{deployment.part(source).url}{path}",
        json=body,
        auth=deployment.asking(OPERATOR, source, OPERATE),
        timeout=seconds,
    )
    answer.raise_for_status()
    return answer.json()


def words_of(error: requests.RequestException) -> str:
    """Return what a part gave as its reason to refuse, or what went wrong on the way."""
    try:
        return str(error.response.json()["detail"]) if error.response is not None else str(error)
    except (ValueError, KeyError, TypeError):
        return str(error)


def status(deployment: Deployment) -> dict[str, Any]:
    """Ask every part where it stands; a part that does not answer is said to be down."""
    parts: dict[str, Any] = {}
    for part in deployment.parts:
        try:
            asking = deployment.asking(OPERATOR, part.source, STATUS)
            answer = requests.get(f"{part.url}/status", auth=asking, timeout=SECONDS)
            answer.raise_for_status()
            parts[part.source] = answer.json()
        except (requests.RequestException, ValueError) as error:
            parts[part.source] = {"down": type(error).__name__}
    heads = {source: answer["head"] for source, answer in parts.items() if "head" in answer}
    for answer in parts.values():
        if "relay" in answer:
            answer["relay"] |= _relaying(answer)
        for follow in answer.get("follows", ()):
            follow["lag"] = max(
                0, heads.get(follow["source"], follow["position"]) - follow["position"]
            )
    healthy = all(
        "down" not in answer
        and answer["relay"]["healthy"]
        and all(follow["healthy"] for follow in answer["follows"])
        for answer in parts.values()
    )
    return {"healthy": healthy, "parts": parts}


def _relaying(answer: dict[str, Any]) -> dict[str, Any]:
    """How far a relay is behind, and whether it is dead or only quiet: a live one gives signs."""
    beat = answer["relay"]["beat_at"]
    silent = (datetime.now(UTC) - datetime.fromisoformat(beat)).total_seconds() if beat else None
    return {
        "lag": answer["head"] - answer["relay"]["published"],
        "silent_seconds": None if silent is None else round(silent),
        "healthy": silent is not None and silent < DEAD_RELAY_SECONDS,
    }


def status_table(document: dict[str, Any]) -> Table:
    """Return the status as a table: a row a source, and one for each it follows."""
    table = Table(title="运行状态 Status")
    for heading in ("部件 Part", "来源 Follows"):
        table.add_column(heading, no_wrap=True)
    for heading in ("位置 Position", "落后 Lag", "状况 Health"):
        table.add_column(heading)
    for source, answer in document["parts"].items():
        if "down" in answer:
            table.add_row(source, "", "", "", f"[red]没有应答 down: {answer['down']}[/red]")
            continue
        relay = answer["relay"]
        silent = f"[red]没有动静 silent: {relay['silent_seconds']} s[/red]"
        table.add_row(
            f"[bold]{source}[/bold]",
            "(relay)",
            str(answer["head"]),
            str(relay["lag"]),
            "[green]ok[/green]" if relay["healthy"] else silent,
        )
        for follow in answer["follows"]:
            health = "[green]ok[/green]" if follow["healthy"] else f"[red]{follow['failing']}[/red]"
            table.add_row("", follow["source"], str(follow["position"]), str(follow["lag"]), health)
        for one in answer["disowned"]:
            why = f"[yellow]不予采信 does not count: {one['event']}, {one['why']}[/yellow]"
            table.add_row("", one["source"], str(one["position"]), "", why)
    return table


def rebuild(deployment: Deployment, source: str) -> dict[str, Any]:
    """Have a part build its views anew."""
    return post(deployment, source, "/rebuild", seconds=600)


def lift_brake(deployment: Deployment) -> dict[str, Any]:
    """Let everybody who has to wait after wrong passwords try again at once."""
    return post(deployment, "supervision", "/sign-in/brake/lift")


def reindex(deployment: Deployment) -> dict[str, Any]:
    """Have registration make anew what residents are found by, some hundreds at a time."""
    done: dict[str, Any] = {"remembered": 0, "unreadable": 0}
    after: str | None = None
    while True:
        said = post(deployment, "registration", "/reindex", {"after": after}, seconds=60)
        done = {name: count + said[name] for name, count in done.items()}
        if (after := said["after"]) is None:
            return done


def dead_letters(deployment: Deployment) -> dict[str, Any]:
    """List the broker's dead letters; the in-process broker has none."""
    return {"dead": [] if deployment.embedded else letters.dead_letters(deployment.broker)}


def replay_dead_letters(deployment: Deployment) -> dict[str, Any]:
    """Put all dead letters back into their queues."""
    replayed = 0 if deployment.embedded else letters.replay_dead_letters(deployment.broker)
    return {"replayed": replayed}


def dead_table(document: dict[str, Any]) -> Table:
    """Return the dead letters as a table."""
    table = Table(title=f"死信 Dead letters: {len(document['dead'])}")
    for heading in ("queue", "reason", "message_id", "excerpt"):
        table.add_column(heading)
    for letter in document["dead"]:
        table.add_row(*(str(letter[key]) for key in ("queue", "reason", "message_id", "excerpt")))
    return table


# The catalogue


def catalogue_document() -> list[dict[str, Any]]:
    """Return every event: name, version, what took its place, who says it, meaning, fields."""
    found = ((contract, catalogue.superseded_by(contract)) for contract in catalogue)
    return [
        {
            "event": contract.topic,
            "superseded_by": newer and newer.topic,
            "service": contract.service,
            "meaning": contract.meaning,
            "fields": list(contract.schema.fields),
            "example": contract.example,
        }
        for contract, newer in found
    ]


def catalogue_table(document: list[dict[str, Any]]) -> Table:
    """Return the catalogue as a table."""
    table = Table(title=f"事件目录 Events: {len(document)}", show_lines=False)
    for heading in ("服务 Service", "事件 Event"):
        table.add_column(heading, no_wrap=True)
    for heading in ("含义 Meaning", "字段 Fields"):
        table.add_column(heading, overflow="fold")
    for row in document:
        newer = row["superseded_by"]
        meaning = f"→ {newer}. {row['meaning']}" if newer else row["meaning"]
        table.add_row(row["service"], row["event"], meaning, ", ".join(row["fields"]))
    return table
