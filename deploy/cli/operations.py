"""What the `vaxledger` command does: asks the parts how they are, prints tables."""

from __future__ import annotations

import json
import signal
import threading
from typing import Any

import requests
from rich.console import Console
from rich.table import Table

from deploy.parts import FOLLOWS
from shared.kit.language import t, tag
from shared.kit.messaging import broker
from shared.kit.service_tokens import OPERATE, OPERATOR, STATUS
from shared.town.contracts import catalogue
from shared.town.deployment import Deployment, UnknownPart
from shared.town.terms.events import EVENTS

console = Console()
SECONDS = 5


def to_json(document: Any) -> str:
    """Return a document as readable JSON."""
    return json.dumps(document, ensure_ascii=False, indent=2, default=str)


def addresses(deployment: Deployment) -> Table:
    """Return where each team finds its page."""
    table = Table(title=t("页面", "Pages"))
    table.add_column(t("部件", "Part"))
    table.add_column(t("地址", "Address"))
    for part in deployment.parts:
        table.add_row(part.source, f"{part.address}/")
    return table


def wait_for_interrupt(*, quiet: bool = False) -> None:
    """Return on Ctrl-C or SIGTERM."""
    stop = threading.Event()
    for signum in (signal.SIGINT, signal.SIGTERM):
        signal.signal(signum, lambda _signum, _frame: stop.set())
    if not quiet:
        console.print(t("按 Ctrl-C 停止", "Ctrl-C stops"))
    stop.wait()


# Asking the parts and the broker


def ask(
    deployment: Deployment, source: str, path: str, query: Any = None, *, seconds: float = SECONDS
) -> dict[str, Any]:
    """Ask a part as operator; raises what requests raises."""
    return _call(deployment, source, "GET", path, params=query, timeout=seconds)


def post(
    deployment: Deployment, source: str, path: str, body: Any = None, *, seconds: float = SECONDS
) -> dict[str, Any]:
    """Have a part do something as operator; raises what requests raises."""
    return _call(deployment, source, "POST", path, json=body, timeout=seconds)


def in_our_language() -> dict[str, str]:
    """Return the header by which a part answers in the language of the terminal."""
    return {"Accept-Language": tag()}


def _call(deployment: Deployment, source: str, verb: str, path: str, **more: Any) -> dict[str, Any]:
    asking = deployment.asking(OPERATOR, source, OPERATE)
    url = f"{deployment.part(source).url}{path}"
    answer = requests.request(verb, url, auth=asking, headers=in_our_language(), **more)
    answer.raise_for_status()
    return answer.json()


def words_of(error: requests.RequestException) -> str:
    """Return what a part gave as its reason to refuse, or what went wrong on the way."""
    try:
        said: Any = error.response.json() if error.response is not None else {"detail": error}
        return " ".join(map(str, (said["detail"], said.get("errors", ""))))
    except (ValueError, KeyError, TypeError, AttributeError):
        return str(error)


def ask_status(deployment: Deployment, source: str) -> dict[str, Any]:
    """Ask a part where it stands; one that does not answer, or is no part, is said to be down."""
    try:
        url = f"{deployment.part(source).url}/status"
        asking = deployment.asking(OPERATOR, source, STATUS)
        answer = requests.get(url, auth=asking, headers=in_our_language(), timeout=SECONDS)
        answer.raise_for_status()
        return answer.json()
    except requests.HTTPError as error:
        return {"down": type(error).__name__, "said": words_of(error)}
    except (requests.RequestException, ValueError, UnknownPart) as error:
        return {"down": type(error).__name__}


def declare_at_broker(deployment: Deployment) -> dict[str, Any]:
    """Declare every exchange and queue at the broker; the in-process broker needs none."""
    sources = [part.source for part in deployment.parts]
    made: dict[str, str | None] = {}
    if not deployment.embedded:
        made = broker.declare_missing(deployment.broker, sources, FOLLOWS)
    return {"queues": len(made), "refused": {name: why for name, why in made.items() if why}}


def declared(document: dict[str, Any]) -> str:
    """Return in words what the broker has made, and what it has refused."""
    said = t("队列 {queues} 个。", "{queues} queues.", queues=document["queues"])
    refused = [f"{name}: {why}" for name, why in document["refused"].items()]
    return "\n".join([said, *(t("未建成 {what}", "Refused {what}", what=one) for one in refused)])


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
    table = Table(title=t("事件目录：{n} 种", "Events: {n}", n=len(document)), show_lines=False)
    for heading in (t("服务", "Service"), t("事件", "Event")):
        table.add_column(heading, no_wrap=True)
    for heading in (t("含义", "Meaning"), t("字段", "Fields")):
        table.add_column(heading, overflow="fold")
    for row in document:
        table.add_row(row["service"], row["event"], meaning(row), ", ".join(row["fields"]))
    return table


def meaning(row: dict[str, Any]) -> str:
    """Return what an event of the catalogue means, and what took its place."""
    newer = row["superseded_by"]
    name, _, _ = (newer or row["event"]).partition(".")
    said = t(EVENTS[name].zh, row["meaning"])
    return t("→ {newer}。{said}", "→ {newer}. {said}", newer=newer, said=said) if newer else said
