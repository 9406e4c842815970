"""Handing rosters in from the command line, as any program does: sign in, send, wait, print."""

from __future__ import annotations

import os
import time
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from deploy.cli.operations import in_our_language
from shared.kit.language import Text, t
from shared.town.deployment import Deployment

VARIABLE = "VAXLEDGER_PASSWORD"
KINDS = (".xlsx", ".xls", ".csv")
OPEN = ("queued", "reading", "writing")
SECONDS, PATIENCE_SECONDS, PAUSE_SECONDS = 60.0, 120.0, 0.2
TOKEN_SECONDS = 240.0
GROUPS = {
    "new": Text("新登记", "new"),
    "unchanged": Text("无变化", "unchanged"),
    "corrected": Text("已更正", "corrected"),
    "close": Text("疑似重复", "likely duplicate"),
    "asked": Text("待确认", "questions"),
    "errors": Text("要改的行", "errors"),
}
FILE = Text("文件", "file")
COLUMNS = (
    Text("工作表", "sheet"),
    Text("行", "row"),
    Text("列", "column"),
    Text("内容", "value"),
    Text("问题", "problem"),
    Text("怎么改", "what to do"),
)


class Refused(Exception):
    """A part said no, or nothing for too long."""


@dataclass(slots=True)
class Handed:
    """One file: the unit's code, and its result or why there is none."""

    file: Path
    unit: str
    result: dict[str, Any] | None = None
    refusal: str | None = None
    mended: Path | None = None


@dataclass(slots=True)
class Office:
    """Speaks to the deployment's parts as somebody who has signed in."""

    deployment: Deployment
    login: str
    password: str
    session: requests.Session = field(default_factory=requests.Session)
    since: float = float("-inf")

    def get(self, path: str) -> requests.Response:
        """GET from registration."""
        return self._send("GET", path)

    def post(self, path: str, content: bytes, key: str) -> requests.Response:
        """POST a file to registration; the same key is the same command."""
        headers = {"Idempotency-Key": key, "Content-Type": "application/octet-stream"}
        return self._send("POST", path, data=content, headers=headers)

    def _send(self, method: str, path: str, **more: Any) -> requests.Response:
        """Send until there is an answer: a part that is down comes back."""
        if time.monotonic() - self.since > TOKEN_SECONDS:
            self._sign_in()
        url = self.deployment.part("registration").url + path
        answer = self._answered(method, url, **more)
        if answer.status_code >= 400:
            raise Refused(_said(answer))
        return answer

    def _sign_in(self) -> None:
        url = self.deployment.part("supervision").url + "/api/tokens"
        said = {"login": self.login, "password": self.password}
        self.session.trust_env = False
        self.session.headers.update(in_our_language())
        answer = self._answered("POST", url, json=said)
        if answer.status_code != 200:
            raise Refused(_said(answer))
        self.session.headers["Authorization"] = f"Bearer {answer.json()['token']}"
        self.since = time.monotonic()

    def _answered(self, method: str, url: str, **more: Any) -> requests.Response:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                answer = self.session.request(method, url, timeout=SECONDS, **more)
                if answer.status_code not in (429, 503):
                    return answer
                trouble = _said(answer)
            except requests.RequestException as error:
                trouble = f"{url}: {type(error).__name__}"
            if time.monotonic() > deadline:
                raise Refused(trouble)
            time.sleep(PAUSE_SECONDS)


def _said(answer: requests.Response) -> str:
    try:
        return str(answer.json()["detail"])
    except (ValueError, KeyError):
        return f"{answer.status_code} {answer.text[:200]}"


def files_of(places: Sequence[Path], unit: str | None) -> list[Handed]:
    """Return the files and their units; raise `Refused` where a name is no unit's."""
    found = [
        file
        for place in places
        for file in (sorted(place.iterdir()) if place.is_dir() else [place])
        if file.suffix.lower() in KINDS and not file.stem.endswith(".mended")
    ]
    if not found:
        raise Refused(
            t("没有找到 .xlsx、.xls 或 .csv 文件。", "There is no .xlsx, .xls or .csv file.")
        )
    if unit is not None and len(found) > 1:
        raise Refused(t("--unit 只用于一个文件。", "--unit is for one file."))
    return [Handed(file, unit or file.stem) for file in found]


