"""The site leader's everyday tasks."""

from __future__ import annotations

from datetime import timedelta
from itertools import count

from shared.kit.dates import day_text
from tests.tasks.at_work import DAY, Town
from tests.tasks.counting import Hands
from tests.tasks.declaring import NotPossible, task
from tests.tasks.visitors import STADIUM, expected

ROLE = "site_leader"
BANNER, ROOMS = ".banner", "nav.rooms a"
EXPIRY = DAY + timedelta(days=540)

_batches = count(1)


@task(ROLE, "Receive a batch", "登记疫苗到货")
def receive_a_batch(hands: Hands, town: Town) -> None:
    hands.go(f"{ROOMS}:has-text('疫苗')")
    hands.type("#batch", f"20240302{next(_batches)}")
    hands.type("#doses", "600")
    hands.date("#expiry", EXPIRY)
    hands.enter()
    hands.see("已登记", BANNER)


@task(ROLE, "See who is expected tomorrow", "查看明天的接种名单")
def see_tomorrows_list(hands: Hands, town: Town) -> None:
    tomorrow = DAY + timedelta(days=1)
    hands.go("nav.filters a:has-text('明天')")
    hands.see(day_text(tomorrow), "h1")


@task(ROLE, "Write off a broken vial", "登记一支破损疫苗")
def write_off_a_vial(hands: Hands, town: Town) -> None:
    form = f"form[action$='/{_own_batch(town)}/waste']"
    hands.go(f"{ROOMS}:has-text('疫苗')")
    hands.go(f"{form} button[value=broken]")
    hands.confirm()
    hands.see("已登记", BANNER)


@task(ROLE, "Recall a batch", "召回一批疫苗")
def recall_a_batch(hands: Hands, town: Town) -> None:
    batch = _own_batch(town)
    hands.go(f"{ROOMS}:has-text('疫苗')")
    hands.go(f"form[action$='/{batch}/recall'] button[value=厂家通知召回]")
    hands.confirm()
    hands.see("已召回", f"tr:has-text('{batch}')")


@task(ROLE, "Open the week after next for bookings", "开设下下周的场次")
def open_a_week(hands: Hands, town: Town) -> None:
    """The rehearsal has opened all days; the form is the same, and says so: it costs no confirmation."""
    hands.go(f"{ROOMS}:has-text('场次')")
    hands.go("button:has-text('开设场次')")
    hands.see("没有新开场次", BANNER)


@task(ROLE, "Close the day: who is still expected did not come", "当日结束，其余登记为未到")
def close_the_day(hands: Hands, town: Town) -> None:
    resident = expected(town, "诸葛晨")
    town.api.set_clock(DAY, "18:10")
    hands.page.reload()
    hands.go("button:has-text('登记为未到')")
    hands.see("未到", BANNER)
    town.api.set_clock(DAY, "09:10")
    found = town.api.get(STADIUM, f"/api/residents/{resident}")["appointments"]
    assert "no_show" in [each["status"] for each in found]


@task(ROLE, "Look at next week's plan and publish it", "核对并发布下周计划")
def publish_next_weeks_plan(hands: Hands, town: Town) -> None:
    hands.go(f"{ROOMS}:has-text('周计划')")
    hands.go("button:has-text('发布')")
    hands.see("计划已发布", BANNER)


@task(ROLE, "See where next week has free places", "查看下周的空位")
def see_free_places(hands: Hands, town: Town) -> None:
    hands.go(f"{ROOMS}:has-text('场次')")
    hands.see(day_text(DAY + timedelta(days=7)), "th")


@task(ROLE, "See for how many days the vaccine will last", "查看疫苗还够用几天")
def see_how_long_vaccine_lasts(hands: Hands, town: Town) -> None:
    hands.go(f"{ROOMS}:has-text('疫苗')")
    hands.see("够用")


@task(ROLE, "Close this afternoon early and move who is booked", "下午提前结束，已预约的人改期")
def close_early(hands: Hands, town: Town) -> None:
    raise NotPossible("a session has no hours or capacity that the leader may change")


def _own_batch(town: Town) -> str:
    name = f"20240301{next(_batches)}"
    batch = {"batch": name, "product": town.rehearsal.product, "doses": 10, "expiry": str(EXPIRY)}
    town.api.command(STADIUM, "/api/batches", batch, f"batch {name}")
    return name
