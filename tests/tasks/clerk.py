"""What a village clerk, who signs in as the unit's chief, does every day."""

from __future__ import annotations

from tests.tasks.at_work import Town
from tests.tasks.counting import Hands
from tests.tasks.declaring import task

ROLE = "unit_chief"


@task(ROLE, "See the own unit's progress.", "看本单位进度")
def see_own_progress(hands: Hands, town: Town) -> None:
    hands.go("a[href='/units/v01']")
    hands.see("已登记，任务")
