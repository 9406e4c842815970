"""Chart of a site's day: who is expected in each slot, and who has been vaccinated."""

from __future__ import annotations

from datetime import date

from services.appointments.visits.queries import OfSlot
from shared.kit.charts.shapes import Columns
from shared.kit.dates import day_text


def slots(day: date, found: list[OfSlot], places: int) -> Columns:
    """Vaccinated of those booked in every slot, against its places."""
    columns: list[tuple[str, int, int | None]] = [
        (each["time"], each["done"], each["booked"]) for each in found
    ]
    return {
        "form": "columns",
        "panels": [{"name": day_text(day), "level": places, "columns": columns}],
    }
