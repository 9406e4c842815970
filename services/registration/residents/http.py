"""Residents over HTTP: the units' lists, answers, second lists (R16, R20, R21)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from services.registration.permissions import RESIDENT, UNIT, UNIT_OR_OVERSIGHT
from services.registration.residents import commands, queries, schemas
from shared.kit.web.endpoints import Body, Endpoints
from shared.town.web.web import Web

endpoints = Endpoints()


@endpoints.query("/api/units/<unit>/residents", allow=UNIT_OR_OVERSIGHT, params=schemas.ListPage)
def residents(web: Web, unit: str, **which: Any) -> queries.Page:
    """A unit's residents in the order of registration, page by page."""
    return queries.residents_of(web.work, unit, **which)


# Answers


@endpoints.command("/api/residents/<uuid:resident>/consent", allow=RESIDENT, body=schemas.Consent)
def give_consent(web: Web, body: Body, resident: UUID) -> commands.Consented:
    """The resident wants to be vaccinated, if possible in a week."""
    return commands.give_consent(web.work, resident, **body)


@endpoints.command("/api/residents/<uuid:resident>/decline", allow=RESIDENT, body=schemas.Decline)
def decline(web: Web, body: Body, resident: UUID) -> commands.Declined:
    """The resident does not want to be vaccinated now."""
    return commands.decline(web.work, resident, **body)


@endpoints.command("/api/units/<unit>/answers", allow=UNIT, body=schemas.Answers)
def record_answers(web: Web, body: Body, unit: str) -> commands.AnswersTaken:
    """Answers of many residents of one unit, all or none."""
    return commands.record_answers(web.work, unit, **body)


# Second lists and cohorts


@endpoints.command("/api/units/<unit>/unlist", allow=UNIT, body=schemas.Unlist)
def unlist(web: Web, body: Body, unit: str) -> commands.Unlisted:
    """Take somebody whom another unit counts off this unit's list."""
    return commands.unlist(web.work, unit, **body)


@endpoints.command("/api/residents/<uuid:resident>/cohorts", allow=RESIDENT, body=schemas.Tags)
def tag(web: Web, body: Body, resident: UUID) -> commands.Tagged:
    """Set all cohorts a resident belongs to; the main one always stays."""
    return commands.tag(web.work, resident, **body)
