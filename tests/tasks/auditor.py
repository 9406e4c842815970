"""The auditor's everyday tasks.

Requests come on paper: a resident's id is typed.
"""

from __future__ import annotations

from datetime import timedelta

from tests.tasks.at_work import DAY, Town
from tests.tasks.counting import Hands
from tests.tasks.declaring import task
from tests.tasks.visitors import vaccinated_yesterday

ROLE, LANDING = "auditor", "/audit"
ENOUGH = 8
"""Signs of a number that are enough to find somebody."""
SEARCH, BANNER, ROOMS = "input[name=q]", ".banner", "nav.rooms a"
YESTERDAY = DAY - timedelta(days=1)
AUDITED = "台账完整，没有改动"


@task(ROLE, "Run the audit", "运行审计", page=LANDING)
def run_the_audit(hands: Hands, town: Town) -> None:
    hands.enter()
    hands.see(AUDITED)


@task(ROLE, "Open an identity and give the reason", "填写理由后查看身份", page=LANDING)
def open_an_identity(hands: Hands, town: Town) -> None:
    resident = vaccinated_yesterday(town, 0)
    hands.type(SEARCH, resident[:ENOUGH])
    hands.enter()
    hands.type("#reason", "核对本人投诉的接种记录")
    hands.enter()
    hands.see(town.rehearsal.people[resident].name)


@task(ROLE, "See who has looked at a person", "查看谁查阅过一个人", page=LANDING)
def see_who_looked(hands: Hands, town: Town) -> None:
    resident = vaccinated_yesterday(town, 0)
    hands.go(f"{ROOMS}:has-text('查阅记录')")
    hands.type(SEARCH, resident[:ENOUGH])
    hands.enter()
    hands.see("此人信息的查阅记录", "h1")


@task(ROLE, "See whom a member of staff has looked at", "查看一个工作人员查阅过谁", page=LANDING)
def see_whom_somebody_looked_at(hands: Hands, town: Town) -> None:
    hands.go(f"{ROOMS}:has-text('查阅记录')")
    hands.choose("#login", "doctor")
    hands.go("button:has-text('筛选')")
    hands.see("查阅记录", "h1")


@task(ROLE, "Replay how a person stood on an earlier day", "重放一个人某一天的情况", page=LANDING)
def replay_a_person(hands: Hands, town: Town) -> None:
    resident = vaccinated_yesterday(town, 0)
    hands.type(SEARCH, resident[:ENOUGH])
    hands.enter()
    hands.date("#as_of", YESTERDAY)
    hands.enter()
    hands.see("当时的情况")


@task(ROLE, "Compare a published week with its replay", "核对一周的周报与重放", page=LANDING)
def compare_a_week(hands: Hands, town: Town) -> None:
    town.api.compute("supervision", "/api/audit")
    hands.page.reload()
    hands.see("一致", "tr:has-text('第14周')")


@task(ROLE, "Record a checkpoint of the ledger", "记下台账检查点", page=LANDING)
def record_a_checkpoint(hands: Hands, town: Town) -> None:
    hands.go("button:has-text('留存核对码')")
    hands.see("核对码", BANNER)


@task(ROLE, "See which parts have asked for many keys", "查看哪个部件索取了很多密钥", page=LANDING)
def see_who_asked_for_keys(hands: Hands, town: Town) -> None:
    with town.hands("site_leader") as leader:  # whose page shows names
        leader.see("体育馆", "h1")
    town.api.settle()
    hands.go(f"{ROOMS}:has-text('查阅记录')")
    hands.see("部件索取居民密钥", "h2")


@task(
    ROLE,
    "From yesterday's doses to the history of somebody who got one",
    "从昨天的接种记录查到其中一人",
    page=LANDING,
)
def follow_an_entry(hands: Hands, town: Town) -> None:
    hands.go(f"{ROOMS}:has-text('台账')")
    hands.go("main a:has-text('昨天')")
    hands.choose("#kind", "doses")
    hands.go("button:has-text('筛选')")
    hands.go("tr:has-text('接种第一剂') a[href^='/residents/']")
    hands.see("当时的情况")


@task(ROLE, "See what a member of staff did on a day", "查看一个工作人员某天做了什么", page=LANDING)
def see_what_somebody_did(hands: Hands, town: Town) -> None:
    hands.go(f"{ROOMS}:has-text('台账')")
    hands.go("main a:has-text('昨天')")
    hands.choose("#by", "doctor")
    hands.go("button:has-text('筛选')")
    hands.see(f"{YESTERDAY.month}月{YESTERDAY.day}日", "main tbody td")
