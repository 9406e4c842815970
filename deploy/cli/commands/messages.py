"""What is between the parts: dead letters, the broker, sources that were set back."""

from __future__ import annotations

from typing import Annotated

import typer

from deploy.cli import dead, histories, operations
from deploy.cli.commands.common import (
    HOME,
    FolderOption,
    JsonOption,
    LetterArgument,
    broker_app,
    console,
    dead_app,
    deployment_in,
    follow_app,
    show,
)
from deploy.cli.wording import command
from shared.kit.language import t


@command(dead_app, "列出死信", "list")
def dead_list(folder: FolderOption = HOME, json: JsonOption = False) -> None:
    """List dead letters."""
    show(json, dead.listed(deployment_in(folder)), dead.table)


@command(dead_app, "把一封死信（或全部）放回它的队列", "replay")
def dead_replay(
    letter: LetterArgument = None, folder: FolderOption = HOME, json: JsonOption = False
) -> None:
    """Put one dead letter, or all, back into its queue."""
    document = dead.replay(deployment_in(folder), letter)
    show(json, document, lambda d: t("已重发 {replayed} 封", "{replayed} put back", **d))


@command(dead_app, "丢弃一封死信，或所有已跟上的死信", "drop")
def dead_drop(
    letter: LetterArgument = None,
    followed: Annotated[
        bool,
        typer.Option(
            help=t("所有事件已跟上的死信", "All whose events are followed already"),
        ),
    ] = False,
    folder: FolderOption = HOME,
    json: JsonOption = False,
) -> None:
    """Drop one dead letter, or all whose events are followed."""
    if letter is None and not followed:
        raise typer.BadParameter(
            t("请写编号，或用 --followed。", "Name a letter, or take --followed.")
        )
    document = dead.drop(deployment_in(folder), letter, followed=followed)
    show(json, document, lambda d: t("已丢弃 {dropped} 封", "{dropped} dropped", **d))


@command(broker_app, "补建缺少的交换机和队列，已有的不动", "declare")
def broker_declare(folder: FolderOption = HOME, json: JsonOption = False) -> None:
    """Make exchanges and queues that are missing; those there are stay."""
    document = operations.declare_at_broker(deployment_in(folder))
    show(json, document, operations.declared)
    if document["refused"]:
        raise typer.Exit(1)


@command(follow_app, "查看倒退的来源缺什么", "look")
def follow_look(source: str, folder: FolderOption = HOME, json: JsonOption = False) -> None:
    """Show what a source that was set back lacks."""
    show(json, histories.standing(deployment_in(folder), source), histories.table)


@command(follow_app, "认可恢复后的来源，从它现在的末尾继续", "accept")
def follow_accept(
    source: str,
    generation: Annotated[
        int,
        typer.Option(
            help=t("第几代，见 vaxledger follow look", "As `vaxledger follow look` shows it")
        ),
    ],
    reason: Annotated[str, typer.Option(help=t("原因，记入台账", "Why; it stays in the ledger"))],
    folder: FolderOption = HOME,
    yes: Annotated[bool, typer.Option("--yes", help=t("不再询问", "Do not ask"))] = False,
    json: JsonOption = False,
) -> None:
    """Let a source that was set back count from where it ends now."""
    deployment = deployment_in(folder)
    shown = histories.standing(deployment, source)
    if not json:
        console.print(histories.table(shown))
    if not yes:
        typer.confirm(t("认可后不能撤回。继续吗？", "It cannot be taken back. Go on?"), abort=True)
    done = histories.accept(deployment, shown | {"generation": generation}, reason)
    show(json, done, histories.closing)
    if done["unheard"]:
        raise typer.Exit(1)
