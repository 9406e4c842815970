"""Somebody is sent on from site to site and asked back: exactly one site serves them, at every moment.

Registration, three sites, screening and supervision, who hear each other's logs in any order.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.scenarios.test_one_course import FIFTEENTH, FIFTH, FIRST, Town, code
from tests.support.examples import examples

SITES = ("stadium", "township", "community")
SITE = st.sampled_from(SITES)
PART = st.sampled_from(("registration", *(f"appointments/{site}" for site in SITES)))
STEP = st.one_of(
    st.tuples(st.just("send"), SITE, SITE),
    st.tuples(st.just("back"), SITE, SITE),
    st.tuples(st.just("book"), SITE, SITE),
    st.tuples(st.just("hear"), PART, PART),
    st.tuples(st.just("hear"), PART, PART),
    st.tuples(st.just("hear"), PART, PART),
    st.tuples(st.just("settle"), SITE, SITE),
)


class Crowded(Town):
    """A unit that goes to the stadium, and two other sites with free places."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, SITES)

    def hear(self, name: str, source: str) -> None:
        """The next event of a source arrives somewhere."""
        sites_know_registration = "registration" in (name, source)
        if name != source and sites_know_registration:
            self._hear(self.parts[name], name, source, 1)

    def serving(self) -> list[str]:
        """The sites that would vaccinate the person."""
        url = f"/api/residents/{self.who}"
        return [
            s for s in SITES if self.parts[f"appointments/{s}"].http.get(url).status_code == 200
        ]

    def booked_at(self) -> list[str]:
        found: list[str] = []
        for site in SITES:
            rows = self.parts[f"appointments/{site}"].view()["appointments"]
            found += [site for row in rows if row[1] == 1 and row[6] == "booked"]
        return found

    def send(self, site: str, to: str) -> tuple[int, str]:
        return code(self.person(site, "send-on", to=to))

    def comes(self, site: str) -> dict[str, object]:
        """The person comes to a site where they are booked today, and is vaccinated."""
        assert self.person(site, "check-in").status_code == 200
        self.tell()
        screened = self.screened(site)
        assert screened.status_code == 200, screened.text
        self.tell()
        given = self.give(site)
        assert given.status_code == 200, given.text
        self.tell()
        return given.json


@pytest.fixture
def town(tmp_path: Path) -> Crowded:
    return Crowded(tmp_path)


def test_who_waits_at_a_crowded_site_is_vaccinated_at_another(town: Crowded):
    assert town.book("stadium", FIRST).status_code == 200
    assert town.person("stadium", "check-in").status_code == 200
    town.tell()
    assert town.send("stadium", "community") == (200, "")
    assert code(town.give("stadium")) == (409, "sent-on")
    assert code(town.person("community", "check-in")) == (404, "not-registered-here")
    town.tell()
    assert (town.serving(), town.booked_at()) == (["community"], ["community"])
    # Screening at the other site knows them, and finds them waiting there alone.
    doctor = town.parts["screening"].http.signed_in("doctor", ("screener", "site:community"))
    assert town.who not in doctor.page("/").text
    assert town.comes("community")["dose"] == 1
    town.at(FIFTEENTH)
    assert code(town.person("stadium", "check-in"))[0] == 409
    assert town.comes("community")["dose"] == 2
    assert town.parts["supervision"].events("AnomalyFlagged") == []


def test_who_comes_back_is_vaccinated_where_the_unit_goes(town: Crowded):
    assert town.book("stadium", FIRST).status_code == 200
    town.send("stadium", "community")
    assert town.person("stadium", "want-back").json["at"] == "community"
    town.tell()
    assert (town.serving(), town.booked_at()) == (["stadium"], ["stadium"])
    assert town.comes("stadium")["dose"] == 1


def test_a_docking_after_it_changes_nothing_for_who_was_sent_on(town: Crowded):
    assert town.book("stadium", FIFTH).status_code == 200
    town.send("stadium", "community")
    town.tell()
    town.docked("township", "2024-04-03")
    town.tell()
    answer = town.post("registration", "/api/units/v15/move-bookings", {})
    assert code(answer) in ((200, ""), (409, "nothing-to-move"))
    town.tell()
    assert (town.serving(), town.booked_at()) == (["community"], ["community"])
    town.at(FIFTH)
    assert town.comes("community")["dose"] == 1


def test_who_came_back_goes_with_the_unit_again(town: Crowded):
    assert town.book("stadium", FIFTH).status_code == 200
    town.send("stadium", "community")
    town.person("stadium", "want-back")
    town.tell()
    town.docked("township", "2024-04-03")
    town.ok("registration", "/api/units/v15/move-bookings", {})
    town.tell()
    assert town.booked_at() == ["township"]


@settings(max_examples=examples(6), deadline=None)
@given(steps=st.lists(STEP, min_size=4, max_size=18))
def test_exactly_one_site_serves_whatever_arrives_first(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, str, str]]
):
    town = Crowded(tmp_path_factory.mktemp("town"))
    town.book("stadium", FIRST)
    for what, one, other in steps:
        if what == "send":
            town.send(one, other)
        elif what == "back":
            town.person(one, "want-back")
        elif what == "book":
            town.book(one, FIRST)
        elif what == "hear":
            town.hear(one, other)
        else:
            town.tell()
        assert len(town.serving()) <= 1
        assert len(town.booked_at()) <= 1
    for _ in range(4):
        town.tell()
    [here] = town.serving()
    assert town.booked_at() in ([here], [])
    if not town.booked_at():
        assert town.book(here, FIRST).status_code == 200
    assert town.comes(here)["dose"] == 1
    given = [
        each for s in SITES for each in town.parts[f"appointments/{s}"].events("DoseAdministered")
    ]
    assert len(given) == 1
    for site in SITES:
        part = town.parts[f"appointments/{site}"]
        assert part.view() == part.rebuilt_view()
    registration = town.parts["registration"]
    assert registration.view() == registration.rebuilt_view()
