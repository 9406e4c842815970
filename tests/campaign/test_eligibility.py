"""Age on the day of the dose (R07) and the earliest second dose (R04)."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.town.campaign import age_on

births = st.dates(date(1900, 1, 1), date(2024, 12, 31))


@pytest.mark.parametrize(
    ("birth_date", "day", "age"),
    [
        (date(2006, 4, 10), date(2024, 4, 9), 17),
        (date(2006, 4, 10), date(2024, 4, 10), 18),
        (date(1964, 6, 20), date(2024, 6, 19), 59),
        (date(1964, 6, 20), date(2024, 6, 20), 60),
        (date(2024, 3, 25), date(2024, 3, 25), 0),
        (date(2004, 2, 29), date(2022, 2, 28), 17),
        (date(2004, 2, 29), date(2022, 3, 1), 18),
        (date(2004, 2, 29), date(2024, 2, 28), 19),
        (date(2004, 2, 29), date(2024, 2, 29), 20),
    ],
)
def test_age_on_the_day(birth_date: date, day: date, age: int) -> None:
    assert age_on(birth_date, day) == age


@given(births, st.integers(0, 40_000))
def test_a_birthday_adds_one_year_and_no_other_day_does(birth_date: date, lived: int) -> None:
    day = birth_date + timedelta(days=lived)
    gained = age_on(birth_date, day + timedelta(days=1)) - age_on(birth_date, day)
    tomorrow = day + timedelta(days=1)
    birthday = (tomorrow.month, tomorrow.day) == (birth_date.month, birth_date.day)
    leapling = (birth_date.month, birth_date.day) == (2, 29)
    stands_in = leapling and (tomorrow.month, tomorrow.day) == (3, 1) and day.day == 28
    assert gained == (1 if birthday or stands_in else 0)


@given(births, st.integers(0, 40_000))
def test_age_agrees_with_the_days_lived(birth_date: date, lived: int) -> None:
    assert abs(age_on(birth_date, birth_date + timedelta(days=lived)) - lived / 365.2425) < 1.01


def test_nobody_has_an_age_before_birth() -> None:
    with pytest.raises(ValueError, match="birth date 2024-03-26 is later"):
        age_on(date(2024, 3, 26), date(2024, 3, 25))
