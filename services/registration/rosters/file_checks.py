"""What is to be known to judge a file as a whole: earlier imports, and what people were before."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select

from services.registration.residents.lists import may_share
from services.registration.rosters.comparison import changes
from services.registration.rosters.job_rows import ImportRow
from services.registration.rosters.registering import PreparedRoster
from services.registration.rosters.views import DONE, imports
from services.registration.rosters.whole_file import THRESHOLDS, Before, Stop, stops_of
from services.registration.units import queries as units
from shared.town.work import Work

MOST_OPENED = 500
"""People whose earlier values are opened: as many tell whether a file sets them back."""


def file_stops(work: Work, job: ImportRow, prepared: PreparedRoster) -> list[Stop]:
    """Return what stops a file, before anything of it is written."""
    kinds = {each["unit"]: each["kind"] for each in units.all_units(work)}
    own = kinds[job["unit"]]
    sharable = frozenset(unit for unit, kind in kinds.items() if may_share([kind], own))
    last, others = _same_before(work, job)
    before = Before(
        unit=job["unit"],
        same_file=last if others else None,
        former=_former(work, job["unit"], prepared),
        sharable=sharable,
    )
    return stops_of(prepared.pairs, prepared.known, before)


def same_as(work: Work, job: ImportRow) -> str | None:
    """Return the day on which the unit's last import was of this very file; None: it was not."""
    last, others = _same_before(work, job)
    return None if others else last


def _same_before(work: Work, job: ImportRow) -> tuple[str | None, bool]:
    """The day of this very file's latest import, and whether other files have come since."""
    at = imports.c
    query = (
        select(at.file_sha256, at.ended_at)
        .where(at.unit == job["unit"], at.state == DONE, at.number < job["number"])
        .order_by(at.number.desc())
    )
    others = False
    for row in work.rows(query):
        if row["file_sha256"] == job["file_sha256"]:
            return str(row["ended_at"])[:10], others
        others = True
    return None, False


def _former(
    work: Work, unit: str, prepared: PreparedRoster
) -> Mapping[str, Mapping[str, set[str]]]:
    """All values that people have had before whom the file changes, by field."""
    changed = [
        who
        for line, who in prepared.pairs
        if (there := prepared.known.get(who)) is not None
        and there.row["unit"] == unit
        and changes(line, there)
    ]
    least, _ = THRESHOLDS["older_values"]
    if len(changed) < least:
        return {}
    return {who: _values_of(work, who) for who in changed[:MOST_OPENED]}


def _values_of(work: Work, who: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for event in work.store.stream(who):
        if event.name not in ("ResidentRegistered", "ResidentCorrected"):
            continue
        opened = work.privacy.read(who, event.sealed("identity")) or {}
        facts = {name: str(event.data[name]) for name in ("tie", "cohort", "sex", "birth_date")}
        for name, value in (facts | opened).items():
            found.setdefault(name, set()).add(value)
    return found