def hand_in(office: Office, handed: list[Handed], console: Console) -> None:
    """Send all files, then wait for their jobs, showing rows, rows a second and time left."""
    jobs: dict[str, Handed] = {}
    for each in handed:
        path = f"/api/units/{each.unit}/roster"
        try:
            answer = office.post(path, each.file.read_bytes(), str(uuid.uuid4()))
            jobs[answer.json()["import"]] = each
        except Refused as refusal:
            each.refusal = str(refusal)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed:.0f} / {task.total:.0f}"),
        TextColumn(t("{task.fields[rate]} 行/秒", "{task.fields[rate]} rows/s")),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True) as progress:
        for job, each in jobs.items():
            _wait(office, job, each, progress)


def _wait(office: Office, job: str, handed: Handed, progress: Progress) -> None:
    bar = progress.add_task(handed.file.name, total=1, rate="—")
    while (told := office.get(f"/api/imports/{job}").json())["state"] in OPEN:
        rate = f"{told['rows_per_s']:.0f}" if told["rows_per_s"] else "—"
        total = told["rows_total"] or 1
        progress.update(bar, completed=told["rows_done"], total=total, rate=rate)
        time.sleep(PAUSE_SECONDS)
    progress.remove_task(bar)
    try:
        handed.result = office.get(f"/api/imports/{job}/result").json()
        if handed.result and handed.result["errors"]:
            content = office.get(f"/imports/{job}/mended.xlsx").content
            handed.mended = handed.file.with_suffix(".mended.xlsx")
            handed.mended.write_bytes(content)
    except Refused as refusal:
        handed.refusal = str(refusal)


def password_of(login: str, ask: Any) -> str:
    """Return the password: of the environment, or asked for without being shown."""
    return os.environ.get(VARIABLE) or str(
        ask(t("{login} 的密码", "Password of {login}", login=login))
    )


def exit_code(handed: Sequence[Handed]) -> int:
    """0: every row is taken; 1: some are not; 2: a file was refused."""
    if any(each.refusal for each in handed):
        return 2
    return int(any(each.result and each.result["errors"] for each in handed))


def as_json(handed: Sequence[Handed]) -> list[dict[str, Any]]:
    """Return what became of the files."""
    return [
        {
            "file": str(each.file),
            "unit": each.unit,
            "refusal": each.refusal,
            "mended": str(each.mended) if each.mended else None,
            "result": each.result,
        }
        for each in handed
    ]


def tables(handed: Sequence[Handed]) -> Iterator[Table]:
    """Return the groups of every file, then the errors, row by row."""
    groups = Table(title=t("导入结果", "Result"))
    for name in (FILE, Text("单位", "unit"), *GROUPS.values(), ""):
        groups.add_column(str(name))
    errors = Table(title=t("要改的行", "Rows to mend"))
    for name in (FILE, *COLUMNS):
        errors.add_column(str(name), overflow="fold")
    for each in handed:
        result = each.result or {}
        counts = [
            len(result[name]) if name == "errors" else result[name] for name in GROUPS if result
        ]
        shown = [str(count) for count in counts] or ["—"] * len(GROUPS)
        about = each.refusal or (str(each.mended) if each.mended else "")
        groups.add_row(*map(escape, (each.file.name, each.unit, *shown, about)))
        for fault in result.get("errors", ()):
            for cell in (fault, *fault["also"]):
                values = (cell["column"], cell["value"], cell["problem"], cell["remedy"])
                row = (each.file.name, fault["sheet"], str(fault["row"]), *values)
                errors.add_row(*map(escape, row))
    yield groups
    if errors.row_count:
        yield errors
