"""Every code has one Chinese and one English word, whatever page or message shows it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from markupsafe import Markup
from marshmallow import Schema, fields, validate

from shared.kit.language import speaking
from shared.town.campaign.schemas import KINDS as UNIT_KINDS
from shared.town.contracts import catalogue
from shared.town.identity_documents.kinds import KINDS as DOCUMENT_KINDS
from shared.town.mirrors.findings import STATUS
from shared.town.terms import GROUPS
from shared.town.web.pages import status_of, term_of

VERDICTS = ("cleared", "deferred", "contraindicated", "declined", "erased", "other", "unscreened")


def enumerations(schema: Schema, of: str) -> Iterator[tuple[str, frozenset[str]]]:
    """Codes that fields of a schema may hold, those of lists and of nested objects too."""
    for name, field in schema.fields.items():
        yield from _of_field(field, f"{of}.{name}")


def _of_field(field: Any, name: str) -> Iterator[tuple[str, frozenset[str]]]:
    if isinstance(field, fields.List):
        yield from _of_field(field.inner, name)
    if isinstance(field, fields.Nested):
        yield from enumerations(field.schema, name)
    for validator in field.validators:
        if isinstance(validator, validate.OneOf):
            codes = frozenset(map(str, validator.choices))
            if not all(map(str.isdigit, codes)):
                yield name, codes


ENUMERATIONS = dict(
    found for contract in catalogue for found in enumerations(contract.schema, contract.topic)
)


@pytest.mark.parametrize("field", ENUMERATIONS)
def test_every_code_of_a_contract_has_a_term(field: str):
    codes = ENUMERATIONS[field]
    assert [name for name, group in GROUPS.items() if codes <= group.keys()], sorted(codes)


def test_enumerations_are_found_in_lists_too():
    assert {"ResidentDeferred.v1.reasons", "ResidentRegistered.v1.tie"} <= ENUMERATIONS.keys()


def test_every_event_has_a_term():
    # By its name of today, under which every reader sees it.
    assert GROUPS["events"].keys() == {catalogue.latest(each.name).name for each in catalogue}


@pytest.mark.parametrize(
    ("group", "codes"),
    [
        ("unit_kinds", UNIT_KINDS),
        ("document_kinds", DOCUMENT_KINDS),
        ("findings", (*STATUS.values(), "unscreened")),
    ],
)
def test_every_code_of_the_town_has_a_term(group: str, codes: tuple[str, ...]):
    assert GROUPS[group].keys() == set(codes)


@pytest.mark.parametrize("group", GROUPS)
def test_no_two_terms_of_a_group_share_a_text(group: str):
    found = GROUPS[group].values()
    for texts in ([each.zh for each in found], [each.en for each in found]):
        assert [text for text, number in Counter(texts).items() if number > 1 or not text] == []
    assert [each.code for each in found] == list(GROUPS[group])


@pytest.mark.parametrize("code", VERDICTS)
def test_a_verdict_reads_the_same_in_every_group(code: str):
    assert len({group[code].zh for group in GROUPS.values() if code in group}) == 1


def test_the_verdicts_are_those_of_the_national_consent_form():
    wanted = {"cleared": "建议接种", "deferred": "推迟接种", "contraindicated": "不宜接种"}
    assert {code: GROUPS["findings"][code].zh for code in wanted} == wanted


def test_a_page_shows_a_term_in_its_language_and_what_it_does_not_know_as_it_is():
    assert term_of("fever", "finding_reasons") == "发热"
    with speaking("en"):
        assert term_of("fever", "finding_reasons") == "fever"
    assert term_of("<b>signed for another", "finding_reasons") == "<b>signed for another"
    assert not isinstance(term_of("<b>signed for another", "finding_reasons"), Markup)
    assert term_of(None, "ties") == "—"
    assert status_of("deferred", "findings").startswith('<span class="status later">推迟接种')
