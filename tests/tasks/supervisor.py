"""The supervision group's everyday tasks."""

from __future__ import annotations

from datetime import timedelta

from tests.tasks.at_work import DAY, Town
from tests.tasks.counting import Hands
from tests.tasks.declaring import NotPossible, task
from tests.tasks.visitors import UNIT, vaccinated_yesterday

ROLE = "supervisor"
SEARCH, ROOMS = "input[name=q]", "nav.rooms a"
ENOUGH = 8
"""Signs of a number that are enough to find somebody."""
YESTERDAY = DAY - timedelta(days=1)


@task(ROLE, "See which villages lag behind", "查看进度落后的村")
def see_who_lags(hands: Hands, town: Town) -> None:
    hands.see("进度落后的单位", "h2")
    hands.see("落后", "main td")


@task(ROLE, "Read last week's report", "查看上周周报")
def read_last_weeks_report(hands: Hands, town: Town) -> None:
    hands.go("main a:has-text('上周周报')")
    hands.see("第14周", "h1")
    hands.see("计划与完成")


@task(ROLE, "See what has happened in a village", "查看一个村的经过")
def see_what_happened_in_a_village(hands: Hands, town: Town) -> None:
    _village(hands, town)


@task(ROLE, "See how far a village was on an earlier day", "查看一个村某一天的情况")
def see_a_village_on_a_day(hands: Hands, town: Town) -> None:
    _village(hands, town)
    hands.go("a:has-text('3月31日')")
    hands.see("当时的情况")


@task(ROLE, "See what happened to a person whose number a complaint states", "按编号查看一人的经过")
def see_what_happened_to_a_person(hands: Hands, town: Town) -> None:
    resident = vaccinated_yesterday(town, 0)
    hands.type(SEARCH, resident[:ENOUGH])
    hands.enter()
    hands.page.wait_for_url(f"**/{resident}**")


@task(ROLE, "See what happened to a person whom a complaint names", "按姓名查看一人的经过")
def see_what_happened_by_name(hands: Hands, town: Town) -> None:
    raise NotPossible("whoever is told no names may not search by them")


@task(ROLE, "See who was screened yesterday morning", "查看昨天上午筛查了哪些人")
def see_who_was_screened_yesterday(hands: Hands, town: Town) -> None:
    hands.go(f"{ROOMS}:has-text('台账')")
    hands.go("main a:has-text('昨天')")
    hands.choose("#kind", "screening")
    hands.choose("#half", "am")
    hands.go("button:has-text('筛选')")
    hands.see(f"{YESTERDAY.month}月{YESTERDAY.day}日 08:30")
    hands.see("筛查", "main td")


@task(ROLE, "See whose list a village's cadres have not done", "查看一个村各干部的未完成人数")
def see_what_cadres_have_left(hands: Hands, town: Town) -> None:
    _show_unit(hands)
    hands.go(f"main a[href$='/units/{UNIT}/cadres']")
    hands.see("未全程接种", "th")


@task(ROLE, "See whether a site's stock adds up", "核对一个接种点的疫苗账")
def see_a_sites_stock(hands: Hands, town: Town) -> None:
    hands.see("账平", "tr:has-text('体育馆')")


@task(ROLE, "Name a lagging village in a circular", "通报一个落后的村")
def name_a_village_in_a_circular(hands: Hands, town: Town) -> None:
    raise NotPossible("there are no circulars")


def _village(hands: Hands, town: Town) -> None:
    name = town.deployment.campaign.unit(UNIT).name_zh
    _show_unit(hands)
    hands.go(f"main a[href='/units/{UNIT}']")
    hands.see(name, "h1")


def _show_unit(hands: Hands) -> None:
    """Open the rest of the list, if the village is not among those furthest behind."""
    hands.see("进度落后的单位", "h2")
    if not hands.page.locator(f"main a[href='/units/{UNIT}']").is_visible():
        hands.click("summary:has-text('其余')")
