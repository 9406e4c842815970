"""Supervision in one thread of green threads: requests of others while an audit runs.

python -m tests.support.green_audit FOLDER REQUEST...
"""

# ruff: noqa: E402
import eventlet

eventlet.monkey_patch()

import os
import sys
from pathlib import Path

from services.supervision.long_queries import runner
from services.supervision.long_queries.answerer import Answerer
from shared.kit import side_process
from tests.support.part import PartUnderTest


def main(folder: Path, requests: list[str]) -> None:
    """Print what was answered, in the order of the answers."""
    os.environ["SLOW"] = str(folder)
    side_process.GIVEN += ("SLOW",)
    runner.JOBS_ANSWERER = Answerer("tests.support.slow_answering")
    group = PartUnderTest(folder, "supervision")
    group.at("2024-04-02")
    answered: list[str] = []

    def ask(url: str) -> None:
        http = group.http.get if url.startswith(("/api", "/health")) else group.http.page
        answered.append(f"{url} {http(url).status_code}")

    audit = eventlet.spawn(ask, "/api/audit")
    while not folder.joinpath("begun").exists():
        eventlet.sleep(0.01)
    for url in requests:
        ask(url)
    folder.joinpath("go").touch()
    audit.wait()
    print(*answered, sep="\n")
    runner.JOBS_ANSWERER.end()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
