"""A process of green threads, one of which waits to write in an SQLite file that another writes in.

python -m tests.support.green_writer FILE
"""

# ruff: noqa: E402
import eventlet

eventlet.monkey_patch()

import sys

from shared.kit.eventstore.engine import WRITES, open_engine


def main(file: str) -> None:
    """Say that others go on while one waits, and when it has written."""
    engine = open_engine(f"sqlite:///{file}")

    def write() -> None:
        with engine.execution_options(**{WRITES: True}).begin():
            print("written", flush=True)

    writing = eventlet.spawn(write)
    for _ in range(20):
        eventlet.sleep(0.01)
    print("others go on", flush=True)
    writing.wait()


if __name__ == "__main__":
    main(sys.argv[1])
