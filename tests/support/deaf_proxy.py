"""A TCP proxy that can fall silent: it goes on taking what clients send, and passes nothing back."""

from __future__ import annotations

import contextlib
import socket
import threading
from types import TracebackType
from typing import Self

PIECE = 65_536


class DeafProxy:
    """Stands before a server; while it is deaf its clients stay connected and hear nothing."""

    def __init__(self, port: int) -> None:
        """Pass on to `port` of this machine; `self.port` is where to connect."""
        self._server = ("127.0.0.1", port)
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self._deaf = threading.Event()
        self._open: list[socket.socket] = []

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for one in (self._listening, *self._open):
            one.close()

    def fall_silent(self) -> None:
        """Swallow what the server says, on every connection there is and will be."""
        self._deaf.set()

    def speak(self) -> None:
        """Let connections begin to hear; one that missed something stays without the rest."""
        self._deaf.clear()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listening.accept()
                server = socket.create_connection(self._server)
                self._open += client, server
                missed = threading.Event()
                for pair in ((client, server, None), (server, client, missed)):
                    threading.Thread(target=self._pass_on, args=pair, daemon=True).start()

    def _pass_on(
        self, source: socket.socket, target: socket.socket, missed: threading.Event | None
    ) -> None:
        with contextlib.suppress(OSError):
            while piece := source.recv(PIECE):
                if missed is not None and self._deaf.is_set():
                    missed.set()
                if missed is None or not missed.is_set():
                    target.sendall(piece)
            target.shutdown(socket.SHUT_WR)
