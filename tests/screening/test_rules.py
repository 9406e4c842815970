"""The plan's screening rules, R07 and R09 to R13, as their file says them."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.screening.domain.refusals import (
    ImplausibleTemperature,
    QuestionNotAsked,
    UnansweredQuestion,
)
from services.screening.domain.rules import Outcome, Person, Question, Rules
from services.screening.rules import loading
from shared.town.terms import screening as terms

DAY = date(2024, 4, 2)
AGES = (18, 59)
RULES = loading.current()
CODES = [question.code for question in RULES.questions]


def person(sex: str = "female", age: int = 40) -> Person:
    return Person(sex, age, AGES)


def well(of: Person, rules: Rules = RULES) -> dict[str, bool | float]:
    """The answers of somebody to whom nothing speaks against a dose."""
    return {"temperature": 36.5} | {each.code: each.no is not None for each in rules.asked_of(of)}


def screened(of: Person | None = None, **answers: bool | float) -> Outcome:
    of = of or person()
    return RULES.screen(well(of) | answers, of, DAY)


MOVED = Person("male", 40, AGES, moved=True)


class Case(NamedTuple):
    """What a row of the plan says: of whom, what is answered, and what comes of it."""

    row: str
    of: Person
    answers: dict[str, bool | float]
    kind: str
    reasons: tuple[str, ...] = ()
    days: int | None = None


def _ill(row: str, *codes: str) -> list[Case]:
    return [Case(row, person(), {code: True}, "contraindicated", (code,)) for code in codes]


CASES = [
    Case("R07", person(age=17), {}, "contraindicated", ("under_age",)),
    Case("R07", person(age=18), {}, "cleared"),
    Case("R07", person(age=59), {}, "cleared"),
    Case("R07", person(age=60), {"healthy": True}, "cleared"),
    Case("R07", person(age=60), {"healthy": False}, "contraindicated", ("over_age_not_healthy",)),
    Case("R09", person(), {"pregnant": True}, "deferred", ("pregnancy",)),
    *_ill("R10", "severe_allergy"),
    *_ill("R11", "convulsions_own", "convulsions_family", "epilepsy_own", "epilepsy_family"),
    *_ill("R11", "encephalopathy_own", "encephalopathy_family"),
    *_ill("R11", "mental_illness_own", "mental_illness_family"),
    Case("R12", person(), {"temperature": 37.2}, "cleared"),
    Case("R12", person(), {"temperature": 37.3}, "deferred", ("fever",), 7),
    Case("R12", person(), {"acute_illness": True}, "deferred", ("acute_illness",), 7),
    Case(
        "R12",
        person(),
        {"chronic_illness_acute_phase": True},
        "deferred",
        ("chronic_illness_acute_phase",),
        14,
    ),
    *_ill("R13", "severe_chronic_illness"),
    Case("R04", MOVED, {"vaccinated_before": True}, "deferred", ("dose_elsewhere",)),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.row}-{case.of.age}-{case.answers}")
def test_each_row_of_the_plan_leads_where_it_says(case: Case):
    outcome = screened(case.of, **case.answers)
    until = DAY + timedelta(days=case.days) if case.days else None
    assert (outcome.kind, outcome.reasons, outcome.until) == (case.kind, case.reasons, until)


def unreached(rules: Rules, cases: list[Case]) -> list[str]:
    """The rules that no case reaches: each question by its row, fever, and the youngest age."""
    reasons = {reason for case in cases for reason in case.reasons}
    leads = [(each.row, each.code, each.yes or each.no) for each in rules.questions]
    missing = [f"{row} {code}" for row, code, lead in leads if lead and lead.reason not in reasons]
    others = {"R12 fever": "fever", "R07 age": rules.under_age}
    return missing + [name for name, reason in others.items() if reason not in reasons]


def test_no_rule_is_without_a_case():
    assert unreached(RULES, CASES) == []
    assert unreached(RULES, CASES[:-1]) == ["R04 vaccinated_before"]


@st.composite
def people_and_answers(draw: st.DrawFn) -> tuple[Person, dict[str, bool | float]]:
    of = person(draw(st.sampled_from(("female", "male"))), draw(st.integers(0, 110)))
    asked = [each.code for each in RULES.asked_of(of)]
    answers = {code: draw(st.booleans()) for code in asked}
    tenths = draw(st.integers(340, 430))
    return of, answers | {"temperature": tenths / 10}


@given(people_and_answers())
def test_every_set_of_answers_leads_to_exactly_one_outcome(told):
    of, answers = told
    outcome = RULES.screen(answers, of, DAY)
    known = {"cleared": (), "deferred": terms.DEFERRAL_REASONS}
    known["contraindicated"] = terms.CONTRAINDICATIONS
    assert outcome.kind in known
    assert (outcome.reasons == ()) == (outcome.kind == "cleared")
    assert set(outcome.reasons) <= set(known[outcome.kind])
    assert outcome.kind == "deferred" or outcome.until is None
    assert RULES.screen(answers, of, DAY) == outcome


@given(people_and_answers())
def test_what_forbids_outranks_what_defers(told):
    of, answers = told
    leads = [each.leads(bool(answers[each.code])) for each in RULES.asked_of(of)]
    forbidding = [each.reason for each in leads if each and each.finding == "contraindicated"]
    outcome = RULES.screen(answers, of, DAY)
    if forbidding:
        assert outcome.kind == "contraindicated"
        assert set(forbidding) <= set(outcome.reasons)


def test_all_reasons_that_defer_are_told_and_the_latest_day_counts():
    outcome = screened(temperature=38.5, chronic_illness_acute_phase=True)
    assert outcome.reasons == ("fever", "chronic_illness_acute_phase")
    assert outcome.until == DAY + timedelta(days=14)


def test_a_pregnancy_defers_without_a_day_whatever_else_does():
    assert screened(pregnant=True, temperature=38.5).until is None


@pytest.mark.parametrize(
    ("of", "asked"),
    [
        (person("female", 40), {"pregnant"}),
        (person("male", 40), set[str]()),
        (person("female", 60), {"healthy"}),
        (person("male", 70), {"healthy"}),
    ],
)
def test_questions_are_asked_by_sex_and_age(of, asked):
    codes = {each.code for each in RULES.asked_of(of)}
    assert codes & {"pregnant", "healthy"} == asked


def test_no_man_is_recorded_pregnant():
    with pytest.raises(QuestionNotAsked):
        screened(person("male"), pregnant=True)
    assert screened(person("male"), pregnant=False).kind == "cleared"


@pytest.mark.parametrize("code", ["temperature", *CODES])
def test_no_question_that_is_asked_may_be_left_out(code):
    of = {"healthy": person(age=60), "vaccinated_before": MOVED}.get(code, person())
    answers = {key: value for key, value in well(of).items() if key != code}
    with pytest.raises(UnansweredQuestion) as refused:
        RULES.screen(answers, of, DAY)
    assert refused.value.details == {"missing": [code]}


@pytest.mark.parametrize("temperature", [3.65, 33.9, 43.1, 365, float("nan")])
def test_a_mistyped_temperature_is_refused(temperature):
    with pytest.raises(ImplausibleTemperature):
        screened(temperature=temperature)


def test_the_rest_is_a_no_but_never_to_what_a_no_speaks_against():
    old = person(age=60)
    answers = RULES.with_the_rest({"temperature": 36.5}, old)
    with pytest.raises(UnansweredQuestion) as refused:
        RULES.screen(answers, old, DAY)
    assert refused.value.details == {"missing": ["healthy"]}
    young = person()
    told = RULES.with_the_rest({"temperature": 36.5, "severe_allergy": True}, young)
    assert RULES.screen(told, young, DAY).reasons == ("severe_allergy",)


# The files


@pytest.mark.parametrize("rules", loading.versions().values(), ids=loading.versions())
def test_every_version_can_still_judge_and_its_reasons_have_words(rules: Rules):
    of = person()
    assert rules.screen(well(of, rules), of, DAY).kind == "cleared"
    for each in rules.questions:
        lead = each.yes or each.no
        assert lead is not None
        assert lead.reason in terms.FINDING_REASONS


def test_the_five_questions_of_the_national_form_are_asked():
    asked: list[Question] = list(RULES.questions)
    assert {each.form for each in asked if each.form} == {1, 2, 3, 4, 5}


GOOD = (loading._FOLDER / f"{loading.CURRENT}.toml").read_text("utf-8")


@pytest.mark.parametrize(
    ("was", "becomes", "said"),
    [
        ('finding = "deferred"', 'finding = "tired"', "Must be one of"),
        ('reason = "pregnancy"', 'reason = "hunger"', "no reason of this finding"),
        ("fever_from = 37.3", "fever_from = 73.3", "lowest < fever_from <= highest"),
        ('code = "pregnant"', 'code = "healthy"', "asked twice: healthy"),
        ("days = 14", "days = 0", "Must be greater"),
        ('roles = ["screener"]', 'roles = ["king"]', "Must be one of"),
        ("second = true", "secnd = true", "Unknown field"),
        ('asked = { sex = "female"', 'asked = { sex = "cat"', "Must be one of"),
    ],
)
def test_a_file_that_is_wrong_judges_nobody(was: str, becomes: str, said: str):
    assert was in GOOD
    with pytest.raises(ValueError, match=said):
        loading.read(GOOD.replace(was, becomes, 1))


def test_the_versions_come_one_after_the_other():
    names = list(loading.versions())
    assert names[-1] == loading.CURRENT
    assert all(one < other for one, other in pairwise(names))
