"""The command line speaks one language: that of the variable, else of the terminal, else Chinese."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import typer
from rich.console import Console, RenderableType
from typer.core import TyperGroup

from deploy.cli import dead, histories, importing, keys, operations, rehearsals, status_table
from deploy.cli.commands import app
from deploy.cli.status import FOR_SECONDS
from deploy.cli.troubles import KINDS, trouble
from deploy.local import waiting
from deploy.local.children import ProcessError
from deploy.local.processes import Process
from deploy.local.running import PLAN, OtherKind, PortsTaken, embedded_deployment
from deploy.rehearsal.journal import AnotherRehearsal, Stopped
from shared.kit import side_process
from shared.kit.language import CHINESE, ENGLISH, VARIABLE, at_terminal, of_terminal, speaking
from shared.town.deployment import UnknownPart
from tests.support.one_language import chinese_in, english_in

LOCALE = ("LC_ALL", "LC_MESSAGES", "LANG")
ROOT = Path(__file__).parents[2]

# What a person types: commands, options, names of arguments, and the kinds of values.
TYPED = re.compile(
    r"--[a-z-]+|<[a-z ]+>|\{[a-z_]+\}|\[[a-z_]+\]|(?<=│ )[ *]*[a-z-]+(?= )|var/\w+"
    r"|vaxledger( [a-z-]+)+|docs/operations.md|no-[a-z-]+|no queue|no connection"
)


def every_command() -> Iterator[tuple[str, ...]]:
    """All commands, and the groups of them."""
    root = typer.main.get_command(app)
    assert isinstance(root, TyperGroup)
    yield ()
    for name, command in root.commands.items():
        yield (name,)
        if isinstance(command, TyperGroup):
            yield from ((name, each) for each in command.commands)


PROGRAM = """
import contextlib, io, json, sys
from shared.kit.language import of_terminal, speaking
with speaking(of_terminal()):
    from deploy.cli.commands import app
    said = []
    for words in json.loads(sys.argv[1]):
        with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.redirect_stderr(out):
            with contextlib.suppress(SystemExit):
                app(words, prog_name="vaxledger")
        said.append(out.getvalue())
print(json.dumps(said))
"""


def said(language: str, *lines: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    """Each line of words, and what the command prints of it in a terminal of a language."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", PROGRAM, json.dumps(lines)],
        env=os.environ | {VARIABLE: language, "COLUMNS": "100"},
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    return zip(lines, json.loads(done.stdout), strict=True)


def test_every_help_is_in_one_language():
    commands = list(every_command())
    known = {word for words in commands for word in words} | {
        "site",
        "files",
        "List",
        "Path",
        "office",
    }
    lines = [(*words, "--help") for words in commands]
    for line, text in said(CHINESE, *lines):
        assert "用法：vaxledger" in text, line
        assert english_in(TYPED.sub(" ", text.replace(str(PLAN), "")), *known) == [], text
    for line, text in said(ENGLISH, *lines):
        assert "Usage: vaxledger" in text, line
        assert chinese_in(text) == [], text


MISTYPED = {
    ("follow", "accpt"): ("没有命令“accpt”。是不是 'accept'？", "No such command 'accpt'"),
    ("up", "--nope"): ("没有选项 --nope。", "No such option: --nope"),
    ("rebuild",): ("没有写 view。", "Missing argument 'view'."),
    ("up", "nope"): ("多写了：nope", "Got unexpected extra argument"),
    ("up", "--folder"): ("选项 --folder 后面没有写内容。", "Option '--folder' requires"),
    ("simulate", "--seed", "x"): ("--seed：请写整数。", "Input should be a valid integer"),
    ("demo", "--people", "1"): ("--people：至少 40。", "greater than or equal to 40"),
    ("import", "/nowhere"): ("files：没有文件或文件夹 /nowhere。", "'/nowhere' does not exist"),
    ("dead", "drop"): ("请写编号，或用 --followed。", "Name a letter, or take --followed."),
}


def test_what_is_mistyped_is_told_in_one_language():
    for words, told in said(CHINESE, *MISTYPED):
        assert MISTYPED[words][0] in told
    for words, told in said(ENGLISH, *MISTYPED):
        assert MISTYPED[words][1] in told
        assert chinese_in(told) == []


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, CHINESE),
        ({"LANG": "C.UTF-8"}, CHINESE),
        ({"LANG": "zh_CN.UTF-8"}, CHINESE),
        ({"LANG": "en_US.UTF-8"}, ENGLISH),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "en_GB.UTF-8"}, ENGLISH),
        ({"LANG": "en_US.UTF-8", VARIABLE: CHINESE}, CHINESE),
        ({"LANG": "zh_CN.UTF-8", VARIABLE: ENGLISH}, ENGLISH),
        ({VARIABLE: "latin", "LANG": "en_US.UTF-8"}, ENGLISH),
    ],
)
def test_the_language_is_that_of_the_variable_else_of_the_terminal(
    environment: dict[str, str], language: str, monkeypatch: pytest.MonkeyPatch
):
    for name in (VARIABLE, *LOCALE):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert of_terminal() == language
    assert at_terminal("你好", "hello") == {CHINESE: "你好", ENGLISH: "hello"}[language]


def printed(thing: RenderableType) -> str:
    console = Console(width=200, record=True, file=StringIO())
    console.print(thing)
    return console.export_text()


