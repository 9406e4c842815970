"""One part under waitress, threads in place of green threads: `python -m tests.support.under_waitress serve FILE SOURCE`.

It answers over HTTP only: it follows nobody and runs no tasks.
"""

from __future__ import annotations

import socket
import sys
import threading
from pathlib import Path

import waitress

from deploy.parts import assembly, open_edge, open_work
from shared.kit.web.limits import limits_of
from shared.kit.web.wsgi import PartApp, wsgi_app
from shared.town.deployment import Deployment

THREADS = 8


def application(deployment: Deployment, source: str) -> PartApp:
    """A part of a deployment as a plain WSGI application."""
    part = deployment.part(source)
    edge = open_edge(deployment, part, open_work(deployment, part))
    return wsgi_app(edge, assembly(part.service).endpoints, limits_of(deployment))


def main(file: str, source: str) -> None:
    """Serve until the process is ended."""
    deployment = Deployment.read(Path(file))
    part = deployment.part(source)
    app = application(deployment, source)
    ours = {socket.socket.__module__, threading.get_ident.__module__}
    print(*sorted(ours | ({"nameko", "eventlet"} & set(sys.modules))), flush=True)
    waitress.serve(app, host=part.host, port=part.port, threads=THREADS, ident=None)


if __name__ == "__main__":
    main(*sys.argv[2:])
