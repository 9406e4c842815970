"""Supervision hears all sites: it flags what is not reported up in time, and what is alike."""

from __future__ import annotations

import uuid
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from services.supervision.reactions.commands import flag_clocks
from shared.town.campaign.aefi import Aefi
from tests.support.part import PartUnderTest
from tests.support.reactions import reaction

DAY = "2024-04-02"


class Group(PartUnderTest):
    """Supervision, hearing what sites say."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, "supervision")
        self.cards = 0
        self.at(f"{DAY}T10:00")

    def hears_of(
        self, who: int, day: str = DAY, site: str = "stadium", number: str = "SV-1", **more: Any
    ) -> str:
        """A site reports a reaction of somebody, found when it began."""
        self.cards += 1
        told = reaction(self.cards, onset=f"{day}T10:00", found=f"{day}T10:00") | more
        about = {"resident": uuid.UUID(int=who), "dose": 1, "day": day, "batch": number}
        self.hears(f"appointments/{site}", "AdverseEventReported", site=site, **about, **told)
        return str(told["card"])

    def given(self, who: int, at: str, site: str = "stadium") -> None:
        """A site gives somebody the first dose."""
        about = {"resident": uuid.UUID(int=who), "unit": "v15", "cohort": "general", "dose": 1}
        dose = {"day": at[:10], "product": "CoronaVac", "batch": "SV-1", "vaccinator": "nurse"}
        dose |= dict.fromkeys(("body_side", "desk", "trace_code"))
        self.at(at)
        self.hears(f"appointments/{site}", "DoseAdministered", site=site, **about, **dose)
        self.at(f"{DAY}T10:00")

    def told_of(self, event: str, card: str, site: str = "stadium", **more: Any) -> None:
        about = {"resident": uuid.UUID(int=1), "dose": 1, "day": DAY, "card": card, "site": site}
        nothing = dict.fromkeys(("severity", "outcome"))
        values = about | (nothing if event == "AdverseEventFollowedUp" else {}) | more
        self.hears(f"appointments/{site}", event, **values)

    def suspected(self) -> list[tuple[str, str, str, int]]:
        return [
            (data["kind"], data["place"], data["sign"], len(data["cases"]))
            for each in self.events("ClusterSuspected")
            for data in (each["data"],)
        ]

    def watch(self, instant: str) -> list[str]:
        """What is flagged by then, beside clusters, in order."""
        self.at(instant)
        with self.transaction():
            flag_clocks(self.app)
        kinds = [each["data"]["kind"] for each in self.events("AnomalyFlagged")]
        return [kind for kind in kinds if kind != "reaction_cluster"]


@pytest.fixture
def group(tmp_path: Path) -> Group:
    return Group(tmp_path)


# The two clocks


@pytest.mark.parametrize(
    ("card", "quiet", "warned", "due", "over"),
    [
        ({"severity": "mild"}, "03T21:59", "03T22:00", "04T10:00", "04T10:01"),
        ({"severity": "severe"}, "03T21:59", "03T22:00", "04T10:00", "04T10:01"),
        ({"severity": "death"}, "02T11:29", "02T11:30", "02T12:00", "02T12:01"),
        ({"severity": "disability"}, "02T11:29", "02T11:30", "02T12:00", "02T12:01"),
        ({"concern": True}, "02T11:29", "02T11:30", "02T12:00", "02T12:01"),
    ],
)
def test_time_that_runs_out_is_flagged_before_and_after_once(
    group: Group, card: dict[str, Any], quiet: str, warned: str, due: str, over: str
):
    group.hears_of(1, **card)
    assert group.watch(f"2024-04-{quiet}") == []
    for instant in (warned, due):
        assert group.watch(f"2024-04-{instant}") == ["reaction_due"]
    assert "即将超时" in group.http.page("/reactions").text
    for _ in range(2):
        assert group.watch(f"2024-04-{over}") == ["reaction_due", "reaction_overdue"]
    assert "已超时" in group.http.page("/reactions").text
    assert "不良反应超时未上报" in group.http.page("/").text
    assert group.view() == group.rebuilt_view()


def test_a_report_stops_the_clock(group: Group):
    card = group.hears_of(1, severity="death")
    group.told_of("AdverseEventReportedUp", card, at=f"{DAY}T10:20", to="CDC")
    assert group.watch("2024-04-09T10:00") == []
    assert "已上报" in group.http.page("/reactions").text


def test_a_death_that_is_told_later_starts_the_short_clock_also_after_a_report(group: Group):
    card = group.hears_of(1)
    group.told_of("AdverseEventReportedUp", card, at=f"{DAY}T10:20", to="CDC")
    group.at(f"{DAY}T15:00")
    group.told_of("AdverseEventFollowedUp", card, severity="death")
    [found] = group.http.get("/api/reactions").json["reactions"]  # type: ignore[index]
    assert (found["urgent"], found["open"]) == (True, True)


# Clusters


@pytest.mark.parametrize(
    ("first", "second", "suspected"),
    [
        ({}, {}, [("batch", "SV-1", "high_fever", 2)]),
        ({}, {"site": "township"}, [("batch", "SV-1", "high_fever", 2)]),
        ({}, {"number": "SV-2"}, [("site", "stadium", "high_fever", 2)]),
        ({}, {"day": "2024-04-09"}, [("batch", "SV-1", "high_fever", 2)]),
        ({}, {"day": "2024-04-10"}, []),
        ({}, {"day": "2024-03-26"}, [("batch", "SV-1", "high_fever", 2)]),
        ({}, {"number": "SV-2", "site": "township"}, []),
        ({}, {"signs": ["rash"]}, []),
        ({}, {"signs": ["rash", "high_fever"]}, [("batch", "SV-1", "high_fever", 2)]),
        ({"signs": ["other"], "other": "口 麻"}, {"signs": ["other"], "other": "口麻"},
         [("batch", "SV-1", "other", 2)]),
        ({"signs": ["other"], "other": "口麻"}, {"signs": ["other"], "other": "手麻"}, []),
    ],
)  # fmt: skip
def test_two_alike_in_the_days_of_one_batch_or_site_are_a_cluster(
    group: Group, first: dict[str, Any], second: dict[str, Any], suspected: list[Any]
):
    group.hears_of(1, **first)
    assert group.suspected() == []
    group.hears_of(2, **second)
    assert group.suspected() == suspected
    assert group.view() == group.rebuilt_view()


@pytest.mark.parametrize(
    ("number", "card", "suspected"),
    [
        (9, {"signs": ["local_pain"]}, []),
        (10, {"signs": ["local_pain"]}, [("batch", "SV-1", "local_pain", 10)]),
        (9, {"signs": ["fever", "tiredness"]}, []),
        (2, {"signs": ["fever"], "severity": "severe"}, [("batch", "SV-1", "fever", 2)]),
        (2, {"signs": ["local_pain", "rash"]}, [("batch", "SV-1", "rash", 2)]),
    ],
)
def test_of_mild_signs_that_many_have_only_many_are_a_cluster(
    group: Group, number: int, card: dict[str, Any], suspected: list[Any]
):
    for who in range(1, number + 1):
        assert group.suspected() == []
        group.hears_of(who, **card)
    assert group.suspected() == suspected


def test_how_many_mild_ones_are_a_cluster_stands_in_the_campaign_file(group: Group):
    group.app.campaign = replace(group.app.campaign, aefi=Aefi(cluster_cases_mild=3))
    for who in (1, 2, 3):
        group.hears_of(who, signs=["local_pain"])
    assert group.suspected() == [("batch", "SV-1", "local_pain", 3)]


def test_mild_ones_that_become_severe_are_a_cluster_when_that_is_told(group: Group):
    for who in (1, 2):
        card = group.hears_of(who, signs=["fever"])
        assert group.suspected() == []
        group.told_of("AdverseEventFollowedUp", card, severity="severe")
    assert group.suspected() == [("batch", "SV-1", "fever", 2)]


def test_what_began_outside_the_window_of_its_sign_makes_no_cluster(group: Group):
    for who in (1, 2, 3):
        group.given(who, "2024-03-26T09:00")
    group.hears_of(1)
    group.hears_of(2)
    assert group.suspected() == [], "a fever of the sixth day and later"
    group.hears_of(1, signs=["rash"])
    group.hears_of(2, signs=["rash"])
    assert group.suspected() == [("batch", "SV-1", "rash", 2)]
    group.hears_of(4)
    group.hears_of(5)
    assert group.suspected()[1:] == [("batch", "SV-1", "high_fever", 2)], "those of no known dose"


def test_one_person_twice_is_no_cluster_nor_are_two_records_of_one(group: Group):
    group.hears_of(1)
    group.hears_of(1)
    group.hears(
        "registration",
        "ResidentsMerged",
        resident=uuid.UUID(int=1),
        into=uuid.UUID(int=2),
        doses=[],
    )
    group.hears_of(2)
    assert group.suspected() == []
    group.hears_of(3)
    assert group.suspected() == [("batch", "SV-1", "high_fever", 4)]


def test_two_records_count_as_two_people_again_when_their_link_is_undone(group: Group):
    pair = {"resident": uuid.UUID(int=1), "into": uuid.UUID(int=2)}
    group.hears("registration", "ResidentsMerged", **pair, doses=[])
    group.hears_of(1)
    group.hears_of(2)
    assert group.suspected() == []
    group.hears("registration", "MergeUndone", **pair)
    group.hears_of(2)
    assert group.suspected() == [("batch", "SV-1", "high_fever", 3)]
    assert group.view() == group.rebuilt_view()


def test_a_cluster_is_suspected_once_and_anew_at_a_site_after_its_days(group: Group):
    for who in (1, 2, 3, 4):
        group.hears_of(who)
    assert len(group.suspected()) == 1, "of a batch once"
    for who, number in ((5, "A"), (6, "B"), (7, "C")):
        group.hears_of(who, number=number)
    assert len(group.suspected()) == 2, "of the site once in these days"
    for who, number in ((8, "D"), (9, "E")):
        group.hears_of(who, day="2024-05-20", number=number)
    assert [each[0] for each in group.suspected()] == ["batch", "site", "site"]


def test_a_cluster_is_urgent_from_when_it_is_suspected_and_flagged(group: Group):
    card = group.hears_of(1)
    group.told_of("AdverseEventReportedUp", card, at=f"{DAY}T10:00", to="CDC")
    group.at(f"{DAY}T13:00")
    group.hears_of(2)
    found = group.http.get("/api/reactions").json  # type: ignore[union-attr]
    assert [each["urgent"] for each in found["reactions"]] == [True, True]  # type: ignore[index]
    assert {each["due"] for each in found["reactions"]} == {f"{DAY}T15:00:00+08:00"}  # type: ignore[index]
    assert group.watch(f"{DAY}T15:01") == ["reaction_overdue", "reaction_overdue"]
    assert "疑似群体性反应" in group.http.page("/").text
    assert "同一批号" in group.http.page("/reactions").text


def test_a_person_erased_later_still_counts(group: Group):
    group.hears_of(1)
    group.hears(
        "registration",
        "ResidentErased",
        resident=uuid.UUID(int=1),
        classes=["facts"],
        reason="by_request",
        retained_until=None,
    )
    group.hears_of(2)
    assert len(group.suspected()) == 1


def test_whoever_may_not_look_into_reviews_sees_no_reactions(group: Group):
    for role, scope in (("site_leader", "site:stadium"), ("unit_chief", "unit:v15")):
        assert group.http.signed_in(role, (role, scope)).get("/api/reactions").status_code == 403
    office = group.http.signed_in("office", ("office", "town"))
    assert office.page("/reactions").status_code == 200
