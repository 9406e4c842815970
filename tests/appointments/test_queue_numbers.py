"""Whoever checks in waits under a number of the day, which is nobody else's."""

from __future__ import annotations

import uuid
from pathlib import Path

from tests.appointments.test_concurrency import all_at_once, post, served
from tests.support.part import PartUnderTest
from tests.support.stadium import ANNA, BO, FIRST, Stadium, refused

HERE = f"/residents/{ANNA}"


def test_numbers_begin_with_one_every_day_and_go_up(site: Stadium):
    site.consented(BO)
    site.booked(ANNA)
    site.booked(BO)
    site.at(FIRST)
    assert [site.person(who, "check-in").json["number"] for who in (BO, ANNA, BO)] == [1, 2, 1]
    carl = uuid.UUID(int=7)
    site.consented(carl)
    site.booked(carl, "2024-04-03")
    site.at("2024-04-03")
    assert site.person(carl, "check-in").json["number"] == 1
    assert [each["data"]["number"] for each in site.events("ResidentCheckedIn")] == [1, 2, 1]
    assert site.view() == site.rebuilt_view()


def test_whoever_checks_in_once_more_keeps_the_number(site: Stadium):
    site.consented(BO)
    site.booked(ANNA)
    site.booked(BO)
    site.at(FIRST)
    for _ in range(2):
        site.http.form("/find", q=str(ANNA))
    site.person(ANNA, "cancel", dose=1, reason="other")
    assert site.person(BO, "check-in").json["number"] == 2
    site.booked(ANNA, FIRST)
    assert site.person(ANNA, "check-in").json["number"] == 1


def test_the_number_is_said_on_every_page_and_printed(site: Stadium):
    site.booked()
    site.at(FIRST)
    refused(site.http.get(f"{HERE}/queue-slip"), "no-number", 409)
    board = site.http.page(site.http.form("/find", q=str(ANNA)).location).text
    assert "已签到，排队号 1" in board
    assert "1 号" in board
    assert 'class="queue-number">1<' in site.http.page(HERE).text
    slip = site.http.page(f"{HERE}/queue-slip").text
    assert 'class="queue-slip">1<' in slip
    assert "data-print" in slip
    assert str(ANNA) in slip, "what the desk scans"


def test_todays_number_finds_the_person(site: Stadium):
    site.consented(BO)
    site.booked(BO)
    site.booked(ANNA)
    site.at(FIRST)
    site.person(BO, "check-in")
    site.person(ANNA, "check-in")
    stored = len(site.events())
    for typed in ("2", " 2号", "２号", "2 号"):
        assert site.http.form("/find", q=typed).location == HERE, typed
    assert len(site.events()) == stored, "a number is typed, not handed over"
    site.at(f"{FIRST[:-2]}03")
    assert site.http.form("/find", q="2号").location is None, "a number of yesterday"


def test_forty_check_ins_at_once_by_two_processes_get_forty_numbers(tmp_path: Path):
    people = [uuid.UUID(int=number + 1) for number in range(40)]
    site = Stadium(tmp_path).opens()
    for who in people:
        site.consented(who)
        site.booked(who)
    other = PartUnderTest(tmp_path, "appointments", "stadium")
    for part in (site, other):
        part.at(FIRST)
    with served(site) as one, served(other) as two:
        sends = [
            lambda n=n, who=who: post(f"{(one, two)[n % 2]}/api/residents/{who}/check-in", {})
            for n, who in enumerate(people)
        ]
        answers = all_at_once(sends)
    assert {status for status, _ in answers} == {200}
    assert sorted(answer["number"] for _, answer in answers) == list(range(1, 41))
