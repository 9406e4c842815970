"""Residents that tasks are about: registered, given to a cadre and called before counting begins."""

from __future__ import annotations

from typing import Any

from tests.support.workbooks import card, person, roster
from tests.tasks.at_work import Town
from tests.tasks.counting import Hands

UNIT, CADRE = "v01", "v01-cadre"
SEARCH = "form[role=search] input[name=q]"


def registered(town: Town, *rows: list[Any], unit: str = UNIT) -> list[str]:
    """Hand in a roster of a unit before counting begins; return its people's ids, row by row."""
    content = roster(*rows)
    name = " ".join(str(cell) for row in rows for cell in row)
    entries = town.api.roster(unit, content, f"for tasks: {name}")["entries"]
    return [entry["resident"] for entry in sorted(entries, key=lambda entry: entry["row"])]


def someone(town: Town, order: int, unit: str = UNIT) -> str:
    """One person more in a unit, whom nobody has asked yet."""
    return registered(town, person(order), unit=unit)[0]


def someone_to_call(town: Town, order: int) -> str:
    """One person more on the list of the unit's cadre."""
    resident = someone(town, order)
    body = {"choice": "residents", "residents": [resident], "cadres": [CADRE]}
    town.api.command("registration", f"/api/units/{UNIT}/assignments", body, f"task {order} given")
    return resident


def said_no(town: Town, resident: str) -> None:
    """Somebody was called and, by mistake, noted as unwilling."""
    body = {"channel": "phone", "outcome": "refused", "reason": "no_time"}
    url = f"/api/residents/{resident}/contacts"
    town.api.command("registration", url, body, f"task {resident} said no")


def not_reached(town: Town, resident: str) -> None:
    """Somebody did not answer the telephone."""
    body = {"channel": "phone", "outcome": "not_reached"}
    url = f"/api/residents/{resident}/contacts"
    town.api.command("registration", url, body, f"task {resident} not reached")


def last_four(order: int) -> str:
    """The last four of the card number of `someone(…, order)`."""
    return card(order)[-4:]


def find(hands: Hands, typed: str, resident: str) -> None:
    """Search on the page where one is, and open the person if there are several."""
    hands.type(SEARCH, typed)
    hands.enter()
    if resident not in hands.page.url:
        hands.go(f"a[href='/residents/{resident}']")


def find_by_last_four(hands: Hands, order: int, resident: str) -> None:
    """Search for `someone(…, order)` by the last four of the card number."""
    find(hands, last_four(order), resident)
