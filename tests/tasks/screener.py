"""The screening doctor's everyday tasks, at a desk with a scanner for slips."""

from __future__ import annotations

from tests.tasks.at_work import Town
from tests.tasks.counting import Hands
from tests.tasks.declaring import NotPossible, task
from tests.tasks.visitors import (
    BORN_BEFORE_60,
    FEVER,
    TEMPERATURE,
    card_of,
    here,
    registered,
    screened,
)

ROLE = "screener"
SEARCH, BANNER = "input[name=q]", ".banner"
REST = "*"
"""Answers no to what was not answered, and finishes."""


@task(ROLE, "Screen somebody in good health who hands over the slip", "凭预约单筛查健康的人")
def screen_by_slip(hands: Hands, town: Town) -> None:
    hands.scan(SEARCH, registered(town, "司马晨"))
    _well(hands)


@task(ROLE, "Defer somebody with a fever", "发热，推迟接种")
def defer_a_fever(hands: Hands, town: Town) -> None:
    hands.scan(SEARCH, registered(town, "司马岚"))
    hands.type("#temperature", FEVER)
    hands.press(REST, opens=True)
    hands.see("推迟接种", BANNER)


@task(ROLE, "Screen whoever has waited longest", "筛查下一位候诊的人")
def screen_the_next(hands: Hands, town: Town) -> None:
    here(town, "司马枫")
    hands.page.reload()
    hands.press("Enter", opens=True)
    _well(hands)


@task(ROLE, "Screen somebody without slip, who shows the identity card", "无预约单，凭身份证筛查")
def screen_without_slip(hands: Hands, town: Town) -> None:
    hands.scan(SEARCH, card_of(town, "司马荷"))
    _well(hands)


@task(ROLE, "Find an earlier severe allergy", "有严重过敏史，不宜接种")
def find_a_severe_allergy(hands: Hands, town: Town) -> None:
    _said_yes(hands, registered(town, "司马柏"), "severe_allergy")
    hands.see("不宜接种", BANNER)


@task(ROLE, "Screen somebody of 60 or over in good health", "筛查60周岁及以上的健康人")
def screen_over_60(hands: Hands, town: Town) -> None:
    _said_yes(hands, registered(town, "司马杉", BORN_BEFORE_60), "healthy")
    hands.see("建议接种", BANNER)


@task(ROLE, "Withdraw a clearance: the person feels unwell now", "本人感到不适，撤回建议接种")
def withdraw_a_clearance(hands: Hands, town: Town) -> None:
    resident = registered(town, "司马桂")
    screened(town, resident)
    hands.scan(SEARCH, resident)
    hands.go("button[value=本人感到不适]")
    hands.confirm()
    hands.see("已撤回", "h1")


@task(ROLE, "See who waits here to be screened", "查看本接种点候诊的人")
def see_who_waits(hands: Hands, town: Town) -> None:
    name = "司马桐"
    here(town, name)
    hands.page.reload()
    hands.see("待筛查", f"tr:has-text('{name}')")


@task(
    ROLE, "Look up what was found the last time, from the identity card", "凭身份证查看上次筛查结论"
)
def look_up_the_last_finding(hands: Hands, town: Town) -> None:
    screened(town, registered(town, "司马槿"), temperature=float(FEVER))
    hands.scan(SEARCH, card_of(town, "司马槿"))
    hands.see("推迟接种", ".timeline")


@task(ROLE, "Take back a deferral recorded for the wrong person", "撤销记错人的推迟接种")
def take_back_a_deferral(hands: Hands, town: Town) -> None:
    raise NotPossible(
        "only a clearance can be withdrawn; another finding needs answers of somebody who is not here"
    )


def _well(hands: Hands) -> None:
    """A temperature that is measured most, and no to all that was asked."""
    hands.click(f"button:text-is('{TEMPERATURE}')")
    hands.press(REST, opens=True)
    hands.see("建议接种", BANNER)


def _said_yes(hands: Hands, resident: str, question: str) -> None:
    hands.scan(SEARCH, resident)
    hands.click(f"button:text-is('{TEMPERATURE}')")
    hands.click(f"input[name='answers.{question}'][value=true]")
    hands.press(REST, opens=True)
