"""Read models of tallies: counters that events move, so that no page counts a whole town."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Column, Connection, MetaData, String, Table

from services.registration.residents.tallying import OF_PEOPLE, Facts, facts_of, told_of
from shared.kit.contracts import Event
from shared.kit.eventstore import Views
from shared.kit.eventstore.counters import Counters, Steps, number, subjects_table
from shared.town.mirrors.findings import STATUS

tables = MetaData()


of_units = Table(
    "unit_tallies",
    tables,
    Column("unit", String, primary_key=True),
    number("registered"),
    number("consented"),
    number("declined"),
    number("also"),
    number("first"),
    number("second"),
)
of_cohorts = Table(
    "cohort_tallies",
    tables,
    Column("unit", String, primary_key=True),
    Column("cohort", String, primary_key=True),
    number("people"),
    number("consented"),
    number("first"),
    number("second"),
)
# A deferral ends by itself: `until` that day the status counts, then `later`; else both are "".
of_statuses = Table(
    "status_tallies",
    tables,
    Column("unit", String, primary_key=True),
    Column("status", String, primary_key=True),
    Column("until", String, primary_key=True),
    Column("later", String, primary_key=True),
    number("people"),
)
counted = subjects_table("counted", tables, "resident")

views = Views(tables)


@views.after(*OF_PEOPLE, "ResidentAlsoListed", "ResidentUnlisted", "CohortsTagged", *STATUS)
def _count(connection: Connection, events: Sequence[Event]) -> None:
    """Look at people once more, and move the counters by what has changed."""
    COUNTERS.count(connection, told_of(connection, events))
    given = (event.data for event in events if event.name == "DoseAdministered")
    COUNTERS.move(
        connection,
        Steps(
            (of_units.name, (data["unit"],), "first" if data["dose"] == 1 else "second")
            for data in given
        ),
    )


def _counters(facts: Facts) -> Steps:
    """Return what a person counts as."""
    found, unit = Steps(), facts.unit
    for each in (unit, *facts.also):
        found[of_statuses.name, (each, facts.status, facts.until, facts.later), "people"] += 1
    if facts.merged:
        return found
    consented, declined = (facts.answer == each for each in ("consent", "decline"))
    found[of_units.name, (unit,), "registered"] += 1
    found[of_units.name, (unit,), "consented"] += consented
    found[of_units.name, (unit,), "declined"] += declined
    for each in facts.also:
        found[of_units.name, (each,), "also"] += 1
    for cohort in facts.cohorts:
        of = (of_cohorts.name, (unit, cohort))
        found[*of, "people"] += 1
        found[*of, "consented"] += consented
        found[*of, "first"] += facts.first
        found[*of, "second"] += facts.second
    return found


COUNTERS = Counters(counted, (of_units, of_cohorts, of_statuses), Facts, facts_of, _counters)
