"""Requests of others while an audit runs, in one thread of green threads, as in the embedded town.

python -m tests.bench.beside_audit FOLDER ENTRIES
"""

# ruff: noqa: E402
import eventlet

eventlet.monkey_patch()

import json
import sys
import time
import uuid
from pathlib import Path

from services.supervision.long_queries.answerer import JOBS_ANSWERER
from tests.bench.serving import SITE, follow, foreign
from tests.support.part import PartUnderTest


def main(folder: Path, entries: int) -> None:
    """Print how long the audit took, and how long the others waited for an answer."""
    group = PartUnderTest(folder, "supervision")
    residents = [uuid.uuid4() for _ in range(entries // 2)]
    follow(group.app, "registration", foreign("ResidentRegistered", residents))
    follow(group.app, SITE, foreign("DoseAdministered", residents, dose=1))
    ended: list[float] = []

    def home() -> float:
        eventlet.sleep(0.005)
        asked = time.monotonic()
        assert group.http.page("/").status_code == 200
        return time.monotonic() - asked

    alone = [home() for _ in range(60)][10:]

    def audit() -> None:
        assert group.http.get("/api/audit").status_code == 200
        ended.append(time.monotonic())

    began = time.monotonic()
    running = eventlet.spawn(audit)
    took: list[float] = []
    while not ended:
        took.append(home())
    running.wait()
    figures = {
        "audit_s": ended[0] - began,
        "audit_others_answered": len(took),
        "audit_longest_wait_ms": 1000 * max(took),
        "audit_longest_wait_without_ms": 1000 * max(alone),
    }
    print(json.dumps(figures))
    JOBS_ANSWERER.end()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
