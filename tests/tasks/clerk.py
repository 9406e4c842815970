"""What a village clerk, who signs in as the unit's chief, does every day."""

from __future__ import annotations

from tests.support.workbooks import card, person, roster
from tests.tasks.at_work import Town
from tests.tasks.counting import Hands
from tests.tasks.declaring import task
from tests.tasks.people import (
    CADRE,
    find_by_last_four,
    last_four,
    registered,
    said_no,
    someone,
)

ROLE = "unit_chief"
UNANSWERED = "#left a[href*='status=registered']"
IMPORT = "form[action*=roster] button"


def hand_in(hands: Hands, town: Town, name: str, content: bytes) -> None:
    """From the landing page to what became of a roster."""
    hands.file("input[type=file]", town.a_file(name, content))
    hands.go(IMPORT)
    hands.see("导入结果")


@task(ROLE, "Hand in a roster and read what is to be mended", "导入名册，看哪些行要改")
def hand_in_a_roster(hands: Hands, town: Town) -> None:
    wrong = card(902)[:-1] + ("0" if card(902)[-1] != "0" else "1")
    rows = roster(person(901), person(902, card=wrong), person(903, name=""))
    hand_in(hands, town, "roster.xlsx", rows)
    hands.see(wrong)
    hands.see("缺少姓名")


@task(ROLE, "Find a person by the last four of the card number", "按证件号码后四位找人")
def find_a_person(hands: Hands, town: Town) -> None:
    resident = someone(town, 904)
    find_by_last_four(hands, 904, resident)
    hands.see(card(904))


@task(ROLE, "See who has not answered yet", "看谁还没有答复")
def see_who_has_not_answered(hands: Hands, town: Town) -> None:
    someone(town, 905)
    hands.look_again()
    hands.go(UNANSWERED)


@task(ROLE, "Record that somebody consents", "登记某人同意接种")
def record_a_consent(hands: Hands, town: Town) -> None:
    resident = someone(town, 906)
    hands.look_again()
    hands.go(UNANSWERED)
    hands.click(f"input[name='willing.{resident}']")
    hands.go("form[action$='/answers'] button")
    hands.see("已登记 1 人的答复", ".banner")


@task(ROLE, "Correct a telephone number", "更正手机号")
def correct_a_phone_number(hands: Hands, town: Town) -> None:
    someone(town, 907)
    # In the village's workbook: open it, search, go to the cell, type, confirm, save.
    hands.elsewhere(clicks=3, keys=len("F" + last_four(907) + "\n" + "13800009999" + "\n" + "S"))
    hand_in(hands, town, "phone.xlsx", roster(person(907, phone="13800009999")))


@task(ROLE, "Assign a cadre to a person", "给某人指定包保干部")
def assign_a_cadre(hands: Hands, town: Town) -> None:
    resident = someone(town, 908)
    hands.look_again()
    hands.go("#left a[href$='/cadres#people']")
    hands.click(f"input[name='residents.{resident}']")
    hands.go(f"#people button[name='cadres.{CADRE}']")
    hands.see("已分配")


@task(ROLE, "Undo a wrong answer", "撤销登记错的答复")
def undo_a_wrong_answer(hands: Hands, town: Town) -> None:
    resident = someone(town, 909)
    said_no(town, resident)
    hands.look_again()
    hands.go("nav.filters a[href*='status=declined']")
    hands.go(f"a[href='/residents/{resident}']")
    hands.go("button:has-text('撤销')")
    hands.see("已撤销")


@task(ROLE, "Download the copy of a roster with its faults marked", "下载标注好问题的名册")
def download_the_marked_copy(hands: Hands, town: Town) -> None:
    registered(town, person(910), person(911, name=""))
    hands.look_again()
    hands.go("#left a[href^='/imports/']")
    assert hands.download("a[href$='mended.xlsx']").stat().st_size


@task(ROLE, "See the own unit's progress", "看本单位进度")
def see_own_progress(hands: Hands, town: Town) -> None:
    hands.see("第二剂")


@task(ROLE, "Look at a likely duplicate and decide it", "核对一对疑似重复并决定")
def decide_a_duplicate(hands: Hands, town: Town) -> None:
    same = {"phone": "13812340912"}
    one = person(912, "演练重名", card=card(91, "19770707"), **same)
    registered(town, one, person(913, "演练重名", card=card(93, "19770717"), **same))
    hands.go("nav.rooms a[href='/matches']")
    hands.press("2", opens=True)
    hands.see("撤销")
