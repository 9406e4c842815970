"""ISO 8601 weeks as text, "2024-W14": the unit of weekly plans and reports (R22, R26)."""

from datetime import date, timedelta

from shared.kit.language import t


class BadWeek(ValueError):
    """A text that names no ISO week; over HTTP a refusal like any other."""

    code, status = "bad-week", 422

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text

    def __str__(self) -> str:
        return t(
            "“{text}”不是一周：请写年份和周数，如 2024-W14，周数为该年有的（01 至 52，有的年份到 53）。",
            "{text!r} is no week: write the ISO year and week as 2024-W14, with a week that this"
            " year has (01 to 52, in some years 53)",
            text=self.text,
        )


def week_of(day: date) -> str:
    """The ISO week of a day, as "2024-W14"; its year can differ from the day's around New Year."""
    year, week, _ = day.isocalendar()
    return f"{year:04d}-W{week:02d}"


def parse_week(text: str) -> tuple[int, int]:
    """ISO year and week number of "2024-W14"; raises BadWeek."""
    try:
        year, week, _ = date.fromisoformat(f"{text}-7").isocalendar()
    except ValueError as error:
        raise BadWeek(text) from error
    return year, week


def days_of(week: str) -> tuple[date, ...]:
    """The seven days of a week, Monday to Sunday; raises BadWeek."""
    year, number = parse_week(week)
    monday = date.fromisocalendar(year, number, 1)
    return tuple(monday + timedelta(days=n) for n in range(7))


def weeks_between(start: date, end: date) -> tuple[str, ...]:
    """Every week from that of ``start`` to that of ``end``, both included; empty if end < start."""
    if end < start:
        return ()
    monday = start - timedelta(days=start.weekday())
    return tuple(week_of(monday + timedelta(days=n)) for n in range(0, (end - monday).days + 1, 7))


def last_week(start: date, end: date, today: date) -> str | None:
    """The week that ended last, None if none of the weeks from ``start`` to ``end`` has ended."""
    ended = (week for week in reversed(weeks_between(start, end)) if days_of(week)[-1] < today)
    return next(ended, None)
