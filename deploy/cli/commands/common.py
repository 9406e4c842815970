"""What the commands have in common: the application, its groups and options, the deployment."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from deploy.cli import operations
from deploy.cli.wording import Group
from shared.kit.deployment import file_of
from shared.kit.language import t
from shared.kit.memory import ALLOCATOR
from shared.town.deployment import Deployment

app = typer.Typer(
    help=t("vaxledger：全镇疫苗接种管理系统", "vaxledger: a town's mass vaccination campaign"),
    cls=Group,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


def _group(name: str, said: str) -> typer.Typer:
    group = typer.Typer(help=said, cls=Group, no_args_is_help=True)
    app.add_typer(group, name=name)
    return group


dead_app = _group("dead", t("死信：没有部件能读的消息", "Messages no subscriber could read"))
broker_app = _group("broker", t("消息队列服务", "Exchanges and queues"))
keys_app = _group("keys", t("主密钥与部件密钥", "Master keys, and keys of parts"))
follow_app = _group("follow", t("倒退的来源", "Sources that were set back"))
audit_app = _group("audit", t("从事件日志核对", "Checks from the logs of events"))
admin_app = _group("admin", t("账号管理员", "Administrators of staff accounts"))
console = Console()

FolderOption = Annotated[
    Path, typer.Option("--folder", "-f", help=t("部署所在的文件夹", "Where the deployment lives"))
]
CampaignOption = Annotated[Path, typer.Option(help=t("接种方案文件", "The campaign file"))]
FirstPortOption = Annotated[
    int, typer.Option(help=t("各部件的端口从它往上数", "Parts count up from it"))
]
JsonOption = Annotated[
    bool, typer.Option("--json", help=t("输出 JSON，不用表格", "Print JSON instead of tables"))
]
SiteOption = Annotated[
    str | None, typer.Option("--site", help=t("哪个接种点的部件", "Which site's shard"))
]
ProcessesOption = Annotated[
    int,
    typer.Option(
        "--processes", min=1, max=8, help=t("几个进程一起服务", "How many serve it together")
    ),
]
PeopleOption = Annotated[
    int, typer.Option("--people", min=40, help=t("全程接种的人数", "People to complete"))
]
SeedOption = Annotated[
    int, typer.Option("--seed", help=t("种子相同，镇子相同", "The same seed, the same town"))
]
LetterArgument = Annotated[
    str | None,
    typer.Argument(
        help=t("编号，见 vaxledger dead list", "Its id, as `vaxledger dead list` shows it")
    ),
]
HOME = Path("var/town")


def deployment_in(folder: Path) -> Deployment:
    """Return the deployment that lives in a folder; say what to run first where there is none."""
    file = file_of(folder)
    if not file.exists():
        nothing = t("{folder} 里没有部署。", "There is no deployment in {folder}.", folder=folder)
        console.print(nothing, style="red", markup=False)
        console.print(
            t(
                "请先运行 vaxledger up 或 vaxledger cluster。",
                "Run vaxledger up or vaxledger cluster first.",
            )
        )
        raise typer.Exit(2)
    return Deployment.read(file)


def file_for(folder: Path, source: str) -> Path:
    """The file of a part: made anew where the operator's is, elsewhere as it was given."""
    given = file_of(folder, source)
    if file_of(folder).exists() or not given.exists():
        deployment = deployment_in(folder)
        deployment.part(source)
        if deployment.embedded:
            return deployment.file
        deployment.for_part(source).save()
    return given


def replace_process(*arguments: str) -> None:
    """Go on as another program of ours, which is then stopped by whoever stops this one."""
    argv = [sys.executable, "-W", "ignore", "-m", *arguments]
    os.execve(sys.executable, argv, os.environ | ALLOCATOR)


def show(as_json: bool, document: Any, table: Callable[[Any], Any]) -> None:
    """Print a document as JSON, or the table that is made of it."""
    if as_json:
        typer.echo(operations.to_json(document))
    else:
        console.print(table(document))
