"""Residents over HTTP: the units' lists, answers, second lists and cohorts (R16, R20, R21)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from services.registration.permissions import ANYBODY, RESIDENT, UNIT, UNIT_OR_OVERSIGHT
from services.registration.residents import commands, lists, queries, schemas
from shared.kit.web.endpoints import Answer, Body, Endpoints
from shared.town.web.web import Web

endpoints = Endpoints()


@endpoints.query(
    "/api/units", allow=ANYBODY, answer=schemas.Units, summary="All units with their counts"
)
def units(web: Web) -> Answer:
    """Return the units."""
    return {"units": queries.counted_units(web.work)}


@endpoints.query(
    "/api/units/<unit>/residents",
    allow=UNIT_OR_OVERSIGHT,
    params=schemas.ListPage,
    answer=schemas.Residents,
    summary="A unit's residents in the order of registration, page by page",
)
def residents(web: Web, unit: str, **which: Any) -> Answer:
    """Return one page of residents."""
    return queries.residents_of(web.work, unit, **which)


# Answers


@endpoints.command(
    "/api/residents/<uuid:resident>/consent",
    allow=RESIDENT,
    body=schemas.Consent,
    answer=schemas.Consented,
    summary="The resident wants to be vaccinated, if possible in a week",
)
def give_consent(web: Web, body: Body, resident: UUID) -> Answer:
    """Record a consent."""
    return commands.give_consent(web.work, resident, **body)


@endpoints.command(
    "/api/residents/<uuid:resident>/decline",
    allow=RESIDENT,
    body=schemas.Decline,
    answer=schemas.Declined,
    summary="The resident does not want to be vaccinated now",
)
def decline(web: Web, body: Body, resident: UUID) -> Answer:
    """Record a decline."""
    return commands.decline(web.work, resident, **body)


@endpoints.command(
    "/api/units/<unit>/answers",
    allow=UNIT,
    body=schemas.Answers,
    answer=schemas.AnswersTaken,
    summary="Answers of many residents of one unit, all or none",
)
def record_answers(web: Web, body: Body, unit: str) -> Answer:
    """Record a batch of answers."""
    return commands.record_answers(web.work, unit, **body)


# Second lists and cohorts


@endpoints.command(
    "/api/units/<unit>/unlist",
    allow=UNIT,
    body=schemas.Unlist,
    answer=schemas.Unlisted,
    summary="Take somebody whom another unit counts off this unit's list",
)
def unlist(web: Web, body: Body, unit: str) -> Answer:
    """Unlist a resident."""
    return commands.unlist(web.work, unit, **body)


@endpoints.command(
    "/api/residents/<uuid:resident>/cohorts",
    allow=RESIDENT,
    body=schemas.Tags,
    answer=schemas.Tagged,
    summary="Set all cohorts a resident belongs to; the main one always stays",
)
def tag(web: Web, body: Body, resident: UUID) -> Answer:
    """Tag a resident."""
    return commands.tag(web.work, resident, **body)


@endpoints.query(
    "/api/cohorts",
    allow=ANYBODY,
    params=schemas.OfUnit,
    answer=schemas.Cohorts,
    summary="How far every cohort is, of the town or of a unit",
)
def cohorts(web: Web, unit: str | None) -> Answer:
    """Return the coverage of cohorts."""
    work = web.work
    counted = [queries.counted_unit(work, unit)] if unit else queries.counted_units(work)
    rows = [
        {**row, "percent": round(100 * row["second"] / row["people"], 1)}
        for row in lists.cohorts(work, unit)
    ]
    return {"cohorts": rows, "people": sum(each["registered"] for each in counted)}
