"""Counters kept by events say what a recount of the residents' tables says, whatever happens."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from services.registration.domain.resident import Resident
from services.registration.domain.responsibility import Responsibility
from services.registration.mobilisation import commands as contacts
from services.registration.mobilisation import figures
from services.registration.mobilisation.queries import latest_contact
from services.registration.residents.status import with_status
from services.registration.tallies import queries as tallies
from tests.registration.test_matches import Town
from tests.support.examples import examples
from tests.support.part import a_deployment

UNITS = ("v01", "s01", "s02")
COHORTS = ("general", "party_member", "merchant")
SOURCES = ("appointments/stadium", "appointments/township")
WHATS = (
    *("consent", "decline", "dose", "dose elsewhere", "defer", "defer long", "clear", "forbid"),
    *("share", "share twice", "unlist", "tag", "untag", "correct", "merge", "unmerge"),
    *("assign", "assign another", "call", "undo the call"),
)
Step = tuple[str, int]


class Story(Town):
    """Three people of a village, of whom anything may be told."""

    def __init__(self, folder: Path, **changes: Any) -> None:
        super().__init__(folder, "registration", **changes)
        self.at("2024-04-01")
        self.people = self.registered(101, 102, 103)
        self.given: Counter[str] = Counter()
        self.into: dict[str, str] = {}

    def tell(self, what: str, who: int) -> None:
        one, other = self.people[who], self.people[(who + 1) % 3]
        if what == "consent":
            self.consents(one)
        elif what == "decline":
            self.declines(one)
        elif what.startswith("dose"):
            if self.given[one] < 2:
                site = "township" if what.endswith("elsewhere") else "stadium"
                self.given[one] += 1
                self.dose(one, self.given[one], f"2024-04-{self.given[one]:02d}", site)
        elif what.startswith("defer"):
            until = "2024-06-01" if what.endswith("long") else "2024-04-09"
            self.screened(one, "ResidentDeferred", reasons=["fever"], until=until)
        elif what == "clear":
            self.screened(one, "ResidentCleared", valid_until="2024-04-07")
        elif what == "forbid":
            self.screened(one, "ContraindicationFound", reasons=["epilepsy_own"])
        elif what == "merge":
            if not ({one, other} & self.into.keys() or one in self.into.values()):
                self.merge(one, other)
                self.into[one] = other
        elif what == "unmerge":
            if one in self.into:
                self.unmerge(one)
                del self.into[one]
        elif what.startswith("assign") or "call" in what:
            self.reach(what, UUID(one))
        else:
            self.decide_of_one(what, UUID(one))

    def reach(self, what: str, resident: UUID) -> None:
        work, today = self.app, self.app.today()
        with self.transaction():
            if what.startswith("assign"):
                held = work.begin(Responsibility, Responsibility.create_id(resident))
                cadre = "v01-b" if what.endswith("another") else "v01-a"
                held.assign(resident, "v01", cadre, today, start=today, today=today)
                work.save(held)
            elif what == "call":
                contacts.record_contact(work, resident, channel="phone", outcome="not_reached")
            elif latest := latest_contact(work, resident):
                made = UUID(str(latest["contact"]))
                contacts.undo_contact(work, resident, made, by="tester", senior=True)

    def decide_of_one(self, what: str, resident: UUID) -> None:
        with self.transaction():
            person = self.app.get(Resident, resident)
            if what == "share":
                person.list_also("s01", "workplace")
            elif what == "share twice":
                person.list_also("s02", "workplace")
            elif what == "unlist":
                person.unlist("s01")
            elif what == "tag":
                person.tag((*person.cohorts, "merchant"))
            elif what == "untag":
                person.tag(())
            elif what == "correct":
                cohort = COHORTS[(COHORTS.index(person.cohort) + 1) % 3]
                facts = {"name": "钱丽华", "document_number": "X1"}
                person.correct(
                    unit="v01", tie="home", cohort=cohort, identity=facts, new_identity=False
                )
            self.app.save(person)

    def told(self) -> dict[str, Any]:
        """What the counters tell."""
        units = {each["unit"]: dict(each) for each in tallies.counted_units(self.app)}
        counts = ("registered", "consented", "declined", "also", "first", "second")
        return {
            "units": {code: {name: units[code][name] for name in counts} for code in UNITS},
            "statuses": {code: tallies.statuses(self.app, code) for code in UNITS},
            "cohorts": {
                code: {row["cohort"]: dict(row) for row in tallies.cohorts(self.app, code)}
                for code in (None, *UNITS)
            },
            "cadres": self.cadres(figures._counts_now),
        }

    def cadres(self, counting: Any) -> dict[str, Any]:
        """How the people of each cadre stand, with a clerk and without one."""
        clerks = (None, "v01-a", "v01-c")
        return {
            f"{code} {clerk}": counting(self.app, code, self.app.today(), clerk)
            for code in UNITS
            for clerk in clerks
        }

    def recounted(self) -> dict[str, Any]:
        """The same, counted from everybody's row."""
        people = self.app.rows(with_status(self.app.today()))
        also, tags, doses = defaultdict(list), defaultdict(list), self.rows("doses")
        for row in self.rows("memberships"):
            also[row["resident"]].append(row["unit"])
        for row in self.rows("tags"):
            tags[row["resident"]].append(row["cohort"])
        counts = ("registered", "consented", "declined", "also", "first", "second")
        units = {code: dict.fromkeys(counts, 0) for code in UNITS}
        statuses: dict[str, Counter[str]] = {code: Counter() for code in UNITS}
        cohorts: dict[str | None, dict[str, dict[str, Any]]] = {c: {} for c in (None, *UNITS)}
        for dose in doses:
            units[dose["unit"]]["second" if dose["dose"] == 2 else "first"] += 1
        for row in people:
            one, unit = row["resident"], row["unit"]
            for code in (unit, *also[one]):
                statuses[code][row["status"]] += 1
            if row["merged_into"] is not None:
                continue
            units[unit]["registered"] += 1
            units[unit]["consented"] += row["answer"] == "consent"
            units[unit]["declined"] += row["answer"] == "decline"
            for code in also[one]:
                units[code]["also"] += 1
            had = {dose["dose"] for dose in doses if dose["person"] == one}
            for cohort in (row["cohort"], *tags[one]):
                for code in (None, unit):
                    of = cohorts[code].setdefault(
                        cohort,
                        {"cohort": cohort, "people": 0, "consented": 0, "first": 0, "second": 0},
                    )
                    of["people"] += 1
                    of["consented"] += row["answer"] == "consent"
                    of["first"] += 1 in had
                    of["second"] += 2 in had
        for found in cohorts.values():
            for of in found.values():
                of["percent"] = round(100 * of["second"] / of["people"], 1)
        return {
            "units": units,
            "statuses": {code: dict(found) for code, found in statuses.items()},
            "cohorts": cohorts,
            "cadres": self.cadres(figures._counts_on),
        }

    def rows(self, name: str) -> list[dict[str, Any]]:
        return self.app.rows(self.app.store.views.tables.tables[name].select())


