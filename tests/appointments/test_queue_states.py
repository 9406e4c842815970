"""Everybody of a site's day is at one place, whatever is done in whatever order; and what the hall sees."""

from __future__ import annotations

import os
import random
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st

from services.appointments.queue.queries import states
from shared.town.terms.visits import DAY_STATES
from tests.appointments.test_queue import PEOPLE, called, here, nurse, step
from tests.support.stadium import FIRST, Stadium

LONG = "LONG" in os.environ
NOBODY = dict.fromkeys(DAY_STATES, 0)


def screening_says(site: Stadium, kind: str, number: int, **more: Any) -> None:
    about = {"site": "stadium", "day": FIRST, "number": number, "resident": PEOPLE[number - 1]}
    site.hears("screening", f"Screening{kind}", stream=str(number), **about | more)


def counted(site: Stadium) -> dict[str, int]:
    found = states(site.app, site.today())
    return {code: number for code, number in found.items() if number}


def test_one_person_goes_through_all_states(site: Stadium):
    one = nurse(site, "nurse-01", "3")
    who = PEOPLE[0]
    site.consented(who)
    site.booked(who)
    site.at(FIRST)
    seen = [counted(site)]
    site.person(who, "check-in")
    seen.append(counted(site))
    screening_says(site, "Called", 1, desk="A", login="doctor-01")
    seen.append(counted(site))
    screening_says(site, "Passed", 1)
    seen.append(counted(site))
    screening_says(site, "Resumed", 1)
    seen.append(counted(site))
    site.cleared(who, FIRST)
    seen.append(counted(site))
    step(one, "hold", 1)
    seen.append(counted(site))
    step(one, "resume", 1)
    assert called(one) == 1
    seen.append(counted(site))
    one.post(f"/api/residents/{who}/dose", {"batch": "SV-1", "vaccinator": "tester"})
    seen.append(counted(site))
    one.post(f"/api/residents/{who}/observation-end", {"early_reason": "called home"})
    seen.append(counted(site))
    assert [next(iter(each)) for each in seen] == [
        "booked",
        "waiting_screening",
        "at_screening",
        "passed",
        "waiting_screening",
        "waiting_dose",
        "held",
        "called",
        "observing",
        "done",
    ]
    assert {sum(each.values()) for each in seen} == {1}
    assert states(site.app, site.today()).keys() == NOBODY.keys()


def test_who_screens_and_who_gives_the_dose_go_on_without_each_other(site: Stadium):
    here(site, PEOPLE[:2], cleared=False)
    screening_says(site, "Called", 1, desk="A", login="doctor-01")
    site.cleared(PEOPLE[0], FIRST)
    assert counted(site) == {"waiting_dose": 1, "waiting_screening": 1}
    assert called(nurse(site, "nurse-01", "3")) == 1


def test_the_screen_shows_numbers_and_no_names_to_everybody(site: Stadium):
    here(site, PEOPLE[:4], cleared=False)
    for who in PEOPLE[:2]:
        site.cleared(who, FIRST)
    one = nurse(site, "nurse-01", "3")
    assert called(one) == 1
    screening_says(site, "Called", 3, desk="A", login="doctor-01")
    screening_says(site, "Called", 4, desk=None, login="doctor-02")
    screening_says(site, "Passed", 4)
    page = BeautifulSoup(site.http.anonymous().page("/screen").text, "html.parser")
    live = page.select_one("[data-live=screen]")
    assert live is not None
    screening, dose = (each.get_text(" ", strip=True) for each in live.select("section"))
    assert screening == "筛查 等候 0 人 3 请到 A 台 过号： 4"
    assert dose == "接种 等候 1 人 1 请到 3 台"
    for secret in (*map(str, PEOPLE), "nurse-01", "doctor-01"):
        assert secret not in page.text
        assert secret not in str(live)
    assert len(page.select("h1")) == 1


STEPS = (
    "check-in",
    "screen",
    "turn away",
    "withdraw",
    "next",
    "call",
    "hold",
    "pass",
    "resume",
    "undo",
    "direct",
    "dose",
    "leave",
    "cancel",
    "screening Called",
    "screening Held",
    "screening Passed",
    "screening Resumed",
    "no-shows",
)


def do(site: Stadium, what: str, number: int, chance: random.Random) -> None:
    """Do something with somebody; what is refused changes nothing."""
    who = PEOPLE[number - 1]
    client = site.http.signed_in(f"nurse-{chance.randint(1, 2)}", ("site_staff", "site:stadium"))
    if what == "screen":
        site.cleared(who, FIRST)
    elif what == "turn away":
        site.screened("ContraindicationFound", who, FIRST, reasons=["epilepsy_own"])
    elif what == "withdraw":
        site.screened("ClearanceWithdrawn", who, FIRST, reason="unwell")
    elif what == "next":
        client.post("/api/queue/call-next")
    elif what.startswith("screening "):
        more = {"desk": "A", "login": "doctor-01"} if "Called" in what else {}
        screening_says(site, what.removeprefix("screening "), number, **more)
    elif what == "direct":
        step(client, what, number, desk=chance.choice(("", "3")))
    elif what == "dose":
        client.post(f"/api/residents/{who}/dose", {"batch": "SV-1", "vaccinator": "n"})
    elif what == "leave":
        client.post(f"/api/residents/{who}/observation-end", {"early_reason": "called home"})
    elif what == "cancel":
        client.post(f"/api/residents/{who}/cancel", {"dose": 1, "reason": "other"})
    elif what == "no-shows":
        client.post(f"/api/days/{FIRST}/no-shows")
    elif what == "check-in":
        client.post(f"/api/residents/{who}/check-in")
    else:
        step(client, what, number)


# Mostly what goes on, seldom what ends it for everybody.
_LIKELY = st.sampled_from((*STEPS[:-1], *STEPS[:12], "check-in", "screen", "next", *STEPS))


@settings(max_examples=60 if LONG else 6, deadline=None)
@given(
    st.lists(st.tuples(_LIKELY, st.integers(1, len(PEOPLE))), min_size=15, max_size=45),
    st.integers(0, 1000),
)
def test_everybody_of_the_day_is_counted_once_whatever_happens(
    steps: list[tuple[str, int]], seed: int
):
    with TemporaryDirectory() as folder:
        site = Stadium(Path(folder)).opens()
        for who in PEOPLE:
            site.consented(who)
            site.booked(who)
        site.at(FIRST)
        third = site.http.signed_in("nurse-3", ("site_staff", "site:stadium"))
        assert third.post("/api/duty", {"posts": ["observer"], "desk": "3"}).status_code == 200
        chance = random.Random(seed)
        for what, number in steps:
            do(site, what, number, chance)
            found = states(site.app, site.today())
            assert sum(found.values()) == len(PEOPLE), (what, found)
            head = site.read("/api/site")["today"]
            for code in ("booked", "observing", "done", "no_show"):
                assert found[code] == head[code], (what, code)
            waits = set(found) - {"booked", "observing", "done", "no_show", "cancelled"}
            assert sum(found[code] for code in waits) == head["waiting"], what
            line = site.read("/api/queue")["line"]
            at_desks = [(each["login"], each["desk"]) for each in line if each["state"] == "called"]
            assert len(at_desks) == len(set(at_desks)) == found["called"], what
        assert site.view() == site.rebuilt_view()
