"""One person's message: whether there is one, decided when its turn comes, and what it says."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from uuid import UUID

from sqlalchemy import select

from services.registration.domain.recipient import AtRelease, reason_against
from services.registration.domain.refusals import UnknownResident
from services.registration.domain.template import filled, used_in
from services.registration.history.queries import Appointment
from services.registration.notices.audience import coming_appointments, filling, recipient_of
from services.registration.notices.channels.addresses import FIELDS, address_in, takes
from services.registration.notices.channels.channel import Channel, Message
from services.registration.notices.queries import NoticeRow, audience_of
from services.registration.notices.views import OutboxRow, notices
from services.registration.residents import queries as residents
from services.registration.residents.queries import WithStatus
from shared.town.privacy import Identity
from shared.town.work import Work

SEALED = ("notice", "file")
NEED_APPOINTMENT = frozenset(("day", "time"))


def message_for(work: Work, channel: Channel, row: OutboxRow) -> Message | str:
    """Return the message to this person as of now, or the reason why there is none."""
    notice = work.row(select(notices).where(notices.c.notice == row["notice"]), NoticeRow)
    try:
        person = residents.resident_with_status(work, UUID(row["resident"]))
    except UnknownResident:
        return "not_in_audience"
    assert notice is not None, "an outbox row comes after its notice"
    before = AtRelease(row["status"], row["doses"])
    recipient, audience = recipient_of(work, person), audience_of(notice)
    if reason := reason_against(recipient, before, audience, work.today()):
        return reason
    field = FIELDS[channel.name]
    fields = ("name", field) if field else ("name", "phone", "email")
    who = residents.identities(work, [person], fields)[row["resident"]] or {}
    address = address_in(str(who.get(field) or "")) if field else ""
    coming = coming_appointments(work, [row["resident"]]).get(row["resident"])
    used = used_in(notice["zh"], notice["en"])
    if reason := lacking(channel.name, used, person, address, coming):
        return reason
    zh, en = filling(work, person, str(who.get("name") or ""), coming)
    message = Message(
        id=row["message"],
        notice=row["notice"],
        resident=row["resident"],
        unit=person["unit"],
        to=address,
        at=notice["released_at"] or "",
        title=notice["title"],
        zh=filled(notice["zh"], zh),
        en=filled(notice["en"], en),
    )
    return _sealed(work, message, who) if channel.keeps_messages else message


def lacking(
    channel: str,
    used: Collection[str],
    person: WithStatus,
    address: str,
    coming: Appointment | None,
) -> str | None:
    """Return what somebody lacks for a message that uses these placeholders; None: nothing.

    `address` is for the channel, `coming` the next appointment. What is previewed and what is sent
    are decided by it alike.
    """
    if FIELDS[channel] and not address:
        return "no_address"
    if not takes(channel, address):
        return "bad_address"
    if coming is None and not NEED_APPOINTMENT.isdisjoint(used):
        return "no_appointment"
    if "week" in used and not person["wished_week"]:
        return "no_week"
    return None


def _sealed(work: Work, message: Message, who: Identity) -> Message:
    """Seal what a channel will keep, so that it goes with the person's keys when erased."""
    kept = {name: who[name] for name in ("phone", "email") if who.get(name)}
    kept |= {"name": who.get("name"), "zh": message.zh, "en": message.en}
    place = (message.resident, message.id, *SEALED)
    return replace(message, sealed=work.privacy.seal(message.resident, place, kept))
