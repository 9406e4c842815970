"""Containers: a part as nameko runs it; `deploy.parts` knows no server."""

from __future__ import annotations

import logging
import resource
from functools import cache
from typing import Any

from nameko.containers import ServiceContainer

from deploy.parts import FOLLOWS, assembly, open_edge
from shared.kit.web import nameko_service
from shared.town.deployment import Deployment, Instance
from shared.town.work import Work

MAX_WORKERS = 60
"""For what is no command; commands are counted (`shared.kit.web.overload`)."""
MOST_CONNECTIONS = 1000
MEMORY_POLL_SECONDS = 0.01


@cache
def service_class(service: str) -> Any:
    """Return the nameko class of a service."""
    return nameko_service.service_class(assembly(service))


def container(deployment: Deployment, part: Instance, work: Work) -> ServiceContainer:
    """Return the nameko container that serves a part over HTTP and follows its sources.

    Raises `Undeclared` when one of its entry points does not say who may use it.
    """
    logging.getLogger("nameko").setLevel(logging.WARNING)
    config = {
        "AMQP_URI": deployment.broker_of(part),
        "TRANSPORT_OPTIONS": (
            {"polling_interval": MEMORY_POLL_SECONDS} if deployment.embedded else {}
        ),
        "WEB_SERVER_ADDRESS": f"{part.host}:{part.port}",
        "max_workers": MAX_WORKERS,
        "max_connections": max_connections(deployment),
        "edge": open_edge(deployment, part, work),
        "policies": assembly(part.service).policies,
        "follows": FOLLOWS[part.service],
    }
    nameko_service.declarations(service_class(part.service))
    return ServiceContainer(service_class(part.service), config)


def max_connections(deployment: Deployment) -> int:
    """Return how many connections a part may have: half of its process's descriptors are for them."""
    descriptors, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    parts = len(deployment.parts) if deployment.embedded else 1
    return min(MOST_CONNECTIONS, descriptors // 2) // parts
