"""The `vaxledger` command.

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
from deploy.local import running
from deploy.local.children import ProcessError
from deploy.local.servers import ServerError
from deploy.rehearsal.api import Unanswered
from deploy.rehearsal.journal import AnotherRehearsal, Stopped
from shared.kit.contracts import asyncapi
from shared.kit.deployment import NotGiven, file_of
from shared.kit.memory import ALLOCATOR
from shared.town.campaign.loader import CampaignFileError
from shared.town.deployment import Deployment, UnknownPart, source_of

app = typer.Typer(
    help="vaxledger: a town's mass vaccination campaign. 全镇疫苗接种管理系统",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
dead_app = typer.Typer(help="Messages no subscriber could read 死信", no_args_is_help=True)
app.add_typer(dead_app, name="dead")
broker_app = typer.Typer(help="Exchanges and queues 消息队列", no_args_is_help=True)
app.add_typer(broker_app, name="broker")
keys_app = typer.Typer(help="Master keys, and keys of parts 主密钥与部件密钥", no_args_is_help=True)
app.add_typer(keys_app, name="keys")
follow_app = typer.Typer(help="Sources that were set back 倒退的来源", no_args_is_help=True)
app.add_typer(follow_app, name="follow")
admin_app = typer.Typer(help="Administrators of staff accounts 账号管理员", no_args_is_help=True)
app.add_typer(admin_app, name="admin")
console = Console()

FolderOption = Annotated[Path, typer.Option("--folder", "-f", help="Where the deployment lives")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON instead of tables")]
SiteOption = Annotated[str | None, typer.Option("--site", help="Which site's shard")]
ProcessesOption = Annotated[
    int, typer.Option("--processes", min=1, max=8, help="How many serve it together")
]
PeopleOption = Annotated[int, typer.Option("--people", min=40, help="People to complete")]
SeedOption = Annotated[int, typer.Option("--seed", help="The same seed, the same town")]
LetterArgument = Annotated[str | None, typer.Argument(help="Its id, as `dead list` shows it")]
HOME = Path("var/town")


def _deployment(folder: Path) -> Deployment:
    file = file_of(folder)
    if not file.exists():
        console.print(f"[red]{folder} 里没有部署。 There is no deployment in {folder}.[/red]")
        console.print("先运行 vaxledger up 或 vaxledger cluster。 Run one of these first.")
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


@app.command()
def up(
    folder: FolderOption = HOME,
    campaign: Annotated[Path, typer.Option(help="The campaign file")] = running.PLAN,
    first_port: Annotated[int, typer.Option(help="Parts count up from it")] = 8100,
) -> None:
    """Run everything in one process: SQLite stores, in-process broker 单机运行."""
    deployment = running.embedded_deployment(folder, campaign_file=campaign, first_port=first_port)
    running.check_ports(deployment)
    console.print(operations.addresses(deployment))
    _replace_process("deploy.local.serve", "up", str(deployment.file))


@app.command()
def serve(
    service: str,
    site: SiteOption = None,
    folder: FolderOption = HOME,
    processes: ProcessesOption = 1,
) -> None:
    """Serve one service, or one site of appointments 运行一个服务."""
    file = _file_of(folder, source := source_of(service, site))
    if processes == 1:
        _replace_process("deploy.local.serve", "serve", str(file), source)
    if Deployment.read(file).embedded:
        console.print("[red]单机部署只有一个进程。[/red] An embedded town is one process.")
        raise typer.Exit(2)
    _replace_process("deploy.local.several", str(file), source, str(processes))


@app.command()
def relay(service: str, site: SiteOption = None, folder: FolderOption = HOME) -> None:
    """Publish one store's events to RabbitMQ 运行一个转发进程."""
    file = _file_of(folder, source := source_of(service, site))
    _replace_process("deploy.local.relay", str(file), source)


@app.command()
def cluster(
    folder: FolderOption = Path("var/cluster"),
    campaign: Annotated[Path, typer.Option(help="The campaign file")] = running.PLAN,
    first_port: Annotated[int, typer.Option(help="Parts count up from it")] = 8200,
) -> None:
    """Run RabbitMQ, PostgreSQL and every part as its own process 多进程运行."""
    # What died and was started again, and when, for whoever looks at the console in the morning.
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(message)s")
    with running.running_cluster(folder, campaign_file=campaign, first_port=first_port) as cluster:
        console.print(operations.addresses(cluster.deployment))
        operations.wait_for_interrupt()


@app.command()
def status(folder: FolderOption = HOME, json: JsonOption = False) -> None:
    """Where every source and subscriber stands: position, lag, health 运行状态."""
    document = status_of_all.status(_deployment(folder))
    _print(json, document, status_table.in_tables)
    if not document["healthy"]:
        raise typer.Exit(1)


