"""Green threads on PostgreSQL: one waits for it while another goes on; one loses its connection.

python -m tests.support.green_waiting CONNINFO
"""

# ruff: noqa: E402
import eventlet

eventlet.monkey_patch()

import sys

import psycopg

from deploy.local import postgres_wait


def main(conninfo: str) -> None:
    """Print how often another went on during a long question, a short answer, and what a loss is."""
    postgres_wait.install()
    turns: list[int] = []

    def go_on() -> None:
        while True:
            turns.append(1)
            eventlet.sleep(0.01)

    with psycopg.connect(conninfo, autocommit=True) as one:
        other = eventlet.spawn(go_on)
        one.execute("SELECT pg_sleep(0.5)")
        other.kill()
        print(len(turns))
        print(one.execute("SELECT repeat('x', 3000000)").fetchall()[0][0].count("x"))
        with psycopg.connect(conninfo, autocommit=True) as killer:
            killer.execute("SELECT pg_terminate_backend(%s)", (one.info.backend_pid,))
        try:
            one.execute("SELECT 1")
        except psycopg.OperationalError as error:
            print(type(error).__name__)


if __name__ == "__main__":
    main(sys.argv[1])
