"""People whom everyday tasks are about: registered, expected, here, cleared, vaccinated.

Each task makes its own, at the stadium, so that none depends on another.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from itertools import count
from typing import Any

import requests

from deploy.rehearsal.driver import NO
from shared.town.campaign import week_of
from tests.support.workbooks import card, person
from tests.tasks import people
from tests.tasks.at_work import DAY, Town

SITE, STADIUM = "stadium", "appointments/stadium"
UNIT = "v18"
BORN, BORN_BEFORE_60 = "19850214", "19570214"
TEMPERATURE, FEVER = "36.5", "38.2"
WELL: dict[str, Any] = dict.fromkeys(NO, False) | {"temperature": 36.5, "healthy": True}

_orders = count(101)
_cards: dict[str, str] = {}
_clock = [datetime.combine(DAY, time(9, 10))]


def registered(town: Town, name: str, born: str = BORN) -> str:
    """Somebody stands on a village's roster: the resident's id."""
    order = next(_orders)
    number = _cards[name] = card(order, born)
    (resident,) = people.registered(town, person(order, name, card=number), unit=UNIT)
    town.api.settle()
    return resident


def card_of(town: Town, name: str) -> str:
    """The card number of somebody: of whoever is registered already by that name, else anew."""
    if name not in _cards:
        registered(town, name)
    return _cards[name]


def consenting(town: Town, name: str) -> str:
    """Somebody who wants to be vaccinated and has no appointment."""
    resident = registered(town, name)
    _say(town, "registration", resident, "consent", {"wished_week": week_of(DAY)})
    return resident


def expected(town: Town, name: str) -> str:
    """Somebody whose first dose is booked for today, if need be in the place of somebody else."""
    resident = consenting(town, name)
    _make_room(town)
    asked = {"resident": resident, "from_day": str(DAY), "to_day": str(DAY + timedelta(days=60))}
    booked = town.api.command(STADIUM, "/api/appointments", asked, f"{resident} is booked")
    assert booked["appointments"][0]["day"] == str(DAY)
    town.api.settle()
    return resident


def _make_room(town: Town) -> None:
    """Let somebody who is expected today stay at home when no place is free."""
    day = {"from": str(DAY), "to": str(DAY)}
    [session] = town.api.get(STADIUM, "/api/sessions", **day)["sessions"]
    now = f"{_clock[-1]:%H:%M}"
    if sum(slot["free"] for slot in session["slots"] if slot["time"] > now) > 1:
        return
    rows = town.api.get(STADIUM, "/api/appointments", day=str(DAY))["appointments"]
    who = next(row["resident"] for row in reversed(rows) if row["status"] == "booked")
    cancel = f"/api/residents/{who}/cancel"
    town.api.command(STADIUM, cancel, {"reason": "by_resident"}, f"{who} stays at home")


def here(town: Town, name: str) -> str:
    """Somebody who is checked in and has not been screened."""
    resident = expected(town, name)
    _say(town, STADIUM, resident, "check-in", {})
    return resident


def cleared(town: Town, name: str) -> str:
    """Somebody who is here and whom screening has cleared."""
    resident = here(town, name)
    screened(town, resident)
    return resident


def screened(town: Town, resident: str, **otherwise: Any) -> None:
    """Screening finds somebody well, or what the answers tell."""
    _say(town, "screening", resident, "screening", {"site": SITE, "answers": WELL | otherwise})


def vaccinated(town: Town, name: str) -> str:
    """Somebody who has got the first dose of the nurse and is in observation."""
    resident = cleared(town, name)
    found = town.api.get(STADIUM, "/api/batches")["batches"]
    batch = next(each["batch"] for each in found if each["left"] and not each["recalled"])
    answer = requests.post(
        f"{town.url[STADIUM]}/api/residents/{resident}/dose",
        json={"batch": batch, "vaccinator": "stadium-nurse"},
        headers=town.api.bearer("stadium-nurse") | {"Idempotency-Key": f"dose of {resident}"},
        timeout=30,
    )
    assert answer.status_code == 200, answer.text
    town.api.settle()
    return resident


def observed(town: Town, name: str) -> str:
    """Somebody whose observation after the first dose is over."""
    resident = vaccinated(town, name)
    observation_passes(town)
    return resident


def observation_passes(town: Town) -> None:
    """Half an hour goes by."""
    _clock.append(_clock[-1] + timedelta(minutes=30))
    town.api.set_clock(DAY, f"{_clock[-1]:%H:%M}")


def vaccinated_yesterday(town: Town, which: int) -> str:
    """One of those who got the first dose yesterday at the stadium; `which` begins with 0."""
    day = str(DAY - timedelta(days=1))
    found = town.api.get(STADIUM, "/api/appointments", day=day)["appointments"]
    came = sorted(
        each["resident"] for each in found if (each["status"], each["dose"]) == ("done", 1)
    )
    return str(came[which])


def _say(town: Town, source: str, resident: str, what: str, body: dict[str, Any]) -> None:
    town.api.command(source, f"/api/residents/{resident}/{what}", body, f"{what} of {resident}")
    town.api.settle()
