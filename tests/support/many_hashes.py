"""A process in which many sign in at once: prints by how many MiB it grew at most, and for good."""

# ruff: noqa: E402
import eventlet

eventlet.monkey_patch()

import sys

from services.supervision.sign_in.passwords import hashed
from tests.support.memory import resident


def main(people: int) -> None:
    """Hash so many passwords in green threads."""
    hashed("the first starts the threads")
    before = resident("VmRSS")
    pool = eventlet.GreenPool()
    for number in range(people):
        pool.spawn_n(hashed, f"password {number}")
    pool.waitall()
    print((resident("VmHWM") - before) >> 20, (resident("VmRSS") - before) >> 20)


if __name__ == "__main__":
    main(int(sys.argv[1]))
