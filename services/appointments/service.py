"""A site over HTTP."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from werkzeug.utils import redirect

from services.appointments import schemas
from services.appointments.application import Appointments
from services.appointments.domain.course import LIVE
from services.appointments.domain.plan import WeeklyPlan
from services.appointments.domain.site import Site
from services.appointments.wording import REASONS, is_cleared, next_step, status_of
from shared.town.access import Place, to
from shared.town.access.roles import (
    CAMPAIGN,
    OF_SITES,
    OF_UNITS,
    OFFICE,
    OVERSIGHT,
    SITE_LEADER,
    SITE_STAFF,
)
from shared.town.campaign import days_of, week_of
from shared.town.service import Service, action, command, page, query

PAGE_DAYS = 14
ANYBODY = to(*CAMPAIGN)
LEADER = to(SITE_LEADER, at="part")
LEADER_OR_OFFICE = to(SITE_LEADER, OFFICE, at="part")
STAFF = to(SITE_STAFF, SITE_LEADER, at="part")
STOCK = to(*OF_SITES, OFFICE, *OVERSIGHT, at="part")
DAY = to(*OF_SITES, OFFICE, *OVERSIGHT, at="part")
# A cadre books for the own people; the body names them, so the place is checked in the method.
BOOKING = to(*OF_UNITS, SITE_STAFF, SITE_LEADER, OFFICE)
RESIDENT_BOOKING = to(*OF_UNITS, SITE_STAFF, SITE_LEADER, OFFICE, at="resident")
VISIT = to(SITE_STAFF, SITE_LEADER, at="resident")
COURSE = to(*OF_UNITS, *OF_SITES, OFFICE, *OVERSIGHT, at="resident")
COURSE_PAGE = to(*OF_SITES, OFFICE, *OVERSIGHT, at="resident")


class AppointmentsService(Service):
    """One site's sessions, bookings, visits, doses and stock."""

    name = "appointments"
    application = Appointments
    nav = (
        ("/", "今日", "Today"),
        ("/sessions", "场次", "Sessions"),
        ("/plan", "周计划", "Weekly plan"),
        ("/stock", "疫苗", "Stock"),
    )
    app: Appointments

    # The site, its stock, its sessions

    @query("/api/site", allow=ANYBODY, summary="The site and its head-count today")
    def site(self) -> dict[str, Any]:
        """Return the site's day in numbers."""
        app = self.app
        opened = app.begin(Site, Site.create_id(app.site)).opened
        plan = app.plan
        return {
            "site": app.site,
            "name_zh": plan.name_zh,
            "name_en": plan.name_en,
            "opened": opened,
            "daily_floor": plan.daily_floor,
            "today": app.head_count(app.today()),
        }

    @command(
        "/api/batches",
        allow=LEADER,
        body=schemas.BatchBody,
        answer=schemas.BatchAnswer,
        summary="Take a batch in; the first opens the site",
    )
    def receive_batch(self, body: dict[str, Any]) -> dict[str, Any]:
        """Take a batch in."""
        return self.app.receive_batch(**body)

    @query("/api/batches", allow=STOCK, summary="The site's stock")
    def batches(self) -> dict[str, Any]:
        """List the batches."""
        return {"batches": self.app.stock()}

    @command(
        "/api/batches/<batch>/waste",
        allow=LEADER,
        body=schemas.Waste,
        answer=schemas.BatchAnswer,
        summary="Write doses off",
    )
    def waste(self, body: dict[str, Any], batch: str) -> dict[str, Any]:
        """Write doses off."""
        return self.app.waste(batch, **body)

    @command(
        "/api/batches/<batch>/recall",
        allow=LEADER_OR_OFFICE,
        body=schemas.Recall,
        answer=schemas.BatchAnswer,
        summary="Stop a batch from being used",
    )
    def recall(self, body: dict[str, Any], batch: str) -> dict[str, Any]:
        """Recall a batch."""
        return self.app.recall(batch, **body)

    @command(
        "/api/sessions",
        allow=LEADER,
        body=schemas.SessionsBody,
        summary="Open sessions, a day each",
    )
    def open_sessions(self, body: dict[str, Any]) -> dict[str, Any]:
        """Open sessions."""
        return self.app.open_sessions(**body)

    @query(
        "/api/sessions",
        allow=ANYBODY,
        params=schemas.Between,
        summary="Sessions with their free places",
    )
    def sessions(self, from_: date | None, to: date | None, done: str | None) -> dict[str, Any]:
        """List sessions."""
        del done
        first = from_ or self.app.today()
        return {
            "sessions": self.app.session_list(first, to or first + timedelta(days=PAGE_DAYS - 1))
        }

    @command(
        "/api/weeks/<week>/plan",
        allow=LEADER_OR_OFFICE,
        summary="Publish a week's plan from its bookings",
    )
    def publish_plan(self, body: dict[str, Any], week: str) -> dict[str, Any]:
        """Publish a week's plan."""
        del body
        return self.app.publish_plan(week)

    # Bookings

    @command(
        "/api/appointments",
        allow=BOOKING,
        body=schemas.Booking,
        answer=schemas.BookingAnswer,
        summary="Book the dose that is due, with a first dose at once the second",
    )
    def book(self, body: dict[str, Any]) -> dict[str, Any]:
        """Book a dose."""
        self.must_reach(Place(self.app.unit_of(body["resident"]), self.part.shard))
        return self.app.book(**body)

    @query("/api/appointments", allow=DAY, params=schemas.OnDay, summary="A day's appointments")
    def appointments(self, day: date | None, done: str | None) -> dict[str, Any]:
        """List a day's appointments."""
        del done
        keys = ("resident", "unit", "dose", "day", "time", "product", "status")
        rows = self.app.day_list(day or self.app.today())
        return {"appointments": [{key: row[key] for key in keys} for row in rows]}

    @command(
        "/api/residents/<uuid:resident>/move",
        allow=RESIDENT_BOOKING,
        body=schemas.Move,
        answer=schemas.BookingAnswer,
        summary="Move an appointment",
    )
    def move(self, body: dict[str, Any], resident: UUID) -> dict[str, Any]:
        """Move an appointment."""
        return self.app.move(resident, **body)

    @command(
        "/api/residents/<uuid:resident>/cancel",
        allow=RESIDENT_BOOKING,
        body=schemas.Cancel,
        answer=schemas.BookingAnswer,
        summary="Cancel an appointment",
    )
    def cancel(self, body: dict[str, Any], resident: UUID) -> dict[str, Any]:
        """Cancel an appointment."""
        return self.app.cancel(resident, **body)

    # The day

    @command("/api/residents/<uuid:resident>/check-in", allow=VISIT, summary="The resident is here")
    def check_in(self, body: dict[str, Any], resident: UUID) -> dict[str, Any]:
        """Check a resident in."""
        del body
        return self.app.check_in(resident)

    @command(
        "/api/residents/<uuid:resident>/dose",
        allow=VISIT,
        body=schemas.Dose,
        summary="Give the dose that is due",
    )
    def give_dose(self, body: dict[str, Any], resident: UUID) -> dict[str, Any]:
        """Give a dose."""
        return self.app.give_dose(resident, **body)

    @command(
        "/api/residents/<uuid:resident>/observation-end", allow=VISIT, summary="The resident leaves"
    )
    def end_observation(self, body: dict[str, Any], resident: UUID) -> dict[str, Any]:
        """End an observation."""
        del body
        return self.app.end_observation(resident)

    @command(
        "/api/residents/<uuid:resident>/adverse-event",
        allow=VISIT,
        body=schemas.AdverseEvent,
        summary="Record what happened after a dose (AEFI)",
    )
    def report_adverse_event(self, body: dict[str, Any], resident: UUID) -> dict[str, Any]:
        """Record an adverse event."""
        return self.app.report_adverse_event(resident, **body)

    @command(
        "/api/days/<day>/no-shows", allow=STAFF, summary="Whoever is still expected did not come"
    )
    def record_no_shows(self, body: dict[str, Any], day: str) -> dict[str, Any]:
        """Record a day's no-shows."""
        del body
        return self.app.record_no_shows(schemas.day_of(day))

    @query("/api/residents/<uuid:resident>", allow=COURSE, summary="A resident of this site")
    def resident(self, resident: UUID) -> dict[str, Any]:
        """Return a resident's course as the site knows it."""
        known = self.app.resident(resident)
        known.pop("identity")
        return known

    # Pages

    @page("/", allow=DAY, params=schemas.OnDay, summary="The site's day")
    def day_page(self, day: date | None, done: str | None) -> str:
        """Show who is expected, here, vaccinated."""
        day = day or self.app.today()
        rows = self.app.day_list(day)
        return self._day(day, rows, self._names(rows), done=done)

    @action(
        "/find",
        allow=DAY,
        body=schemas.WantedOnDay,
        summary="Somebody by id, or by name on a day",
    )
    def find(self, body: dict[str, Any]) -> Any:
        """Go to the one who was looked for, or show those of the day with such a name."""
        wanted, day = body["q"].strip(), body["day"] or self.app.today()
        try:
            return redirect(f"/residents/{UUID(wanted)}", 303)
        except ValueError:
            rows = self.app.day_list(day)
        names = self._names(rows)
        found = [row for row in rows if wanted in names.get(row["resident"], "")]
        if len({row["resident"] for row in found}) == 1:
            return redirect(f"/residents/{found[0]['resident']}", 303)
        return self._day(day, found, names, q=wanted)

    def _names(self, rows: list[dict[str, Any]]) -> dict[str, str]:
        return self.app.names([row for row in rows if row["identity"] is not None])

    def _day(
        self,
        day: date,
        rows: list[dict[str, Any]],
        names: dict[str, str],
        *,
        q: str = "",
        done: str | None = None,
    ) -> str:
        app = self.app
        return self.render(
            "day.html",
            day=day,
            today=app.today(),
            q=q,
            rows=rows,
            names=names,
            counts=app.head_count(day),
            floor=app.plan.daily_floor,
            status_of=status_of,
            is_cleared=is_cleared,
            done=done,
        )

    @page(
        "/residents/<uuid:resident>",
        allow=COURSE_PAGE,
        params=schemas.OnDay,
        summary="A resident's course",
    )
    def resident_page(self, resident: UUID, day: date | None, done: str | None) -> str:
        """Show the history first, then the one next step."""
        del day
        app, today = self.app, self.app.today()
        known = app.resident(resident)
        live = [row for row in known["appointments"] if row["status"] in LIVE]
        product = next((row["product"] for row in [*known["doses"], *live]), None)
        return self.render(
            "resident.html",
            known=known,
            name=app.names([known])[known["resident"]],
            step=next_step(known, today),
            live=live,
            batches=app.usable_batches(product, today) if product else [],
            free=app.free_slots(today, app.campaign.end, product=product),
            times=[f"{at:%H:%M}" for at in app.plan.slots(app.campaign.slot_minutes)],
            reasons=REASONS,
            status_of=status_of,
            today=today,
            done=done,
        )

    @page("/sessions", allow=ANYBODY, params=schemas.Between, summary="Sessions and places")
    def sessions_page(self, from_: date | None, to: date | None, done: str | None) -> str:
        """Show a week's sessions as a grid of days and slots."""
        del to
        app = self.app
        week = week_of(from_ or app.today())
        days = days_of(week)
        sessions = {row["day"]: row for row in app.session_list(days[0], days[-1])}
        grid: dict[str, dict[str, dict[str, Any]]] = {}
        for session in sessions.values():
            for slot in session["slots"]:
                grid.setdefault(slot["time"], {})[session["day"]] = slot
        return self.render(
            "sessions.html",
            week=week,
            days=days,
            sessions=sessions,
            grid=dict(sorted(grid.items())),
            earlier=days[0] - timedelta(days=7),
            later=days[-1] + timedelta(days=1),
            done=done,
        )

    @page("/plan", allow=ANYBODY, params=schemas.PlanWeek, summary="The weekly plan")
    def plan_page(self, week: str | None, done: str | None) -> str:
        """Show a week's plan beside what is booked now."""
        app = self.app
        week = week or week_of(app.today())
        days = days_of(week)
        planned = app.planned(days)
        table: dict[str, dict[date, dict[int, int]]] = {}
        for row in planned:
            cells = table.setdefault(row["unit"], {}).setdefault(row["day"], {})
            cells[row["dose"]] = row["planned"]
        published = app.begin(WeeklyPlan, WeeklyPlan.create_id(app.site, week)).rows
        return self.render(
            "plan.html",
            week=week,
            days=days,
            table=table,
            published=published is not None,
            changed=published is not None and published != planned,
            earlier=week_of(days[0] - timedelta(days=7)),
            later=week_of(days[0] + timedelta(days=7)),
            done=done,
        )

    @page("/stock", allow=STOCK, params=schemas.OnDay, summary="The site's vaccine")
    def stock_page(self, day: date | None, done: str | None) -> str:
        """Show the batches."""
        del day
        return self.render(
            "stock.html", batches=self.app.stock(), today=self.app.today().isoformat(), done=done
        )
