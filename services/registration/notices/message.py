"""One person's message: whether there is one, decided when its turn comes, and what it says."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from sqlalchemy import select

from services.registration.domain.recipient import AtRelease, reason_against
from services.registration.domain.refusals import UnknownResident
from services.registration.domain.template import filled, used_in
from services.registration.notices.audience import filling, recipient_of
from services.registration.notices.channels.channel import FIELDS, Channel, Message
from services.registration.notices.queries import NoticeRow, audience_of
from services.registration.notices.views import OutboxRow, notices
from services.registration.residents import queries as residents
from shared.town.privacy import Identity
from shared.town.telephones import BETWEEN
from shared.town.work import Work

SEALED = ("notice", "file")


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
    # Of several telephone numbers the first is the main one.
    address = str(who.get(field) or "").partition(BETWEEN)[0]
    if field and not address:
        return "no_address"
    if not channel.takes(address):
        return "bad_address"
    zh, en = filling(work, person, str(who.get("name") or ""))
    used = used_in(notice["zh"], notice["en"])
    if used & {"day", "time"} and "day" not in zh:
        return "no_appointment"
    if "week" in used and "week" not in zh:
        return "no_week"
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


def _sealed(work: Work, message: Message, who: Identity) -> Message:
    """Seal what a channel will keep, so that it goes with the person's keys when erased."""
    kept = {name: who[name] for name in ("phone", "email") if who.get(name)}
    kept |= {"name": who.get("name"), "zh": message.zh, "en": message.en}
    place = (message.resident, message.id, *SEALED)
    return replace(message, sealed=work.privacy.seal(message.resident, place, kept))
