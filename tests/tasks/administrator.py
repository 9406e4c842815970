"""What the administrator of accounts does every day."""

from __future__ import annotations

import uuid
from typing import Any

import requests

from tests.tasks.at_work import Town
from tests.tasks.counting import Hands
from tests.tasks.declaring import NotPossible, task

ROLE = "administrator"
ACCOUNTS = "nav.rooms a[href='/staff']"


def ask(town: Town, path: str, body: dict[str, Any]) -> None:
    """Send a command as the administrator, before counting begins."""
    headers = town.api.bearer("admin") | {"Idempotency-Key": str(uuid.uuid4())}
    url = town.url["supervision"] + path
    answer = requests.post(url, json=body, headers=headers, timeout=30)
    assert answer.status_code == 200, answer.text


def someone(town: Town, *grants: tuple[str, str]) -> str:
    """A new account with these roles: its login."""
    login = f"x{uuid.uuid4().hex[:4]}"
    ask(town, "/api/staff", {"login": login, "post": "演练"})
    for role, scope in grants:
        ask(town, f"/api/staff/{login}/grant", {"role": role, "scope": scope})
    return login


def open_account(hands: Hands, login: str) -> None:
    """From the landing page to the page of an account."""
    hands.go(ACCOUNTS)
    hands.go(f"a[href='/staff/{login}']")


def grant(hands: Hands, role: str, scope: str) -> None:
    """On the page of an account."""
    hands.choose("#role", role)
    hands.choose("#scope", scope)
    hands.go("form[action$='/grant'] button")
    hands.see("已完成")


@task(ROLE, "New clerk: account, role and one-time code", "新经办人：开账号、授角色、发一次性码")
def enrol_a_clerk(hands: Hands, town: Town) -> None:
    login = f"v09-{uuid.uuid4().hex[:4]}"
    hands.go(ACCOUNTS)
    hands.type("#login", login)
    hands.press("Tab")
    hands.type("#post", "经办人")
    hands.enter()
    hands.go(f"a[href='/staff/{login}']")
    grant(hands, "unit_chief", "unit:v09")
    hands.go("form[action$='/code'] button")
    hands.see("一次性码")


@task(ROLE, "Forgotten password: hand out a new one-time code", "忘记密码：重发一次性码")
def issue_a_code(hands: Hands, town: Town) -> None:
    open_account(hands, someone(town, ("unit_cadre", "unit:v02")))
    hands.go("form[action$='/code'] button")
    hands.see("一次性码")


@task(ROLE, "Lock the account of somebody who lost the phone", "手机丢失，锁定账号")
def lock_an_account(hands: Hands, town: Town) -> None:
    open_account(hands, someone(town, ("unit_cadre", "unit:v02")))
    hands.choose("#reason", "lost_device")
    hands.go("form[action$='/lock'] button")
    hands.see("已锁定")


@task(ROLE, "Unlock an account", "解锁账号")
def unlock_an_account(hands: Hands, town: Town) -> None:
    login = someone(town, ("unit_cadre", "unit:v02"))
    ask(town, f"/api/staff/{login}/lock", {"reason": "lost_device"})
    open_account(hands, login)
    hands.go("form[action$='/unlock'] button")
    hands.see("已完成")


@task(ROLE, "Give somebody a second role", "给某人加一个角色")
def grant_a_second_role(hands: Hands, town: Town) -> None:
    open_account(hands, someone(town, ("site_staff", "site:stadium")))
    grant(hands, "screener", "site:stadium")


@task(ROLE, "Take a role away", "撤销某人的角色")
def revoke_a_role(hands: Hands, town: Town) -> None:
    open_account(hands, someone(town, ("site_staff", "site:stadium")))
    hands.go("form[action$='/revoke'] button")
    hands.see("还没有角色")


@task(ROLE, "Move a cadre to another village", "干部调到另一个村")
def move_a_cadre(hands: Hands, town: Town) -> None:
    open_account(hands, someone(town, ("unit_cadre", "unit:v02")))
    hands.go("form[action$='/revoke'] button")
    grant(hands, "unit_cadre", "unit:v03")


@task(ROLE, "See who may work for a unit", "看某单位有哪些人有权限")
def see_who_works_for_a_unit(hands: Hands, town: Town) -> None:
    hands.go(ACCOUNTS)
    hands.see("v05-chief")


@task(ROLE, "See where somebody is signed in", "看某人在哪里登录着")
def see_sessions(hands: Hands, town: Town) -> None:
    open_account(hands, "office")
    hands.see("登录时间")


@task(ROLE, "Enrol the cadres of a village from a list", "按名单一次开一个村的干部账号")
def enrol_from_a_list(hands: Hands, town: Town) -> None:
    raise NotPossible("accounts are opened one at a time; there is no list to hand in")
