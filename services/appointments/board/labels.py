"""One status, one colour, one reason, one next step for every person on a site's pages."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from services.appointments.board.queries import Person
from services.appointments.courses.views import Appointment
from shared.kit.language import Text, listed, t
from shared.town.mirrors.findings import Asked, is_cleared
from shared.town.terms.screening import FINDING_REASONS, FINDINGS
from shared.town.terms.term import Term
from shared.town.terms.visits import APPOINTMENTS, CANCEL_REASONS
from shared.town.web.pages import deferral

# What the cancel form offers; the others come about by themselves.
ASKED = ("by_resident", "session_closed", "other")
# What is seen most after a dose.
SIGNS = (
    Text("局部红肿疼痛", "redness or pain at the injection site"),
    Text("头晕", "dizziness"),
    Text("发热", "fever"),
    Text("乏力", "tiredness"),
    Text("恶心", "nausea"),
)
# Why people leave before the observation is over.
EARLY = (
    Text("本人坚持离开", "insists on leaving"),
    Text("转送医院", "taken to hospital"),
    Text("家中急事", "called home"),
)
# Reasons that stay the last word, whatever screening finds.
_FINAL = (*ASKED, "merged", "declined", "redocked", "sent_on")


class Status(NamedTuple):
    """One term with its colour, and one reason."""

    term: Term
    reason: str


def status_of(row: Appointment, person: Asked, today: date) -> Status:
    """Status, colour and reason of one appointment of somebody who was screened so."""
    reason = str(CANCEL_REASONS[row["reason"]]) if row["reason"] else ""
    if row["status"] in ("done", "no_show") or row["reason"] in _FINAL:
        pass
    elif person["screening"] == "contraindicated":
        reason = str(FINDINGS["contraindicated"])
    elif person["screening"] == "deferred":
        why = listed(FINDING_REASONS[code] for code in str(person["reasons"]).split(","))
        until = deferral(person)
        reason = t("推迟接种，{until}：{why}", "deferred, {until}: {why}", until=until, why=why)
    elif row["status"] == "waiting":
        cleared = is_cleared(person, today, row["dose"])
        reason = str(FINDINGS["cleared" if cleared else "unscreened"])
    return Status(APPOINTMENTS[row["status"]], reason)


def next_step(known: Person, today: date, *, erased: bool) -> str:
    """The one thing to do next for a resident: a name the resident page knows."""
    by_status = {row["status"]: row for row in known["appointments"]}
    if "vaccinated" in by_status:
        return "end_observation"
    if known["screening"] == "contraindicated":
        return "stop"
    if "waiting" in by_status:
        dose = by_status["waiting"]["dose"]
        return "give_dose" if is_cleared(known, today, dose) else "screen"
    if known["status"] == "complete":
        return "complete"
    booked = by_status.get("booked")
    if booked is None and erased:
        return "erased"
    if booked is None:
        return "book" if known["answer"] == "consented" else "consent"
    first = min(
        (r for r in known["appointments"] if r["status"] == "booked"), key=lambda r: r["dose"]
    )
    return "check_in" if first["day"] == today.isoformat() else "come_later"
