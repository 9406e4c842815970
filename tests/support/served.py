"""One part whose store another process serves over real sockets."""

from __future__ import annotations

import socket
import sys
import uuid
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from threading import Barrier
from typing import Any

import requests

from deploy.local.ports import free_ports
from deploy.local.processes import Process
from tests.support.part import TEST_KEY, a_deployment, a_person, a_token
from tests.support.stadium import Stadium

SITE = "appointments/stadium"


class Served(Stadium):
    """The stadium, whose store another process serves over real sockets."""

    def __init__(
        self,
        folder: Path,
        doses: int = 1000,
        stores: Mapping[str, str] | None = None,
        **changes: Any,
    ) -> None:
        """Open the site with vaccine, and let the tests' key be known in its store.

        `stores` are other databases of parts than files in the folder.
        """
        parts, known = a_deployment(folder).parts, stores or {}
        parts = tuple(
            replace(each, port=port, store=known.get(each.source, each.store))
            for each, port in zip(parts, free_ports(len(parts)), strict=True)
        )
        super().__init__(folder, parts=parts, **changes)
        self.opens(doses)
        point = TEST_KEY.as_dict(private=False)["x"]
        self.hears("supervision", "SigningKeyPublished", key="test", x=point)
        self.deployment.save()
        self.token = a_token(a_person(), self.deployment.audience)

    def ask(self, verb: str, url: str, **more: object) -> requests.Response:
        """Send a request that bears the token of somebody with every role."""
        headers = {"Authorization": f"Bearer {self.token}"} | dict(more.pop("headers", {}))  # type: ignore[call-overload]
        address = self.part.url + url
        try:
            return requests.request(verb, address, headers=headers, timeout=30, **more)  # type: ignore[arg-type]
        except requests.ConnectionError:
            # Closed before any byte of an answer came: whoever asks may ask again, by its key.
            return requests.request(verb, address, headers=headers, timeout=30, **more)  # type: ignore[arg-type]

    def waste(self, batch: str, key: str, doses: int = 1) -> requests.Response:
        """Write doses off."""
        body = {"doses": doses, "reason": "vial broken"}
        headers = {"Idempotency-Key": key}
        return self.ask("POST", f"/api/batches/{batch}/waste", json=body, headers=headers)

    def at_once(self, batch: str, keys: list[str]) -> list[requests.Response]:
        """Write a dose off for every key, all at the same moment."""
        together = Barrier(len(keys))

        def client(key: str) -> requests.Response:
            together.wait()
            return self.waste(batch, key)

        with ThreadPoolExecutor(len(keys)) as pool:
            return list(pool.map(client, keys))

    def process(self, name: str = SITE, descriptors: int = 1024, first: str = "") -> Process:
        """The process that serves it, with so many descriptors; not started yet.

        `first` is Python that it runs before its own program.
        """
        program = f"import eventlet; eventlet.monkey_patch()\n{first}\nimport runpy\n"
        program += "runpy.run_module('deploy.local.serve', run_name='__main__', alter_sys=True)"
        argv = ["prlimit", f"--nofile={descriptors}", sys.executable, "-W", "ignore"]
        argv += ["-c", program, "serve", str(self.deployment.file), SITE]
        return Process(name, argv, None, self.deployment.folder / f"{name.replace('/', '.')}.log")

    @contextmanager
    def connections(self) -> Iterator[Callable[[bytes], socket.socket]]:
        """Makes connections that say a first thing, and are closed at the end."""
        with ExitStack() as stack:

            def connect(said: bytes = b"") -> socket.socket:
                address = (self.part.host, self.part.port)
                connection = stack.enter_context(socket.create_connection(address, timeout=30))
                with suppress(OSError):  # it may have had to make room already
                    connection.sendall(said)
                return connection

            yield connect

    def announced(self, length: int) -> bytes:
        """The head of a command whose body is still to come."""
        head = "POST /api/batches/SV-1/waste HTTP/1.1\r\nHost: a\r\n"
        head += f"Authorization: Bearer {self.token}\r\nIdempotency-Key: {uuid.uuid4()}\r\n"
        head += f"Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n"
        return head.encode()


def heard(connection: socket.socket) -> bytes:
    """All that comes until the other side closes or cuts off."""
    answer = b""
    with suppress(ConnectionResetError):
        while more := connection.recv(65536):
            answer += more
    return answer
