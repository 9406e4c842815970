"""What the `vaxledger` command does: asks the parts, prints tables, runs rehearsals."""

from __future__ import annotations

import json
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import requests
import typer
from rich.console import Console
from rich.table import Table

from deploy.cli.accounts import everybody, rehearsal_accounts
from deploy.local.running import Running, embedded_deployment, running_cluster, running_embedded
from deploy.rehearsal.driver import Outcome, Progress, rehearse
from deploy.rehearsal.table import closing_table, progress_bar
from shared.kit.messaging import dead_letters as letters
from shared.kit.messaging.relay import BEAT_SECONDS
from shared.kit.service_tokens import OPERATOR, header_of
from shared.town.access.roles import ROLES
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


def demo_accounts(deployment: Deployment) -> Table:
    """Return an account of each role, with the page it begins with."""
    passwords = rehearsal_accounts(deployment)
    url = {part.source: part.address for part in deployment.parts}
    site = deployment.campaign.sites[0].code
    unit = deployment.campaign.units[0].code
    begins = {
        "admin": f"{url['supervision']}/staff",
        f"{unit}-chief": f"{url['registration']}/units/{unit}",
        f"{unit}-cadre": f"{url['registration']}/units/{unit}",
        "doctor": f"{url['screening']}/",
        f"{site}-nurse": f"{url[f'appointments/{site}']}/",
        f"{site}-leader": f"{url[f'appointments/{site}']}/stock",
        "office": f"{url['reporting']}/",
        "supervisor": f"{url['supervision']}/audit",
        "auditor": f"{url['supervision']}/",
        "operator": f"{url['supervision']}/account",
        "county": f"{url['reporting']}/weeks",
    }
    roles = everybody(deployment.campaign)
    table = Table(title="演练账号 Accounts of this rehearsal")
    for heading in ("登录名 Login", "密码 Password", "角色，从这里开始 Role, begin here"):
        table.add_column(heading, no_wrap=True)
    for login, address in begins.items():
        held = dict.fromkeys(ROLES[role].zh + " " + ROLES[role].en for role, _ in roles[login])
        table.add_row(login, passwords[login], "\n".join([*held, address]))
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


def _as_operator(deployment: Deployment) -> dict[str, str]:
    return header_of(deployment.secrets.service, OPERATOR)


def status(deployment: Deployment) -> dict[str, Any]:
    """Ask every part where it stands; a part that does not answer is said to be down."""
    parts: dict[str, Any] = {}
    for part in deployment.parts:
        try:
            answer = requests.get(
                f"{part.url}/status", headers=_as_operator(deployment), timeout=SECONDS
            )
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
    return table


def rebuild(deployment: Deployment, source: str) -> dict[str, Any]:
    """Have a part build its views anew."""
    answer = requests.post(
        f"{deployment.part(source).url}/rebuild",
        headers=_as_operator(deployment),
        timeout=600,
    )
    answer.raise_for_status()
    return answer.json()


def reindex(deployment: Deployment) -> dict[str, Any]:
    """Have registration make anew what residents are found by, some hundreds at a time."""
    done: dict[str, Any] = {"remembered": 0, "unreadable": 0}
    after: str | None = None
    while True:
        answer = requests.post(
            f"{deployment.part('registration').url}/reindex",
            json={"after": after},
            headers=_as_operator(deployment),
            timeout=60,
        )
        answer.raise_for_status()
        said = answer.json()
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


# Rehearsals


def _run(running: Running, people: int, seed: int, quiet: bool) -> Outcome:
    """Rehearse, or go on with a rehearsal that was stopped; raises `Stopped` after a Ctrl-C."""
    with _stop_asked_for() as stop, _progress(quiet) as progress:
        return rehearse(running.deployment, people=people, seed=seed, progress=progress, stop=stop)


@contextmanager
def _stop_asked_for() -> Iterator[threading.Event]:
    """Yield what the first Ctrl-C or SIGTERM sets; a second one stops at once."""
    stop = threading.Event()
    before = {signum: signal.getsignal(signum) for signum in (signal.SIGINT, signal.SIGTERM)}

    def ask(*_: object) -> None:
        stop.set()
        _restore(before)
        console.print(
            "这一天演练完就停；再按一次 Ctrl-C 立即停止。"
            " Stopping when this day is over; Ctrl-C again stops at once."
        )

    if threading.current_thread() is threading.main_thread():
        for signum in before:
            signal.signal(signum, ask)
    try:
        yield stop
    finally:
        _restore(before)


def _restore(handlers: dict[signal.Signals, Any]) -> None:
    if threading.current_thread() is threading.main_thread():
        for signum, handler in handlers.items():
            signal.signal(signum, handler)


@contextmanager
def _progress(quiet: bool) -> Iterator[Progress]:
    if quiet:
        yield lambda _day, _doses, _total: None
    else:
        with progress_bar(console) as advance:
            yield advance


def rehearsal_embedded(folder: Path, *, people: int, seed: int, quiet: bool) -> Outcome:
    """Rehearse on the embedded default in `folder`."""
    deployment = embedded_deployment(folder, first_port=None, rehearsal=True, people=people)
    with running_embedded(deployment) as running:
        return _run(running, people, seed, quiet)


def rehearsal_on_cluster(folder: Path, *, people: int, seed: int, quiet: bool) -> Outcome:
    """Rehearse on private RabbitMQ and PostgreSQL, every part its own process."""
    with running_cluster(folder, rehearsal=True, people=people) as running:
        return _run(running, people, seed, quiet)


def demo(
    folder: Path, *, people: int, seed: int, stay: bool, first_port: int, as_json: bool = False
) -> bool:
    """Rehearse once in `folder`, print the closing table, leave the pages running.

    Started again, it goes on with the same data. Returns whether everything agreed.
    """
    deployment = embedded_deployment(folder, first_port=first_port, rehearsal=True, people=people)
    table = folder / "closing-table.json"
    with running_embedded(deployment) as running:
        if table.exists():
            outcome = Outcome(**json.loads(table.read_text()))
        else:
            outcome = _run(running, people, seed, quiet=as_json)
            table.write_text(to_json(outcome.as_json()))
        if as_json:
            passwords = rehearsal_accounts(deployment)
            pages = {part.source: f"{part.address}/" for part in deployment.parts}
            typer.echo(to_json(outcome.as_json() | {"pages": pages, "accounts": passwords}))
        else:
            console.print(closing_table(outcome))
            console.print(addresses(deployment))
            console.print(demo_accounts(deployment))
        if stay:
            wait_for_interrupt(quiet=as_json)
    return not outcome.problems