FOLLOW: dict[str, Any] = {
    "source": "screening",
    "position": 12,
    "lag": 0,
    "failing": None,
    "unheard": None,
    "queue": {"messages": 3, "consumers": 0},
}
PART: dict[str, Any] = {
    "head": 12,
    "set_back": None,
    "relay": {"lag": 0, "healthy": True},
    "follows": [FOLLOW],
    "disowned": [],
}
PARTS = {
    "registration": PART,
    "screening": PART | {"relay": {"lag": 3, "healthy": False}},
    "reporting": {"down": "12"},
    "supervision": {"down": "503", "said": "12"},
    "appointments/stadium": PART
    | {"set_back": "12", "follows": [FOLLOW | each for each in ({"lag": -1}, {"unheard": "12"})]},
    "appointments/community": PART | {"follows": [FOLLOW | {"failing": "12"}]},
}
STATUS: dict[str, Any] = {
    "parts": PARTS,
    "troubles": [
        trouble("relay-silent", "screening", detail=FOR_SECONDS.format(seconds=90)),
        *(trouble(kind, "registration", "screening", detail=12) for kind in KINDS),
    ],
}
LETTER = {
    "id": "12",
    "queue": "registration",
    "position": 4,
    "followed": True,
    "why": "",
    "message_id": "",
    "excerpt": "",
}
SHOWN: dict[str, Any] = {
    "source": "screening",
    "generation": 2,
    "lost": {"?": 3},
    "fork": 4,
    "new": 5,
    "rebuilt": ["reporting"],
}
HANDED = importing.Handed(
    Path("12.xlsx"),
    "12",
    dict.fromkeys(importing.GROUPS, 3)
    | {
        "errors": [
            {"sheet": "1", "row": 2, "column": "3", "value": "4", "problem": "5", "remedy": "6"}
            | {"also": []}
        ]
    },
)


def tables(folder: Path) -> Iterator[RenderableType]:
    """What commands print, made of documents without words of their own."""
    deployment = embedded_deployment(folder, first_port=None, rehearsal=True, people=60)
    yield operations.addresses(deployment)
    yield rehearsals.demo_accounts(deployment)
    yield operations.catalogue_table([])
    yield operations.declared({"queues": 3, "refused": {"12": "34"}})
    yield status_table.in_tables(STATUS)
    yield dead.table({"dead": [LETTER, LETTER | {"followed": False}]})
    yield histories.table(SHOWN)
    yield histories.table(SHOWN | {"lost": {}})
    yield histories.closing({"unheard": []})
    yield histories.closing({"unheard": ["reporting"]})
    yield keys.standing_table({"wraps": {"12": 3, "45": 6}, "in_use": "12", "newest": "45"})
    yield keys.drawn({"source": "reporting", "key": "12", "restart": ["supervision", "reporting"]})
    yield from importing.tables([HANDED])
    yield waiting.serving("reporting")


ERRORS = (
    PortsTaken(ports=["8101", "8102"]),
    UnknownPart(source="12", known=["registration", "screening"]),
    AnotherRehearsal(folder="12", people=40, seed=11),
    Stopped(date(2024, 4, 5)),
)


def test_what_is_printed_is_in_one_language(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    accounts = rehearsals.everybody(embedded_deployment(tmp_path, first_port=None).campaign)
    passwords = dict.fromkeys(accounts, "12")
    monkeypatch.setattr(rehearsals, "rehearsal_accounts", lambda _deployment: passwords)
    typed = (
        *accounts,
        "http",
        "units",
        "township",
        "stock",
        "staff",
        "audit",
        "account",
        "weeks",
        "xlsx",
    )
    for thing in (*tables(tmp_path / "zh"), *map(str, ERRORS)):
        assert english_in(TYPED.sub(" ", printed(thing)), *typed) == [], printed(thing)
    monkeypatch.setenv(VARIABLE, ENGLISH)
    with speaking(ENGLISH):
        for thing in (*tables(tmp_path / "en"), *map(str, ERRORS)):
            assert chinese_in(printed(thing)) == [], printed(thing)


def test_every_event_is_explained_in_one_language():
    for row in operations.catalogue_document():
        newer = row["superseded_by"] or ""
        assert english_in(operations.meaning(row), newer) == [], row
        with speaking(ENGLISH):
            assert chinese_in(operations.meaning(row)) == [], row
            assert row["meaning"] in operations.meaning(row)


def test_a_rehearsal_is_told_from_a_real_town_in_one_language(tmp_path: Path):
    embedded_deployment(tmp_path, first_port=None)
    with pytest.raises(OtherKind) as refused:
        embedded_deployment(tmp_path, first_port=None, rehearsal=True)
    assert "里是真实的部署，不能拿来演练，什么都没有改动" in str(refused.value)
    with speaking(ENGLISH):
        assert "holds a real town, which is not to be rehearsed in; nothing" in str(refused.value)


def test_a_process_s_trouble_is_told_in_the_language_of_the_terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    process = Process(
        "relay", [sys.executable, "-c", "raise SystemExit(3)"], None, tmp_path / "log"
    )
    for language, words in (
        (CHINESE, "relay 没有就绪就退出了（3）。"),
        (ENGLISH, "relay ended with 3"),
    ):
        monkeypatch.setenv(VARIABLE, language)
        process.start()
        with pytest.raises(ProcessError, match=words):
            process.wait_ready(lambda: False)


def test_side_processes_are_told_the_language(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv(VARIABLE, ENGLISH)
    assert side_process.given(*side_process.GIVEN)[VARIABLE] == ENGLISH


def logged_in_english() -> Iterator[str]:
    """Lines of logs whose words stand in the code as they are."""
    for folder in ("services", "shared", "deploy"):
        for file in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("log."):
                    said = node.args[0] if node.args else None
                    if isinstance(said, ast.Constant) and re.search(r"[a-z]{3,}", str(said.value)):
                        yield f"{file.relative_to(ROOT)}:{node.lineno}"


def test_every_line_of_a_log_is_in_the_language_of_the_terminal():
    assert list(logged_in_english()) == []
