"""Text that goes into events in clear is bounded and carries no identity card or telephone number."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import Schema, fields, validate

from deploy.containers import service_class
from deploy.parts import SERVICES
from shared.kit.web.declaration import Declaration
from shared.kit.web.nameko_service import declarations
from shared.town.web.free_text import (
    holds_personal_number,
    without_card_number,
    without_personal_number,
)
from tests.support.stadium import ANNA, Stadium
from tests.support.workbooks import card


@pytest.mark.parametrize(
    "text",
    [
        card(1),
        f"打错了，应为{card(7)}号",
        "420000 19790521 001X",
        "420000-19790521-001x",
        "４２００００１９７９０５２１００１Ｘ",
        "420000\u200b197905210013",
        "420000790521001",
        "请打13800000001",
        "tel. 138-0000-0001",
        "138 0000 0001",
        "+86 13800000001",
        "8613800000001",
        "0086-138-0000-0001",
        "0728-5551234",
        "请打(0728)5551234",
        "+7 701 123 4567",
    ],
)
def test_a_persons_number_is_found_however_it_is_written(text: str):
    assert holds_personal_number(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "发热 38.5 度",
        "2024-04-01 10:30",
        "SV-202404001",
        "nurse-01",
        "批号 20210405712",
        "批号2024031501",
        "1 瓶 10 剂",
    ],
)
def test_what_people_write_otherwise_passes(text: str):
    assert not holds_personal_number(text)


@given(st.uuids())
def test_no_random_id_is_taken_for_a_card(key: uuid.UUID):
    without_card_number(str(key))


@given(st.integers(1, 999), st.text(max_size=20), st.text(max_size=20))
def test_a_card_is_found_between_any_words(order: int, before: str, after: str):
    assert holds_personal_number(f"{before} {card(order)} {after}")


def _texts() -> list[tuple[Declaration, str, fields.String]]:
    return [
        (each, name, field)
        for service in SERVICES
        for each in declarations(service_class(service))
        if each.kind == "command" and each.body is not None
        for name, field in _strings(each.body())
    ]


def _strings(schema: Schema) -> list[tuple[str, fields.String]]:
    found: list[tuple[str, fields.String]] = []
    for name, field in schema.fields.items():
        inner = field.inner if isinstance(field, fields.List) else field
        if isinstance(inner, fields.Nested):
            found += _strings(inner.schema)
        elif type(inner) is fields.String:
            found.append((name, inner))
    return found


CHECKED_LATER = {"product", "site", "people", "shown"}
"""Compared with a person and not kept; looked up in the campaign before anything is stored; or read
line by line, each line checked as one sent by itself, so that the refusal names it
(`tests/access/test_enrolling.py`)."""

OF_A_PERSON = {"name", "card_number", "birth_date", "phone", "email", "address"}
READ_AS_A_ROW = dict.fromkeys(
    ("/api/units/<unit>/residents", "/api/residents/<uuid:resident>/correct"), OF_A_PERSON
)
"""Who somebody is: read as a roster's row is, and sealed (`tests/registration/test_by_hand.py`)."""


@pytest.mark.parametrize(("declared", "name", "field"), _texts())
def test_every_text_a_command_takes_is_bounded_and_checked(
    declared: Declaration, name: str, field: fields.String
):
    checks: list[Any] = list(field.validators)
    fixed = any(isinstance(check, validate.OneOf | validate.Regexp) for check in checks)
    bounded = any(isinstance(check, validate.Length) and check.max for check in checks)
    sealed = READ_AS_A_ROW.get(declared.url, set[str]())
    guarded = without_personal_number in checks or without_card_number in checks
    assert fixed or (bounded and (guarded or name in CHECKED_LATER | sealed)), (
        f"{declared.url}: {name}"
    )


def test_a_number_in_a_reason_is_refused_and_not_repeated(tmp_path: Any):
    site = Stadium(tmp_path).opens()
    site.consented(ANNA)
    answer = site.http.post("/api/batches/SV-1/waste", {"doses": 1, "reason": f"给了{card(1)}"})
    assert answer.status_code == 422
    assert "不要写证件号码或手机号" in str(answer.json)
    assert card(1) not in answer.text
    assert site.events("DosesWasted") == []


@pytest.mark.parametrize("header", ["Idempotency-Key", "Correlation-Id"])
def test_a_number_in_a_header_that_is_stored_is_refused(tmp_path: Any, header: str):
    site = Stadium(tmp_path)
    headers = site.http.bearer(site.http.person, **({"Idempotency-Key": "k-1"} | {header: card(1)}))
    answer = site.http.client.post("/api/batches", json={}, headers=headers)
    assert answer.status_code in (400, 422)
    body = {"batch": "SV-1", "product": "CoronaVac", "doses": 1, "expiry": "2025-01-01"}
    answer = site.http.client.post("/api/batches", json=body, headers=headers)
    assert (answer.status_code, answer.json["code"]) == (400, "personal-number")
    assert card(1) not in answer.text
