"""Supervision's stock: recalls at all sites, and doses between sites that have no owner (E18)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from services.supervision.checks.commands import flag_transfers
from tests.supervision.test_fridges import is_heard
from tests.support.part import PartUnderTest
from tests.support.stadium import batch
from tests.web.test_confirmation import question

SITES = ("stadium", "township")
DAY, NEXT, AFTER = "2024-04-02", "2024-04-03", "2024-04-04"
ORDER = {"batch": "SV-1", "product": "CoronaVac", "reason": "by the maker"}
SENT = {"site": "stadium", "batch": "SV-1", "day": DAY, "to_site": "township", "note": "T-1"}
CAME = batch("SV-1", 20) | {"site": "township", "day": DAY, "from_site": "stadium", "note": "T-1"}
CAME |= {"per_vial": 1}


@pytest.fixture
def group(tmp_path: Path) -> Iterator[PartUnderTest]:
    group = PartUnderTest(tmp_path, "supervision")
    group.at(DAY)
    yield group
    group.app.store.close()


def sent(group: PartUnderTest, doses: int = 20, **more: Any) -> None:
    group.hears("appointments/stadium", "DosesSent", **SENT | {"doses": doses} | more)


def came(group: PartUnderTest, **more: Any) -> None:
    group.hears("appointments/township", "DosesArrived", **CAME | more)


def flagged(group: PartUnderTest, day: str, *, silent: bool = False) -> list[str]:
    """What supervision says of transfers on a day."""
    group.at(day)
    for site in () if silent else ("stadium", "township"):
        is_heard(group, site)
    with group.transaction():
        flag_transfers(group.app)
    return [each["data"]["detail"] for each in group.events("AnomalyFlagged")]


def test_doses_that_arrive_as_they_were_sent_are_nothing_to_look_into(group: PartUnderTest):
    sent(group)
    came(group)
    assert flagged(group, AFTER) == []
    assert group.view() == group.rebuilt_view()


def test_doses_on_their_way_have_a_day_and_are_flagged_once(group: PartUnderTest):
    sent(group)
    assert flagged(group, NEXT) == []
    for _ in range(2):
        assert flagged(group, AFTER) == ["20 doses sent to township, none arrived"]
    page = group.http.page("/").text
    assert "调拨未对上" in page
    assert "没有登记调入" in page


def test_a_site_that_is_not_heard_has_a_week_before_doses_are_said_to_be_missing(
    group: PartUnderTest,
):
    sent(group)
    assert flagged(group, AFTER, silent=True) == []
    assert len(flagged(group, "2024-04-20", silent=True)) == 1


@pytest.mark.parametrize("first", ["sent", "came"])
def test_care_7120_doses_that_differ_are_flagged_whichever_site_is_heard_first(
    group: PartUnderTest, first: str
):
    tell = [lambda: sent(group), lambda: came(group, doses=18)]
    for step in tell if first == "sent" else reversed(tell):
        step()
    assert flagged(group, AFTER) == ["20 doses sent, 18 arrived at township"]


def test_doses_that_nobody_sent_or_that_two_sites_have_are_flagged(group: PartUnderTest):
    came(group, note="T-9")
    assert flagged(group, AFTER) == ["20 doses arrived at township, never sent"]
    sent(group)
    came(group)
    other = next(s.code for s in group.app.campaign.sites if s.code not in SITES)
    group.hears(f"appointments/{other}", "DosesArrived", **CAME | {"site": other})
    assert flagged(group, AFTER)[-1] == f"20 doses sent, 40 arrived at {other}"


def test_doses_that_arrive_with_another_expiry_than_the_sender_has_are_flagged(
    group: PartUnderTest,
):
    has(group, "stadium", "SV-1")
    sent(group)
    came(group, expiry="2025-07-31")
    [why] = flagged(group, AFTER)
    assert why == "expiry 2025-07-31 at township, 2025-01-31 as sent by stadium"
    page = group.http.page("/").text
    assert "登记的有效期 2025-07-31" in page
    assert group.view() == group.rebuilt_view()


def test_each_release_of_a_batch_is_flagged_with_who_and_why(group: PartUnderTest):
    of = {"site": "stadium", "batch": "SV-1", "day": DAY, "cause": "fridge"}
    for _ in range(2):
        group.hears(
            "appointments/stadium", "QuarantineLifted", **of, reason="短时", decided_by="li"
        )
    kinds = [each["data"]["kind"] for each in group.events("AnomalyFlagged")]
    assert set(kinds) == {"quarantine_lifted"}
    page = group.http.page("/").text
    assert "批次解除隔离" in page
    assert "决定人：li：短时" in page


def test_a_recall_is_ordered_once_and_shows_every_site_that_has_the_batch(group: PartUnderTest):
    for site in SITES:
        received = batch("SV-1", 100) | {"site": site, "per_vial": 1}
        group.hears(f"appointments/{site}", "BatchReceived", **received)
    for _ in range(2):
        assert group.http.post("/api/recalls", ORDER).status_code == 200
    assert len(group.events("RecallOrdered")) == 1
    stopped = {"site": "stadium", "batch": "SV-1", "reason": "by the maker"}
    group.hears("appointments/stadium", "BatchRecalled", **stopped)
    [order] = group.http.get("/api/recalls").json["recalls"]
    found = {row["site"]: (row["left"], bool(row["recalled_at"])) for row in order["sites"]}
    assert found == {"stadium": (100, True), "township": (100, False)}
    page = group.http.page("/recalls").text
    assert "还没有停用" in page
    assert "/batches/SV-1/recipients" in page
    assert group.view() == group.rebuilt_view()


def test_the_page_says_where_the_batch_is_before_it_is_ordered_back(group: PartUnderTest):
    received = batch("SV-1", 100) | {"site": "stadium", "per_vial": 1}
    group.hears("appointments/stadium", "BatchReceived", **received)
    asked = group.http.form("/api/recalls", _next="/recalls", **ORDER)
    assert "余 100 剂" in question(asked)
    assert group.events("RecallOrdered") == []
    assert group.http.press(asked).status_code == 303
    assert len(group.events("RecallOrdered")) == 1


def has(group: PartUnderTest, site: str, number: str, product: str = "CoronaVac") -> None:
    received = batch(number, 100, product) | {"site": site, "per_vial": 1}
    group.hears(f"appointments/{site}", "BatchReceived", **received)


def test_before_a_recall_it_is_said_which_sites_have_what_may_be_meant(group: PartUnderTest):
    has(group, "stadium", "SV-1", "BIBP")
    has(group, "township", "SV-01")
    has(group, "township", "SV-2")
    asked = question(group.http.form("/api/recalls", _next="/recalls", **ORDER))
    assert "目前没有接种点登记过这个批号" in asked
    assert "SV-1（余 100 剂）" in asked
    assert "SV-01（余 100 剂）" in asked
    assert "SV-2" not in asked


def test_a_recalls_card_says_what_looks_like_it_and_is_held_for_it(group: PartUnderTest):
    has(group, "township", "SV-01")
    assert group.http.post("/api/recalls", ORDER).status_code == 200

    def near() -> list[tuple[str, str, bool]]:
        [order] = group.http.get("/api/recalls").json["recalls"]
        return [(row["site"], row["batch"], row["held"]) for row in order["near"]]

    assert near() == [("township", "SV-01", False)]
    of = {"site": "township", "batch": "SV-01", "day": DAY}
    cause = {"cause": "looks_recalled", "fridge": None, "celsius": None, "read_at": None}
    group.hears("appointments/township", "BatchQuarantined", **of, **cause, known="SV-1")
    assert near() == [("township", "SV-01", True)]
    assert "因此隔离" in group.http.page("/recalls").text
    lifted = {"cause": "looks_recalled", "reason": "another", "decided_by": "leader"}
    group.hears("appointments/township", "QuarantineLifted", **of, **lifted)
    assert near() == [("township", "SV-01", False)]
    assert "仍在用" in group.http.page("/recalls").text
    assert group.view() == group.rebuilt_view()


def test_only_the_office_and_supervision_order_a_recall_and_of_known_products(
    group: PartUnderTest,
):
    for role, status in (("office", 200), ("supervisor", 200), ("auditor", 403)):
        client = group.http.signed_in(role, (role, "town"))
        assert client.post("/api/recalls", ORDER).status_code == status
    unknown = group.http.post("/api/recalls", ORDER | {"product": "Tea"})
    assert unknown.status_code == 404