@app.command()
def rebuild(
    view: Annotated[str, typer.Argument(help="The part whose views are built anew")],
    site: SiteOption = None,
    folder: FolderOption = HOME,
    json: JsonOption = False,
) -> None:
    """Throw a part's views away and build them from events 重建视图."""
    document = operations.rebuild(_deployment(folder), source_of(view, site))
    _print(json, document, lambda d: f"{d['source']}: {d['replayed']} own events replayed")


@app.command()
def reindex(folder: FolderOption = HOME, json: JsonOption = False) -> None:
    """Make anew what residents are found by, of their sealed identities 重建检索索引."""
    document = operations.reindex(_deployment(folder))
    _print(
        json,
        document,
        lambda d: f"{d['remembered']} remembered 已重建, {d['unreadable']} unreadable 无法打开",
    )


@app.command()
def events(
    json: JsonOption = False,
    as_asyncapi: Annotated[
        bool, typer.Option("--asyncapi", help="Print the AsyncAPI 3 document")
    ] = False,
) -> None:
    """Print the catalogue of events 事件目录."""
    if as_asyncapi:
        typer.echo(operations.to_json(asyncapi.document()))
    else:
        _print(json, operations.catalogue_document(), operations.catalogue_table)


@dead_app.command("list")
def dead_list(folder: FolderOption = HOME, json: JsonOption = False) -> None:
    """List dead letters 列出死信."""
    _print(json, dead.listed(_deployment(folder)), dead.table)


@dead_app.command("replay")
def dead_replay(
    letter: LetterArgument = None, folder: FolderOption = HOME, json: JsonOption = False
) -> None:
    """Put one dead letter, or all, back into its queue 重发死信."""
    document = dead.replay(_deployment(folder), letter)
    _print(json, document, lambda d: f"{d['replayed']} put back 已重发")


@dead_app.command("drop")
def dead_drop(
    letter: LetterArgument = None,
    followed: Annotated[bool, typer.Option(help="All whose events are followed already")] = False,
    folder: FolderOption = HOME,
    json: JsonOption = False,
) -> None:
    """Drop one dead letter, or all whose events are followed 丢弃死信."""
    if letter is None and not followed:
        raise typer.BadParameter("编号，或 --followed。 Name a letter, or take --followed.")
    document = dead.drop(_deployment(folder), letter, followed=followed)
    _print(json, document, lambda d: f"{d['dropped']} dropped 已丢弃")


@broker_app.command("declare")
def broker_declare(folder: FolderOption = HOME, json: JsonOption = False) -> None:
    """Make exchanges and queues that are missing; those there are stay 补建队列."""
    document = operations.declare_at_broker(_deployment(folder))
    _print(json, document, lambda d: f"{d['queues']} queues 队列, refused 未成: {d['refused']}")
    if document["refused"]:
        raise typer.Exit(1)


@keys_app.command("status")
def keys_status(folder: FolderOption = HOME, json: JsonOption = False) -> None:
    """Show which master key is in use, and how many keys each one wraps 主密钥状况."""
    _print(json, keys.master_standing(_deployment(folder)), keys.standing_table)


@keys_app.command("rotate-master")
def keys_rotate_master(
    folder: FolderOption = HOME,
    json: JsonOption = False,
    forget_old: Annotated[
        bool, typer.Option(help="Drop the old ones: no older backup can be read any more")
    ] = False,
) -> None:
    """Put a new master key into use and rewrap every key; the parts go on 更换主密钥."""
    document = keys.rotate_master(_deployment(folder), forget_old=forget_old)
    _print(json, document, lambda d: f"{d['in_use']}: {d['rewrapped']} rewrapped 已重新包裹")


@follow_app.command("look")
def follow_look(source: str, folder: FolderOption = HOME, json: JsonOption = False) -> None:
    """Show what a source that was set back lacks 查看倒退的来源缺什么."""
    _print(json, histories.standing(_deployment(folder), source), histories.table)


@follow_app.command("accept")
def follow_accept(
    source: str,
    generation: Annotated[int, typer.Option(help="As `follow look` shows it")],
    reason: Annotated[str, typer.Option(help="Why; it stays in the ledger")],
    folder: FolderOption = HOME,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask")] = False,
    json: JsonOption = False,
) -> None:
    """Let a source that was set back count from where it ends now 认可恢复后的来源."""
    deployment = _deployment(folder)
    shown = histories.standing(deployment, source)
    if not json:
        console.print(histories.table(shown))
    if not yes:
        typer.confirm("认可后不能撤回 It cannot be taken back. 继续 Go on?", abort=True)
    done = histories.accept(deployment, shown | {"generation": generation}, reason)
    _print(json, done, histories.closing)
    if done["unheard"]:
        raise typer.Exit(1)


