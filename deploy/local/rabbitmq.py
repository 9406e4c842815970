"""A private RabbitMQ node, with an Erlang port mapper of its own."""

from __future__ import annotations

import json
import secrets
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pika
import pika.exceptions

from deploy.local import private
from deploy.local.children import kill_family, spawn, tail
from deploy.local.ports import HOST, listens
from deploy.local.servers import SEARCH_PATH, Server, ServerError, ServerMissing
from shared.kit.language import at_terminal
from shared.kit.messaging.cloudevents import LARGEST_BYTES

RABBITMQ_PROGRAMS = Path("/usr/lib/rabbitmq/bin")
DISTRIBUTION = "-kernel inet_dist_use_interface {127,0,0,1}"  # where Erlang nodes meet


class RabbitMQ(Server):
    """One RabbitMQ node with an Erlang port mapper of its own.

    Without `define` it knows the user and password `guest`; with it the users of its definitions.
    """

    NAME = "RabbitMQ"
    PORTS = ("amqp", "distribution", "epmd")
    _stop_signal = signal.SIGTERM

    def __init__(self, folder: Path, port: int | None = None) -> None:
        super().__init__(folder, port)
        self._epmd: subprocess.Popen[bytes] | None = None
        self._operator = ("guest", "guest")

    def define(self, definitions: dict[str, Any], user: str, password: str) -> None:
        """Have the node load users, rights and topology when it starts; `user` is the operator."""
        private.write(self.folder / "definitions.json", json.dumps(definitions))
        self._operator = (user, password)

    @property
    def url(self) -> str:
        """Where kombu, nameko and pika find it.

        The virtual host `/` is written `%2F`: pika reads a bare `//` as the host without a name.
        """
        return self.url_for(*self._operator)

    def url_for(self, user: str, password: str) -> str:
        """Where a user of the broker finds it."""
        return f"amqp://{quote(user, safe='')}:{quote(password, safe='')}@{HOST}:{self.port}/%2F"

    @property
    def node(self) -> str:
        """The node's name. The broker keeps its data under it, so the folder remembers it too."""
        path = self.folder / "node"
        if not path.exists():
            private.write(path, f"vaxledger-{secrets.token_hex(4)}@localhost")
        return path.read_text()

    def _launch(self) -> subprocess.Popen[bytes]:
        # The script in lib/rabbitmq/bin runs as anybody; the one in sbin wants to be root.
        program = RABBITMQ_PROGRAMS / "rabbitmq-server"
        epmd = shutil.which("epmd", path=SEARCH_PATH)
        if not program.exists() or epmd is None:
            raise ServerMissing("RabbitMQ", "rabbitmq-server")
        self._write_configuration()
        environment, epmd_log = self._environment(), self.folder / "epmd.log"
        # The node would start a daemon of its own, which nobody ends, if none listened here.
        self._epmd = spawn([epmd], env=environment, log_path=epmd_log, cwd=self.folder)
        deadline = time.monotonic() + 10
        while not listens(self._ports()["epmd"]):
            if self._epmd.poll() is not None or time.monotonic() > deadline:
                raise ServerError(
                    at_terminal(
                        "epmd 没有启动。{log} 的末尾：\n{tail}",
                        "epmd does not start. End of {log}:\n{tail}",
                        log=epmd_log,
                        tail=tail(epmd_log),
                    )
                )
            time.sleep(0.01)
        return spawn([str(program)], env=environment, log_path=self.log_path, cwd=self.folder)

    def _write_configuration(self) -> None:
        cookie = self.folder / ".erlang.cookie"
        if not cookie.exists():
            private.write(cookie, secrets.token_hex(20))
            cookie.chmod(0o400)
        private.write(self.folder / "enabled_plugins", "[].\n")
        lines = ["disk_free_limit.absolute = 50MB", "vm_memory_high_watermark.relative = 0.4"]
        lines.append(f"max_message_size = {LARGEST_BYTES}")
        if (definitions := self.folder / "definitions.json").exists():
            lines.append(f"load_definitions = {definitions}")
        private.write(self.folder / "rabbitmq.conf", "\n".join(lines) + "\n")

    def _environment(self) -> dict[str, str]:
        """All of it: what the caller's environment says of other nodes must not reach this one."""
        ports = self._ports()
        return {
            "PATH": SEARCH_PATH,
            "LANG": "C.UTF-8",
            "HOME": str(self.folder),  # where the cookie is
            "ERL_CRASH_DUMP": str(self.folder / "erl_crash.dump"),
            "ERL_EPMD_ADDRESS": HOST,
            "ERL_EPMD_PORT": str(ports["epmd"]),
            # With input allowed the script becomes the Erlang VM, so our child is the VM itself
            # and signals and the parent's death reach it; -noinput takes the input away again.
            "RABBITMQ_ALLOW_INPUT": "1",
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": f"-noinput {DISTRIBUTION}",
            "RABBITMQ_NODENAME": self.node,
            "RABBITMQ_NODE_IP_ADDRESS": HOST,
            "RABBITMQ_NODE_PORT": str(ports["amqp"]),
            "RABBITMQ_DIST_PORT": str(ports["distribution"]),
            "RABBITMQ_LOGS": "-",
            "RABBITMQ_LOG_BASE": str(self.folder / "log"),
            "RABBITMQ_MNESIA_BASE": str(self.folder / "mnesia"),
            "RABBITMQ_PID_FILE": str(self.folder / "pid"),
            "RABBITMQ_CONFIG_FILE": str(self.folder / "rabbitmq.conf"),
            "RABBITMQ_ADVANCED_CONFIG_FILE": str(self.folder / "advanced.config"),
            "RABBITMQ_CONF_ENV_FILE": str(self.folder / "rabbitmq-env.conf"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.folder / "enabled_plugins"),
        }

    def _answers(self) -> bool:
        if not listens(self.port):
            return False
        try:
            pika.BlockingConnection(pika.URLParameters(self.url)).close()
        except (pika.exceptions.AMQPError, OSError):
            return False
        return True

    def _clear(self) -> None:
        if self._epmd is not None:
            kill_family(self._epmd)
            self._epmd = None
