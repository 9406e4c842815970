"""What notices do by themselves: one sender a channel, for the life of the process."""

from services.registration.notices.sender import send_forever
from shared.kit.tasks import Tasks
from shared.town.web.web import Web

tasks = Tasks()


@tasks.forever
def send_text_messages(web: Web) -> None:
    """Send what is due by the gateway."""
    send_forever(web, "gateway")


@tasks.forever
def send_mail(web: Web) -> None:
    """Send what is due by mail."""
    send_forever(web, "smtp")


@tasks.forever
def write_message_file(web: Web) -> None:
    """Send what is due by the file."""
    send_forever(web, "file")
