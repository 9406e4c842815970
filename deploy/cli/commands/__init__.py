"""The commands of `vaxledger`, worded in the language that is spoken when this is imported.

A file for what commands are about; what they do is elsewhere. What only one command needs, and takes
long to import, that command imports.
"""

from __future__ import annotations

import sys

import requests
from pika.exceptions import AMQPError

from deploy.cli import operations
from deploy.cli.commands import messages, parts, people, trying
from deploy.cli.commands.common import app, console
from deploy.local import running
from deploy.local.children import ProcessError
from deploy.local.servers import ServerError
from deploy.rehearsal.api import Unanswered
from deploy.rehearsal.journal import AnotherRehearsal, MorningPast, Stopped
from shared.kit.deployment import NotGiven
from shared.kit.language import t
from shared.town.campaign.loader import CampaignFileError
from shared.town.deployment import UnknownPart

__all__ = ["app", "console", "main", "messages", "parts", "people", "trying"]

# What may go wrong without being a fault of the program: told in words, not as a trace.
TOLD = (
    AnotherRehearsal,
    MorningPast,
    CampaignFileError,
    ProcessError,
    ServerError,
    Unanswered,
    UnknownPart,
    NotGiven,
    running.PortsTaken,
    running.OtherKind,
)


def main() -> None:
    """Run the command; what the person at the keyboard can mend is said in words."""
    try:
        app()
    except Stopped as stopped:
        console.print(str(stopped), markup=False)
        sys.exit(130)
    except TOLD as error:
        console.print(str(error), style="red", markup=False)
    except requests.RequestException as error:
        where = error.request.url if error.request is not None else ""
        said = operations.words_of(error)
        console.print(
            t(
                "部件没有应答，或拒绝了：{where}（{said}）",
                "A part did not answer, or refused: {where} ({said})",
                where=where,
                said=said,
            ),
            style="red",
            markup=False,
        )
    except AMQPError as error:
        console.print(
            t(
                "消息队列服务没有应答：{error!r}",
                "The broker did not answer: {error!r}",
                error=error,
            ),
            style="red",
            markup=False,
        )
    sys.exit(2)
