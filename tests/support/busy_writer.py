"""A process that writes one transaction after the other in an SQLite file, without a pause between them.

python -m tests.support.busy_writer FILE
"""

from __future__ import annotations

import sys
import time

from shared.kit.eventstore.engine import WRITES, open_engine

LOCKED_SECONDS = 0.02


def main(file: str) -> None:
    """Write until the process is killed; each transaction takes its time."""
    engine = open_engine(f"sqlite:///{file}").execution_options(**{WRITES: True})
    with engine.connect() as connection:
        while True:
            with connection.begin():
                connection.exec_driver_sql("INSERT INTO written VALUES (1)")
                time.sleep(LOCKED_SECONDS)


if __name__ == "__main__":
    main(sys.argv[1])
