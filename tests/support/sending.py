"""Sending: the forms of pages, filled in as somebody does who does the least, and sent as a browser does."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from functools import cache
from urllib.parse import urljoin, urlsplit

from bs4 import BeautifulSoup, Tag
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, MapAdapter, Rule

from deploy.containers import service_class
from deploy.rehearsal.api import Api
from shared.kit.web.nameko_service import declarations
from shared.town.deployment import Instance
from tests.support.walking import Walk

FILLED = {"number": "1", "date": "2024-04-10", "time": "10:00", "tel": "13800000801"}
TEXT = "补记测试补记测试"


@dataclass(frozen=True)
class Form:
    """A form: the command that answers it, where it stands, where it is sent, and what is sent."""

    command: str
    page: str
    action: str
    fields: dict[str, str]


@dataclass(frozen=True)
class Sent:
    """What came of sending a form: the status, where one is led, how many events there are."""

    status: int
    leads: str
    events: int


def filled(form: Tag) -> dict[str, str]:
    """What somebody sends who fills in what has to be, and leaves the rest as it stands."""
    sent: dict[str, str] = {}
    for field in form.find_all(["input", "textarea", "select", "button"]):
        name, kind = str(field.get("name", "")), str(field.get("type", "text"))
        if not name or kind == "file":
            continue
        if field.name == "select":
            options = [each for each in field.find_all("option") if each.get("value")]
            chosen = [each for each in options if each.has_attr("selected")] or options
            if chosen:
                sent[name] = str(chosen[0]["value"])
        elif field.name == "button" or kind in ("radio", "checkbox"):
            sent.setdefault(name, str(field.get("value", "on")))
        elif value := field.get("value") or field.get_text():
            sent[name] = str(value)
        elif field.has_attr("required"):
            sent[name] = FILLED.get(kind, str(field.get("min", TEXT)))
    return sent


class Sender:
    """Somebody who has walked through a town and sends the forms that stand there."""

    def __init__(self, api: Api, walk: Walk) -> None:
        """Go on where a walk has ended."""
        self.api, self.deployment, self.walk = api, api.deployment, walk

    def forms(self) -> Iterator[Form]:
        """The first form for each command; none with a file."""
        known = set[str]()
        for seen in self.walk.seen:
            for form in seen.page.find_all("form", method="post"):
                press = form.find(formaction=True)
                said = form.get("action") or (press and press["formaction"])
                action = urljoin(seen.address, str(said or ""))
                command = self._command(action)
                if command and command not in known and not form.find("input", type="file"):
                    known.add(command)
                    yield Form(command, seen.address, action, filled(form))

    def send(self, form: Form) -> Sent:
        """Send a form, and confirm where that is asked; wait until all parts have heard of it."""
        answer = self.walk.session.post(
            form.action,
            data=form.fields,
            headers={"Referer": form.page},
            timeout=60,
            allow_redirects=False,
        )
        asked = BeautifulSoup(answer.text, "html.parser").select_one("form.confirm")
        if answer.status_code == 200 and asked:
            leads = urljoin(form.action, str(asked["action"]))
            return self.send(replace(form, action=leads, fields=filled(asked)))
        self.api.settle()
        return Sent(answer.status_code, answer.headers.get("Location", ""), self._events())

    def _command(self, address: str) -> str | None:
        """The command that answers a form's address: its service, and its address there."""
        part = next(each for each in self.deployment.parts if address.startswith(each.address))
        try:
            url = commands(part.service).match(urlsplit(address).path, method="POST")[0]
        except HTTPException:
            return None
        return f"{part.service}{url}"

    def _events(self) -> int:
        """How many events all parts hold, looks and messages apart.

        A page that comes back is a look, and messages of a notice are sent beside.
        """
        return sum(map(_events_of, self.deployment.parts))


@cache
def commands(service: str) -> MapAdapter:
    """The commands of a service by their addresses."""
    declared = declarations(service_class(service))
    rules = [
        Rule(each.url, endpoint=each.url, methods=["POST"])
        for each in declared
        if each.kind == "command"
    ]
    return Map(rules).bind("")


BESIDE = ("PersonalDataViewed", "NoticeSent", "NoticeSkipped", "NoticeFailed", "NoticeFinished")


def _events_of(part: Instance) -> int:
    with closing(sqlite3.connect(part.store.removeprefix("sqlite:///"))) as store:
        apart = " and ".join(f"topic not like '%{name}%'" for name in BESIDE)
        query = f"select count(*) from events where {apart}"
        return int(store.execute(query).fetchone()[0])
