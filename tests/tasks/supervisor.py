"""The supervision group's everyday tasks."""

from __future__ import annotations

from datetime import timedelta

from tests.tasks.at_work import DAY, Town
from tests.tasks.counting import Hands
from tests.tasks.declaring import NotPossible, task
from tests.tasks.visitors import UNIT, vaccinated_yesterday

ROLE = "supervisor"
SEARCH, TEAMS, ROOMS = "input[name=q]", "nav.teams a", "nav.rooms a"
YESTERDAY = DAY - timedelta(days=1)


@task(ROLE, "See which villages lag behind", "查看进度落后的村")
def see_who_lags(hands: Hands, town: Town) -> None:
    hands.go(f"{TEAMS}:has-text('进度')")
    hands.see("落后在前", "h2")


@task(ROLE, "Read last week's report", "查看上周周报")
def read_last_weeks_report(hands: Hands, town: Town) -> None:
    hands.go(f"{TEAMS}:has-text('进度')")
    hands.go(f"{ROOMS}:has-text('周报')")
    hands.go("tr:has-text('第14周') a")
    hands.see("计划与完成")


@task(ROLE, "See what has happened in a village", "查看一个村的经过")
def see_what_happened_in_a_village(hands: Hands, town: Town) -> None:
    _village(hands, town)


@task(ROLE, "See how far a village was on an earlier day", "查看一个村某一天的情况")
def see_a_village_on_a_day(hands: Hands, town: Town) -> None:
    _village(hands, town)
    hands.date("#as_of", DAY - timedelta(days=9))
    hands.enter()
    hands.see("当时的情况")


@task(ROLE, "See what happened to a person whose number a complaint states", "按编号查看一人的经过")
def see_what_happened_to_a_person(hands: Hands, town: Town) -> None:
    resident = vaccinated_yesterday(town, 0)
    hands.type(SEARCH, resident)
    hands.enter()
    hands.page.wait_for_url(f"**/{resident}**")


@task(ROLE, "See what happened to a person whom a complaint names", "按姓名查看一人的经过")
def see_what_happened_by_name(hands: Hands, town: Town) -> None:
    raise NotPossible("supervision searches by a resident's id only")


@task(ROLE, "See who was screened yesterday morning", "查看昨天上午筛查了哪些人")
def see_who_was_screened_yesterday(hands: Hands, town: Town) -> None:
    """The record begins in March and has no filter: page by page up to yesterday."""
    hands.go(f"{ROOMS}:has-text('记录')")
    while f"{YESTERDAY.month}月{YESTERDAY.day}日 08:30" not in hands.read():
        hands.go("a:has-text('下一页')")


@task(ROLE, "See whose list a village's cadres have not done", "查看一个村各干部的未完成人数")
def see_what_cadres_have_left(hands: Hands, town: Town) -> None:
    hands.go(f"{TEAMS}:has-text('登记')")
    hands.go(f"{ROOMS}:has-text('包保干部')")
    hands.go(f"main a[href*='/{UNIT}']")
    hands.see("未全程接种", "th")


@task(ROLE, "See whether a site's stock adds up", "核对一个接种点的疫苗账")
def see_a_sites_stock(hands: Hands, town: Town) -> None:
    hands.go(f"{TEAMS}:has-text('体育馆')")
    hands.go(f"{ROOMS}:has-text('疫苗')")
    hands.see("损耗", "th")


@task(ROLE, "Name a lagging village in a circular", "通报一个落后的村")
def name_a_village_in_a_circular(hands: Hands, town: Town) -> None:
    raise NotPossible("there are no circulars")


def _village(hands: Hands, town: Town) -> None:
    name = town.deployment.campaign.unit(UNIT).name_zh
    hands.type(SEARCH, name)
    hands.enter()
    hands.see(name, "h1")
