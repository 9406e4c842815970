"""Chart of a unit: registered, answered and vaccinated, against its target."""

from __future__ import annotations

from services.registration.tallies.queries import CountedUnit
from shared.kit.charts.shapes import Bars
from shared.kit.language import t
from shared.town.terms.residents import ANSWERS


def figures(unit: CountedUnit) -> list[tuple[str, int]]:
    """Return what is counted of a unit, by name."""
    silent = unit["registered"] - unit["consented"] - unit["declined"]
    return [
        (t("登记", "Registered"), unit["registered"]),
        (str(ANSWERS["consented"]), unit["consented"]),
        (str(ANSWERS["declined"]), unit["declined"]),
        (t("未答复", "No answer yet"), silent),
        (t("第一剂", "First dose"), unit["first"]),
        (t("第二剂", "Second dose"), unit["second"]),
    ]


def answers(unit: CountedUnit) -> Bars:
    """A unit's people by answer and dose."""
    return {
        "form": "bars",
        "bars": [(name, n, None, f"{n:,}") for name, n in figures(unit)],
        "level": (unit["target"], t("任务数 {n:,}", "target {n:,}", n=unit["target"])),
        "share": False,
    }
