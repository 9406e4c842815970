"""The sandbox: files of others are read and marked in it, under limits, each in a process of its own.

    python -m services.registration.rosters.reading.sandbox

What stays here reads nothing: for each file it makes a copy of itself, which takes on the limits,
reads, answers and ends. When the copy dies at a file, so does the original, and its exit code says
why. It ends when nobody asks any more. Talk is that of a `SideProcess`:

- a request is ["read", today] or ["mend", [faults, title]] in JSON, then the file;
- answers are ["read", rows, of rows] in JSON some times, then one of ["roster", what was read],
  ["mended"] and the workbook, ["refused", code, message, details], and ["broken", where].
"""

from __future__ import annotations

import gc
import json
import os
import resource
import signal
import socket
import sys
import traceback
from dataclasses import asdict
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from services.registration.rosters.reading.kept_texts import kept_refusal
from services.registration.rosters.reading.roster import read_roster
from services.registration.rosters.reading.roster_mended import mended_workbook
from services.registration.rosters.reading.roster_template import roster_template
from services.registration.rosters.reading.unreadable import TAKES_TOO_MUCH, TooLarge
from services.registration.rosters.reading.workbook import read_workbook
from shared.kit.refusals import Refusal
from shared.kit.side_process import receive, send

MEMORY = {"read": 350_000_000, "mend": 600_000_000}
"""Bytes of addresses a file may take, beside those of the interpreter; what is marked has been read
before, and the book that is written stands beside it."""
SECONDS = 60
"""Of processor time; the largest roster that is taken needs a tenth of it."""
LIMITS = {
    resource.RLIMIT_CPU: SECONDS,
    resource.RLIMIT_CORE: 0,  # a core would hold the file
    resource.RLIMIT_FSIZE: 0,
    resource.RLIMIT_NOFILE: 16,
    resource.RLIMIT_NPROC: 0,
}

CRASHED, EXHAUSTED = os.EX_SOFTWARE, os.EX_TEMPFAIL
"""Exit codes: a file has broken the process, or come to the end of its memory or time."""
_EXHAUSTING = (signal.SIGABRT, signal.SIGKILL, signal.SIGXCPU)
"""Rust ends a process that gets no memory by SIGABRT, the kernel one that gets none by SIGKILL."""


_ROSTER = "姓名,身份证号,电话,类别,出生日期\n演练,420000197905210011,010-62345678,户籍,1979-05-21\n"
"""A roster of an invented person."""


def warm_up() -> None:
    """Load what reading loads at its first file, so that no copy has to."""
    read_roster(_ROSTER.encode())
    read_workbook(roster_template())
    gc.freeze()


def serve(talk: socket.socket) -> None:
    """Read what is asked for until nobody asks any more, or a file has ended the process."""
    while True:
        try:
            request, content = receive(talk), receive(talk)
        except EOFError:
            return
        child = os.fork()
        if not child:
            _answer_and_exit(talk, request, content)
        del request, content
        _, status = os.waitpid(child, 0)
        if status:
            exhausted = -os.waitstatus_to_exitcode(status) in _EXHAUSTING
            sys.exit(EXHAUSTED if exhausted else CRASHED)


def _answer_and_exit(talk: socket.socket, request: bytes, content: bytes) -> None:
    code = CRASHED
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())  # a panic may repeat a cell
    try:
        _answer(talk, content, *json.loads(request))
        code = os.EX_OK
    finally:
        os._exit(code)


def _answer(talk: socket.socket, content: bytes, kind: str, of: Any) -> None:
    def say(*said: Any) -> None:
        send(talk, _json(*said))

    try:
        _take_on(MEMORY[kind])
        if kind == "read":
            day, said = of
            today = date.fromisoformat(day)
            roster = read_roster(content, partial(say, "read"), today=today, said=said)
            answers = [_json("roster", asdict(roster))]
        else:
            answers = [_json("mended"), mended_workbook(content, *of)]
    except (MemoryError, Refusal) as error:
        refusal = error if isinstance(error, Refusal) else TooLarge(TAKES_TOO_MUCH)
        say("refused", refusal.code, kept_refusal(refusal), refusal.details)
    except Exception as error:
        # Where, not what: the text of an error may repeat a cell.
        places = "".join(traceback.format_tb(error.__traceback__))
        say("broken", f"{places}{type(error).__name__}")
    else:
        for answer in answers:
            send(talk, answer)


def _json(*said: Any) -> bytes:
    return json.dumps(said, default=date.isoformat).encode()


def _take_on(memory: int) -> None:
    """Set the limits, beneath those there are already."""
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    taken = pages * resource.getpagesize()
    for limit, value in (LIMITS | {resource.RLIMIT_AS: taken + memory}).items():
        _, most = resource.getrlimit(limit)
        value = value if most == resource.RLIM_INFINITY else min(value, most)
        resource.setrlimit(limit, (value, value))


if __name__ == "__main__":
    with socket.socket(fileno=os.dup(0)) as parent:
        parent.setblocking(True)
        warm_up()
        serve(parent)
