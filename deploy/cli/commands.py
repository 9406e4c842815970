"""The commands of `vaxledger`, worded in the language that is spoken when this is imported.

Long because every command stands here, as `vaxledger --help` lists them; what they do is elsewhere.
What only one command needs, and takes long to import, that command imports.
"""

from __future__ import annotations

import logging
import os
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import requests
import typer
from pika.exceptions import AMQPError
from rich.console import Console
from rich.markup import escape

from deploy.cli import dead, histories, importing, keys, operations, status_table
from deploy.cli import status as status_of_all
from deploy.cli.wording import Group, command
from deploy.local import running
from deploy.local.children import ProcessError
from deploy.local.servers import ServerError
from deploy.rehearsal.api import Unanswered
from deploy.rehearsal.journal import AnotherRehearsal, Stopped
from shared.kit.contracts import asyncapi
from shared.kit.deployment import NotGiven, file_of
from shared.kit.language import t
from shared.kit.memory import ALLOCATOR
from shared.town.campaign import load
from shared.town.campaign.loader import CampaignFileError
from shared.town.deployment import Deployment, UnknownPart, source_of

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


def _deployment(folder: Path) -> Deployment:
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


def _file_of(folder: Path, source: str) -> Path:
    """The file of a part: made anew where the operator's is, elsewhere as it was given."""
    given = file_of(folder, source)
    if file_of(folder).exists() or not given.exists():
        deployment = _deployment(folder)
        deployment.part(source)
        if deployment.embedded:
            return deployment.file
        deployment.for_part(source).save()
    return given


def _replace_process(*arguments: str) -> None:
    argv = [sys.executable, "-W", "ignore", "-m", *arguments]
    os.execve(sys.executable, argv, os.environ | ALLOCATOR)


def _print(as_json: bool, document: Any, table: Callable[[Any], Any]) -> None:
    if as_json:
        typer.echo(operations.to_json(document))
    else:
        console.print(table(document))


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
    _replace_process("deploy.local.serve", "up", str(deployment.file))


@command(app, "运行一个服务，或一个接种点的预约")
def serve(
    service: str,
    site: SiteOption = None,
    folder: FolderOption = HOME,
    processes: ProcessesOption = 1,
) -> None:
    """Serve one service, or one site of appointments."""
    file = _file_of(folder, source := source_of(service, site))
    if processes == 1:
        _replace_process("deploy.local.serve", "serve", str(file), source)
    if Deployment.read(file).embedded:
        console.print(t("单机部署只有一个进程。", "An embedded town is one process."), style="red")
        raise typer.Exit(2)
    _replace_process("deploy.local.several", str(file), source, str(processes))


