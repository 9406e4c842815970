"""Chart of a site's day: who is expected in each slot, and who has been vaccinated."""

from __future__ import annotations

from datetime import date

from services.appointments.visits.queries import OfSlot
from shared.kit.charts.shapes import Columns
from shared.kit.dates import day_text


def slots(day: date, times: list[str], found: list[OfSlot], places: int) -> Columns:
    """Vaccinated of those booked in every slot, against its places."""
    booked = {each["time"]: each for each in found}
    nobody = OfSlot(time="", booked=0, done=0)
    counted = ((time, booked.get(time, nobody)) for time in sorted({*times, *booked}))
    columns: list[tuple[str, int, int | None]] = [
        (time, each["done"], each["booked"]) for time, each in counted
    ]
    return {
        "form": "columns",
        "panels": [{"name": day_text(day), "level": places, "columns": columns}],
    }
