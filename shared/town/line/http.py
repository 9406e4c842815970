"""The commands of a station over HTTP: call, hold, resume, pass, undo, send to another desk."""

from __future__ import annotations

from collections.abc import Callable

from marshmallow import Schema

from shared.kit.language import t
from shared.kit.web.done import Undo
from shared.kit.web.endpoints import Body, Endpoints
from shared.town.access.allow import Allow
from shared.town.line import calling
from shared.town.line.calling import Asked, Directed, Station, Ticketed
from shared.town.terms.visits import TICKET_STATES
from shared.town.web.web import Web

SiteOf = Callable[[Web, Body], str]
Step = Callable[..., Ticketed]

_STEPS: tuple[tuple[str, Step, str], ...] = (
    ("call", calling.call, "Call this number to one's own desk."),
    ("hold", calling.hold, "Whoever waits under a number steps aside."),
    ("pass", calling.miss, "A number was called and nobody came."),
    ("resume", calling.resume, "Whoever stepped aside or passed waits again."),
    ("undo", calling.undo, "Take back what was done last with a number."),
)
_TAKEN_BACK = ("call", "hold", "pass")


def called(answer: Ticketed) -> str:
    """Say how it is with a number, and where it is called to."""
    number, state = answer["number"], TICKET_STATES[answer["state"]]
    if answer["state"] == "called" and answer["desk"]:
        return t(
            "{number} 号：已叫到 {desk} 台",
            "Number {number}: called to desk {desk}",
            number=number,
            desk=answer["desk"],
        )
    if answer["state"] == "called":
        return t(
            "{number} 号：已叫号。您还没有台号，大屏上没有台：请在“在岗”页填台号",
            "Number {number}: called. You have no desk, so the screen names none: take one on the page"
            " “On duty”",
            number=number,
        )
    return t("{number} 号：{state}", "Number {number}: {state}", number=number, state=state)


def taken_back(answer: Ticketed, **_given: object) -> Undo:
    """Return the command that takes back what was done with a number, to the part of its site."""
    return Undo("/api/queue/undo", {n: str(answer[n]) for n in ("number", "version")})


def taken_back_at(answer: Ticketed, **_given: object) -> Undo:
    """Return the same to a service of all sites."""
    undo = taken_back(answer)
    return Undo(undo.address, {**undo.fields, "site": answer["site"]})


def _directed(answer: Directed) -> str:
    if not answer["numbers"]:
        return t("没有要转的人。", "Nobody waits for that desk.")
    numbers = t("、", ", ").join(map(str, answer["numbers"]))
    if answer["desk"] is None:
        return t("{numbers} 号：哪个台都可以叫", "{numbers}: any desk may call", numbers=numbers)
    return t(
        "{numbers} 号：等 {desk} 台",
        "{numbers}: wait for desk {desk}",
        numbers=numbers,
        desk=answer["desk"],
    )


def declare(
    endpoints: Endpoints,
    *,
    allow: Allow,
    station: Station,
    site_of: SiteOf,
    of_number: type[Schema],
    directing: type[Schema],
    undo: Callable[..., Undo],
) -> None:
    """Declare the commands of a station beside `/api/queue`; `site_of` says at which site, or refuses."""
    for name, step, does in _STEPS:

        def one(web: Web, body: Body, *, _step: Step = step) -> Ticketed:
            return _step(web.work, station, _asked(web, body, site_of))

        one.__doc__ = does
        way_back = undo if name in _TAKEN_BACK else None
        command = endpoints.command(
            f"/api/queue/{name}", allow=allow, body=of_number, tells=called, undo=way_back
        )
        command(one)

    @endpoints.command("/api/queue/direct", allow=allow, body=directing, tells=_directed)
    def direct(web: Web, body: Body) -> Directed:  # pyright: ignore[reportUnusedFunction]
        """Let a number, or all who wait for a desk, wait for another desk, or for any."""
        if body["number"] is None:
            to = body["from_desk"], body["desk"]
            return calling.direct_all(web.work, station, site_of(web, body), *to)
        return calling.direct(web.work, station, _asked(web, body, site_of), body["desk"])


def _asked(web: Web, body: Body, site_of: SiteOf) -> Asked:
    return Asked(site_of(web, body), body["number"], body["day"], body["version"])
