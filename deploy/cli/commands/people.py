"""Rosters, accounts of administrators and who may do what, and the keys of people's data."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from deploy.cli import importing, keys, operations
from deploy.cli.commands.common import (
    HOME,
    FolderOption,
    JsonOption,
    admin_app,
    app,
    console,
    deployment_in,
    keys_app,
    show,
)
from deploy.cli.wording import command
from shared.kit.language import t


@command(app, "导入名册，逐行说明结果", "import")
def import_rosters(
    files: Annotated[
        list[Path],
        typer.Argument(exists=True, help=t("文件，或装文件的文件夹", "Files, or folders of them")),
    ],
    unit: Annotated[
        str | None,
        typer.Option(
            help=t("哪个单位的；不写则按文件名", "Of which unit; else as the file is called")
        ),
    ] = None,
    login: Annotated[str, typer.Option(help=t("以谁的账号导入", "Who hands them in"))] = "office",
    folder: FolderOption = HOME,
    json: JsonOption = False,
) -> None:
    """Hand rosters in and show what became of every row."""
    deployment, errors = deployment_in(folder), Console(stderr=True)
    try:
        handed = importing.files_of(files, unit)
        password = importing.password_of(login, partial(typer.prompt, hide_input=True))
        importing.hand_in(importing.Office(deployment, login, password), handed, errors)
    except importing.Refused as refusal:
        errors.print(f"[red]{escape(str(refusal))}[/red]")
        raise typer.Exit(2) from None
    if json:
        typer.echo(operations.to_json(importing.as_json(handed)))
    else:
        for table in importing.tables(handed):
            console.print(table)
    raise typer.Exit(importing.exit_code(handed))


@command(app, "列出全部文字，供译成其他语言")
def texts(
    file: Annotated[
        Path | None,
        typer.Argument(
            exists=True,
            help=t("已有的语言文件，保留其译文", "A language's file, to keep what it has"),
        ),
    ] = None,
) -> None:
    """Print all texts, to be translated into a further language."""
    from deploy.cli import texts as all_texts

    made = all_texts.document(file)
    typer.echo(operations.to_json(made))
    done = sum(bool(each) for each in made["texts"].values())
    counted = t(
        "已译 {done} / {all} 条", "{done} / {all} translated", done=done, all=len(made["texts"])
    )
    Console(stderr=True).print(counted)


@command(app, "权限表：各角色可以做什么")
def access() -> None:
    """Print who may do what: every role, every entry point."""
    from deploy.cli import access as access_table

    typer.echo(access_table.table(), nl=False)


@command(admin_app, "新建管理员账号，或用一次性码帮管理员重新登录", "create")
def admin_create(login: str = "admin", folder: FolderOption = HOME) -> None:
    """Enrol an administrator, or help one back in, by a one-time code."""
    deployment = deployment_in(folder)
    from deploy.cli import accounts

    code = accounts.create_administrator(deployment, login)
    address = deployment.part("supervision").address
    console.print(f"{login}: [bold]{code}[/bold]")
    console.print(
        t(
            "请在 72 小时内打开这里，用一次性码设置密码：{address}",
            "Set a password with this code within 72 hours: {address}",
            address=f"{address}/first-sign-in?login={login}",
        ),
        soft_wrap=True,
    )


@command(admin_app, "解除密码输错后的等待", "lift")
def admin_lift(folder: FolderOption = HOME, json: JsonOption = False) -> None:
    """Let everybody who has to wait after wrong passwords try again."""
    lifted = operations.lift_brake(deployment_in(folder))
    show(json, lifted, lambda d: t("已解除 {lifted} 个", "Lifted: {lifted}", **d))


@command(keys_app, "主密钥状况：在用哪一个，各包裹多少密钥", "status")
def keys_status(folder: FolderOption = HOME, json: JsonOption = False) -> None:
    """Show which master key is in use, and how many keys each one wraps."""
    show(json, keys.master_standing(deployment_in(folder)), keys.standing_table)


@command(keys_app, "启用新的主密钥，重新包裹全部密钥；各部件照常工作", "rotate-master")
def keys_rotate_master(
    folder: FolderOption = HOME,
    json: JsonOption = False,
    forget_old: Annotated[
        bool,
        typer.Option(
            help=t(
                "丢弃旧的主密钥：此前的备份都不能再读",
                "Drop the old ones: no older backup can be read any more",
            )
        ),
    ] = False,
) -> None:
    """Put a new master key into use and rewrap every key; the parts go on."""
    document = keys.rotate_master(deployment_in(folder), forget_old=forget_old)
    show(
        json,
        document,
        lambda d: t(
            "{in_use}：已重新包裹 {rewrapped} 个密钥", "{in_use}: {rewrapped} rewrapped", **d
        ),
    )


@command(keys_app, "更换一个部件的密钥；该部件和督查要重启", "rotate-part")
def keys_rotate_part(
    source: Annotated[
        str,
        typer.Argument(
            help=t(
                "registration、appointments/<接种点>、operator……",
                "registration, appointments/<site>, operator, ...",
            )
        ),
    ],
    folder: FolderOption = HOME,
    json: JsonOption = False,
) -> None:
    """Draw a new secret for one part; it and supervision are to be restarted."""
    document = keys.rotate_part(deployment_in(folder), source)
    show(json, document, keys.drawn)
