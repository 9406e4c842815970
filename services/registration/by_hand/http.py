"""One person by hand over HTTP: looked for first, then added, corrected, taken back."""

from __future__ import annotations

from uuid import UUID

from services.registration.by_hand import commands, queries, schemas
from services.registration.domain.refusals import Erased
from services.registration.permissions import RESIDENT, UNIT
from services.registration.residents import queries as residents
from services.registration.staff import queries as staff
from services.registration.staff.telling import telling
from services.registration.units import queries as units
from shared.kit.language import Text, t
from shared.kit.web.done import Undo, if_new
from shared.kit.web.endpoints import Body, Endpoints
from shared.town import request_context
from shared.town.web.web import Web

endpoints = Endpoints()


# Adding


def _told(answer: commands.Added) -> str:
    if answer["status"] == "listed_too":
        return t("已列入本单位名册，由原单位计数。", "Listed here too; the other unit counts them.")
    if answer["matches"]:
        return t(
            "已登记。与 {n} 条登记疑似重复，请到“疑似重复”核对。",
            "Registered. Likely duplicates of {n} records: compare them under Likely duplicates.",
            n=len(answer["matches"]),
        )
    return t("已登记。", "Registered.")


def _undo_entry(answer: commands.Added, body: Body, unit: str) -> Undo | None:
    del body, unit
    if answer["status"] != "registered":
        return None
    address = f"/api/residents/{answer['resident']}/take-back"
    return Undo(address, {"version": str(answer["version"])})


@endpoints.command(
    "/api/units/<unit>/residents",
    allow=UNIT,
    body=schemas.Person,
    tells=_told,
    undo=_undo_entry,
)
def add(web: Web, body: Body, unit: str) -> commands.Added:
    """Register one person on the unit's list, with the checks of a roster."""
    return commands.add(web.work, unit, **body)


@endpoints.page("/units/<unit>/add", allow=UNIT)
def add_page(web: Web, unit: str) -> str:
    """Show where to look for somebody first, and the form for who is not known."""
    return _add_page(web, unit, None, "", "")


@endpoints.action("/units/<unit>/add", allow=UNIT, body=schemas.Sought)
def look_first(web: Web, body: Body, unit: str) -> str:
    """Look for somebody before they are added: by number, or by name and date of birth."""
    text, born = body["text"], body["born"]
    found = queries.sought(web.work, unit, text, born, web.units_in_reach())
    return _add_page(web, unit, found, text, born)


def _add_page(web: Web, unit: str, found: queries.Sought | None, text: str, born: str) -> str:
    work = web.work
    return web.render(
        "add_person.html",
        unit=units.unit(work, unit),
        found=found,
        typed=text,
        born=born,
        is_number=any(each.isdigit() for each in text),
        cadres=staff.cadres_at_work(work, unit),
        telling=telling(web),
    )


# Correcting


def _changed(answer: commands.Corrected) -> str:
    return if_new(Text("已更正。", "Corrected."))(answer)


def _undo_correction(answer: commands.Corrected, body: Body, resident: UUID) -> Undo | None:
    del body
    if not answer["told"]:
        return None
    address = f"/api/residents/{resident}/correct/undo"
    return Undo(address, {"version": str(answer["version"])})


@endpoints.command(
    "/api/residents/<uuid:resident>/correct",
    allow=RESIDENT,
    body=schemas.Correction,
    tells=_changed,
    undo=_undo_correction,
)
def correct(web: Web, body: Body, resident: UUID) -> commands.Corrected:
    """Correct one resident's record; a cadre corrects how to reach the people of their list."""
    return commands.correct(web.work, resident, whole=_corrects_all(web, resident), **body)


@endpoints.command(
    "/api/residents/<uuid:resident>/correct/undo",
    allow=RESIDENT,
    body=schemas.AsOf,
    tells=Text("已撤回更正，恢复原来的资料。", "The correction is taken back; all is as before."),
)
def undo_correction(web: Web, body: Body, resident: UUID) -> commands.Corrected:
    """Take today's latest correction of a resident back."""
    return commands.take_correction_back(web.work, resident, **body)


@endpoints.page("/residents/<uuid:resident>/correct", allow=RESIDENT)
def correct_page(web: Web, resident: UUID) -> str:
    """Show what is registered of somebody, to be corrected."""
    work = web.work
    row = residents.one_row(work, resident)
    identity = residents.identities(work, [row])[str(resident)]
    if identity is None or row["erased"]:
        raise Erased
    carried = queries.carried_by_number(row, identity)
    return web.render(
        "correct_person.html",
        r=row,
        who={"phone": "", "email": "", "address": ""} | identity,
        cohorts=residents.cohorts_of(work, resident),
        unit=units.unit(work, row["unit"]),
        whole=_corrects_all(web, resident),
        carried=carried,
        version=work.versions([resident])[resident],
    )


def _corrects_all(web: Web, resident: UUID) -> bool:
    """Whether the unit that counts the person asks, or the office: not a cadre with a list."""
    asked, unit = request_context.current(), residents.unit_of(web.work, resident)
    scopes = {grant.scope for grant in asked.grants} if asked else set[str]()
    return not scopes.isdisjoint(("town", f"unit:{unit}"))
