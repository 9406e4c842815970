"""Records of one person: whose course is meant, and what is known of the person (R04, R16).

Registration links two records and may take them apart again; a site keeps every course in the
stream it was begun in. Of linked records the one whose course has most to it holds the course:
what is booked and given from then on is its own, and the doses of the others count with it.
"""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, or_, select

from services.appointments.dockings import Dockings
from services.appointments.domain.course import Course, Person
from services.appointments.domain.refusals import CourseElsewhere, NotRegisteredHere
from services.appointments.views import (
    appointments,
    doses,
    links,
    residents,
    standings,
    told_doses,
)
from shared.kit.eventstore import Prepared

_LINKED = Prepared(
    select(links.c.into).where(
        or_(links.c.resident == bindparam("wanted"), links.c.into == bindparam("wanted"))
    )
)
_YIELDED = Prepared(
    select(links.c.resident).where(links.c.into == bindparam("wanted")).order_by(links.c.resident)
)
# What makes a course the one that goes on, the weightiest first.
_WEIGHTS = ("vaccinated", "done", "waiting", "booked")


class LinkedCourses(Dockings):
    """A resident as the person who stands behind one or several records."""

    def records_of(self, resident: str) -> list[str]:
        """All records of a resident's person, the one that stays first; mostly the one alone."""
        found = self.row(_LINKED, wanted=resident)
        if found is None:
            return [resident]
        person = found["into"]
        return [person, *(row["resident"] for row in self.rows(_YIELDED, wanted=person))]

    def known(self, resident: UUID) -> dict[str, Any]:
        """A resident of this site, with answer and screening. Raises `NotRegisteredHere`.

        Of linked records: the one that stays, with the newest answer and finding of all (a
        contraindication outranks the rest), and `course`, the record that holds the course.
        Raises `CourseElsewhere` when another site has given a dose to one of them.
        """
        records = self.records_of(str(resident))
        if len(records) == 1:
            return super().known(resident)
        known = self.person_behind(records)
        if not known["doses_here"]:
            if known["told"]:
                raise CourseElsewhere(known["told"][0]["site"])
            if not (known["docked"] or known["begun"]):
                raise NotRegisteredHere
        return known

    def day_list(self, day: date) -> list[dict[str, Any]]:
        """All appointments of a day; what was found of any record of a person counts."""
        rows = super().day_list(day)
        of_day = select(appointments.c.resident).where(appointments.c.day == day.isoformat())
        of_link = or_(links.c.resident.in_(of_day), links.c.into.in_(of_day))
        linked = {each for row in self.rows(select(links).where(of_link)) for each in row.values()}
        for row in rows:
            if row["resident"] in linked:
                known = self.person_behind(self.records_of(row["resident"]))
                row.update({name: known[name] for name in ("screening", "reasons", "until")})
        return rows

    def person_behind(self, records: list[str]) -> dict[str, Any]:
        """What is known of a person with several records, wherever the course is.

        `docked`: the staying record's unit comes here; `begun`: records with a course here that
        was not cancelled; `told`: doses at other sites.
        """
        of_records = residents.c.resident.in_(records)
        screened = standings.c.resident == residents.c.resident
        query = select(
            residents, standings.c.status, standings.c.reasons, standings.c.until,
            standings.c.position,
        )  # fmt: skip
        query = query.outerjoin(standings, screened).where(of_records)
        rows = {row["resident"]: row for row in self.rows(query)}
        if records[0] not in rows:
            raise NotRegisteredHere
        known = rows[records[0]] | self._answer_of(rows) | self._finding_of(rows)
        visits = self.rows(select(appointments).where(appointments.c.resident.in_(records)))
        told = self.rows(select(told_doses).where(told_doses.c.link.in_(records)))
        return known | {
            "records": records,
            "course": self._holder(records, visits),
            "doses_here": len(self.rows(select(doses).where(doses.c.resident.in_(records)))),
            "docked": self.docked_here(records[0]),
            "begun": sorted(
                {row["resident"] for row in visits if row["status"] not in ("cancelled", "no_show")}
            ),
            "told": [row for row in told if row["site"] != self.site],
        }

    def still_consents(self, resident: str) -> bool:
        """Whether another record of the same person has a consent that stands."""
        records = self.records_of(resident)
        return len(records) > 1 and self.person_behind(records)["answer"] == "consented"

    def _answer_of(self, rows: dict[str, dict[str, Any]]) -> dict[str, Any]:
        given = [row for row in rows.values() if row["answer"] is not None]
        newest = max(given, key=lambda row: row["answered"], default=None)
        return {name: newest and newest[name] for name in ("answer", "wished_week", "answered")}

    def _finding_of(self, rows: dict[str, dict[str, Any]]) -> dict[str, Any]:
        found = [row for row in rows.values() if row["status"] is not None]
        stands = max(
            found,
            key=lambda row: (row["status"] == "contraindicated", row["position"]),
            default=None,
        )
        return {
            "screening": stands and stands["status"],
            "reasons": stands and stands["reasons"],
            "until": stands and stands["until"],
        }

    def _holder(self, records: list[str], visits: list[dict[str, Any]]) -> str:
        def weight(record: str) -> tuple[int, ...]:
            mine = [row["status"] for row in visits if row["resident"] == record]
            given = mine.count("vaccinated") + mine.count("done")
            return (given, *(mine.count(status) for status in _WEIGHTS))

        return max(records, key=lambda record: (weight(record), record == records[0]))

    # Courses

    def course_of(self, resident: UUID) -> tuple[Person, Course]:
        """A resident of this site and their course. Raises `NotRegisteredHere`."""
        return self.course_of_known(self.known(resident))

    def course_of_known(self, known: dict[str, Any]) -> tuple[Person, Course]:
        """The course of what `known` tells, with the doses of the person's other records."""
        person = person_of(known)
        course = self.begin(Course, Course.create_id(person.resident))
        others = [each for each in known.get("records", ()) if each != str(person.resident)]
        if others:
            joined = [
                dose
                for each in others
                for dose in self.begin(Course, Course.create_id(UUID(each))).doses
            ]
            joined += [
                {"day": date.fromisoformat(dose["day"]), "product": dose["product"]}
                for dose in known["told"]
            ]
            course.join(joined)
        return person, course

    def course_of_record(self, record: str) -> tuple[Person, Course]:
        """One record's own course, whoever it is linked to."""
        row = self.row(select(residents).where(residents.c.resident == record))
        if row is None:
            raise NotRegisteredHere
        return person_of(row), self.begin(Course, Course.create_id(UUID(record)))


def person_of(known: dict[str, Any]) -> Person:
    """What a course needs of a row of `known`: of linked records, the one with the course."""
    return Person(
        UUID(known.get("course") or known["resident"]),
        known["unit"],
        known["cohort"],
        date.fromisoformat(known["birth_date"]),
    )
