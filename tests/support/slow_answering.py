"""The process that answers long queries, which at an audit waits until it is let go on.

It says by a file how often it has begun, waits for another, and breaks or ends where a third says so;
all lie in the folder `SLOW`.
"""

from __future__ import annotations

import os
import socket
from pathlib import Path
from typing import Any

from services.supervision.audit import answering
from tests.support.waiting import until

FOLDER = Path(os.environ["SLOW"])
_audit = answering.QUESTIONS["audit"]


def audit(*arguments: Any) -> Any:
    with FOLDER.joinpath("begun").open("a") as begun:
        begun.write("x")
    if FOLDER.joinpath("break").exists():
        raise ValueError("a name nobody " + "is to read")
    if FOLDER.joinpath("end once").exists():
        FOLDER.joinpath("end once").unlink()
        os._exit(1)
    if FOLDER.joinpath("end").exists():
        os._exit(1)
    until(FOLDER.joinpath("go").exists, 60)
    return _audit(*arguments)


if __name__ == "__main__":
    answering.QUESTIONS["audit"] = audit
    with socket.socket(fileno=os.dup(0)) as parent:
        parent.setblocking(True)
        answering.serve(parent)