_STEPS = st.lists(st.tuples(st.sampled_from(WHATS), st.integers(0, 2)), max_size=14)


@settings(max_examples=examples(10), deadline=None)
@given(steps=_STEPS)
@example(steps=[("dose", 0), ("merge", 0), ("dose elsewhere", 1), ("defer", 1), ("unmerge", 0)])
@example(steps=[("share", 0), ("tag", 0), ("defer", 0), ("merge", 0), ("correct", 0)])
@example(steps=[("share", 1), ("share twice", 1), ("consent", 1), ("unlist", 1), ("untag", 1)])
@example(steps=[(what, 0) for what in WHATS])
def test_counters_say_what_a_recount_says(
    tmp_path_factory: pytest.TempPathFactory, steps: list[Step]
):
    story = Story(tmp_path_factory.mktemp("town"))
    for what, who in steps:
        story.tell(what, who)
    for day in ("2024-04-02", "2024-04-08", "2024-04-09", "2024-06-01"):
        story.at(day)
        assert story.told() == story.recounted()
    assert story.view() == story.rebuilt_view()


def test_counters_and_lists_are_the_same_on_both_stores(
    store_url: Callable[[], str], tmp_path: Path
):
    url = store_url()
    parts = tuple(
        replace(part, store=url) if part.source == "registration" else part
        for part in a_deployment(tmp_path).parts
    )
    story = Story(tmp_path, parts=parts)
    for what in WHATS:
        story.tell(what, 0)
    for what in ("consent", "share", "share twice"):
        for who in (1, 2):
            story.tell(what, who)
    assert story.told() == story.recounted()
    with story.transaction():
        for resident in map(UUID, story.people[1:]):
            person = story.app.get(Resident, resident)
            person.ask_rebooking("township", date(2024, 4, 10))
            story.app.save(person)
    for path in ("residents", "to-be-booked-again", "responsibilities"):
        found: list[str] = []
        after: dict[str, str] = {}
        while after != {"after": None}:
            page = story.http.get(f"/api/units/v01/{path}", limit=1, **after).json or {}
            found += [each["resident"] for each in page["residents"]]
            after = {"after": page["next"]}
        assert found == story.people[path == "to-be-booked-again" :]
    for page in ("/", "/units/v01", "/units/s01", "/units/s01?status=consented&cohort=general"):
        assert story.http.page(page).status_code == 200
    assert story.view() == story.rebuilt_view()
