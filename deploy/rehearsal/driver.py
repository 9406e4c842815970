"""The rehearsal: an invented town goes through the whole campaign, day by day, over HTTP."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, cast

from deploy.parts import SHARDED
from deploy.rehearsal.api import Api
from deploy.rehearsal.evening import close_the_day, go_on_duty, read_fridges
from deploy.rehearsal.journal import Journal, Today, residents_of, restore, state_of
from deploy.rehearsal.mistakes import Mistakes
from deploy.rehearsal.person import Person, Town
from deploy.rehearsal.preparing import BATCHES_PER_SITE, batch_name, prepare
from deploy.rehearsal.town import COMES_AGAIN_AFTER
from shared.town.campaign import days_of, week_of
from shared.town.deployment import source_of


class Rehearsal:
    """What the people of the town do, and what those who look after them do."""

    def __init__(self, api: Api, town: Town, journal: Journal | None = None) -> None:
        """Begin before the first day; `journal` keeps what is needed to go on after a stop."""
        self.api, self.town, self.journal = api, town, journal
        self.last, self.begun = cast("date | None", None), cast("Today | None", None)
        self.campaign = api.deployment.campaign
        self.product = self.campaign.products[0].code
        self.sites = {site.code: source_of(SHARDED, site.code) for site in self.campaign.sites}
        self.site_of = {unit.code: unit.site for unit in self.campaign.units}
        self.people: dict[str, Person] = {}
        self.order: dict[str, int] = {}
        self.to_book: dict[date, list[str]] = {}
        self.given = dict.fromkeys(self.sites, 0)
        self.came: set[tuple[str, int, str]] = set()
        self.doses = self.no_shows = self.deferrals = 0
        self.mistakes = Mistakes(api, self.sites)

    def begin(self) -> list[date]:
        """Prepare, or remember what was done before; return the days that are left."""
        if self.journal is not None and self.journal.residents:
            state, self.last, self.begun = self.journal.read()
            restore(self, self.journal.residents, state)
        else:
            self.prepare()
            if self.journal is not None:
                self.journal.prepared(residents_of(self))
            self._write()
        return [day for day in self.days() if self.last is None or day > self.last]

    def days(self) -> list[date]:
        """Every day of the campaign."""
        count = (self.campaign.end - self.campaign.start).days + 1
        return [self.campaign.start + timedelta(n) for n in range(count)]

    def counted(self) -> dict[str, int]:
        """What only the rehearsal itself knows."""
        return {"no_shows": self.no_shows, "deferrals": self.deferrals}

    def prepare(self) -> None:
        """Rosters, answers, vaccine, sessions."""
        self.people = prepare(self.api, self.town, self.batch_size())
        self.order = {resident: number for number, resident in enumerate(self.people)}

    def _write(self, today: Today | None = None) -> None:
        if self.journal is not None:
            self.journal.write(state_of(self), self.last, today)

    def batch_size(self) -> int:
        """So many that the last batch is begun but not used up."""
        return -(-2 * self.town.people * 2 // (len(self.sites) * (2 * BATCHES_PER_SITE - 1))) + 1

    def live_through(self, day: date) -> None:
        """One day: bookings, visits, doses, who did not come."""
        today = self._begun(day)
        if today.cleared is None:
            today.cleared = self._arrivals(day, today.rows)
            self._write(today)
        self._afternoon(day, today.cleared)
        self.last, self.begun = day, None
        self._write()

    def open(self, day: date) -> None:
        """Book for a day and have its fridges read and its nurses on duty, then stand aside."""
        if self.begun is not None and self.begun.day == day:
            return
        self._begun(day)
        self.api.set_clock(day, "08:30")
        read_fridges(self.api, self.sites, day, 1)
        go_on_duty(self.api, self.sites, day)
        self.api.settle()

    def _begun(self, day: date) -> Today:
        """Begin a day, or go on with the one that has begun."""
        if self.begun is None or self.begun.day != day:
            self.begun = Today(day, self._morning(day))
            self._write(self.begun)
        return self.begun

    def _morning(self, day: date) -> list[dict[str, Any]]:
        """Close the week, book; return who is expected."""
        self.api.set_clock(day, "07:00")
        if day.weekday() == 0:
            self.api.settle()
            self._close_week(day - timedelta(days=1))
            self.wish(day)
        self.book(day)
        if day.weekday() == 0:
            for site, source in self.sites.items():
                url = f"/api/weeks/{week_of(day)}/plan"
                self.api.command(source, url, {}, f"plan {site} {day}")
        return self.expected(day)

    def _arrivals(self, day: date, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Who comes is checked in and screened; return who was cleared."""
        here = [row for row in rows if self.comes(row, day)]
        self.api.set_clock(day, "08:30")
        read_fridges(self.api, self.sites, day, 1)
        outcomes = self.api.each(lambda row: self.arrive(row, day), here)
        self.api.settle(self.sites.values(), ["screening"])
        self.api.set_clock(day, "09:30")
        cleared = [row for row, outcome in zip(here, outcomes, strict=True) if outcome == "cleared"]
        self.mistakes.before_doses(day, self.campaign, cleared)
        return cleared

    def _afternoon(self, day: date, cleared: list[dict[str, Any]]) -> None:
        """Doses, and at the end who did not come; then the sites close."""
        self.api.set_clock(day, "09:30")
        go_on_duty(self.api, self.sites, day)
        self.vaccinate(cleared, day)
        self.api.set_clock(day, "20:00")
        self.api.each(lambda row: self.leave(row, day), cleared)
        read_fridges(self.api, self.sites, day, 2)
        for site, source in self.sites.items():
            url = f"/api/days/{day}/no-shows"
            self.no_shows += self.api.command(source, url, {}, f"no-shows {site} {day}")["no_shows"]
        self.mistakes.on(day, self.campaign, cleared, self.people)
        close_the_day(self.api, self.sites, day)

    def finish(self) -> None:
        """After the last day: close the last week, let everything arrive."""
        end = days_of(week_of(self.campaign.end))[-1]
        self.api.set_clock(end + timedelta(days=1), "06:00")
        self.api.settle()
        self._close_week(end)
        self.api.settle()

    def _close_week(self, sunday: date) -> None:
        if sunday >= self.campaign.start:
            week = week_of(sunday)
            self.api.command("reporting", f"/api/weeks/{week}/close", {}, f"close {week}")

    def wish(self, monday: date) -> None:
        """Everybody whose wished week begins is to be booked, evenly over its days."""
        week = week_of(monday)
        wishing = [
            r
            for r, p in self.people.items()
            if p.consents and not p.is_child and p.wished_week == week
        ]
        for site in self.sites:
            mine = [r for r in wishing if self.site_of[self.people[r].unit] == site]
            for n, resident in enumerate(mine):
                self._book_from(monday + timedelta(days=n * 7 // len(mine)), resident, monday)

    def _book_from(self, day: date, resident: str, when: date) -> None:
        self.to_book.setdefault(when, []).append(f"{day} {resident}")

    def book(self, today: date) -> None:
        """Book who is to be booked: each site by one client, in a fixed order."""
        wanted = [entry.split(" ") for entry in self.to_book.pop(today, [])]
        wanted.sort(key=lambda entry: (entry[0], self.order[entry[1]]))

        def book_at(site: str) -> None:
            for day, resident in wanted:
                if self.site_of[self.people[resident].unit] == site:
                    body = {
                        "resident": resident,
                        "from_day": max(day, str(today)),
                        "to_day": str(self.campaign.end),
                    }
                    name = f"book {self.order[resident]} {today}"
                    self.api.try_command(self.sites[site], "/api/appointments", body, name)

        self.api.each(book_at, self.sites)

    def expected(self, day: date) -> list[dict[str, Any]]:
        """Everybody booked for a day, in the order of the rosters."""
        rows: list[dict[str, Any]] = []
        for site, source in self.sites.items():
            found = self.api.get(source, "/api/appointments", day=str(day))["appointments"]
            mine = [row | {"site": site} for row in found if row["status"] == "booked"]
            rows += sorted(mine, key=lambda row: self.order[row["resident"]])
        return rows

    def comes(self, row: dict[str, Any], day: date) -> bool:
        """Whether a booked person comes; who does not is to be booked again."""
        person, dose = self.people[row["resident"]], row["dose"]
        stays_away = person.no_show_first if dose == 1 else person.no_show_second
        visit = (row["resident"], dose, "no-show")
        if stays_away and visit not in self.came:
            self.came.add(visit)
            if day + COMES_AGAIN_AFTER <= self.campaign.end:
                self._book_from(day + COMES_AGAIN_AFTER, row["resident"], day + timedelta(days=1))
            return False
        return True

    def arrive(self, row: dict[str, Any], day: date) -> str:
        """Check in and be screened; returns the outcome."""
        resident, source = row["resident"], self.sites[row["site"]]
        name = f"{self.order[resident]} {row['dose']} {day}"
        self.api.command(source, f"/api/residents/{resident}/check-in", {}, f"check-in {name}")
        body = {"site": row["site"], "answers": self.answers(row)}
        url = f"/api/residents/{resident}/screening"
        found = self.api.command("screening", url, body, f"screening {name}")
        if found["outcome"] == "deferred":
            self.deferrals += 1
            if "pregnancy" not in found["reasons"]:
                until = date.fromisoformat(found["until"])
                self._book_from(until, resident, day + timedelta(days=1))
        return found["outcome"]

    def answers(self, row: dict[str, Any]) -> dict[str, Any]:
        """What a person answers at screening; a fever is over at the next visit."""
        person, dose = self.people[row["resident"]], row["dose"]
        answers: dict[str, Any] = dict.fromkeys(NO, False)
        answers |= {"temperature": 36.5, "healthy": person.screened_healthy}
        if person.contraindication:
            answers |= {person.contraindication: True, "healthy": True}
        feverish = person.fever_first if dose == 1 else person.fever_second
        visit = (row["resident"], dose, "fever")
        if feverish and visit not in self.came:
            self.came.add(visit)
            answers["temperature"] = 38.2
        return answers

    def vaccinate(self, rows: list[dict[str, Any]], day: date) -> None:
        """Give the doses, oldest batch first: which one follows from the order, not from a race."""
        for row in rows:
            number = self.given[row["site"]]
            row["batch"] = batch_name(self.product, row["site"], number // self.batch_size())
            row["vaccinator"], self.given[row["site"]] = f"{row['site']}-nurse", number + 1

        def give(row: dict[str, Any]) -> None:
            resident, source = row["resident"], self.sites[row["site"]]
            name = f"{self.order[resident]} {row['dose']} {day}"
            body = {key: row[key] for key in ("batch", "vaccinator")}
            self.api.command(source, f"/api/residents/{resident}/dose", body, f"dose {name}")

        self.api.each(give, rows)
        self.doses += len(rows)

    def leave(self, row: dict[str, Any], day: date) -> None:
        """Leave once the observation is over."""
        resident, source = row["resident"], self.sites[row["site"]]
        name = f"observation {self.order[resident]} {row['dose']} {day}"
        self.api.command(source, f"/api/residents/{resident}/observation-end", {}, name)


NO = (
    "pregnant",
    "severe_allergy",
    "convulsions_own",
    "convulsions_family",
    "epilepsy_own",
    "epilepsy_family",
    "encephalopathy_own",
    "encephalopathy_family",
    "mental_illness_own",
    "mental_illness_family",
    "acute_illness",
    "chronic_illness_acute_phase",
    "severe_chronic_illness",
    "vaccinated_before",
)
