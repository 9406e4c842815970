"""Processes beside a part end when they are idle in every process of the part, whoever has the lead."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from types import ModuleType

import pytest

from deploy.parts import open_edge
from services.registration.rosters import tasks as rosters
from services.registration.rosters.reading import reader_process
from services.registration.rosters.reading.reader_process import Reader
from services.supervision.long_queries import answerer
from services.supervision.long_queries import tasks as long_queries
from services.supervision.long_queries.answerer import Answerer
from shared.kit.web.edge import Edge
from tests.support.part import PartUnderTest
from tests.support.workbooks import person, roster


def do_without_the_lead(room: ModuleType, under_test: PartUnderTest) -> None:
    """Do once what a process that follows nobody does every so many seconds."""
    edge: Edge = open_edge(under_test.deployment, under_test.part, under_test.app)
    assert not edge.lead.here
    for lasting in room.tasks.lasting:
        if lasting.each_process:
            assert lasting.seconds is not None
            lasting.task(edge)


def test_the_reader_of_rosters(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    reader, registration = Reader(), PartUnderTest(tmp_path, "registration")
    monkeypatch.setattr(rosters, "READER", reader)
    try:
        reader.read("a", roster(person(1)), lambda *_: None, date(2024, 3, 25))
        do_without_the_lead(rosters, registration)
        assert reader.pid is not None, "a minute is not over"
        monkeypatch.setattr(reader_process, "MOST_IDLE_SECONDS", 0.0)
        do_without_the_lead(rosters, registration)
        assert reader.pid is None
    finally:
        reader.end()


@pytest.mark.parametrize("name", ["JOBS_ANSWERER", "PAGES_ANSWERER"])
def test_what_answers_long_queries(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str):
    asked, supervision = Answerer(), PartUnderTest(tmp_path, "supervision")
    monkeypatch.setattr(long_queries, name, asked)
    web = open_edge(supervision.deployment, supervision.part, supervision.app)
    try:
        asked.answer(web, "audit", {})
        do_without_the_lead(long_queries, supervision)
        assert asked.pid is not None, "a minute is not over"
        monkeypatch.setattr(answerer, "MOST_IDLE_SECONDS", 0.0)
        do_without_the_lead(long_queries, supervision)
        assert asked.pid is None
    finally:
        asked.end()


def test_a_part_whose_rosters_are_done_holds_nobody_back(tmp_path: Path):
    registration = PartUnderTest(tmp_path, "registration")
    assert registration.http.upload("/api/units/v01/roster", roster(person(1))).status_code == 200
    assert not registration.app.busy
