"""Packages: what a trace code says of the product, and how many doses it was used for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select

from services.appointments.courses.views import doses
from services.appointments.domain.batch import Batch
from services.appointments.domain.package import Package
from services.appointments.domain.refusals import NotCheckedIn
from services.appointments.domain.stock_refusals import (
    NoBatch,
    ProductMismatch,
    TraceCodeOfOtherBatch,
    TraceCodeUsed,
)
from services.appointments.stock.queries import batch_of, usable_batches
from services.appointments.visits.queries import last_given
from shared.town.contracts.visits import TRACE_CODE
from shared.town.work import Work

PREFIX = 7
"""Digits that are the product."""


def is_trace_code(text: str) -> bool:
    """Tell whether what was typed or scanned has the form of a trace code."""
    return re.match(TRACE_CODE, text.strip()) is not None


def product_of(work: Work, code: str) -> str | None:
    """Return the product a trace code belongs to; None: the campaign file knows no such package."""
    wanted = code[:PREFIX]
    return next((each.code for each in work.campaign.products if wanted in each.traces), None)


def is_strange(work: Work, code: str) -> bool:
    """Tell whether the campaign file knows packages, and not this one."""
    known = any(each.traces for each in work.campaign.products)
    return known and product_of(work, code) is None


def batch_in_use(work: Work, appointment: Mapping[str, Any] | None) -> str:
    """Return the batch of the last dose that who records has given today, else the first to expire.

    Of what the appointment is for. Raises `NotCheckedIn` without one, `NoBatch`.
    """
    if appointment is None:
        raise NotCheckedIn
    usable = [each["batch"] for each in usable_batches(work, appointment["product"], work.today())]
    last = last_given(work, work.store.current.context.actor)
    if last is not None and last["batch"] in usable:
        return last["batch"]
    if not usable:
        raise NoBatch
    return usable[0]


def must_be_unused(work: Work, code: str | None, stocked: Batch) -> None:
    """Refuse a package that holds no dose more, or is of another vaccine or batch than this one.

    Raises `TraceCodeUsed`, `ProductMismatch`, `TraceCodeOfOtherBatch`.
    """
    if code is None:
        return
    product, holds = stocked.product, stocked.per_vial
    named = {each.code: each for each in work.campaign.products}
    if (found := product_of(work, code)) not in (None, product):
        raise ProductMismatch(product=named[product], chosen=named[str(found)])
    used = _used(work, code)
    if used >= holds:
        raise TraceCodeUsed(package=code, used=used, doses=holds)
    query = select(doses.c.batch).where(doses.c.trace_code == code).limit(1)
    before = work.row(query)
    if before is not None and before["batch"] != stocked.batch:
        raise TraceCodeOfOtherBatch(package=code, batch=before["batch"], chosen=stocked.batch)


def refuse(work: Work, code: str) -> None:
    """Say that a package was shown again after its last dose."""
    query = select(doses.c.batch).where(doses.c.trace_code == code).limit(1)
    row = work.row(query)
    if row is None:
        return
    holds = batch_of(work, row["batch"]).per_vial
    package = work.begin(Package, Package.create_id(work.site, code))
    package.refuse(work.site, work.today(), code, _used(work, code), holds)
    work.save(package)


def _used(work: Work, code: str) -> int:
    """How many doses a package was used for here."""
    row = work.row(select(func.count().label("used")).where(doses.c.trace_code == code))
    return int(row["used"]) if row else 0
