"""`rabbitmqctl` on a test's own node."""

from __future__ import annotations

import subprocess

from deploy.local.rabbitmq import DISTRIBUTION, RABBITMQ_PROGRAMS, RabbitMQ


def rabbitmqctl(node: RabbitMQ, *arguments: str) -> str:
    """Return what `rabbitmqctl <arguments>` prints. Raises `CalledProcessError` if it fails."""
    return subprocess.run(
        [str(RABBITMQ_PROGRAMS / "rabbitmqctl"), *arguments],
        env=node._environment() | {"RABBITMQ_CTL_ERL_ARGS": DISTRIBUTION},
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=60,
        check=True,
    ).stdout
