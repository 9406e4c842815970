"""What the screening rules are and how they judge: answers in, outcome out (R07, R09-R13)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import ClassVar, Literal

from services.screening.domain.refusals import (
    ImplausibleTemperature,
    QuestionNotAsked,
    UnansweredQuestion,
)
from shared.kit.language import Text, t

Finding = Literal["cleared", "deferred", "contraindicated"]
TEMPERATURE = "temperature"
_CALLED = Text("今天的体温（℃）", "Temperature today (°C)")
Answers = Mapping[str, bool | float]


@dataclass(frozen=True, slots=True)
class Person:
    """Whom the questions are asked of; `age` in full years on the day.

    `ages`: the youngest and the oldest age of the plan's group (18, 59). `moved`: no dose is known,
    and another site may have given one.
    """

    sex: str
    age: int
    ages: tuple[int, int]
    moved: bool = False

    @property
    def above_oldest(self) -> bool:
        """Whether somebody is older than the plan's group, so vaccinated in good health only."""
        return self.age > self.ages[1]


@dataclass(frozen=True, slots=True)
class Leads:
    """What an answer leads to: a finding and its reason.

    A deferral lasts for `days`, or without until somebody who screens ends it. What is `lasting`
    no later answer takes back.
    """

    finding: Finding
    reason: str
    days: int | None = None
    lasting: bool = True


@dataclass(frozen=True, slots=True)
class Asked:
    """Of whom a question is asked; None: whatever they are."""

    sex: str | None = None
    above_oldest: bool | None = None
    moved: bool | None = None

    def of(self, person: Person) -> bool:
        """Tell whether a person is asked."""
        of_sex = self.sex in (None, person.sex)
        of_age = self.above_oldest in (None, person.above_oldest)
        return of_sex and of_age and self.moved in (None, person.moved)


@dataclass(frozen=True, slots=True)
class Question:
    """A question to be answered yes or no, of which row of the plan, and what each leads to."""

    code: str
    row: str
    zh: str
    en: str
    form: int | None = None
    asked: Asked = Asked()
    yes: Leads | None = None
    no: Leads | None = None

    def __str__(self) -> str:
        return t(self.zh, self.en)

    def leads(self, answer: bool) -> Leads | None:
        """Return what an answer leads to; None: nothing speaks against a dose."""
        return self.yes if answer else self.no


@dataclass(frozen=True, slots=True)
class Temperature:
    """Degrees Celsius: what is plausible, and from where on it is a fever that defers (R12)."""

    code: ClassVar[str] = TEMPERATURE
    zh: ClassVar[str] = _CALLED.zh
    en: ClassVar[str] = _CALLED.en

    lowest: float
    highest: float
    fever_from: float
    days: int
    form: int | None = None

    def __str__(self) -> str:
        return t(self.zh, self.en)

    def leads(self, degrees: float) -> Leads | None:
        """Return what a temperature leads to. Raises `ImplausibleTemperature`."""
        if not self.lowest <= degrees <= self.highest:
            raise ImplausibleTemperature(
                value=degrees, lowest=f"{self.lowest:.1f}", highest=f"{self.highest:.1f}"
            )
        return Leads("deferred", "fever", self.days) if degrees >= self.fever_from else None


@dataclass(frozen=True, slots=True)
class Lifting:
    """Which roles may take a finding back; `second`: another of them has to agree."""

    roles: tuple[str, ...]
    second: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was found; `until` of a deferral with an end, `lasting` of a contraindication."""

    kind: Finding
    reasons: tuple[str, ...] = ()
    until: date | None = None
    lasting: bool = False


@dataclass(frozen=True, slots=True)
class Rules:
    """A version of the rules: questions in their order, and what is read from the rest."""

    version: str
    temperature: Temperature
    questions: tuple[Question, ...]
    under_age: str
    lifting: Mapping[str, Lifting]

    def asked_of(self, person: Person) -> list[Question]:
        """Return the questions that are asked of a person."""
        return [question for question in self.questions if question.asked.of(person)]

    def with_the_rest(self, answers: Answers, person: Person) -> dict[str, bool | float]:
        """Return answers with a no to each question left that a no does not speak against."""
        left = {each.code: False for each in self.asked_of(person) if each.no is None}
        return left | dict(answers)

    def screen(self, answers: Answers, person: Person, day: date) -> Outcome:
        """Judge a person's answers of a day.

        What is contraindicated outranks what is deferred; all reasons of the rank are given, and
        of several days the latest counts. Raises `UnansweredQuestion`, `QuestionNotAsked` for an
        answer that would count and was not to be asked, `ImplausibleTemperature`.
        """
        self._must_be_answered(answers, person)
        found = [*self._found(answers, person)]
        forbidding = [each for each in found if each.finding == "contraindicated"]
        if forbidding:
            lasting = any(each.lasting for each in forbidding)
            return Outcome("contraindicated", _reasons(forbidding), lasting=lasting)
        if found:
            return Outcome("deferred", _reasons(found), _until(found, day))
        return Outcome("cleared")

    def _must_be_answered(self, answers: Answers, person: Person) -> None:
        asked = self.asked_of(person)
        if missing := [each for each in (self.temperature, *asked) if each.code not in answers]:
            raise UnansweredQuestion(missing=missing)
        for each in self.questions:
            if each not in asked and each.code in answers and each.leads(bool(answers[each.code])):
                raise QuestionNotAsked(question=each)

    def _found(self, answers: Answers, person: Person) -> Iterator[Leads]:
        if person.age < person.ages[0]:
            yield Leads("contraindicated", self.under_age, lasting=False)
        if fever := self.temperature.leads(float(answers[TEMPERATURE])):
            yield fever
        for question in self.asked_of(person):
            if leads := question.leads(bool(answers[question.code])):
                yield leads


def _reasons(found: list[Leads]) -> tuple[str, ...]:
    return tuple(each.reason for each in found)


def _until(found: list[Leads], day: date) -> date | None:
    """The day to look again; None when one of them has no end."""
    days = [each.days for each in found if each.days is not None]
    return day + timedelta(days=max(days)) if len(days) == len(found) else None
