"""Age: full years on a day."""

from datetime import date


def age_on(birth_date: date, day: date) -> int:
    """Full years of age on ``day`` (R07: the age counts on the day of the dose).

    Whoever was born on 29 February turns a year older on 1 March in a year without that day, so that
    nobody counts as 18 a day too early. Raises ValueError for a day before the birth.
    """
    if day < birth_date:
        raise ValueError(f"no age on {day}: the birth date {birth_date} is later")
    had_birthday = (day.month, day.day) >= (birth_date.month, birth_date.day)
    return day.year - birth_date.year - (0 if had_birthday else 1)
