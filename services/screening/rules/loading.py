"""Reads the versions of the screening rules, and says what is wrong with a file before it judges."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any, cast

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from services.screening.domain.rules import Asked, Leads, Lifting, Question, Rules, Temperature
from shared.town.access.roles import ROLES
from shared.town.contracts.screening import CONTRAINDICATIONS, DEFERRAL_REASONS

CURRENT = "plan-2024.2"
_FOLDER = files("services.screening.rules") / "versions"
_CODE = validate.Regexp(r"^[a-z][a-z0-9_]{1,39}$")
_WORDS = validate.Length(1, 120)
_REASONS = {"deferred": DEFERRAL_REASONS, "contraindicated": CONTRAINDICATIONS}


class _Leads(Schema):
    finding = fields.String(required=True, validate=validate.OneOf(tuple(_REASONS)))
    reason = fields.String(required=True)
    days = fields.Integer(validate=validate.Range(1, 366))
    lasting = fields.Boolean()

    @validates_schema
    def _fits(self, data: dict[str, Any], **_: Any) -> None:
        if data["reason"] not in _REASONS[data["finding"]]:
            raise ValidationError("no reason of this finding", "reason")
        if data["finding"] == "contraindicated" and "days" in data:
            raise ValidationError("a contraindication has no end", "days")

    @post_load
    def _made(self, data: dict[str, Any], **_: Any) -> Leads:
        return Leads(**data)


class _Asked(Schema):
    sex = fields.String(validate=validate.OneOf(("female", "male")))
    above_oldest = fields.Boolean()
    moved = fields.Boolean()

    @post_load
    def _made(self, data: dict[str, Any], **_: Any) -> Asked:
        return Asked(**data)


class _Question(Schema):
    code = fields.String(required=True, validate=_CODE)
    row = fields.String(required=True, validate=validate.Regexp(r"^R\d\d$"))
    zh = fields.String(required=True, validate=_WORDS)
    en = fields.String(required=True, validate=_WORDS)
    form = fields.Integer(validate=validate.Range(1, 5))
    asked = fields.Nested(_Asked)
    yes = fields.Nested(_Leads)
    no = fields.Nested(_Leads)

    @validates_schema
    def _leads_somewhere(self, data: dict[str, Any], **_: Any) -> None:
        if ("yes" in data) == ("no" in data):
            raise ValidationError("exactly one of the answers yes and no speaks against a dose")

    @post_load
    def _made(self, data: dict[str, Any], **_: Any) -> Question:
        return Question(**data)


class _Temperature(Schema):
    lowest = fields.Float(required=True)
    highest = fields.Float(required=True)
    fever_from = fields.Float(required=True)
    days = fields.Integer(required=True, validate=validate.Range(1, 366))
    form = fields.Integer(validate=validate.Range(1, 5))

    @post_load
    def _made(self, data: dict[str, Any], **_: Any) -> Temperature:
        if not data["lowest"] < data["fever_from"] <= data["highest"]:
            raise ValidationError("lowest < fever_from <= highest", "fever_from")
        return Temperature(**data)


class _Lifting(Schema):
    roles = fields.List(fields.String(validate=validate.OneOf(tuple(ROLES))), required=True)
    second = fields.Boolean(required=True)

    @post_load
    def _made(self, data: dict[str, Any], **_: Any) -> Lifting:
        return Lifting(tuple(data["roles"]), data["second"])


class _Age(Schema):
    reason = fields.String(required=True, validate=validate.OneOf(CONTRAINDICATIONS))


class _File(Schema):
    version = fields.String(required=True)
    temperature = fields.Nested(_Temperature, required=True)
    questions = fields.List(
        fields.Nested(_Question), required=True, validate=validate.Length(1, 60)
    )
    age = fields.Nested(_Age, required=True)
    lifting = fields.Dict(
        keys=fields.String(validate=validate.OneOf(tuple(_REASONS))),
        values=fields.Nested(_Lifting),
        required=True,
    )


def read(text: str) -> Rules:
    """Return the rules a file holds. Raises `ValueError`, which says where it is wrong and how."""
    try:
        found = cast("dict[str, Any]", _File().load(tomllib.loads(text)))
    except ValidationError as error:
        raise ValueError(f"screening rules: {error.normalized_messages()}") from None
    codes = [question.code for question in found["questions"]]
    if doubled := {code for code in codes if codes.count(code) > 1}:
        raise ValueError(f"screening rules: asked twice: {', '.join(sorted(doubled))}")
    return Rules(
        found["version"],
        found["temperature"],
        tuple(found["questions"]),
        found["age"]["reason"],
        found["lifting"],
    )


@cache
def versions() -> dict[str, Rules]:
    """Return all versions by name, the oldest first. Raises `ValueError`."""
    found = sorted(each.name for each in _FOLDER.iterdir() if each.name.endswith(".toml"))
    told = {name.removesuffix(".toml"): read((_FOLDER / name).read_text("utf-8")) for name in found}
    if strangers := [name for name, rules in told.items() if rules.version != name]:
        raise ValueError(f"screening rules: not named by their version: {', '.join(strangers)}")
    return told


def questions_ever() -> dict[str, Question]:
    """Return the questions of all versions by their codes, as they were last asked."""
    return {each.code: each for rules in versions().values() for each in rules.questions}


def current() -> Rules:
    """Return the version that judges today's screenings."""
    return versions()[CURRENT]
