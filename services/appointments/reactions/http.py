"""Reactions over HTTP: what is reported, followed up, reported up."""

from __future__ import annotations

from uuid import UUID

from werkzeug.wrappers import Response

from services.appointments.courses import queries as courses
from services.appointments.domain.reactions import moment
from services.appointments.permissions import LEADER_OR_OFFICE, SITE_TEAM, STAFF, VISIT
from services.appointments.reactions import commands, queries, schemas
from services.appointments.reactions.card import CALLED, card_pdf
from services.appointments.reactions.labels import follow_up_text, outside_text, signs_text
from services.appointments.reactions.severity import check_severity
from services.appointments.reactions.workbook import reactions_workbook
from shared.kit.formats import only
from shared.kit.language import Text, listed, t
from shared.kit.web.confirmation import Question
from shared.kit.web.endpoints import Body, Endpoints
from shared.kit.web.responses import pdf_response, workbook_response
from shared.town.mirrors.residents import name_of, names_of
from shared.town.terms import GROUPS
from shared.town.web.telling import dose_text
from shared.town.web.web import Web

endpoints = Endpoints()

FOLLOWED_UP = Text("已补充到这张报告卡。", "Added to the card.")
REPORTED_UP = Text("已登记上报，计时停止。", "The report is recorded; the clock has stopped.")


def _reporting(web: Web, body: Body, resident: UUID) -> Question | None:
    """Say of whom, after which dose, what severe reaction is recorded; a mild one is not asked about.

    Raises `DiedIsDeath`.
    """
    if body["severity"] == "mild":
        return None
    check_severity((), body["severity"], body["outcome"])
    known = courses.known(web.work, resident)
    _, course = courses.course_of_known(web.work, known)
    if not course.doses:
        return None
    says = t(
        "将登记{name}接种{dose}后的不良反应：{severity}，{sign}。此人的预约将取消，不能再接种。",
        "An adverse event of {name} after the {dose} is recorded: {severity}, {sign}. What is"
        " booked is cancelled, and no dose follows.",
        name=name_of(web.work, known),
        dose=dose_text(body["dose"] or course.doses[-1]["dose"]),
        severity=GROUPS["severities"][body["severity"]],
        sign=_said(body),
    )
    return Question(says, t("确认登记不良反应", "Record the adverse event"))


def _said(body: Body) -> str:
    signs = [str(GROUPS["reaction_signs"][code]) for code in body["signs"] if code != "other"]
    return listed([*signs, *(body[name] for name in ("other", "sign") if body[name])])


def _reported(answer: commands.Reported) -> str:
    severity = GROUPS["severities"][answer["severity"]]
    return t("已记录不良反应：{severity}", "Adverse event recorded: {severity}", severity=severity)


@endpoints.command(
    "/api/residents/<uuid:resident>/adverse-event",
    allow=VISIT,
    body=schemas.AdverseEvent,
    confirm=_reporting,
    tells=_reported,
)
def report_adverse_event(web: Web, body: Body, resident: UUID) -> commands.Reported:
    """Record what happened after a dose (AEFI).

    It belongs to the last dose before its onset, or to another one before it that is named.
    """
    return commands.report_adverse_event(web.work, resident, **body)


@endpoints.query("/api/reactions", allow=SITE_TEAM)
def reactions(web: Web) -> queries.Cards:
    """The site's cards: what is to be reported up first, by the time it is due."""
    return {"reactions": [only(queries.Card, row) for row in queries.reactions(web.work)]}


@endpoints.command(
    "/api/reactions/<uuid:card>/follow-up",
    allow=STAFF,
    body=schemas.FollowUp,
    tells=FOLLOWED_UP,
)
def follow_up(web: Web, body: Body, card: UUID) -> commands.OfCard:
    """Add what came of a reaction to its card; what is left out stays."""
    return commands.follow_up(web.work, card, **body)


@endpoints.command(
    "/api/reactions/<uuid:card>/reported-up",
    allow=STAFF,
    body=schemas.ReportedUp,
    tells=REPORTED_UP,
)
def report_up(web: Web, body: Body, card: UUID) -> commands.OfCard:
    """Stop the clock of a card: to whom it was reported, when, under which number."""
    return commands.report_up(web.work, card, **body)


# Pages


@endpoints.page("/reactions", allow=SITE_TEAM)
def reactions_page(web: Web) -> str:
    """List the cards: what is to be reported up, until when, what is overdue, what was reported."""
    rows = queries.reactions(web.work)
    shown = {"names": names_of(web.work, rows), "signs_text": signs_text, "local": moment}
    shown["outside_text"] = outside_text
    return web.render("reactions.html", rows=rows, now=web.work.now().isoformat(), **shown)


@endpoints.page("/reactions.xlsx", allow=LEADER_OR_OFFICE)
def reactions_file(web: Web) -> Response:
    """Return the list as a workbook, in the columns of the national card."""
    rows = queries.reactions(web.work)
    content = reactions_workbook(web.work, rows, names_of(web.work, rows))
    what = Text("疑似不良反应一览", "adverse events")
    site = web.work.campaign.site(web.work.site)
    return workbook_response(content, what, site, web.work.today())


@endpoints.page("/reactions/<uuid:card>", allow=SITE_TEAM)
def reaction_page(web: Web, card: UUID) -> str:
    """Show a card as it is printed, then what may be added to it."""
    found = queries.reaction(web.work, card)
    product = queries.product_of(web.work, found["batch"])
    return web.render(
        "reaction.html",
        row=found,
        name=name_of(web.work, found),
        product=web.work.campaign.product(product) if product else None,
        follow_up_text=follow_up_text,
        follow_ups=queries.follow_ups_of(web.work, card),
        signs_text=signs_text,
        outside_text=outside_text,
        local=moment,
        now=commands.local(web.work, None),
    )


@endpoints.page("/reactions/<uuid:card>/card.pdf", allow=SITE_TEAM)
def card_page(web: Web, card: UUID) -> Response:
    """Print a card as the national form has it, to be signed and sent."""
    site = web.work.campaign.site(web.work.site)
    return pdf_response(card_pdf(web.work, card), CALLED, site, web.work.today())


@endpoints.page("/residents/<uuid:resident>/reaction", allow=VISIT)
def report_page(web: Web, resident: UUID) -> str:
    """Offer the whole card for somebody, with the doses it may belong to."""
    known = courses.known(web.work, resident)
    return web.render(
        "report.html",
        resident=str(resident),
        name=name_of(web.work, known),
        doses=queries.given_here(web.work, str(resident)),
        local=moment,
        now=commands.local(web.work, None),
    )
