"""What the administrator of accounts does every day."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import requests

from tests.tasks.at_work import Town
from tests.tasks.counting import Hands
from tests.tasks.declaring import Doing, task

ROLE = "administrator"
ACCOUNTS = "/staff"
CODE = "button[formaction='/staff/{}/code']"


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
    """From the list of accounts, on which an administrator lands, to the page of one."""
    hands.go(f"a[href='/staff/{login}']")


def shown(town: Town, hands: Hands, *grants: tuple[str, str]) -> str:
    """A new account, on the list as it stands when the task begins: its login."""
    login = someone(town, *grants)
    hands.page.reload()
    return login


def accounts(en: str, zh: str) -> Callable[[Doing], Doing]:
    """Declare a task that begins on the list of accounts."""
    return task(ROLE, en, zh, page=ACCOUNTS)


@accounts("New clerk: account, role and one-time code", "新经办人：开账号、授角色、发一次性码")
def enrol_a_clerk(hands: Hands, town: Town) -> None:
    hands.go("a[href='/enrol']")
    hands.type("#people", f"v09-{uuid.uuid4().hex[:4]} 经办人")
    hands.choose("#granted", "unit_chief unit")
    hands.type("#place", "v09")
    hands.go("form[action='/enrol'] button")
    hands.see("一次性码")


@accounts("Forgotten password: hand out a new one-time code", "忘记密码：重发一次性码")
def issue_a_code(hands: Hands, town: Town) -> None:
    login = shown(town, hands, ("unit_cadre", "unit:v02"))
    hands.go(CODE.format(login))
    hands.see("一次性码")


@accounts("Lock the account of somebody who lost the phone", "手机丢失，锁定账号")
def lock_an_account(hands: Hands, town: Town) -> None:
    open_account(hands, shown(town, hands, ("unit_cadre", "unit:v02")))
    hands.go("form[action$='/lock'] button[value='lost_device']")
    hands.see("已锁定")


@accounts("Unlock an account", "解锁账号")
def unlock_an_account(hands: Hands, town: Town) -> None:
    login = someone(town, ("unit_cadre", "unit:v02"))
    ask(town, f"/api/staff/{login}/lock", {"reason": "lost_device"})
    hands.page.reload()
    hands.go(f"button[formaction='/api/staff/{login}/unlock']")
    hands.see("已解锁")


@accounts("Give somebody a second role", "给某人加一个角色")
def grant_a_second_role(hands: Hands, town: Town) -> None:
    open_account(hands, shown(town, hands, ("site_staff", "site:stadium")))
    hands.choose(
        "#granted", "screener site"
    )  # at the place that stands there: the account's only one
    hands.go("form[action$='/grant'] button")
    hands.see("已授予角色")


@accounts("Take a role away", "撤销某人的角色")
def revoke_a_role(hands: Hands, town: Town) -> None:
    login = shown(town, hands, ("site_staff", "site:stadium"))
    hands.go(f"button[formaction='/api/staff/{login}/revoke']")
    hands.see("已收回角色")


@accounts("Move a cadre to another village", "干部调到另一个村")
def move_a_cadre(hands: Hands, town: Town) -> None:
    open_account(hands, shown(town, hands, ("unit_cadre", "unit:v02")))
    hands.type("#place", "v03")
    hands.go("button[formaction$='/change']")
    hands.see("已改角色")


@accounts("See who may work for a unit", "看某单位有哪些人有权限")
def see_who_works_for_a_unit(hands: Hands, town: Town) -> None:
    hands.see("v05-chief")


@accounts("See where somebody is signed in", "看某人在哪里登录着")
def see_sessions(hands: Hands, town: Town) -> None:
    open_account(hands, "office")
    hands.see("登录时间")


@accounts("Enrol the cadres of a village from a list", "按名单一次开一个村的干部账号")
def enrol_from_a_list(hands: Hands, town: Town) -> None:
    pasted = [f"v09-{uuid.uuid4().hex[:4]}\t干部" for _ in range(5)]
    hands.go("a[href='/enrol']")
    hands.page.locator("#people").fill("\n".join(pasted))  # copied in the village's workbook
    hands.elsewhere(clicks=1, keys=1)
    hands.elsewhere(keys=1)
    hands.choose("#granted", "unit_cadre unit")
    hands.type("#place", "v09")
    hands.go("form[action='/enrol'] button")
    hands.see("已开 5 个账号")
