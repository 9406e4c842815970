"""Whether a row is a question to the unit: it changes who somebody is, or says they are not there.

Pure: a line beside what is known gives the reasons to ask, and what may be answered.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Literal, TypedDict, cast

from services.registration.rosters.comparison import Known, is_another_person
from services.registration.rosters.name_rule import is_other_name
from services.registration.rosters.outcome import Change
from services.registration.rosters.reading.roster_lines import Line
from shared.kit.formats import Day, Id
from shared.town.contracts.asked_rosters import LEFT
from shared.town.identity_documents import Document
from shared.town.mirrors.notes import NOTHING, Noted

Choice = Literal["same_person", "keep", "register", "leave_out"]
OF_KNOWN: tuple[Choice, ...] = ("same_person", "keep")
OF_NEW: tuple[Choice, ...] = ("register", "leave_out")
OWN_WISH = ("by_request", "consent_withdrawn")
"""Reasons of an erasure behind which nobody goes back without being asked."""


class Question(TypedDict):
    """A row that is asked about: why, what it says otherwise, how it may be answered.

    `erased` is the day on which the person's data were erased at their own wish.
    """

    number: int
    sheet: str
    row: int
    resident: Id
    name: str
    why: list[str]
    choices: list[Choice]
    changes: list[Change]
    marks: list[str]
    remark: str | None
    erased: Day | None
    answer: Choice | None


@dataclass(frozen=True, slots=True)
class About:
    """What is known of a line's person: the record, the notes, the day they were erased at their
    own wish, and why the file as a whole casts doubt on the row."""

    known: Known | None
    noted: Noted = NOTHING
    erased: str | None = None
    doubt: str | None = None


def reasons_to_ask(line: Line, about: About, changed: Sequence[Change]) -> list[str]:
    """Return why a line is a question, the gravest first; [] when it is none."""
    reasons: list[str] = []
    if about.erased is not None:
        reasons.append("own_wish")
    if about.known is not None and about.erased is None:
        reasons += _other_person(line, about.known, changed)
    if any(mark in LEFT and mark not in about.noted.marks for mark in line.marks):
        reasons.append("marked")
    if about.doubt is not None and changed:
        reasons.append(about.doubt)
    return reasons


def _other_person(line: Line, known: Known, changed: Sequence[Change]) -> list[str]:
    fields = {each["field"] for each in changed}
    before = (known.identity or {}).get("name")
    found = [each for each in ("birth_date", "sex") if each in fields]
    if before and is_other_name(before, line.name):
        found.insert(0, "name")
    return ["document", *found] if is_another_person(line, known) else found


def question_of(
    number: int, line: Line, resident: str, about: About, why: list[str], changed: list[Change]
) -> Question:
    """Return the question that a line is."""
    known = about.known is not None and about.erased is None
    return Question(
        number=number,
        sheet=line.sheet,
        row=line.row,
        resident=resident,
        name=line.name,
        why=why,
        choices=list(OF_KNOWN if known else OF_NEW),
        changes=changed if known else [],
        marks=list(line.marks),
        remark=line.remark,
        erased=about.erased,
        answer=None,
    )


def kept_line(line: Line) -> dict[str, Any]:
    """Return a line as JSON holds it."""
    return json.loads(json.dumps(asdict(line), default=date.isoformat))


def line_of(kept: Mapping[str, Any]) -> Line:
    """Return a line that was kept."""
    values, document = _values(kept), _values(kept["document"])
    if born := document["birth_date"]:
        document["birth_date"] = date.fromisoformat(born)
    values["birth_date"] = date.fromisoformat(kept["birth_date"])
    values["document"] = Document(**document)
    return Line(**values)


def _values(kept: Mapping[str, Any]) -> dict[str, Any]:
    """Lists of JSON were tuples."""
    return {
        name: tuple(cast("list[str]", value)) if isinstance(value, list) else value
        for name, value in kept.items()
    }