@keys_app.command("rotate-part")
def keys_rotate_part(
    source: Annotated[str, typer.Argument(help="registration, appointments/<site>, operator, ...")],
    folder: FolderOption = HOME,
    json: JsonOption = False,
) -> None:
    """Draw a new secret for one part; it and supervision are to be restarted 更换部件密钥."""
    document = keys.rotate_part(_deployment(folder), source)
    _print(
        json,
        document,
        lambda d: (
            f"{d['source']}: {d['key'][:16]}… 请现在重启 Restart now, supervision first:"
            f" {', '.join(d['restart'])}"
        ),
    )


@app.command("import")
def import_rosters(
    files: Annotated[list[Path], typer.Argument(exists=True, help="Files, or folders of them")],
    unit: Annotated[
        str | None, typer.Option(help="Of which unit; else as the file is called")
    ] = None,
    login: Annotated[str, typer.Option(help="Who hands them in")] = "office",
    folder: FolderOption = HOME,
    json: JsonOption = False,
) -> None:
    """Hand rosters in and show what became of every row 导入名册."""
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


@app.command()
def access() -> None:
    """Print who may do what: every role, every entry point 权限表."""
    from deploy.cli import access as access_table

    typer.echo(access_table.table(), nl=False)


@admin_app.command("create")
def admin_create(login: str = "admin", folder: FolderOption = HOME) -> None:
    """Enrol an administrator, or help one back in, by a one-time code 创建管理员."""
    deployment = _deployment(folder)
    from deploy.cli import accounts

    code = accounts.create_administrator(deployment, login)
    address = deployment.part("supervision").address
    console.print(f"{login}: [bold]{code}[/bold]")
    console.print(
        f"72 小时内在此用一次性码设置密码 Set a password with this code within 72 hours:"
        f" {address}/first-sign-in?login={login}",
        soft_wrap=True,
    )


@admin_app.command("lift")
def admin_lift(folder: FolderOption = HOME, json: JsonOption = False) -> None:
    """Let everybody who has to wait after wrong passwords try again 解除登录等待."""
    lifted = operations.lift_brake(_deployment(folder))
    _print(json, lifted, lambda done: f"已解除 Lifted: {done['lifted']}")


@app.command()
def rehearse(
    people: PeopleOption = 1800,
    seed: SeedOption = 2024,
    on_cluster: Annotated[
        bool, typer.Option("--cluster", help="On RabbitMQ and PostgreSQL")
    ] = False,
    folder: Annotated[Path | None, typer.Option(help="Keep the data here")] = None,
    json: JsonOption = False,
) -> None:
    """Rehearse the whole campaign through the public interfaces 全程演练."""
    from deploy.cli import rehearsals
    from deploy.rehearsal.table import closing_table

    with tempfile.TemporaryDirectory(prefix="vaxledger-") as temporary:
        place = folder or Path(temporary)
        runner = rehearsals.rehearsal_on_cluster if on_cluster else rehearsals.rehearsal_embedded
        outcome = runner(place, people=people, seed=seed, quiet=json)
    _print(json, outcome.as_json(), lambda _: closing_table(outcome))
    if outcome.problems:
        raise typer.Exit(1)


@app.command()
def simulate(
    seed: Annotated[int | None, typer.Option(help="Play this one and print its schedule")] = None,
    seeds: Annotated[int, typer.Option(min=1, help="Play so many")] = 200,
    first: Annotated[int, typer.Option(help="Begin with this seed")] = 1,
    json: JsonOption = False,
) -> None:
    """Play a small town in one thread while everything fails, decided by a seed 仿真."""
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


@app.command()
def demo(
    folder: FolderOption = Path("var/demo"),
    people: PeopleOption = 1800,
    seed: SeedOption = 2024,
    stop: Annotated[bool, typer.Option(help="Do not leave the pages running")] = False,
    first_port: Annotated[int, typer.Option(help="Parts count up from it")] = 8100,
    json: JsonOption = False,
) -> None:
    """Rehearse the plan on a small scale and leave the pages running 演示."""
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
            f"部件没有应答，或拒绝了。 A part did not answer, or refused: {where} ({said})",
            style="red",
        )
    except AMQPError as error:
        console.print(f"消息队列没有应答。 The broker did not answer: {error!r}", style="red")
    sys.exit(2)


if __name__ == "__main__":
    main()
