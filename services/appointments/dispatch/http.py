"""Sending on over HTTP: one or several people, and back."""

from __future__ import annotations

from uuid import UUID

from services.appointments.dispatch import commands, schemas
from services.appointments.permissions import STAFF
from shared.kit.language import Text
from shared.kit.web.done import Undo
from shared.kit.web.endpoints import Body, Endpoints
from shared.town.web.web import Web

SENT = Text("已转走，请告诉本人去哪里。", "Sent on; tell the person where to go.")
BACK = Text("此人已在这里。", "The person is here.")
WANTED = Text(
    "已要求转回。对方放人后，这里自动重新预约；在那里已签到的，留在那里。",
    "Asked back. Once the other site has let go, the person is booked here again by itself; who is"
    " checked in there stays there.",
)

endpoints = Endpoints()


def _undo(answer: commands.Sent, body: Body, resident: UUID) -> Undo:
    del answer, body
    return Undo(f"/api/residents/{resident}/want-back")


@endpoints.command(
    "/api/residents/<uuid:resident>/send-on",
    allow=STAFF,
    body=schemas.SendingOn,
    tells=SENT,
    undo=_undo,
)
def send_on(web: Web, body: Body, resident: UUID) -> commands.Sent:
    """Send somebody on to another site, before the first dose."""
    return commands.send_on(web.work, resident, **body)


@endpoints.command("/api/send-on", allow=STAFF, body=schemas.SendingSeveral)
def send_several(web: Web, body: Body) -> commands.SentSeveral:
    """Send several people on to another site; who may not be sent stays, with the reason's code."""
    return commands.send_several(web.work, **body)


def _wanted(answer: commands.WantedBack) -> str:
    return str(WANTED if answer["at"] else BACK)


@endpoints.command("/api/residents/<uuid:resident>/want-back", allow=STAFF, tells=_wanted)
def want_back(web: Web, resident: UUID) -> commands.WantedBack:
    """Ask for somebody back whom this site has sent on."""
    return commands.want_back(web.work, resident)
