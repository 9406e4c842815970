"""What the town's office does every day."""

from __future__ import annotations

from datetime import timedelta

from tests.support.running_town import a_notice
from tests.support.workbooks import card, person
from tests.tasks.at_work import DAY, Town
from tests.tasks.counting import Hands
from tests.tasks.declaring import task
from tests.tasks.people import find, registered

ROLE = "office"
BANNER = ".banner"
QUIET_UNIT = "v05"
NOTICES = "nav.rooms a[href='/notices']"
DOCKINGS = "nav.rooms a[href='/dockings']"


def progress(hands: Hands, town: Town) -> None:
    """Go over to the team that reports."""
    hands.go(f"nav.teams a[href^='{town.url['reporting']}/']")


@task(ROLE, "Find a person by name, whatever the unit", "按姓名找人（不限单位）")
def find_a_person(hands: Hands, town: Town) -> None:
    resident = registered(town, person(941, "演练寻"), unit=QUIET_UNIT)[0]
    find(hands, "演练寻", resident)
    hands.see(card(941))


@task(ROLE, "See which units are behind", "看哪些单位落后")
def see_who_is_behind(hands: Hands, town: Town) -> None:
    hands.see("落后")


@task(ROLE, "See last week's report", "看上周周报")
def see_last_week(hands: Hands, town: Town) -> None:
    progress(hands, town)
    hands.go("a[href='/weeks/2024-W14']")
    hands.see("计划与完成")


@task(ROLE, "Get last week's report as a document for the county", "导出上周周报，报县里")
def export_last_week(hands: Hands, town: Town) -> None:
    progress(hands, town)
    hands.download("a[href='/weeks/2024-W14/report.xlsx']")


@task(ROLE, "Write a notice to all who consented and send it", "写一份通知，发给已同意的人")
def write_a_notice(hands: Hands, town: Town) -> None:
    hands.go(NOTICES)
    hands.go("a[href='/notices/new']")
    hands.type("#title", "接种提醒")
    hands.press("Tab")
    hands.type("#zh", "{name}您好，请带身份证到{site}接种。")
    hands.click("input[name='statuses.registered']")
    hands.go("button:has-text('预览')")
    hands.go("button:has-text('保存')")
    hands.go("button:has-text('发布给')")
    hands.see("已发布")


@task(ROLE, "See whom the last notice did not reach, and why", "看上次通知哪些人没收到、为什么")
def see_whom_a_notice_reached(hands: Hands, town: Town) -> None:
    notice = a_notice(town.api)
    hands.look_again()
    hands.go(f"#attention a[href='/notices/{notice}']")
    hands.see("未发")


@task(ROLE, "Send a unit to another site from a day on", "某单位从某天起调整接种点")
def change_the_site(hands: Hands, town: Town) -> None:
    hands.go(DOCKINGS)
    hands.click(f"input[name='units.{QUIET_UNIT}']")
    hands.click("input[name=site][value=stadium]")
    hands.choose("#since", str(DAY + timedelta(days=20)))
    hands.go("button:has-text('预览')")
    hands.go("#preview form button")
    hands.see("对应接种点已调整")


@task(ROLE, "See how full the sites are before a unit is sent elsewhere", "调整前看各接种点忙不忙")
def see_how_full_the_sites_are(hands: Hands, town: Town) -> None:
    hands.go(DOCKINGS)
    hands.see("最满一天", "#load")


@task(ROLE, "Name a unit's new clerk", "登记某单位的新经办人")
def name_a_clerk(hands: Hands, town: Town) -> None:
    unit = "v01"
    hands.go(f"a[href='/units/{unit}']")
    hands.click("#officers summary:has-text('指定')")
    hands.choose("#clerk", f"{unit}-cadre")
    hands.go("#officers form button")
    hands.see("指定已登记", BANNER)


@task(ROLE, "Move somebody's appointment who calls the office", "居民来电，改预约日期")
def move_an_appointment(hands: Hands, town: Town) -> None:
    source, tomorrow = "appointments/stadium", DAY + timedelta(days=1)
    rows = town.api.get(source, "/api/appointments", day=str(tomorrow))["appointments"]
    row = next(row for row in rows if row["status"] == "booked")
    who = town.api.get("registration", f"/api/residents/{row['resident']}")
    find(hands, who["name"], row["resident"])
    hands.go(f"a[href='{town.url[source]}/residents/{row['resident']}']")
    hands.choose("form[action$='/move'] select[name=day]", str(DAY + timedelta(days=20)))
    hands.go("form[action$='/move'] button")
    hands.see("已改期", BANNER)
