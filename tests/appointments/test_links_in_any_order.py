"""However links come and go between bookings: one place a person, and every place accounted for."""

from __future__ import annotations

import uuid
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.appointments.test_links import Linked
from tests.support.examples import examples
from tests.support.stadium import ANNA, BO, FIRST

CLEO = uuid.UUID("7b2eaf30-4d3c-8e5f-b061-2c3d4e5f6071")
WHO = st.sampled_from((ANNA, BO, CLEO))
_STEP = st.tuples(st.sampled_from(("book", "cancel", "link", "apart", "decline")), WHO, WHO)


def live(site: Linked) -> list[tuple[str, int]]:
    """(record, dose) of every standing appointment."""
    return [(row[0], row[1]) for row in site.view()["appointments"] if row[6] == "booked"]


@settings(max_examples=examples(10), deadline=None)
@given(steps=st.lists(_STEP, max_size=10))
def test_one_place_a_person_and_every_place_accounted_for(
    tmp_path_factory: pytest.TempPathFactory,
    steps: list[tuple[str, uuid.UUID, uuid.UUID]],
):
    site = Linked(tmp_path_factory.mktemp("site"))
    site.opens()
    for who in (ANNA, BO, CLEO):
        site.consented(who)
    into: dict[uuid.UUID, uuid.UUID] = {}
    for what, one, other in steps:
        if what == "book":
            assert site.book(one, FIRST).status_code in (200, 409)
        elif what == "cancel":
            site.person(one, "cancel", reason="by_resident")
        elif what == "decline":
            site.hears("registration", "VaccinationDeclined", resident=one, reason="no_time")
        elif what == "apart" and one in into:
            site.unmerge(one, into.pop(one))
        elif what == "link" and not ({one, other} & into.keys() or one in (other, *into.values())):
            into[one] = other
            site.merge(one, other)
        persons = {str(each): str(into.get(each, each)) for each in (ANNA, BO, CLEO)}
        held = Counter((persons[record], dose) for record, dose in live(site))
        assert set(held.values()) <= {1}
    site.proven()
