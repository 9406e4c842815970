"""An invented town: rehearsal, simulation, demonstration."""

from __future__ import annotations

import tempfile
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from deploy.cli import operations
from deploy.cli.commands.common import (
    FirstPortOption,
    FolderOption,
    JsonOption,
    PeopleOption,
    SeedOption,
    app,
    show,
)
from deploy.cli.wording import command
from deploy.local import running
from shared.kit.language import t
from shared.town.campaign import load


@command(app, "通过公开接口演练整个接种方案")
def rehearse(
    people: PeopleOption = 1800,
    seed: SeedOption = 2024,
    on_cluster: Annotated[
        bool,
        typer.Option(
            "--cluster", help=t("用 RabbitMQ 和 PostgreSQL", "On RabbitMQ and PostgreSQL")
        ),
    ] = False,
    folder: Annotated[
        Path | None, typer.Option(help=t("数据保存在这里", "Keep the data here"))
    ] = None,
    json: JsonOption = False,
) -> None:
    """Rehearse the whole campaign through the public interfaces."""
    from deploy.cli import rehearsals
    from deploy.rehearsal.table import closing_table

    with tempfile.TemporaryDirectory(prefix="vaxledger-") as temporary:
        place = folder or Path(temporary)
        runner = rehearsals.rehearsal_on_cluster if on_cluster else rehearsals.rehearsal_embedded
        outcome = runner(place, people=people, seed=seed, quiet=json)
    show(json, outcome.as_json(), lambda _: closing_table(outcome, load(running.PLAN)))
    if outcome.problems:
        raise typer.Exit(1)


@command(app, "仿真：由种子决定，在一个线程里让小镇处处出错")
def simulate(
    seed: Annotated[
        int | None,
        typer.Option(
            help=t("只运行这个种子，并列出每一步", "Play this one and print its schedule")
        ),
    ] = None,
    seeds: Annotated[int, typer.Option(min=1, help=t("运行多少个种子", "Play so many"))] = 200,
    first: Annotated[int, typer.Option(help=t("从这个种子开始", "Begin with this seed"))] = 1,
    json: JsonOption = False,
) -> None:
    """Play a small town in one thread while everything fails, decided by a seed."""
    from deploy.cli import simulating

    if seed is not None:
        broken = bool(simulating.one(seed).broken)
    else:
        tally = simulating.many(first, seeds, quiet=json)
        broken = bool(tally.broken)
        if json:
            typer.echo(operations.to_json(simulating.as_json(tally)))
    if broken:
        raise typer.Exit(1)


@command(app, "小规模演练整个方案，然后保持页面运行")
def demo(
    folder: FolderOption = Path("var/demo"),
    people: PeopleOption = 1800,
    seed: SeedOption = 2024,
    stop: Annotated[
        bool,
        typer.Option(help=t("演练后不再运行页面", "Do not leave the pages running")),
    ] = False,
    until: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"],
            help=t(
                "演练到这一天早上为止，当天留给人来操作",
                "Only up to the morning of this day, which is left to be worked by hand",
            ),
        ),
    ] = None,
    first_port: FirstPortOption = 8100,
    json: JsonOption = False,
) -> None:
    """Rehearse the plan on a small scale and leave the pages running."""
    from deploy.cli import rehearsals

    if until is not None:
        rehearsals.demo_until(
            folder, until.date(), people=people, seed=seed, stay=not stop, first_port=first_port
        )
    elif not rehearsals.demo(
        folder, people=people, seed=seed, stay=not stop, first_port=first_port, as_json=json
    ):
        raise typer.Exit(1)
