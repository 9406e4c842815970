"""A message gateway on loopback that refuses when it is told to."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from deploy.local.ports import free_ports
from shared.town.notice_settings import GatewaySettings

SECRET = "whsec_" + "dGVzdCBzZWNyZXQgb2YgdGhlIGdvbGRlbiB0b3duJ3MgZ2F0ZXdheQ=="


class Gateway:
    """Takes messages; refuses the next `refuses` for ever as not deliverable."""

    def __init__(self) -> None:
        [self.port] = free_ports(1)
        self.refuses = 0
        self.taken: list[str] = []

    @contextmanager
    def serving(self) -> Iterator[GatewaySettings]:
        gateway = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                said = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                status = 422 if gateway.refuses > 0 else 202
                gateway.refuses -= 1
                if status == 202:
                    gateway.taken.append(said["data"]["message"])
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield GatewaySettings(f"http://127.0.0.1:{self.port}/", SECRET, rate=0)
        finally:
            server.shutdown()
