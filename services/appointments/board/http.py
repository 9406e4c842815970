"""The board over HTTP: the site's day, and each person in it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from functools import partial
from uuid import UUID

from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from services.appointments.board import charts, commands, queries
from services.appointments.board.check import check_of
from services.appointments.board.labels import ASKED, EARLY, SIGNS, next_step, status_of
from services.appointments.board.schemas import Board, DayPicture, WantedOnDay
from services.appointments.courses import queries as courses
from services.appointments.domain.course import LIVE
from services.appointments.domain.refusals import NothingGiven
from services.appointments.duty.queries import on_duty
from services.appointments.permissions import ANYBODY, COURSE, COURSE_PAGE, SITE_TEAM, STAFF
from services.appointments.reactions.queries import reactions_of
from services.appointments.reactions.workbook import signs_text
from services.appointments.sessions.queries import free_slots, opened_on, planned_site
from services.appointments.stock.queries import usable_batches
from services.appointments.visits.http import CHECKED_IN, OBSERVED
from services.appointments.visits.queries import (
    Expected,
    day_list,
    day_part,
    head_count,
    last_given,
    next_cleared,
    slots_of,
)
from shared.kit.eventstore import Context
from shared.kit.language import Text, t
from shared.kit.web.done import Done
from shared.kit.web.endpoints import Body, Endpoints
from shared.town.mirrors.findings import is_cleared
from shared.town.mirrors.residents import names_of
from shared.town.web.banner import page_telling, told_about
from shared.town.web.charts import picture
from shared.town.web.finding import PeopleFound, people_found, scanned
from shared.town.web.free_text import holds_card_number
from shared.town.web.schemas import OfDay
from shared.town.web.web import Web

PAGE = 50
RECEIVED: dict[commands.Received, Text] = {"check-in": CHECKED_IN, "observed": OBSERVED}

endpoints = Endpoints()


@endpoints.query("/api/site", allow=ANYBODY)
def site(web: Web) -> queries.SiteToday:
    """The site and its head-count today."""
    work, planned = web.work, planned_site(web.work)
    return {
        "site": work.site,
        "name_zh": planned.name_zh,
        "name_en": planned.name_en,
        "opened": opened_on(work),
        "daily_floor": planned.daily_floor,
        "today": head_count(work, work.today()),
    }


@endpoints.query("/api/residents/<uuid:resident>", allow=COURSE)
def resident(web: Web, resident: UUID) -> queries.Person:
    """A resident of this site."""
    return queries.person_of(web.work, courses.known(web.work, resident))


# Pages


@endpoints.page("/", allow=SITE_TEAM, params=Board)
def day_page(
    web: Web,
    day: date | None,
    status: str | None,
    after: str,
) -> str:
    """Show whom to serve, then who is expected and who has been."""
    work, today = web.work, web.work.today()
    day = day or today
    page, following = day_part(work, day, status=status, after=after, most=PAGE)
    just = _named(web, told_about(web))
    return web.render(
        "day.html",
        day=day,
        today=today,
        tomorrow=today + timedelta(days=1),
        status=status,
        rows=page,
        next=following,
        names=_names(web, page),
        counts=head_count(work, day),
        floor=planned_site(work).daily_floor,
        status_of=status_of,
        is_cleared=is_cleared,
        minutes_left=partial(queries.minutes_left, work),
        just=just,
        following=_following(web) if just and just["status"] == "vaccinated" else None,
        on_duty=on_duty(work, day),
    )


@endpoints.page("/day/print", allow=SITE_TEAM, params=OfDay)
def door_page(web: Web, day: date | None) -> str:
    """List everybody expected on a day for the door, to be printed and ticked off."""
    day = day or web.work.today()
    rows = [row for row in day_list(web.work, day) if row["status"] != "cancelled"]
    names = _names(web, rows)
    in_order = sorted(rows, key=lambda row: (row["time"], names.get(row["resident"], "")))
    slots: dict[str, list[Expected]] = {}
    for row in in_order:
        slots.setdefault(row["time"], []).append(row)
    return web.render("door.html", day=day, slots=slots, people=len(rows), names=names)


@endpoints.page("/slots.svg", allow=SITE_TEAM, params=DayPicture)
def slots_chart(web: Web, day: date | None, narrow: bool) -> Response:
    """Draw a day by its slots."""
    work, day = web.work, day or web.work.today()
    site = planned_site(work)
    times = [f"{at:%H:%M}" for at in site.slots(work.campaign.slot_minutes)]
    chart = charts.slots(day, times, slots_of(work, day), site.slot_capacity)
    what, name = Text("各时段预约与接种", "day by slots"), Text(site.name_zh, site.name_en)
    return picture(chart, what, name, day, narrow=narrow)


@endpoints.action("/find", allow=SITE_TEAM, body=WantedOnDay)
def find(web: Web, body: Body) -> Response | str:
    """Whoever a slip, card, name or telephone means; nothing typed: the next to be vaccinated.

    A slip or card that is handed over checks in, or ends an observation that is over.
    """
    typed, day = body["q"].strip(), body["day"] or web.work.today()
    if not typed:
        return redirect(_next(web), 303)
    slip = scanned(typed)
    ids, more = PeopleFound([slip], more=False) if slip else people_found(web, typed)
    people = queries.people_here(web.work, ids)
    today = [each for each in people if each["day"] == day.isoformat()]
    found = today if len(today) == 1 else people
    if slip or (len(found) == 1 and not more):
        resident = UUID(slip or found[0]["resident"])
        handed_over = slip is not None or holds_card_number(typed)
        return redirect(_received(web, resident) if handed_over else _at(resident), 303)
    names = names_of(web.work, people)
    return web.render("found.html", people=people, names=names, q=typed, day=day, more=more)


def _at(resident: UUID | str) -> str:
    return f"/residents/{resident}"


def _next(web: Web) -> str:
    """Where the next person who may be vaccinated is, else the board."""
    first = next_cleared(web.work, web.work.today())
    return _at(first) if first else "/"


def _following(web: Web) -> dict[str, str | None] | None:
    """Who is vaccinated next, if somebody who may be waits."""
    first = next_cleared(web.work, web.work.today())
    return _named(web, UUID(first)) if first else None


def _received(web: Web, resident: UUID) -> str:
    """Where it goes on with somebody who is at the desk."""
    if not any(grant.role in STAFF.roles for grant in web.grants):
        return _at(resident)
    with web.work.store.transaction(Context.once(web.person.login)), web.deciding():
        done = commands.receive(web.work, resident)
    if done is None:
        return _at(resident)
    return page_telling(web, "/", Done(str(RECEIVED[done]), about=str(resident)))


def _named(web: Web, resident: UUID | None) -> dict[str, str | None] | None:
    """Somebody of whom a banner tells: id, name, and where the visit is."""
    people = queries.people_here(web.work, [str(resident)]) if resident else []
    named = names_of(web.work, people)
    return next(
        (
            {
                "resident": each["resident"],
                "name": named[each["resident"]],
                "status": each["status"],
            }
            for each in people
        ),
        None,
    )


def _names(web: Web, rows: Sequence[Expected]) -> dict[str, str]:
    return names_of(web.work, [row for row in rows if row["identity"] is not None])


@endpoints.page("/residents/<uuid:resident>", allow=COURSE_PAGE, params=OfDay)
def resident_page(web: Web, resident: UUID, day: date | None) -> str:
    """Show the one next step, then the history and what else may be done."""
    del day
    work, today = web.work, web.work.today()
    known = courses.known(work, resident)
    person = queries.person_of(work, known)
    live = [row for row in person["appointments"] if row["status"] in LIVE]
    movable = [row for row in live if row["status"] == "booked"]
    first = queries.due_from(work, known, min(2, 1 + len(person["doses"]) + len(known["told"])))
    product = next((row["product"] for row in [*person["doses"], *live]), None)
    slots = planned_site(work).slots(work.campaign.slot_minutes)
    step = next_step(person, today, erased=not known["identity"])
    last = last_given(work, web.person.login)
    return web.render(
        "resident.html",
        known=person,
        name=names_of(work, [known])[known["resident"]],
        step=step,
        live=live,
        batches=usable_batches(work, product, today) if product else [],
        last=last,
        check=check_of(work, known, person, web.person.login) if step == "give_dose" else None,
        early_reasons=EARLY,
        first=first,
        free=free_slots(work, first, work.campaign.end, product=product),
        choices=queries.choices(work, known, movable),
        times=[f"{at:%H:%M}" for at in slots],
        reasons=ASKED,
        signs=SIGNS,
        reactions=reactions_of(work, known["records"]),
        signs_text=signs_text,
        status_of=status_of,
        minutes_left=queries.minutes_left(work, person["doses"][-1]) if person["doses"] else 0,
        today=today,
    )


@endpoints.page("/residents/<uuid:resident>/dose-slip", allow=COURSE_PAGE)
def dose_slip(web: Web, resident: UUID) -> str:
    """Show what was given and when the next is, for the person to take home. Raises `NothingGiven`."""
    work = web.work
    known = courses.known(work, resident)
    person, given = queries.person_of(work, known), queries.given_to(work, known)
    if not given:
        raise NothingGiven
    until = queries.leaves_at(work, given[-1]["given_at"])
    second = next((row for row in person["appointments"] if row["status"] == "booked"), None)
    return web.render(
        "dose_slip.html",
        known=person,
        name=names_of(work, [known])[known["resident"]],
        given=given,
        second=second,
        due=queries.due_from(work, known, 2) if person["status"] != "complete" else None,
        until=t("（到 {until}）", " (until {until})", until=f"{until:%H:%M}"),
    )
