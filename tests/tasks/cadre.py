"""What a cadre does every day, going from door to door with a phone."""

from __future__ import annotations

from datetime import timedelta

from tests.tasks.at_work import DAY, Town
from tests.tasks.counting import Hands
from tests.tasks.declaring import NotPossible, task
from tests.tasks.people import not_reached, someone_to_call

ROLE = "unit_cadre"


def out_on_visits(hands: Hands, resident: str) -> None:
    """Before counting begins, the cadre is on the way and has just recorded a visit."""
    hands.look_again()
    hands.page.locator("nav a:has-text('上门')").tap()
    hands.page.locator(f"#r-{resident} button:has-text('愿意接种')").tap()
    hands.see("已登记")


def call(hands: Hands, resident: str, answer: str) -> None:
    """Tap the number on the list, and after the call what was said."""
    hands.look_again()
    hands.dial(f"#r-{resident} a.tel")
    hands.go(f"#r-{resident} button:has-text('{answer}')")
    hands.see("已登记")


@task(ROLE, "Call somebody who is willing", "打电话，对方愿意接种")
def call_somebody_willing(hands: Hands, town: Town) -> None:
    call(hands, someone_to_call(town, 921), "愿意接种")


@task(ROLE, "Call somebody who worries about safety", "打电话，对方担心安全")
def call_somebody_worried(hands: Hands, town: Town) -> None:
    call(hands, someone_to_call(town, 922), "担心安全")


@task(ROLE, "Call three people, of whom one does not answer", "连打三人，一人未接")
def call_three(hands: Hands, town: Town) -> None:
    people = [someone_to_call(town, order) for order in (923, 924, 925)]
    hands.look_again()
    for resident, answer in zip(people, ("愿意接种", "未联系上", "没有时间"), strict=True):
        hands.dial(f"#r-{resident} a.tel")
        hands.go(f"#r-{resident} button:has-text('{answer}')")
        hands.see("已登记")


@task(ROLE, "Somebody hesitates: agree on a day to call again", "对方犹豫，约定下次联系日期")
def agree_on_a_day(hands: Hands, town: Town) -> None:
    resident = someone_to_call(town, 926)
    hesitant = f"#r-{resident} form:has-text('犹豫')"
    hands.look_again()
    hands.dial(f"#r-{resident} a.tel")
    hands.choose(f"{hesitant} select[name=next_day]", str(DAY + timedelta(days=5)))
    hands.go(f"{hesitant} button")
    hands.see("4月14日")


@task(ROLE, "Record two visits, one after the other", "上门两户，逐户登记")
def record_two_visits(hands: Hands, town: Town) -> None:
    out_on_visits(hands, someone_to_call(town, 932))
    people = [someone_to_call(town, order) for order in (927, 928)]
    hands.look_again()
    for resident in people:
        hands.go(f"#r-{resident} button:has-text('愿意接种')")
        hands.see("已登记")


@task(ROLE, "Undo a tap on the wrong answer", "点错了，撤销")
def undo_a_tap(hands: Hands, town: Town) -> None:
    resident = someone_to_call(town, 929)
    hands.look_again()
    hands.go(f"#r-{resident} button:has-text('未联系上')")
    hands.go(".banner.undo button")
    hands.see("已撤销")


@task(ROLE, "Somebody calls back: find them and record it", "对方回电话，找到此人并登记")
def record_who_calls_back(hands: Hands, town: Town) -> None:
    resident = someone_to_call(town, 930)
    not_reached(town, resident)
    hands.look_again()
    hands.go("nav.filters a:has-text('以后联系')")
    place = f"#r-{resident}"
    if not hands.page.locator(f"{place} button:visible").count():
        hands.click(f"{place} summary")
    hands.go(f"{place} button:has-text('愿意接种')")
    hands.see("已登记")


@task(ROLE, "See who of the own list is vaccinated", "看名单里谁已接种")
def see_who_is_vaccinated(hands: Hands, town: Town) -> None:
    hands.go("nav.filters a:has-text('已接种')")


@task(ROLE, "Record that somebody was vaccinated elsewhere", "登记某人已在外地接种")
def record_vaccinated_elsewhere(hands: Hands, town: Town) -> None:
    resident = someone_to_call(town, 931)
    hands.look_again()
    hands.click(f"#r-{resident} summary")
    hands.go(f"#r-{resident} button:has-text('已在外地接种')")
    hands.see("已登记")


@task(ROLE, "Write down what somebody asks for at the next visit", "记一句下次上门要带的话")
def write_a_remark(hands: Hands, town: Town) -> None:
    raise NotPossible("a contact has no place for a remark")