@command(app, "把一个部件的事件发布到 RabbitMQ")
def relay(service: str, site: SiteOption = None, folder: FolderOption = HOME) -> None:
    """Publish one store's events to RabbitMQ."""
    file = _file_of(folder, source := source_of(service, site))
    _replace_process("deploy.local.relay", str(file), source)


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
    document = status_of_all.status(_deployment(folder))
    _print(json, document, status_table.in_tables)
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
    document = operations.rebuild(_deployment(folder), source_of(view, site))
    _print(
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
    document = operations.reindex(_deployment(folder))
    _print(
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
        _print(json, operations.catalogue_document(), operations.catalogue_table)


@command(dead_app, "列出死信", "list")
def dead_list(folder: FolderOption = HOME, json: JsonOption = False) -> None:
    """List dead letters."""
    _print(json, dead.listed(_deployment(folder)), dead.table)


@command(dead_app, "把一封死信（或全部）放回它的队列", "replay")
def dead_replay(
    letter: LetterArgument = None, folder: FolderOption = HOME, json: JsonOption = False
) -> None:
    """Put one dead letter, or all, back into its queue."""
    document = dead.replay(_deployment(folder), letter)
    _print(json, document, lambda d: t("已重发 {replayed} 封", "{replayed} put back", **d))


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
    document = dead.drop(_deployment(folder), letter, followed=followed)
    _print(json, document, lambda d: t("已丢弃 {dropped} 封", "{dropped} dropped", **d))


@command(broker_app, "补建缺少的交换机和队列，已有的不动", "declare")
def broker_declare(folder: FolderOption = HOME, json: JsonOption = False) -> None:
    """Make exchanges and queues that are missing; those there are stay."""
    document = operations.declare_at_broker(_deployment(folder))
    _print(json, document, operations.declared)
    if document["refused"]:
        raise typer.Exit(1)


@command(keys_app, "主密钥状况：在用哪一个，各包裹多少密钥", "status")
def keys_status(folder: FolderOption = HOME, json: JsonOption = False) -> None:
    """Show which master key is in use, and how many keys each one wraps."""
    _print(json, keys.master_standing(_deployment(folder)), keys.standing_table)


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
    document = keys.rotate_master(_deployment(folder), forget_old=forget_old)
    _print(
        json,
        document,
        lambda d: t(
            "{in_use}：已重新包裹 {rewrapped} 个密钥", "{in_use}: {rewrapped} rewrapped", **d
        ),
    )


@command(follow_app, "查看倒退的来源缺什么", "look")
def follow_look(source: str, folder: FolderOption = HOME, json: JsonOption = False) -> None:
    """Show what a source that was set back lacks."""
    _print(json, histories.standing(_deployment(folder), source), histories.table)


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
    deployment = _deployment(folder)
    shown = histories.standing(deployment, source)
    if not json:
        console.print(histories.table(shown))
    if not yes:
        typer.confirm(t("认可后不能撤回。继续吗？", "It cannot be taken back. Go on?"), abort=True)
    done = histories.accept(deployment, shown | {"generation": generation}, reason)
    _print(json, done, histories.closing)
    if done["unheard"]:
        raise typer.Exit(1)


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
    document = keys.rotate_part(_deployment(folder), source)
    _print(json, document, keys.drawn)


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
    deployment, errors = _deployment(folder), Console(stderr=True)
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


@command(app, "权限表：各角色可以做什么")
def access() -> None:
    """Print who may do what: every role, every entry point."""
    from deploy.cli import access as access_table

    typer.echo(access_table.table(), nl=False)


@command(admin_app, "新建管理员账号，或用一次性码帮管理员重新登录", "create")
def admin_create(login: str = "admin", folder: FolderOption = HOME) -> None:
    """Enrol an administrator, or help one back in, by a one-time code."""
    deployment = _deployment(folder)
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
    lifted = operations.lift_brake(_deployment(folder))
    _print(json, lifted, lambda d: t("已解除 {lifted} 个", "Lifted: {lifted}", **d))


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
    _print(json, outcome.as_json(), lambda _: closing_table(outcome, load(running.PLAN)))
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
    first_port: FirstPortOption = 8100,
    json: JsonOption = False,
) -> None:
    """Rehearse the plan on a small scale and leave the pages running."""
    from deploy.cli import rehearsals

    if not rehearsals.demo(
        folder, people=people, seed=seed, stay=not stop, first_port=first_port, as_json=json
    ):
        raise typer.Exit(1)


# What may go wrong without being a fault of the program: told in words, not as a trace.
TOLD = (
    AnotherRehearsal,
    CampaignFileError,
    ProcessError,
    ServerError,
    Unanswered,
    UnknownPart,
    NotGiven,
    running.PortsTaken,
    running.OtherKind,
)


def main() -> None:
    """Run the command; what the person at the keyboard can mend is said in words."""
    try:
        app()
    except Stopped as stopped:
        console.print(str(stopped), markup=False)
        sys.exit(130)
    except TOLD as error:
        console.print(str(error), style="red", markup=False)
    except requests.RequestException as error:
        where = error.request.url if error.request is not None else ""
        said = operations.words_of(error)
        console.print(
            t(
                "部件没有应答，或拒绝了：{where}（{said}）",
                "A part did not answer, or refused: {where} ({said})",
                where=where,
                said=said,
            ),
            style="red",
            markup=False,
        )
    except AMQPError as error:
        console.print(
            t(
                "消息队列服务没有应答：{error!r}",
                "The broker did not answer: {error!r}",
                error=error,
            ),
            style="red",
            markup=False,
        )
    sys.exit(2)
