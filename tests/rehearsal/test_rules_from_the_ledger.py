"""Each rule of the plan, broken in the ledger on purpose, is told."""

from collections.abc import Iterable
from datetime import date
from typing import Any

import pytest

from deploy.rehearsal.invariants import LedgerReading, Rules, read_ledger
from shared.kit.language import ENGLISH, speaking
from tests.support.one_language import english_in

RULES = Rules(
    interval={"CoronaVac": 14},
    cutoff={"CoronaVac": date(2024, 6, 5)},
    youngest=18,
    end=date(2024, 6, 20),
)
SITE = "appointments/stadium"
ANNA = "5f0c8d1e-2b1a-8c3d-9e4f-0a1b2c3d4e5f"
AT = {"site": "stadium", "batch": "B1"}
SLOT = {"site": "stadium", "day": "2024-04-01", "time": "08:00", "resident": ANNA, "dose": 1}

Said = tuple[str, str, dict[str, Any]]


def born(day: str) -> Said:
    return "registration", "ResidentRegistered", {"resident": ANNA, "birth_date": day}


def received(doses: int = 10, expiry: str = "2025-01-31") -> Said:
    return SITE, "BatchReceived", AT | {"doses": doses, "expiry": expiry}


def dose(number: int, day: str, product: str = "CoronaVac") -> Said:
    data = AT | {"resident": ANNA, "unit": "v01", "dose": number, "day": day, "product": product}
    return SITE, "DoseAdministered", data


def drawn(number: int) -> Said:
    return SITE, "DoseDrawn", AT | {"resident": ANNA, "dose": number}


def session(capacity: int) -> Said:
    slots = [{"time": "08:00", "capacity": capacity}]
    return SITE, "SessionOpened", {"site": "stadium", "day": "2024-04-01", "slots": slots}


def taken() -> Said:
    return SITE, "SlotTaken", SLOT


def released() -> Said:
    return SITE, "SlotReleased", SLOT


def override() -> Said:
    return SITE, "AppointmentBooked", {"resident": ANNA, "override": "back from abroad"}


def entries(said: Iterable[Said]) -> list[dict[str, Any]]:
    heads: dict[str, int] = {}
    found: list[dict[str, Any]] = []
    for source, event, data in said:
        heads[source] = heads.get(source, 0) + 1
        found.append(
            {"source": source, "position": heads[source], "event": event, "data": dict(data)}
        )
    return found


def read(*said: Said) -> LedgerReading:
    return read_ledger(entries(said), RULES)


ADULT = born("1980-01-01")
FIRST, SECOND = dose(1, "2024-04-01"), dose(2, "2024-04-15")


def test_a_course_by_the_plan_breaks_no_rule() -> None:
    said = (session(1), received(2), taken(), drawn(1), FIRST, drawn(2), SECOND, released())
    assert read(ADULT, *said).broken == []


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ((received(), FIRST, dose(2, "2024-04-14")), "only 13 days after the first"),
        ((received(), FIRST, dose(2, "2024-04-15", "BIBP")), "BIBP after CoronaVac"),
        ((received(), dose(1, "2024-04-01", "Water")), "Water is not in the plan"),
        ((FIRST,), "never came"),
        ((taken(),), "holds 1 of 0"),
        ((received(), dose(1, "2024-06-06")), "first dose after the cut-off"),
        ((received(), FIRST, dose(2, "2024-06-21")), "after the campaign"),
        ((received(), dose(2, "2024-04-15")), "numbered [2]"),
        ((received(), FIRST, dose(1, "2024-04-15")), "numbered [1, 1]"),
        ((received(), FIRST, SECOND, dose(3, "2024-05-15")), "numbered [1, 2, 3]"),
        ((received(expiry="2024-03-31"), FIRST), "had expired"),
        ((received(1), drawn(1), drawn(2)), "more doses left it than were received"),
        ((session(1), taken(), taken()), "holds 2 of 1"),
        ((session(1), taken(), released(), released()), "that was not taken"),
    ],
)
def test_a_broken_rule_is_told(said: tuple[Said, ...], told: str) -> None:
    with speaking(ENGLISH):
        broken = read(ADULT, *said).broken
    assert len(broken) >= 1
    assert any(told in line for line in broken), broken
    in_chinese = read(ADULT, *said).broken
    assert len(in_chinese) == len(broken)
    assert not any(english_in(line, ANNA[:8], "Water") for line in in_chinese), in_chinese


def test_nobody_under_18_gets_a_dose() -> None:
    assert "未达接种年龄" in read(born("2006-04-02"), received(), FIRST).broken[0]
    assert read(born("2006-04-01"), received(), FIRST).broken == []


def test_an_override_passes_the_cutoff() -> None:
    assert read(ADULT, received(), override(), dose(1, "2024-06-06")).broken == []


def test_a_position_left_out_is_told() -> None:
    ledger = [entry for entry in entries((ADULT, ADULT, ADULT)) if entry["position"] != 2]
    assert read_ledger(ledger, RULES).broken == ["registration：第 1 条之后是第 3 条"]


def test_the_reading_counts_for_itself() -> None:
    reading = read(ADULT, session(3), received(5), taken(), drawn(1), FIRST, drawn(2), SECOND)
    assert reading.by_unit == {("v01", 1): 1, ("v01", 2): 1}
    assert reading.by_day == {
        ("2024-04-01", "stadium", 1): 1,
        ("2024-04-15", "stadium", 2): 1,
    }
    assert reading.left == {("stadium", "B1"): 3}
    assert reading.taken == {("stadium", "2024-04-01", "08:00"): 1}
    assert reading.happened["DoseDrawn"] == 2


def test_who_took_an_answer_back_has_not_answered() -> None:
    consent = "registration", "ConsentGiven", {"resident": ANNA}
    for answer, answered in (("none", set[str]()), ("decline", {ANNA}), ("consent", {ANNA})):
        back = "registration", "AnswerTakenBack", {"resident": ANNA, "answer": answer}
        assert read(ADULT, consent, back).answered == answered


def test_a_dose_of_a_stranger_is_told() -> None:
    assert "没有登记过这个人" in read(received(), FIRST).broken[0]
