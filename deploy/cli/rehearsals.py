"""Rehearsals from the command line: run, stopped, gone on with, shown."""

from __future__ import annotations

import json
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import typer
from rich.console import Console
from rich.table import Table

from deploy.cli.accounts import everybody, rehearsal_accounts
from deploy.cli.operations import addresses, to_json, wait_for_interrupt
from deploy.local.running import Running, embedded_deployment, running_cluster, running_embedded
from deploy.rehearsal.outcome import Outcome
from deploy.rehearsal.rehearsing import Progress, rehearse, rehearse_until
from deploy.rehearsal.table import closing_table, progress_bar
from shared.kit.clock import Clock, RehearsalClock
from shared.kit.dates import moment_text
from shared.kit.language import t
from shared.town.access.roles import ROLES
from shared.town.deployment import Deployment

console = Console()
STEP_SECONDS = 5.0
"""How often the clock of a rehearsal that is worked by hand is set on."""


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
    table = Table(title=t("演练账号", "Accounts of this rehearsal"))
    for heading in (
        t("登录名", "Login"),
        t("密码", "Password"),
        t("角色，从这里开始", "Role, begin here"),
    ):
        table.add_column(heading, no_wrap=True)
    for login, address in begins.items():
        held = dict.fromkeys(t(ROLES[role].zh, ROLES[role].en) for role, _ in roles[login])
        table.add_row(login, passwords[login], "\n".join([*held, address]))
    return table


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
            t(
                "这一天演练完就停；再按一次 Ctrl-C 立即停止。",
                "Stopping when this day is over; Ctrl-C again stops at once.",
            )
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


def demo_until(
    folder: Path, morning: date, *, people: int, seed: int, stay: bool, first_port: int
) -> None:
    """Rehearse up to a morning, print the addresses and accounts, leave the pages running.

    From then on the rehearsal's clock goes as fast as any other. Started again, it goes on with the
    same data, at the time at which it was stopped.
    """
    deployment = embedded_deployment(folder, first_port=first_port, rehearsal=True, people=people)
    with running_embedded(deployment):
        with _stop_asked_for() as stop, _progress(quiet=False) as progress:
            rehearse_until(
                deployment, morning, people=people, seed=seed, progress=progress, stop=stop
            )
        console.print(addresses(deployment))
        console.print(demo_accounts(deployment))
        said = t(
            "演练时间从{now}起与真实时间同步前进；各接种点已开门，今天预约的人等着签到。",
            "It is {now} in the rehearsal, and its clock runs. The sites are open: those booked for today wait"
            " to be checked in.",
            now=moment_text(deployment.clock().now()),
        )
        console.print(said)
        if stay:
            with clock_running(deployment.clock()):
                wait_for_interrupt(quiet=False)


@contextmanager
def clock_running(clock: Clock) -> Iterator[None]:
    """Let a rehearsal's clock go on, a step at a time."""
    assert isinstance(clock, RehearsalClock)
    over = threading.Event()

    def run() -> None:
        while not over.wait(STEP_SECONDS):
            clock.set(clock.now() + timedelta(seconds=STEP_SECONDS))

    runner = threading.Thread(target=run, name="clock", daemon=True)
    runner.start()
    try:
        yield
    finally:
        over.set()
        runner.join()


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
            console.print(closing_table(outcome, deployment.campaign))
            console.print(addresses(deployment))
            console.print(demo_accounts(deployment))
        if stay:
            wait_for_interrupt(quiet=as_json)
    return not outcome.problems
