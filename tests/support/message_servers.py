"""Real servers on loopback that notices are sent to: a mail server and a message gateway."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from deploy.local.ports import free_ports
from shared.kit import webhooks
from shared.town.notice_settings import GatewaySettings, SmtpSettings

SECRET = "whsec_" + "dGVzdCBzZWNyZXQgb2YgYSBnYXRld2F5IG9uIGxvb3BiYWNr"
RECEIPTS = "whsec_" + "YW5vdGhlciBzZWNyZXQsIGZvciByZWNlaXB0cyBvbmx5ISE="


class MailServer:
    """Takes mail and drops a second one of the same Message-ID, as many servers do.

    `raw` counts every acceptance by Message-ID, `boxes` is what people find. `before` may answer
    instead of taking a mail; `after` is called when it is taken, before the client hears of it.
    """

    def __init__(self, **options: Any) -> None:
        self.raw: Counter[str] = Counter()
        self.boxes: list[EmailMessage] = []
        self.before: Callable[[EmailMessage], str | None] = lambda _: None
        self.after: Callable[[EmailMessage], None] = lambda _: None
        [self.port] = free_ports(1)
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port, **options)

    async def handle_DATA(  # noqa: N802 - the library's name
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        content = cast("bytes", envelope.content)
        mail = cast("EmailMessage", message_from_bytes(content, policy=policy.default))
        if (answer := self.before(mail)) is not None:
            return answer
        self.raw[mail["Message-ID"]] += 1
        if self.raw[mail["Message-ID"]] == 1:
            self.boxes.append(mail)
        self.after(mail)
        return "250 OK"

    def __enter__(self) -> MailServer:
        self.controller.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.controller.stop()

    @property
    def settings(self) -> SmtpSettings:
        return SmtpSettings(
            "127.0.0.1", "notices@town.example", port=self.port, security="none", rate=0
        )


class GatewayServer:
    """An HTTP gateway: checks signatures, recognises keys, and passes each message on once.

    `answers` are given one after the other before it begins to take messages: a status, or a
    status and headers. `after` is called when a message is taken, before the client hears of it.
    """

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.raw: Counter[str] = Counter()
        self.phones: dict[str, dict[str, Any]] = {}
        self.answers: list[int | tuple[int, dict[str, str]]] = []
        self.after: Callable[[str], None] = lambda _: None
        self.forged = 0
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status, headers = outer.take(dict(self.headers), body)
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.lock = threading.Lock()

    def take(self, headers: dict[str, str], body: bytes) -> tuple[int, dict[str, str]]:
        said = {name.lower(): value for name, value in headers.items()}
        self.asked.append({"headers": said, "body": body})
        if self.answers:
            answer = self.answers.pop(0)
            return answer if isinstance(answer, tuple) else (answer, {})
        try:
            now = int(said["webhook-timestamp"])
            key = webhooks.verified((SECRET,), said, body, now)
        except webhooks.BadSignature:
            self.forged += 1
            return 401, {}
        assert said["idempotency-key"] == key
        with self.lock:
            self.raw[key] += 1
            self.phones.setdefault(key, json.loads(body))
        self.after(key)
        return 202, {}

    def __enter__(self) -> GatewayServer:
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()

    @property
    def settings(self) -> GatewaySettings:
        url = f"http://127.0.0.1:{self.server.server_port}/messages"
        return GatewaySettings(url, SECRET, receipt_secret=RECEIPTS, rate=0)
