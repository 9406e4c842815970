"""Who may do what at the broker, and the whole topology, as RabbitMQ's definitions file.

A part has a user of its own: it writes to its own exchange, reads its own queues and declares
nothing. Whoever takes a part over can neither speak for another one nor hear what is not for it.
"""

from __future__ import annotations

import base64
import hashlib
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from shared.kit.messaging import topology

VHOST = "/"
OPERATOR = "operator"


def user_of(source: str) -> str:
    """Return the name of a part's user."""
    return f"part.{source.replace('/', '.')}"


def definitions(
    sources: Sequence[str], follows: topology.Follows, passwords: Mapping[str, str]
) -> dict[str, Any]:
    """Return the definitions: users with `passwords` (by user name), their rights, the topology."""
    return {
        "vhosts": [{"name": VHOST}],
        "users": [_user(name, password) for name, password in passwords.items()],
        "permissions": [
            _permission(OPERATOR, configure=".*", write=".*", read=".*"),
            *(_part(source, sources) for source in sources),
        ],
        "exchanges": [_exchange(name) for name in sorted(set(_exchanges(sources)))],
        "queues": [_queue(name, arguments) for name, arguments in _queues(sources, follows)],
        "bindings": list(_bindings(sources, follows)),
    }


def _user(name: str, password: str) -> dict[str, Any]:
    """A user with the password's hash: SHA-256 over a salt of four bytes and the password."""
    salt = os.urandom(4)
    hashed = salt + hashlib.sha256(salt + password.encode()).digest()
    return {
        "name": name,
        "password_hash": base64.b64encode(hashed).decode(),
        "hashing_algorithm": "rabbit_password_hashing_sha256",
        "tags": "administrator" if name == OPERATOR else "",
    }


def _permission(user: str, *, configure: str, write: str, read: str) -> dict[str, Any]:
    rights = {"configure": configure, "write": write, "read": read}
    return {"user": user, "vhost": VHOST} | rights


def _part(source: str, sources: Sequence[str]) -> dict[str, Any]:
    own = [topology.queue_name(source, each) for each in sources]
    read = "|".join(re.escape(name) for name in own)
    write = re.escape(topology.source_exchange(source))
    return _permission(user_of(source), configure="", write=f"^{write}$", read=f"^({read})$")


def _exchanges(sources: Sequence[str]) -> Iterator[str]:
    yield topology.DEAD
    for source in sources:
        yield topology.source_exchange(source)
        yield topology.service_exchange(source.partition("/")[0])


def _exchange(name: str) -> dict[str, Any]:
    kind = {"type": "topic", "durable": True, "auto_delete": False, "internal": False}
    return {"name": name, "vhost": VHOST, "arguments": {}, **kind}


def _queues(
    sources: Sequence[str], follows: topology.Follows
) -> Iterator[tuple[str, dict[str, Any]]]:
    yield topology.DEAD, {"x-queue-type": "quorum"}
    for source in sources:
        for follower in topology.subscribers(source, sources, follows):
            yield topology.queue_name(follower, source), topology.queue_arguments()


def _queue(name: str, arguments: dict[str, Any]) -> dict[str, Any]:
    kind = {"durable": True, "auto_delete": False}
    return {"name": name, "vhost": VHOST, "arguments": arguments} | kind


def _bindings(sources: Sequence[str], follows: topology.Follows) -> Iterator[dict[str, Any]]:
    yield _binding(topology.DEAD, topology.DEAD, "queue")
    for source in sources:
        exchange = topology.source_exchange(source)
        service = topology.service_exchange(source.partition("/")[0])
        if service != exchange:
            yield _binding(exchange, service, "exchange")
        for follower in topology.subscribers(source, sources, follows):
            yield _binding(exchange, topology.queue_name(follower, source), "queue")


def _binding(source: str, destination: str, kind: str) -> dict[str, Any]:
    place = {"source": source, "vhost": VHOST, "destination": destination}
    return place | {"destination_type": kind, "routing_key": "#", "arguments": {}}
