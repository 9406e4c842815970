"""Frame: which room of a team a page stands in, and what whoever looks at it is called."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from urllib.parse import parse_qsl

from shared.kit.language import listed
from shared.town.access.person import Person
from shared.town.access.roles import ROLES
from shared.town.campaign import Campaign
from shared.town.web.telling import Telling

Room = tuple[str, str, str]


def rooms(
    nav: Iterable[Room], page: str, may: Callable[[str], bool]
) -> list[tuple[str, str, str, bool]]:
    """The rooms that the visitor may open, with whether the page is one or is nearest below it."""
    open_ones = [room for room in nav if may(room[0])]
    here = max((url for url, _, _ in open_ones), key=lambda url: _nearness(url, page), default="")
    return [(*room, room[0] == here and _nearness(here, page) > (0, 0)) for room in open_ones]


def _nearness(room: str, page: str) -> tuple[int, int]:
    """How far down the way to a page a room stands; of two at one place, how much it asks for."""
    (path, _, asked), (shown, _, query) = room.partition("?"), page.partition("?")
    wanted, given = parse_qsl(asked), parse_qsl(query)
    below = not asked and shown.startswith(f"{path.rstrip('/')}/")
    there = (shown == path or below) and all(each in given for each in wanted)
    return (len(path), len(wanted)) if there else (0, 0)


def called(person: Person | None, campaign: Campaign) -> str:
    """A person's post; who has none is called by their roles, and the place if it is one."""
    if person is None or person.post:
        return person.post if person else ""
    scopes = {grant.scope for grant in person.grants}
    if len(scopes) == 1:
        telling = Telling(campaign, str, str)
        return listed(telling.held(grant.role, grant.scope) for grant in person.grants)
    return listed(dict.fromkeys(str(ROLES[grant.role]) for grant in person.grants)) or person.login
