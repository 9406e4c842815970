"""The frame round every page: the room one stands in, and who one is."""

from __future__ import annotations

import pytest

from shared.town.access import Grant
from shared.town.campaign import load
from shared.town.web.frame import called, rooms
from tests.support.part import CAMPAIGN_FILE, a_person

NAV = (
    ("/", "全镇", "Town"),
    ("/?status=deferred", "推迟接种", "Deferred"),
    ("/matches", "疑似重复", "Likely duplicates"),
    ("/list", "我的名单", "My list"),
)


@pytest.mark.parametrize(
    ("page", "marked"),
    [
        ("/", "/"),
        ("/?sort=unit", "/"),
        ("/?unit=v01&status=deferred", "/?status=deferred"),
        ("/?status=cleared", "/"),
        ("/units/v01?status=deferred", "/"),
        ("/matches?_told=x", "/matches"),
        ("/matches/a/b", "/matches"),
        ("/matchless", "/"),
        ("/list", "/"),  # which the visitor may not open
    ],
)
def test_the_room_of_a_page_or_the_nearest_above_it_is_marked(page: str, marked: str):
    shown = rooms(NAV, page, lambda url: url != "/list")
    assert [url for url, _, _, here in shown if here] == [marked]
    assert len(shown) == 3


def test_no_room_is_marked_where_none_is_above_the_page():
    assert not any(here for *_, here in rooms(NAV[2:], "/account", lambda url: True))
    assert rooms(NAV, "/", lambda url: False) == []


@pytest.mark.parametrize(
    ("grants", "said"),
    [
        ([("unit_cadre", "unit:v01")], "青石村干部"),
        ([("unit_cadre", "list:v01")], "青石村干部"),
        ([("office", "town")], "镇办公室"),
        ([("screener", "site:stadium"), ("screener", "site:community")], "筛查医护"),
        (
            [("screener", "site:stadium"), ("site_staff", "site:stadium")],
            "体育馆筛查医护、体育馆工作人员",
        ),
        ([], "somebody"),
    ],
)
def test_who_has_no_post_is_called_by_roles_and_place(grants: list[tuple[str, str]], said: str):
    campaign = load(CAMPAIGN_FILE)
    person = a_person("somebody", tuple(Grant(*each) for each in grants))
    assert called(person, campaign) == said
    assert called(None, campaign) == ""
