"""Nobody gets a second first dose anywhere, and a reaction or a refusal reaches every desk (R04, R10).

Registration, two sites, screening and supervision, who hear each other's logs or do not.
"""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

import pytest

from deploy.parts import FOLLOWS
from services.screening.rules import loading
from tests.support.part import PartUnderTest
from tests.support.stadium import batch
from tests.support.workbooks import person, roster

FIRST, FIFTH, FIFTEENTH = "2024-04-02", "2024-04-06", "2024-04-16"
WEEKS = {"from_day": "2024-03-25", "to_day": "2024-06-20", "product": "CoronaVac"}
ASKED = loading.current().questions
UNIT = "v15"


class Town:
    """A unit docked to the stadium, whose people later go to the township."""

    def __init__(self, folder: Path, sites: tuple[str, ...] = ("stadium", "township")) -> None:
        """All sites have vaccine and sessions; one person of the unit wants to be vaccinated."""
        self.parts = {
            "registration": PartUnderTest(folder, "registration"),
            "screening": PartUnderTest(folder, "screening"),
            "supervision": PartUnderTest(folder, "supervision"),
        }
        for site in sites:
            self.parts[f"appointments/{site}"] = PartUnderTest(folder, "appointments", site)
        self.heard: dict[tuple[str, str], int] = {}
        self.at(FIRST)
        self.docked("stadium", FIRST)
        for site in sites:
            self.ok(f"appointments/{site}", "/api/batches", batch(f"{site}-1", 100))
            self.ok(f"appointments/{site}", "/api/sessions", WEEKS)
        sent = self.parts["registration"].http.upload(
            f"/api/units/{UNIT}/roster", roster(person(7, "张伟"))
        )
        assert sent.json is not None
        self.who = sent.json["entries"][0]["resident"]
        self.ok("registration", f"/api/residents/{self.who}/consent", {"wished_week": "2024-W14"})
        self.tell()

    def at(self, instant: str) -> None:
        for part in self.parts.values():
            part.at(instant)

    def docked(self, site: str, since: str) -> None:
        self.ok("registration", f"/api/units/{UNIT}/dock", {"site": site, "since": since})

    def tell(self, *sources: str, to: tuple[str, ...] = ()) -> None:
        """What some parts (none named: all) have said arrives at those that follow them."""
        for _ in range(3):
            for source in sources or self.parts:
                for name, part in self.parts.items():
                    if name != source and (not to or name in to) and _follows(part, source):
                        self._hear(part, name, source)

    def _hear(self, part: PartUnderTest, name: str, source: str, most: int = 10_000) -> None:
        after = self.heard.get((name, source), 0)
        said = self.parts[source].app.store.log(after, most)
        if said:
            part.hears_log(source, said)
            self.heard[name, source] = after + len(said)

    def post(self, part: str, url: str, body: dict[str, Any] | None = None) -> Any:
        return self.parts[part].http.post(url, body)

    def ok(self, part: str, url: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        answer = self.post(part, url, body)
        assert answer.status_code == 200, answer.text
        return answer.json or {}

    def book(self, site: str, day: str) -> Any:
        return self.post(
            f"appointments/{site}", "/api/appointments", {"resident": self.who, "from_day": day}
        )

    def person(self, site: str, step: str, **body: Any) -> Any:
        return self.post(f"appointments/{site}", f"/api/residents/{self.who}/{step}", body or None)

    def give(self, site: str) -> Any:
        return self.person(site, "dose", batch=f"{site}-1", vaccinator="nurse-01")

    def screened(self, site: str, **otherwise: Any) -> Any:
        answers: dict[str, Any] = {each.code: False for each in ASKED}
        answers |= {"temperature": 36.5, "healthy": True} | otherwise
        body = {"site": site, "answers": answers}
        return self.post("screening", f"/api/residents/{self.who}/screening", body)

    def first_dose(self) -> None:
        """The first dose, at the stadium; nobody has heard of it yet."""
        assert self.book("stadium", FIRST).status_code == 200
        assert self.person("stadium", "check-in").status_code == 200
        self.tell("appointments/stadium", to=("screening",))
        assert self.screened("stadium").status_code == 200
        self.tell("screening")
        assert self.give("stadium").status_code == 200

    def moves(self) -> None:
        """On the fourth day the unit goes to the township."""
        self.at(FIFTH)
        self.docked("township", FIFTH)


def _follows(part: PartUnderTest, source: str) -> bool:
    return source.partition("/")[0] in FOLLOWS[part.part.service]


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return Town(tmp_path)


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, (answer.json or {}).get("code", "")


# B1: no second first dose


def test_the_new_site_knows_of_the_course_with_the_docking(town: Town):
    town.first_dose()
    town.tell()
    town.moves()
    town.tell("registration")
    assert code(town.book("township", FIFTH)) == (409, "course-elsewhere")
    page = town.parts["appointments/township"].http.page(f"/residents/{town.who}")
    assert page.status_code == 409
    assert "此人已在体育馆接种" in page.text


def test_a_first_dose_that_is_heard_of_after_the_docking_is_told_too(town: Town):
    town.first_dose()
    town.moves()
    town.tell("registration")
    assert town.book("township", FIFTH).status_code == 200, "nobody knows of the dose"
    town.tell("appointments/stadium", to=("registration",))
    town.tell("registration")
    assert code(town.person("township", "check-in")) == (409, "course-elsewhere")


def test_screening_knows_while_registration_is_away(town: Town):
    town.first_dose()
    town.moves()
    town.tell("registration")
    assert town.book("township", FIFTH).status_code == 200
    assert town.person("township", "check-in").status_code == 200
    town.tell("appointments/stadium", to=("screening",))
    assert town.screened("township").json["dose"] == 2
    town.tell("screening")
    assert code(town.give("township")) == (409, "course-elsewhere")


def test_where_nobody_can_know_the_person_is_asked(town: Town):
    town.first_dose()
    town.moves()
    town.tell("registration")
    assert town.book("township", FIFTH).status_code == 200
    assert town.person("township", "check-in").status_code == 200
    page = town.parts["screening"].http.page(f"/residents/{town.who}").text
    assert "以前在别的接种点接种过这种疫苗吗" in page
    said = town.screened("township", vaccinated_before=True).json
    assert (said["outcome"], said["reasons"]) == ("deferred", ["dose_elsewhere"])
    town.tell("screening")
    assert code(town.give("township"))[0] == 409


def test_nobody_is_asked_whose_unit_never_moved(town: Town):
    page = town.parts["screening"].http.page(f"/residents/{town.who}").text
    assert "以前在别的接种点接种过这种疫苗吗" not in page


def test_the_course_goes_on_where_it_began(town: Town):
    town.first_dose()
    town.tell()
    town.moves()
    town.tell()
    town.at(FIFTEENTH)
    assert town.person("stadium", "check-in").status_code == 200
    town.tell()
    assert town.screened("stadium").json["dose"] == 2
    town.tell()
    assert town.give("stadium").json["dose"] == 2


def test_two_first_doses_are_flagged_whoever_gave_them(town: Town):
    given = {"unit": UNIT, "cohort": "general", "product": "CoronaVac", "dose": 1}
    given |= {"batch": "1", "vaccinator": "nurse-01"}
    supervision = town.parts["supervision"]
    who = uuid.UUID(int=5)
    for site, day in (("community", FIRST), ("gym", FIFTH)):
        supervision.hears(
            f"appointments/{site}", "DoseAdministered", resident=who, site=site, day=day, **given
        )
    [flagged] = supervision.events("AnomalyFlagged")
    assert flagged["data"]["kind"] == "doubtful_doses"
    assert flagged["data"]["detail"].startswith("two first doses; only 4 days apart")
    assert "有两次第一剂" in supervision.http.page("/").text


# B2: a severe reaction


def test_after_a_severe_reaction_no_dose_is_given_whether_screening_heard_or_not(town: Town):
    town.first_dose()
    stadium = town.parts["appointments/stadium"]
    said = town.person("stadium", "adverse-event", severity="severe", sign="anaphylaxis")
    assert said.status_code == 200
    booked = stadium.http.get(f"/api/residents/{town.who}").json["appointments"]  # type: ignore[index]
    assert [each["status"] for each in booked if each["dose"] == 2] == ["cancelled"]
    town.at(FIFTEENTH)
    assert code(town.book("stadium", FIFTEENTH)) == (409, "severe-reaction")
    town.tell()
    assert code(town.screened("stadium")) == (409, "finding-stands")
    assert code(town.book("stadium", FIFTEENTH))[0] == 409
    assert "严重不良反应" in stadium.http.page(f"/residents/{town.who}").text
    lift = f"/api/residents/{town.who}/finding/lift"
    town.ok("screening", lift, {"reason": "reviewed by the clinic"})
    other = town.parts["screening"].http.signed_in("doctor-02", ("screener", "site:stadium"))
    assert other.post(f"{lift}/agree").status_code == 200
    town.tell()
    assert town.book("stadium", FIFTEENTH).status_code == 200


# B11: declined, then consented the same day


def test_a_clearance_of_before_a_refusal_counts_nowhere(town: Town):
    assert town.book("stadium", FIRST).status_code == 200
    assert town.person("stadium", "check-in").status_code == 200
    town.tell()
    assert town.screened("stadium").status_code == 200
    town.tell("screening")
    town.at(f"{FIRST}T09:00")
    here = f"/api/residents/{town.who}"
    town.ok("registration", f"{here}/decline", {"reason": "no_time"})
    town.at(f"{FIRST}T10:00")
    town.ok("registration", f"{here}/consent", {"wished_week": "2024-W14"})
    town.tell("registration", to=("appointments/stadium",))
    assert town.book("stadium", FIRST).status_code == 200
    assert town.person("stadium", "check-in").status_code == 200
    assert code(town.give("stadium")) == (409, "not-cleared-today")
    town.tell()
    assert town.screened("stadium").json["outcome"] == "cleared"
    town.tell()
    assert town.give("stadium").status_code == 200


def test_what_a_docking_told_stays_known_when_a_merge_is_undone(town: Town):
    town.first_dose()
    town.tell()
    town.moves()
    town.tell("registration")
    township, other = town.parts["appointments/township"], str(uuid.UUID(int=8))
    merged = {"resident": town.who, "into": other, "doses": []}
    named = {"tie": "household", "cohort": "general", "sex": "male", "birth_date": "1980-01-01"}
    log = town.parts["registration"].app.store.head()
    township._foreign["registration"] = town.parts["registration"].app.store.log(0, log)
    township.hears(
        "registration",
        "ResidentRegistered",
        resident=other,
        unit=UNIT,
        document_kind="passport",
        **named,
    )
    township.hears("registration", "ResidentsMerged", **merged)
    township.hears("registration", "MergeUndone", resident=town.who, into=other)
    assert code(town.book("township", FIFTH)) == (409, "course-elsewhere")
