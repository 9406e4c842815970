"""Wording of the command line: help and mistakes in one language, what typer says of its own as well.

    @command(app, "单机运行")
    def up() -> None:
        \"\"\"Run everything in one process.\"\"\"

It is worded when it is imported, in the language that is spoken then; its docstring is the English.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

import typer
from typer import rich_utils
from typer.core import TyperCommand, TyperGroup

from shared.kit.language import Text, t

Function = TypeVar("Function", bound=Callable[..., None])

_Base = TyperCommand if TYPE_CHECKING else object

TITLES = {
    "ARGUMENTS_PANEL_TITLE": t("参数", "Arguments"),
    "OPTIONS_PANEL_TITLE": t("选项", "Options"),
    "COMMANDS_PANEL_TITLE": t("命令", "Commands"),
    "ERRORS_PANEL_TITLE": t("命令写法有误", "Error"),
    "ABORTED_TEXT": t("已中止。", "Aborted."),
    "DEFAULT_STRING": t("[默认：{}]", "[default: {}]"),
    "REQUIRED_LONG_STRING": t("[必填]", "[required]"),
    "RICH_HELP": t(
        "运行 [blue]{command_path} {help_option}[/] 查看说明。",
        "Try [blue]'{command_path} {help_option}'[/] for help.",
    ),
}
OWN = {
    each.en: each
    for each in (
        Text("显示这份说明。", "Show this message and exit."),
        Text("为当前的 shell 安装自动补全。", "Install completion for the current shell."),
        Text(
            "显示当前 shell 的自动补全脚本，可以复制或自己修改。",
            "Show completion for the current shell, to copy it or customize the installation.",
        ),
    )
}
USAGE = {
    "Usage: ": Text("用法：", "Usage: "),
    "[OPTIONS]": Text("[选项]", "[OPTIONS]"),
    "COMMAND [ARGS]...": Text("命令 [参数]...", "COMMAND [ARGS]..."),
}
MISTAKES = (
    (r"No such command '(.*)'\. Did you mean (.*)\?", "没有命令“{0}”。是不是 {1}？"),
    (r"No such command '(.*)'\.", "没有命令“{0}”。"),
    (r"No such option: (\S+)(?: .*)?", "没有选项 {0}。"),
    (r"Missing command\.", "没有写命令。"),
    (r"Missing (?:argument|option|parameter) '(.*)'\..*", "没有写 {0}。"),
    (r"Got unexpected extra argument\(s\) \((.*)\)", "多写了：{0}"),
    (r"Option '(.*)' requires .*", "选项 {0} 后面没有写内容。"),
    (r"Option '(.*)' does not take a value\.", "选项 {0} 后面不能写内容。"),
    (r"Invalid value for '?(.*?)'?: Input should be a valid integer.*", "{0}：请写整数。"),
    (
        r"Invalid value for '?(.*?)'?: Input should be greater than or equal to (.*)",
        "{0}：至少 {1}。",
    ),
    (r"Invalid value for '?(.*?)'?: Input should be less than or equal to (.*)", "{0}：至多 {1}。"),
    (r"Invalid value for '?(.*?)'?: path '(.*)' does not exist\.", "{0}：没有文件或文件夹 {1}。"),
    (r"Invalid value: (.*)", "{0}"),
)
"""What typer says of mistakes, and how Chinese says it."""

for _name, _said in TITLES.items():
    setattr(rich_utils, _name, _said)


def command(group: typer.Typer, zh: str, name: str | None = None) -> Callable[[Function], Function]:
    """Make a function a command of a group; `zh` is what its docstring says in English."""

    def take(function: Function) -> Function:
        said = t(zh, inspect.getdoc(function) or "")
        return group.command(name, cls=Command, help=said)(function)

    return take


def mistake(said: str) -> str:
    """Return what typer says of a mistake in the language that is spoken."""
    for pattern, zh in MISTAKES:
        if found := re.fullmatch(pattern, said, re.DOTALL):
            return t(zh.format(*found.groups()), said)
    return said


@contextmanager
def _mistakes_worded() -> Iterator[None]:
    try:
        yield
    except Exception as raised:
        error: Any = raised
        if hasattr(error, "format_message"):  # typer's own of all that may be wrong with a line
            said = mistake(str(error.format_message()))
            error.format_message = lambda: said
        raise


class _Worded(_Base):
    def get_params(self, ctx: Any) -> list[Any]:
        params: list[Any] = super().get_params(ctx)
        for each in params:
            if (said := getattr(each, "help", None)) in OWN:
                each.help = str(OWN[said])
        return params

    def get_usage(self, ctx: Any) -> str:
        said = super().get_usage(ctx)
        for en, text in USAGE.items():
            said = said.replace(en, str(text))
        return said

    def make_context(self, *arguments: Any, **more: Any) -> Any:
        with _mistakes_worded():
            return super().make_context(*arguments, **more)

    def invoke(self, ctx: Any) -> Any:
        with _mistakes_worded():
            return super().invoke(ctx)


class Command(_Worded, TyperCommand):
    """A command that speaks one language."""


class Group(_Worded, TyperGroup):
    """A group of commands that speaks one language."""
