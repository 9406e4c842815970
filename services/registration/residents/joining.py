"""Residents in the SQL of other rooms: all records, those that count, and what was given to them."""

from __future__ import annotations

from sqlalchemy import ColumnElement, FromClause, Subquery, exists, select

from services.registration.residents.status import is_counted
from services.registration.residents.views import doses, residents


def records() -> FromClause:
    """Return all records, linked ones too, to join with: the columns of the view."""
    return residents.alias()


def counted() -> Subquery:
    """Return the records that count, one a person, to join with: the columns of the view (R16)."""
    return select(residents).where(is_counted()).subquery()


def is_given(dose: int, person: ColumnElement[str]) -> ColumnElement[bool]:
    """Return the condition that a person has had a dose."""
    return exists().where(doses.c.person == person, doses.c.dose == dose)
