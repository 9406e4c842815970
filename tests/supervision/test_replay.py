"""The replay and reporting's views are written apart; on the same events they must agree."""

from __future__ import annotations

import uuid
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.supervision.domain.replay import differences
from tests.screening.test_service import someone
from tests.support.examples import examples
from tests.support.part import PartUnderTest

PEOPLE = [uuid.UUID(int=number) for number in range(4)]
DAYS = [f"2024-04-{day:02}" for day in (1, 3, 7, 8, 10)]
SITES, UNITS, WEEKS = ("community", "stadium"), ("v01", "v02"), ("2024-W14", "2024-W15")

people, sites, units, days = map(st.sampled_from, (PEOPLE, SITES, UNITS, DAYS))


def _registered(name: str) -> st.SearchStrategy[Any]:
    return st.builds(
        lambda resident, unit: ("registration", name, someone(resident) | {"unit": unit}),
        people,
        units,
    )


def _dose(site: str, **data: Any) -> tuple[str, str, dict[str, Any]]:
    given = {"cohort": "general", "product": "CoronaVac", "batch": "B1", "vaccinator": "n1"}
    return f"appointments/{site}", "DoseAdministered", {"site": site} | given | data


def _plan(site: str, week: str, rows: dict[tuple[str, str, int], int]) -> Any:
    listed = [{"unit": u, "day": d, "dose": n, "planned": p} for (u, d, n), p in rows.items()]
    data = {"site": site, "week": week, "rows": listed}
    return f"appointments/{site}", "WeeklyPlanPublished", data


consents = st.builds(
    lambda r: ("registration", "ConsentGiven", {"resident": r, "wished_week": "2024-W14"}), people
)
declines = st.builds(
    lambda r: ("registration", "VaccinationDeclined", {"resident": r, "reason": "other"}), people
)
taken_back = st.builds(
    lambda r, a: (
        "registration",
        "AnswerTakenBack",
        {"resident": r, "answer": a} | {"consent": {"wished_week": "2024-W14"}}.get(a, {}),
    ),
    people,
    st.sampled_from(("none", "consent", "decline")),
)
doses = st.builds(
    lambda site, **data: _dose(site, **data),
    sites,
    resident=people,
    unit=units,
    day=days,
    dose=st.sampled_from((1, 2)),
)
plans = st.builds(
    _plan,
    sites,
    st.sampled_from(WEEKS),
    st.dictionaries(
        st.tuples(units, days, st.sampled_from((1, 2))), st.integers(0, 50), max_size=4
    ),
)
later = st.one_of(consents, declines, taken_back, doses, plans, _registered("ResidentCorrected"))


@settings(max_examples=examples(12), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(later, max_size=20), st.sampled_from(WEEKS))
def test_the_replay_agrees_with_what_the_office_publishes_whatever_happened(happened, week):
    with TemporaryDirectory() as folder:
        office = PartUnderTest(Path(folder) / "office", "reporting")
        group = PartUnderTest(Path(folder) / "group", "supervision")
        registrations = [
            ("registration", "ResidentRegistered", someone(person)) for person in PEOPLE
        ]
        for part in (office, group):
            part.at("2024-04-20")
        for source, name, data in [*registrations, *happened]:
            office.hears(source, name, **data)
            group.hears(source, name, **data)
        report = office.http.post(f"/api/weeks/{week}/close").json
        published = {key: report[key] for key in ("week", "positions", "figures")}
        group.hears("reporting", "WeeklyProgressPublished", **published)
        late = {"resident": PEOPLE[0], "unit": "v01", "day": "2024-04-01", "dose": 1}
        source, name, data = _dose("stadium", **late)
        group.hears(source, name, **data)
        replayed = group.http.get("/api/replay", week=week).json
        assert differences(report["figures"], replayed["figures"]) == []
        [audited] = group.http.get("/api/audit").json["weeks"]
        assert audited == {"week": week, "complete": True, "agrees": True, "differences": []}
