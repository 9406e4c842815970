"""Mail: one message a person, its Message-ID the same at every try.

SMTP has no way to ask whether a message was taken whose acceptance was not heard (RFC 5321,
4.5.4.1). It is sent again under the same Message-ID, which many servers use to drop the second.
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from services.registration.notices.channels.channel import (
    Accepted,
    Later,
    Message,
    Outcome,
    Rejected,
)
from shared.town.notice_settings import SmtpSettings

TIMEOUT_SECONDS = 20.0


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Mail:
    """Sends mail through the one server the deployment names; keeps its connection."""

    name = "smtp"
    recognises_repeats = False
    keeps_messages = False

    def __init__(self, settings: SmtpSettings, now: Callable[[], datetime] = _utc_now) -> None:
        """Send through the server of `settings`."""
        self._settings = settings
        self._now = now
        self.rate = settings.rate
        self._server: smtplib.SMTP | None = None

    def send(self, message: Message) -> Outcome:
        """Hand one mail over to the server."""
        mail = self.mail(message)
        try:
            server = self._connected()
        except smtplib.SMTPResponseException as error:
            self.close()
            return Later(f"smtp-{error.smtp_code}")
        except (smtplib.SMTPException, OSError) as error:
            self.close()
            return Later(_trouble(error))
        return self._handed_over(server, message.to, mail)

    def mail(self, message: Message) -> EmailMessage:
        """Return the mail; the library refuses line ends in headers."""
        mail = EmailMessage(policy=SMTP)
        domain = self._settings.sender.partition("@")[2]
        mail["From"] = Address(addr_spec=self._settings.sender)
        mail["To"] = Address(addr_spec=message.to)
        mail["Subject"] = message.title
        mail["Message-ID"] = f"<{message.id}@{domain}>"
        mail["Date"] = format_datetime(self._now())
        mail["Auto-Submitted"] = "auto-generated"
        mail["X-Auto-Response-Suppress"] = "All"
        mail.set_content(message.text, cte="base64")
        return mail

    def close(self) -> None:
        """End the connection."""
        server, self._server = self._server, None
        if server is not None:
            server.close()

    def _handed_over(self, server: smtplib.SMTP, to: str, mail: EmailMessage) -> Outcome:
        handed = False
        try:
            for command, address in (server.mail, self._settings.sender), (server.rcpt, to):
                code, _ = command(address)
                if code >= 400:
                    server.rset()
                    return _of_code(code)
            handed = True
            code, _ = server.data(mail.as_bytes(policy=SMTP))
        except smtplib.SMTPDataError as error:
            return _of_code(error.smtp_code)
        except (smtplib.SMTPException, OSError) as error:
            self.close()
            # Once the text is under way, the server may have it although its answer was lost.
            return Later(_trouble(error), doubtful=handed)
        return Accepted() if code < 400 else _of_code(code)

    def _connected(self) -> smtplib.SMTP:
        if self._server is not None:
            try:
                if self._server.noop()[0] == 250:
                    return self._server
            except (smtplib.SMTPException, OSError):
                pass
            self.close()
        settings = self._settings
        context = ssl.create_default_context(cafile=settings.ca_file or None)
        if settings.security == "tls":
            self._server = smtplib.SMTP_SSL(
                settings.host, settings.port, timeout=TIMEOUT_SECONDS, context=context
            )
        else:
            self._server = smtplib.SMTP(settings.host, settings.port, timeout=TIMEOUT_SECONDS)
        if settings.security == "starttls":
            self._server.starttls(context=context)
        self._server.ehlo_or_helo_if_needed()
        if settings.user:
            self._server.login(settings.user, settings.password)
        return self._server


def _of_code(code: int) -> Outcome:
    """4xx: later (421 closes the channel); 5xx: never (RFC 5321, 4.2.1)."""
    if code >= 500:
        return Rejected(f"smtp-{code}")
    return Later(f"smtp-{code}", everybody=code == 421)


def _trouble(error: Exception) -> str:
    """The kind of a failure; its text may repeat an address."""
    return "timeout" if isinstance(error, TimeoutError) else "no-connection"
