"""The nurse's everyday tasks, at a desk by keyboard and scanner.

Whoever comes hands over the slip with their code. A day has 600 people, so the nurse scans the
slip or types the name, and does not look for somebody in the day's list.
"""

from __future__ import annotations

from datetime import timedelta

from tests.tasks.at_work import DAY, Town
from tests.tasks.counting import Hands
from tests.tasks.declaring import task
from tests.tasks.visitors import (
    STADIUM,
    TEMPERATURE,
    card_of,
    cleared,
    consenting,
    expected,
    observation_passes,
    observed,
    vaccinated,
    vaccinated_yesterday,
)

ROLE = "site_staff"
SEARCH, BANNER = "input[name=q]", ".banner"
GIVE = "*"
"""Records the dose; an Enter does not."""


@task(ROLE, "Check somebody in who hands over the slip", "凭预约单签到")
def check_in_by_slip(hands: Hands, town: Town) -> None:
    hands.scan(SEARCH, expected(town, "欧阳晨"))
    hands.see("已签到", BANNER)


@task(ROLE, "Give the dose to somebody who was screened", "给已筛查的人接种")
def give_a_dose(hands: Hands, town: Town) -> None:
    """Who vaccinates and from which batch is as it was with the dose before."""
    vaccinated(town, "欧阳樟")
    hands.scan(SEARCH, cleared(town, "欧阳岚"))
    hands.press(GIVE, opens=True)
    hands.see("已接种", BANNER)


@task(ROLE, "End somebody's observation", "结束留观")
def end_an_observation(hands: Hands, town: Town) -> None:
    hands.scan(SEARCH, observed(town, "欧阳枫"))
    hands.see("留观结束", BANNER)


@task(
    ROLE, "Check somebody in who has forgotten the slip and says the name", "忘带预约单，报姓名签到"
)
def check_in_by_name(hands: Hands, town: Town) -> None:
    name = "欧阳荷"
    expected(town, name)
    hands.type(SEARCH, name)
    hands.enter()
    hands.enter()
    hands.see("已签到", BANNER)


@task(ROLE, "Check somebody in by a scan of the identity card", "刷身份证签到")
def check_in_by_card(hands: Hands, town: Town) -> None:
    expected(town, "欧阳桦")
    hands.scan(SEARCH, card_of(town, "欧阳桦"))
    hands.see("已签到", BANNER)


@task(
    ROLE,
    "See one person through the whole visit: in, screening, dose, out",
    "一人全程：签到、筛查、接种、离开",
)
def a_whole_visit(hands: Hands, town: Town) -> None:
    vaccinated(town, "欧阳椿")
    resident = expected(town, "欧阳桐")
    hands.scan(SEARCH, resident)
    hands.see("已签到", BANNER)
    hands.go(f"{BANNER} a:has-text('去筛查')")
    hands.click(f"button:text-is('{TEMPERATURE}')")
    hands.press("*", opens=True)
    hands.see("建议接种", BANNER)
    town.api.settle()
    hands.go(f"{BANNER} a:has-text('去接种')")
    hands.press(GIVE, opens=True)
    hands.see("已接种", BANNER)
    observation_passes(town)
    hands.scan(SEARCH, resident)
    hands.see("留观结束", BANNER)


@task(ROLE, "Book somebody who walks in without an appointment or slip", "现场预约没有预约的人")
def book_a_walk_in(hands: Hands, town: Town) -> None:
    name = "欧阳杉"
    consenting(town, name)
    hands.type(SEARCH, name)
    hands.enter()
    hands.enter()
    hands.see("已预约", BANNER)


@task(
    ROLE,
    "Book somebody anew who has missed the day and brings the slip",
    "错过预约的人持单重新预约",
)
def book_who_has_missed_the_day(hands: Hands, town: Town) -> None:
    resident = consenting(town, "欧阳柏")
    hands.scan(SEARCH, resident)
    hands.enter()
    hands.see("已预约", BANNER)


@task(ROLE, "Move somebody's second dose to a later day", "第二剂改期")
def move_a_second_dose(hands: Hands, town: Town) -> None:
    resident = vaccinated_yesterday(town, 0)
    hands.scan(SEARCH, resident)
    hands.choose("#day2", str(DAY + timedelta(days=30)))
    hands.go("form:has(#day2) button:has-text('改期')")
    hands.see("已改期", BANNER)
    found = town.api.get(STADIUM, f"/api/residents/{resident}")["appointments"]
    assert found[-1]["day"] == str(DAY + timedelta(days=30))


@task(ROLE, "Record a light reaction during observation", "记录留观时的轻微反应")
def record_a_reaction(hands: Hands, town: Town) -> None:
    resident = vaccinated(town, "欧阳槿")
    hands.scan(SEARCH, resident)
    hands.go("button[value=头晕]")
    hands.see("已记录", BANNER)
