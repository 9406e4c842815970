"""The parts: run them, see how they stand, build their views anew."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Annotated

import typer

from deploy.cli import operations, status_table, stock_audit
from deploy.cli import status as status_of_all
from deploy.cli.commands.common import (
    HOME,
    CampaignOption,
    FirstPortOption,
    FolderOption,
    JsonOption,
    ProcessesOption,
    SiteOption,
    app,
    audit_app,
    console,
    deployment_in,
    file_for,
    replace_process,
    show,
)
from deploy.cli.wording import command
from deploy.local import running
from shared.kit.contracts import asyncapi
from shared.kit.language import t
from shared.town.deployment import Deployment, source_of


@command(app, "在一个进程里运行整个系统：数据存 SQLite，消息不出进程")
def up(
    folder: FolderOption = HOME,
    campaign: CampaignOption = running.PLAN,
    first_port: FirstPortOption = 8100,
) -> None:
    """Run everything in one process: SQLite stores, in-process broker."""
    deployment = running.embedded_deployment(folder, campaign_file=campaign, first_port=first_port)
    running.check_ports(deployment)
    console.print(operations.addresses(deployment))
    replace_process("deploy.local.serve", "up", str(deployment.file))


@command(app, "运行一个服务，或一个接种点的预约")
def serve(
    service: str,
    site: SiteOption = None,
    folder: FolderOption = HOME,
    processes: ProcessesOption = 1,
) -> None:
    """Serve one service, or one site of appointments."""
    file = file_for(folder, source := source_of(service, site))
    if processes == 1:
        replace_process("deploy.local.serve", "serve", str(file), source)
    if Deployment.read(file).embedded:
        console.print(t("单机部署只有一个进程。", "An embedded town is one process."), style="red")
        raise typer.Exit(2)
    replace_process("deploy.local.several", str(file), source, str(processes))


@command(app, "把一个部件的事件发布到 RabbitMQ")
def relay(service: str, site: SiteOption = None, folder: FolderOption = HOME) -> None:
    """Publish one store's events to RabbitMQ."""
    file = file_for(folder, source := source_of(service, site))
    replace_process("deploy.local.relay", str(file), source)


@command(app, "运行 RabbitMQ、PostgreSQL，每个部件一个进程")
def cluster(
    folder: FolderOption = Path("var/cluster"),
    campaign: CampaignOption = running.PLAN,
    first_port: FirstPortOption = 8200,
) -> None:
    """Run RabbitMQ, PostgreSQL and every part as its own process."""
    # What died and was started again, and when, for whoever looks at the console in the morning.
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(message)s")
    with running.running_cluster(folder, campaign_file=campaign, first_port=first_port) as cluster:
        console.print(operations.addresses(cluster.deployment))
        operations.wait_for_interrupt()


@command(app, "运行状态：各部件和跟随者到了哪里、落后多少、是否正常")
def status(folder: FolderOption = HOME, json: JsonOption = False) -> None:
    """Where every source and subscriber stands: position, lag, health."""
    document = status_of_all.status(deployment_in(folder))
    show(json, document, status_table.in_tables)
    if not document["healthy"]:
        raise typer.Exit(1)


@command(app, "丢弃一个部件的视图，用事件重建")
def rebuild(
    view: Annotated[
        str,
        typer.Argument(help=t("重建哪个部件的视图", "The part whose views are built anew")),
    ],
    site: SiteOption = None,
    folder: FolderOption = HOME,
    json: JsonOption = False,
) -> None:
    """Throw a part's views away and build them from events."""
    document = operations.rebuild(deployment_in(folder), source_of(view, site))
    show(
        json,
        document,
        lambda d: t(
            "{source}：已重放自己的 {replayed} 条事件",
            "{source}: {replayed} own events replayed",
            **d,
        ),
    )


@command(app, "用加密保存的身份信息重建居民检索索引")
def reindex(folder: FolderOption = HOME, json: JsonOption = False) -> None:
    """Make anew what residents are found by, of their sealed identities."""
    document = operations.reindex(deployment_in(folder))
    show(
        json,
        document,
        lambda d: t(
            "已重建 {remembered} 人，{unreadable} 人无法打开",
            "{remembered} remembered, {unreadable} unreadable",
            **d,
        ),
    )


@command(app, "列出事件目录")
def events(
    json: JsonOption = False,
    as_asyncapi: Annotated[
        bool,
        typer.Option("--asyncapi", help=t("输出 AsyncAPI 3 文档", "Print the AsyncAPI 3 document")),
    ] = False,
) -> None:
    """Print the catalogue of events."""
    if as_asyncapi:
        typer.echo(operations.to_json(asyncapi.document()))
    else:
        show(json, operations.catalogue_document(), operations.catalogue_table)


@command(audit_app, "疫苗账：每个接种点每个批号的剂次、注射器是否都有去向", "stock")
def audit_stock(folder: FolderOption = HOME, json: JsonOption = False) -> None:
    """Account for every dose of every batch and every syringe, from the sites' logs alone."""
    document = stock_audit.audit(deployment_in(folder))
    show(json, document, stock_audit.table)
    if not document["adds_up"]:
        raise typer.Exit(1)
