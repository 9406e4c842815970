"""Ports of loopback: which are free, and whether somebody listens on one."""

from __future__ import annotations

import itertools
import os
import socket

HOST = "127.0.0.1"
FIRST_PORT, PORTS = 10_000, 10_000  # where `free_ports` looks; clients get theirs from 32,768 up
PORTS_APART = 1_009  # between the places where processes with neighbouring numbers begin
_asked = itertools.count()


def free_ports(count: int) -> list[int]:
    """`count` different TCP ports of loopback that nobody listens on now.

    None is of the range clients get theirs from. A process is given each once before any comes
    again, and begins at a place of its own, so that two who ask at the same time do not meet.
    """
    found: list[int] = []
    while len(found) < count:
        port = FIRST_PORT + (os.getpid() * PORTS_APART + next(_asked)) % PORTS
        if is_free(port):
            found.append(port)
    return found


def listens(port: int) -> bool:
    """Whether a server accepts connections on this port of loopback."""
    try:
        with socket.create_connection((HOST, port), timeout=1) as client:
            # A port of the range for clients may meet itself when nobody listens.
            return client.getsockname() != client.getpeername()
    except OSError:
        return False


def is_free(port: int) -> bool:
    """Whether a server could listen on this port of loopback."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
        return True
