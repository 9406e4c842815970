"""Who a notice is for: the one query for it, and what a message is filled with."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from sqlalchemy import Select, and_, or_, select

from services.registration.belonging.belonging_views import in_cohorts, listed
from services.registration.domain.recipient import Audience, Stands
from services.registration.queries import RegistrationQueries
from services.registration.standing import is_counted, standing_on
from services.registration.views import heard, residents
from shared.town.campaign import days_of

WEEKDAYS_ZH = "一二三四五六日"
WEEKDAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_BOOKED = ("AppointmentBooked", "AppointmentMoved")
_ENDED = ("AppointmentCancelled", "NoShowRecorded", "DoseAdministered")

Texts = dict[str, str]


def people_of(audience: Audience, today: date, born_by: date) -> Select[Any]:
    """Return a query for the residents a notice is for, in the order of registration.

    Nobody born after `born_by` is among them: they cannot be vaccinated (R07).
    """
    standing = standing_on(today).where(is_counted(), residents.c.erased.is_(None)).subquery()
    at = standing.c
    query = select(standing).where(at.status.in_(list(audience.statuses)))
    query = query.where(at.birth_date <= born_by.isoformat())
    for meant, of_person, name in (
        (audience.units, listed(), "unit"),
        (audience.cohorts, in_cohorts(), "cohort"),
    ):
        if meant:
            belongs = of_person.subquery()
            these = select(belongs.c.resident).where(belongs.c[name].in_(list(meant)))
            query = query.where(at.resident.in_(these))
    if (latest := audience.latest_first_dose(today)) is not None:
        long_ago = and_(at.first_day.is_not(None), at.first_day <= latest.isoformat())
        query = query.where(or_(at.first_day.is_(None), long_ago))
    return query.order_by(at.listed)


def doses_of(row: dict[str, Any]) -> int:
    """Return how many doses a row of `standing_on` tells of."""
    return (row["first_day"] is not None) + (row["second_day"] is not None)


class AudienceQueries(RegistrationQueries):
    """What is known of a person that may stand in a message."""

    def born_by(self) -> date:
        """The latest day of birth of somebody who may be vaccinated today (R07)."""
        today = self.today()
        day = 28 if (today.month, today.day) == (2, 29) else today.day
        return today.replace(year=today.year - self.campaign.min_age, day=day)

    def person_on(self, resident: str, day: date) -> dict[str, Any] | None:
        """One row of `standing_on`."""
        return self.row(standing_on(day).where(residents.c.resident == resident))

    def stands(self, row: dict[str, Any] | None) -> Stands | None:
        """Return where a person stands, of whom this is the row of `standing_on`."""
        if row is None:
            return None
        also, in_all = listed().subquery(), in_cohorts().subquery()
        mine = select(also.c.unit).where(also.c.resident == row["resident"])
        tagged = select(in_all.c.cohort).where(in_all.c.resident == row["resident"])
        return Stands(
            units=[each["unit"] for each in self.rows(mine)],
            cohorts=[each["cohort"] for each in self.rows(tagged)],
            status=row["status"],
            doses=doses_of(row),
            first_day=date.fromisoformat(row["first_day"]) if row["first_day"] else None,
            erased=row["erased"] is not None,
        )

    def filling(self, row: dict[str, Any], name: str) -> tuple[Texts, Texts]:
        """Return what fills a message to a person, in Chinese and in English."""
        unit = self.unit(row["unit"])
        site = self.campaign.site(unit["site"])
        zh = {"unit": unit["name_zh"], "site": site.name_zh, "campaign": self.campaign.name_zh}
        en = {"unit": unit["name_en"], "site": site.name_en, "campaign": self.campaign.name_en}
        if row["wished_week"]:
            first, *_, last = days_of(row["wished_week"])
            zh["week"] = f"{first.month}月{first.day}日至{last.month}月{last.day}日"
            en["week"] = f"{first.isoformat()} to {last.isoformat()}"
        if appointment := self.next_appointment(row["resident"]):
            day = date.fromisoformat(appointment["day"])
            zh["day"] = f"{day.isoformat()} 周{WEEKDAYS_ZH[day.weekday()]}"
            en["day"] = f"{WEEKDAYS_EN[day.weekday()]} {day.isoformat()}"
            zh["time"] = en["time"] = appointment["time"]
        return zh | {"name": name}, en | {"name": name}

    def next_appointment(self, resident: str) -> dict[str, Any] | None:
        """The appointment that stands, today or later: its day and time."""
        query = select(heard).where(heard.c.resident == resident)
        standing: dict[int, dict[str, Any]] = {}
        for row in self.rows(query.order_by(heard.c.source, heard.c.position)):
            facts = json.loads(row["facts"])
            if row["event"] in _BOOKED:
                standing[facts["dose"]] = facts
            elif row["event"] in _ENDED:
                standing.pop(facts["dose"], None)
        today = self.today().isoformat()
        coming = [facts for facts in standing.values() if facts["day"] >= today]
        return min(coming, key=lambda facts: facts["day"], default=None)
