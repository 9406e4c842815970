"""A part without its gate, to measure what the gate costs: `python -m tests.bench.ungated serve FILE SOURCE`."""

# ruff: noqa: I001
from deploy import green  # patches the standard library, so it comes first

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from shared.town.access import Grant, Person, request_context
from shared.kit.web import endpoints
from shared.kit.web.admission import Admitted

ANYBODY = Person("bench", "bench", (Grant("site_leader", "town"),), 1, 2e9, 2e9)


@contextmanager
def _anybody(*_: Any) -> Iterator[Admitted]:
    inside = Admitted(ANYBODY, None)
    with request_context.answering(request_context.Request(ANYBODY, ANYBODY.grants)):
        yield inside


if __name__ == "__main__":
    endpoints.admitted = _anybody
    green.main(sys.argv[1:])
