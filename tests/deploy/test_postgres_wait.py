"""Green threads wait for PostgreSQL without holding each other up."""

from __future__ import annotations

import subprocess
import sys

from deploy.local.postgresql import PostgreSQL


def test_a_long_question_holds_nobody_else_up(postgresql: PostgreSQL):
    postgresql.create_database("waiting")
    program = [sys.executable, "-W", "ignore", "-m", "tests.support.green_waiting"]
    done = subprocess.run(
        [*program, postgresql.conninfo("waiting")],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    turns, length, loss = done.stdout.split()
    assert int(turns) > 5
    assert int(length) == 3_000_000
    assert loss == "AdminShutdown"
