"""One person typed by hand: what a roster would leave out is told at its field."""

from __future__ import annotations

import pytest

from services.registration.rosters.reading.roster_rows import read_row
from services.registration.rosters.reading.typed_row import read_typed
from services.registration.rosters.reading.workbook import Cell
from tests.support.workbooks import card

ONE: dict[str, Cell] = {"name": "演练一", "card_number": card(301), "tie": "户籍"}


def test_what_is_right_is_the_line_a_roster_would_give():
    said = ONE | {"phone": "13900000025/13700000001", "cohort": "党员"}
    assert read_typed(said) == read_row("", 1, said)


@pytest.mark.parametrize(
    ("of", "written", "code"),
    [
        ("phone", "1380000", "phone_left_out"),
        ("email", "a@b", "email_left_out"),
        ("address", "东" * 201, "address_left_out"),
        ("cohort", "宇航员", "cohort_unread"),
        ("sex", "x.", "sex_unread"),
        ("document_kind", "驾驶证", "kind_unread"),
        ("birth_date", "1979-05", "birth_unread"),
        ("tie", "亲戚", "tie_unread"),
        ("tie", "", "tie_missing"),
        ("name", "周先生", "name_called"),
    ],
)
def test_what_is_not_understood_is_wrong(of: str, written: str, code: str):
    line, wrong = read_typed(ONE | {of: written})
    assert line is None
    assert [(each.of, each.code) for each in wrong] == [(of, code)]
    assert wrong[0].problem.zh and wrong[0].remedy.en
