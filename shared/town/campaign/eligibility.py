"""Rules about a person and a date: age on the day, and the earliest second dose."""

from datetime import date, timedelta


def age_on(birth_date: date, day: date) -> int:
    """Full years of age on ``day`` (R07: the age counts on the day of the dose).

    Whoever was born on 29 February turns a year older on 1 March in a year without that day, so that
    nobody counts as 18 a day too early. Raises ValueError for a day before the birth.
    """
    if day < birth_date:
        raise ValueError(f"no age on {day}: the birth date {birth_date} is later")
    had_birthday = (day.month, day.day) >= (birth_date.month, birth_date.day)
    return day.year - birth_date.year - (0 if had_birthday else 1)


def earliest_second_dose(first: date, interval_days: int) -> date:
    """The first day on which a second dose is valid, ``interval_days`` after the first (R04).

    The plan's 间隔14天以上 includes the 14th day. Take ``interval_days`` from ``Campaign.interval``.
    Raises ValueError for an interval of less than a day.
    """
    if interval_days < 1:
        raise ValueError(f"an interval is at least 1 day, not {interval_days}")
    return first + timedelta(days=interval_days)
