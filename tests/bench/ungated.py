"""A part without its gate, to measure what the gate costs: `python -m tests.bench.ungated serve FILE SOURCE`."""

# ruff: noqa: I001
from deploy.local import serve  # patches the standard library, so it comes first

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from shared.town import request_context
from shared.town.access import Grant, Person
from shared.town.access.admission import Admitted
from shared.town.web import web

ANYBODY = Person("bench", "bench", (Grant("site_leader", "town"),), 1, 2e9, 2e9)


@contextmanager
def _anybody(at: Any, *_: Any) -> Iterator[Admitted]:
    inside = Admitted(at, ANYBODY, None)
    with request_context.answering(request_context.Request(ANYBODY, ANYBODY.grants)):
        yield inside


if __name__ == "__main__":
    web.admitted = _anybody
    serve.main(sys.argv[1:])
