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
from services.appointments.dispatch.queries import Gone, sent_on
from services.appointments.domain.course import LIVE
from services.appointments.domain.refusals import DayClosed
from services.appointments.duty.queries import on_duty
from services.appointments.permissions import ANYBODY, COURSE, COURSE_PAGE, SITE_TEAM, STAFF
from services.appointments.queue.commands import call_next
from services.appointments.queue.queries import called_elsewhere, dose_line, ticket_of
from services.appointments.reactions.labels import signs_text
from services.appointments.reactions.queries import reactions_of
from services.appointments.sessions.queries import closed_by, free_slots, opened_on, planned_site
from services.appointments.stock.alarms import alarms
from services.appointments.stock.queries import opened_vials, usable_batches
from services.appointments.visits.http import OBSERVED, checked_in
from services.appointments.visits.queries import (
    Expected,
    day_list,
    day_part,
    had_serious,
    head_count,
    last_given,
    slots_of,
)
from shared.kit.eventstore import Context
from shared.kit.language import Text
from shared.kit.web.done import Done
from shared.kit.web.endpoints import Body, Endpoints
from shared.town.contracts.reactions import SERIOUS
from shared.town.line.calling import may_call
from shared.town.line.http import called as now_called
from shared.town.line.http import taken_back
from shared.town.line.refusals import NobodyWaits
from shared.town.mirrors.duty import desk_of
from shared.town.mirrors.findings import is_cleared
from shared.town.mirrors.numbers import number_of
from shared.town.mirrors.residents import names_of
from shared.town.web.banner import page_telling, told_about
from shared.town.web.charts import picture
from shared.town.web.finding import PeopleFound, people_found, scanned
from shared.town.web.free_text import holds_card_number
from shared.town.web.schemas import OfDay
from shared.town.web.web import Web

PAGE = 50

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
    closed = closed_by(work, day)
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
        leaves_at=partial(queries.leaves_at, work),
        just=just,
        closed=closed,
        calls_next=just is not None and just["status"] == "vaccinated" and _may_call(web),
        on_duty=on_duty(work, day),
        alarms=alarms(work),
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
def slots_chart(web: Web, day: date | None, of: str, narrow: bool) -> Response:
    """Draw a day by its slots."""
    del of
    work, day = web.work, day or web.work.today()
    site = planned_site(work)
    times = [f"{at:%H:%M}" for at in site.slots(work.campaign.slot_minutes)]
    chart = charts.slots(day, times, slots_of(work, day), site.slot_capacity)
    what, name = Text("各时段预约与接种", "day by slots"), Text(site.name_zh, site.name_en)
    return picture(chart, what, name, day, narrow=narrow)


@endpoints.action("/find", allow=SITE_TEAM, body=WantedOnDay)
def find(web: Web, body: Body) -> Response | str:
    """Whoever a slip, card, name or telephone means; nothing typed: the next for the dose is called.

    Whoever does not work at the desks sees who is next. Today's number is that person's. A slip or
    card that is handed over checks in, or ends an observation that is over.
    """
    typed, day = body["q"].strip(), body["day"] or web.work.today()
    if not typed:
        return redirect(_next(web), 303)
    slip = scanned(typed)
    if (holder := queries.holder_today(web.work, typed)) is not None:
        return redirect(_at(holder), 303)
    ids, more = PeopleFound([slip], more=False) if slip else people_found(web, typed)
    people = queries.people_here(web.work, ids)
    today = [each for each in people if each["day"] == day.isoformat()]
    found = today if len(today) == 1 else people
    if slip or (len(found) == 1 and not more):
        resident = UUID(slip or found[0]["resident"])
        handed_over = slip is not None or holds_card_number(typed)
        return redirect(_received(web, resident) if handed_over else _at(resident), 303)
    return web.render(
        "found.html",
        people=people,
        names=names_of(web.work, people),
        q=typed,
        day=day,
        more=more,
        closed=closed_by(web.work, day),
    )


def _at(resident: UUID | str) -> str:
    return f"/residents/{resident}"


def _next(web: Web) -> str:
    """Where the next person who may be vaccinated is, called to who serves; else the board."""
    work = web.work
    if not _serves(web):
        waits = [each for each in dose_line(work, work.site) if may_call(each, None)]
        return _at(waits[0]["resident"]) if waits else "/"
    try:
        with work.store.transaction(Context.once(web.person.login)), web.deciding():
            called = call_next(work)
    except (DayClosed, NobodyWaits) as nobody:
        return page_telling(web, "/", Done(str(nobody)))
    says = Done(now_called(called), taken_back(called))
    return page_telling(web, _at(called["resident"]), says)


