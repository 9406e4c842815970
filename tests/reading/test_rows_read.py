"""A page reads what it shows: at four times the people and history, about the same steps.

Steps are instructions of SQLite's machine (`tests.support.steps`), so a scan of a table shows even
where few rows come out of it, and nothing depends on how busy the machine is.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.reading.crowd import TODAY, Crowd
from tests.support.steps import counted_steps

PEOPLE, TIMES, MOST = 150, 4, 1.5
PAGES = {
    "registration": (
        "/",
        "/units/v15",
        "/units/s01",
        "/api/units",
        "/api/cohorts",
        "/api/units/v15/residents",
        "/api/units/v15/to-be-booked-again",
        "/api/units/v15/responsibilities?limit=100",
        "/api/units/v15/cadres",
        "/cadres",
        "/units/v15/cadres",
    ),
    "reporting": ("/", "/api/progress", "/weeks/2024-W21"),
    "screening": ("/", "/people", "/people?unit=v15", "/api/residents"),
    "supervision": ("/", "/entries", "/units/v15", "/units/v15?as_of=2024-03-26", "/audit"),
    "appointments": ("/", f"/api/appointments?day={TODAY}", "/sessions", "/plan"),
}


def steps_of(part: Crowd, url: str) -> int:
    """How many steps a page takes that was opened before."""
    ask = part.http.get if url.startswith("/api") else part.http.page
    for _ in range(2):
        with counted_steps() as steps:
            answer = ask(url)
        assert answer.status_code == 200, (url, answer.text)
    return steps.taken


@pytest.mark.parametrize("service", PAGES)
def test_pages_read_what_they_show_whatever_the_towns_size(service: str, tmp_path: Path):
    few = Crowd(tmp_path / "few", service, PEOPLE)
    many = Crowd(tmp_path / "many", service, PEOPLE * TIMES)
    read = {url: (steps_of(few, url), steps_of(many, url)) for url in PAGES[service]}
    for url, (at_few, at_many) in read.items():
        print(f"{service:13} {url:42} {at_few:8,} {at_many:8,} {at_many / at_few:6.2f}")
    grown = {url: both for url, both in read.items() if both[1] > MOST * both[0]}
    assert grown == {}
