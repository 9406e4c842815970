"""Who holds the responsibility for many residents at once: what a roster that names cadres needs."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from services.registration.mobilisation.views import responsibilities
from shared.kit.eventstore import Prepared, among, in_json
from shared.town.work import Work

_HELD = Prepared(
    select(responsibilities.c.resident, responsibilities.c.cadre, responsibilities.c.until).where(
        among(responsibilities.c.resident, "ids")
    )
)


def holders_of(work: Work, residents: Sequence[str]) -> dict[str, str | None]:
    """Return the cadres assigned to residents now; None to whoever only had one before."""
    held: dict[str, str | None] = {}
    for row in work.rows(_HELD, ids=in_json(residents)):
        held.setdefault(row["resident"], None)
        if row["until"] is None:
            held[row["resident"]] = row["cadre"]
    return held