def _may_call(web: Web) -> bool:
    """Whether the visitor serves, and somebody waits to be called."""
    work, login = web.work, web.person.login
    desk = desk_of(work, work.site, login)
    if not _serves(web) or closed_by(work, work.today()):
        return False
    return any(may_call(each, desk) for each in dose_line(work, work.site))


def _serves(web: Web) -> bool:
    return any(grant.role in STAFF.roles for grant in web.grants)


def _received(web: Web, resident: UUID) -> str:
    """Where it goes on with somebody who is at the desk."""
    if not _serves(web):
        return _at(resident)
    with web.work.store.transaction(Context.once(web.person.login)), web.deciding():
        done = commands.receive(web.work, resident)
    if done is None:
        return _at(resident)
    says = checked_in(done.checked_in) if done.checked_in else str(OBSERVED)
    return page_telling(web, "/", Done(says, about=str(resident)))


def _named(web: Web, resident: UUID | None) -> dict[str, str | None] | None:
    """Somebody of whom a banner tells: id, name, and where the visit is."""
    people = queries.people_here(web.work, [str(resident)]) if resident else []
    if not people:
        return None
    who, name = people[0]["resident"], names_of(web.work, people)[people[0]["resident"]]
    return {"resident": who, "name": name, "status": people[0]["status"]}


def _names(web: Web, rows: Sequence[Expected]) -> dict[str, str]:
    return names_of(web.work, [row for row in rows if row["identity"] is not None])


@endpoints.page("/residents/<uuid:resident>", allow=COURSE_PAGE, params=OfDay)
def resident_page(web: Web, resident: UUID, day: date | None) -> str:
    """Show the one next step, then the history and what else may be done."""
    del day
    work, today = web.work, web.work.today()
    if (gone := sent_on(work, resident)) is not None:
        return _sent_on_page(web, resident, gone)
    known = courses.known(work, resident)
    person = queries.person_of(work, known)
    live = [row for row in person["appointments"] if row["status"] in LIVE]
    movable = [row for row in live if row["status"] == "booked"]
    first = queries.due_from(work, known, min(2, 1 + len(person["doses"]) + len(known["told"])))
    product = next((row["product"] for row in [*person["doses"], *live]), None)
    slots = planned_site(work).slots(work.campaign.slot_minutes)
    step = next_step(person, today, erased=not known["identity"])
    last = last_given(work, web.person.login)
    reactions, ticket = reactions_of(work, known["records"]), ticket_of(work, known["records"])
    return web.render(
        "resident.html",
        known=person,
        name=names_of(work, [known])[known["resident"]],
        step=step,
        closed=closed_by(work, today),
        live=live,
        batches=usable_batches(work, product, today) if product else [],
        last=last,
        vials=[each for each in opened_vials(work, today) if each["product"] == product],
        check=check_of(work, known, person, web.person.login) if step == "give_dose" else None,
        early_reasons=EARLY,
        first=first,
        free=free_slots(work, first, work.campaign.end, product=product),
        choices=queries.choices(work, known, movable),
        times=[f"{at:%H:%M}" for at in slots],
        reasons=ASKED,
        signs=SIGNS,
        reactions=reactions,
        serious=[each for each in reactions if each["severity"] in SERIOUS and each["open"]],
        goes_where=step == "end_observation"
        and had_serious(work, known["records"], person["doses"][-1]["day"]),
        signs_text=signs_text,
        status_of=status_of,
        minutes_left=queries.minutes_left(work, person["doses"][-1]) if person["doses"] else 0,
        number=number_of(work, work.site, known["records"], today),
        ticket=ticket,
        called_elsewhere=called_elsewhere(work, ticket, web.person.login),
        today=today,
    )


def _sent_on_page(web: Web, resident: UUID, gone: Gone) -> str:
    """Show where somebody is whom this site has sent on, and how they come back."""
    named = _named(web, resident)
    return web.render(
        "sent_on.html",
        resident=resident,
        name=named["name"] if named else "",
        gone=gone,
        to=web.work.campaign.site(gone["to"]),
    )
