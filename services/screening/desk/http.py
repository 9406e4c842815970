"""The desk over HTTP: one resident, and what is done for them.

Health answers are for those who screen and vaccinate, and pseudonymous for those who audit.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any
from uuid import UUID

from werkzeug.wrappers import Response

from services.screening.desk import commands, queries, schemas, today
from services.screening.desk.consent_form import CALLED, consent_form, form_of, number_of
from services.screening.desk.history import told
from services.screening.desk.labels import USUAL, WITHDRAWN_FOR
from services.screening.desk.line import ticket_of
from services.screening.rules import loading
from shared.kit.formats import only
from shared.kit.language import Text
from shared.kit.web.endpoints import Body, Endpoints
from shared.kit.web.responses import pdf_response
from shared.town.access import Place, to
from shared.town.access.roles import OF_SITES, OVERSIGHT, SCREENER
from shared.town.mirrors.notes import noted_of
from shared.town.mirrors.residents import names_of
from shared.town.web.web import Web

LIST = to(*OF_SITES, *OVERSIGHT)
RESIDENT = to(*OF_SITES, *OVERSIGHT, at="resident")
FORM = to(*OF_SITES, at="resident")
SCREENING = to(SCREENER, at="resident")

endpoints = Endpoints()


@endpoints.command(
    "/api/residents/<uuid:resident>/screening",
    allow=SCREENING,
    body=schemas.ScreeningBody,
    tells=Text("筛查已登记", "The screening is recorded"),
    about="resident",
)
def screen(web: Web, body: Body, resident: UUID) -> commands.Found:
    """Screen a resident: the rules decide, the outcome is recorded."""
    web.must_reach(Place(site=web.work.campaign.site(body["site"]).code))
    return commands.screen(web.work, resident, **body)


@endpoints.query("/api/residents/<uuid:resident>", allow=RESIDENT)
def one(web: Web, resident: UUID) -> queries.WithHistory:
    """How a resident's screening stands."""
    person = only(queries.Plain, queries.screened(web.work, resident))
    sent_to, history = queries.sent_to(web.work, person), queries.history(web.work, resident)
    return {**person, "sent_to": sent_to, "history": history}


@endpoints.query("/api/residents", allow=LIST, params=schemas.Listing)
def residents(web: Web, status: str | None, unit: str | None, after: str) -> queries.Listed:
    """Residents by status and unit."""
    people, following = queries.listed(
        web.work, status=status, unit=unit, after=after, reach=web.units_in_reach()
    )
    return {
        "residents": [only(queries.Plain, person) for person in people],
        "next": following,
    }


def shown(web: Web, people: Sequence[queries.Plain]) -> list[dict[str, Any]]:
    """Return people with the status as it is worth today."""
    day, given = web.work.today(), today.given(web.work, people)
    return [
        {**person, "shown": today.status_today(person, day, given.get(person["resident"]))}
        for person in people
    ]


@endpoints.page("/people", allow=LIST, params=schemas.Listing)
def people_page(web: Web, status: str | None, unit: str | None, after: str) -> str:
    """Show everybody within reach, by status and unit."""
    work, reach = web.work, web.units_in_reach()
    people, following = queries.listed(work, status=status, unit=unit, after=after, reach=reach)
    return web.render(
        "people.html",
        people=shown(web, people),
        next=following,
        names=names_of(work, people),
        units=[each for each in work.campaign.units if reach is None or each.code in reach],
        chosen={"status": status, "unit": unit},
    )


@endpoints.page("/residents/<uuid:resident>", allow=RESIDENT)
def resident_page(web: Web, resident: UUID) -> str:
    """Show the history first, then what stands in the way, then the questions."""
    work, rules = web.work, loading.current()
    person, history = queries.screened(work, resident), queries.history(web.work, resident)
    asked = commands.asked_person(work, person)
    questions = rules.asked_of(asked)
    marks, remarks = noted_of(work, person["resident"])
    _, screening = queries.screening_of(work, person)
    return web.render(
        "resident.html",
        person=shown(web, [person])[0],
        marks=marks,
        remarks=remarks,
        name=names_of(work, [person])[person["resident"]],
        history=history,
        form=form_of(history),
        number_of=number_of,
        entry_told=partial(told, work),
        sites=work.campaign.sites,
        at=queries.is_at(work, person),
        chosen=today.site_for(work, person, web.person.login),
        sent_to=queries.sent_to(work, person),
        last_dose=today.last_dose(work, resident),
        age=asked.age,
        dose=queries.dose_due(work, resident),
        temperature=rules.temperature,
        questions=questions,
        must_say=next((each for each in questions if each.no is not None), None),
        usual=[f"{tenths / 10:.1f}" for tenths in USUAL],
        reasons=WITHDRAWN_FOR,
        lasting=screening.lasting,
        proposed=queries.proposed(work, resident),
        ticket=ticket_of(work, resident),
        today=work.today(),
        by=web.person.login,
    )


@endpoints.page("/residents/<uuid:resident>/consent-form.pdf", allow=FORM, params=schemas.WhichForm)
def consent_form_page(web: Web, resident: UUID, screening: int | None) -> Response:
    """Print the informed consent and health screening of a screening, to be signed."""
    content, number = consent_form(web.work, resident, screening)
    return pdf_response(content, CALLED, number)
