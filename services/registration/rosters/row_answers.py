"""A question about a row is answered: the row is taken over, left as it is, or left out (R21)."""

from __future__ import annotations

import json
from typing import TypedDict

from services.registration.domain.import_refusals import (
    ImportCancelled,
    ImportRunning,
    NoSuchAnswer,
    QuestionAnswered,
    UnknownQuestion,
)
from services.registration.rosters.job_rows import (
    JOBS,
    change_asked,
    import_row,
    remember_answer,
    sealed,
)
from services.registration.rosters.outcome import COUNTED, Entry, Kind, Outcome
from services.registration.rosters.queries import kept_result
from services.registration.rosters.registering import register_row, take_into
from services.registration.rosters.row_questions import Choice, Question, line_of
from services.registration.rosters.views import CANCELLED, NOT_ENDED
from shared.kit.formats import Id
from shared.town.work import Work

TAKEN: tuple[Choice, ...] = ("same_person", "register")


class RowAnswered(TypedDict):
    """The answer, and the group in which the row is now; `asked` questions are left."""

    number: int
    resident: Id
    answer: Choice
    outcome: str
    asked: int


def answer_row(work: Work, job: str, number: int, answer: Choice) -> RowAnswered:
    """Answer the question of a row, and do what the answer says.

    Raises `UnknownImport`, `ImportRunning`, `ImportCancelled`, `NotKept`, `UnknownQuestion`,
    `QuestionAnswered`, `NoSuchAnswer`.
    """
    row = import_row(work, job)
    if row["state"] in NOT_ENDED:
        raise ImportRunning(state=row["state"])
    if row["state"] == CANCELLED:
        raise ImportCancelled
    result = kept_result(work, job)
    question = _find(result["questions"], number)
    if question["answer"] is not None:
        raise QuestionAnswered
    if answer not in question["choices"]:
        raise NoSuchAnswer(known=question["choices"])
    question["answer"] = answer
    kept = result["lines"].pop(str(number))
    outcome = Outcome(asked_before=len(result["questions"]))
    if answer in TAKEN:
        line, who = line_of(kept), question["resident"]
        register_row(work, row["unit"], line, who, question["why"], outcome)
        remember_answer(work, job, who)
    else:
        outcome.entries.append(_left(question, "unchanged" if answer == "keep" else "left_out"))
    take_into(result, outcome)
    change_asked(work, job, asked=result["asked"], left_out=result["left_out"])
    JOBS.change(
        work,
        job,
        **{kind: result[kind] for kind in COUNTED},
        errors=len(result["errors"]),
        result=sealed(work, job, "result", json.dumps(result, ensure_ascii=False).encode()),
    )
    return {
        "number": number,
        "resident": question["resident"],
        "answer": answer,
        "outcome": _became(outcome),
        "asked": result["asked"],
    }


def _find(questions: list[Question], number: int) -> Question:
    for question in questions:
        if question["number"] == number:
            return question
    raise UnknownQuestion


def _left(question: Question, kind: Kind) -> Entry:
    return Entry(
        sheet=question["sheet"],
        row=question["row"],
        outcome=kind,
        resident=question["resident"],
    )


def _became(outcome: Outcome) -> str:
    if outcome.entries:
        return outcome.entries[0]["outcome"]
    return "asked" if outcome.questions else "errors"
