"""Notices to residents: written, looked at, released by a person, stopped, tried again."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import UTC
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import and_, case, func, insert, select, update

from services.registration.domain.notice import MESSAGES, Notice, NoticeMessage
from services.registration.domain.notice_refusals import UnknownNotice
from services.registration.domain.recipient import Audience
from services.registration.domain.template import filled
from services.registration.notices.audience import AudienceQueries, doses_of, people_of
from services.registration.notices.channels.masking import masked_address, masked_name
from services.registration.notices.notice_views import (
    DUE,
    FAILED,
    STOPPED,
    UNDER_WAY,
    messages,
    notices,
    outbox,
)
from services.registration.views import residents

EXAMPLES = 3
AT_ONCE = 1000
LISTED = 200
OUTCOMES = ("sent", "skipped", "failed")


def audience_of(row: dict[str, Any]) -> Audience:
    """Return the audience that a row of the notices' view tells of."""
    units, cohorts, statuses = (json.loads(row[n]) for n in ("units", "cohorts", "statuses"))
    return Audience(units, cohorts, statuses, row["days_since_first"])


class Notices(AudienceQueries):
    """What the office and the units tell residents (R19, R21, R23)."""

    # Commands

    def prepare_notice(self, *, zh: str, en: str, units: list[str], **said: Any) -> dict[str, Any]:
        """Write a notice; nobody is told anything yet. Raises `UnknownUnit`, `BadTemplate`."""
        for unit in units:
            self.stored_unit(unit)
        # The same command always writes the same notice.
        notice = uuid5(MESSAGES, f"notice {self.store.current.context.command}")
        prepared = Notice.prepare(
            notice=notice, zh=_one_kind_of_line(zh), en=_one_kind_of_line(en), units=units, **said
        )
        self.save(prepared)
        return {"notice": str(notice), "status": prepared.status}

    def release_notice(self, notice: UUID, recipients: int) -> dict[str, Any]:
        """Let a notice go to everybody it is for now; `recipients` is the count that was seen."""
        released = self.stored_notice(notice)
        audience = Audience(
            released.units, released.cohorts, released.statuses, released.days_since_first
        )
        people = self.rows(people_of(audience, self.today(), self.born_by()))
        released.release(seen=recipients, recipients=len(people))
        self.save(released)
        self._name_recipients(notice, released.channel, people)
        return {"notice": str(notice), "status": released.status, "recipients": len(people)}

    def stop_notice(self, notice: UUID) -> dict[str, Any]:
        """Send no more of a notice; what is under way at this moment still arrives."""
        stopped = self.stored_notice(notice)
        waiting = and_(outbox.c.notice == str(notice), outbox.c.state == DUE)
        left = self._count_outbox(waiting)
        if stopped.stop(left=left):
            connection = self.store.current.connection
            connection.execute(update(outbox).where(waiting).values(state=STOPPED))
            self.save(stopped)
        return {"notice": str(notice), "status": stopped.status}

    def retry_notice(self, notice: UUID) -> dict[str, Any]:
        """Try again what has failed, under the same ids. Raises `NothingFailed`."""
        again = self.stored_notice(notice)
        failed = and_(outbox.c.notice == str(notice), outbox.c.state == FAILED)
        count = self._count_outbox(failed)
        again.retry(messages=count)
        values = {"state": DUE, "tries": 0, "due_at": self.instant()}
        self.store.current.connection.execute(update(outbox).where(failed).values(values))
        self.save(again)
        return {"notice": str(notice), "status": again.status, "messages": count}

    # Queries

    def stored_notice(self, notice: UUID) -> Notice:
        """Load a notice; raises `UnknownNotice`."""
        if self.row(select(notices.c.notice).where(notices.c.notice == str(notice))) is None:
            raise UnknownNotice
        return self.get(Notice, notice)

    def notice_preview(
        self, audience: Audience, *, field: str, title: str, zh: str, en: str
    ) -> dict[str, Any]:
        """How many people a text would go to now, and what a few of them would read, masked.

        `field` is where the address stands in an identity, "" where none is needed. Raises
        `BadTemplate`, `NothingToSay`.
        """
        Notice.check(title, zh, en)
        query = people_of(audience, self.today(), self.born_by())
        counted = self.row(select(func.count().label("people")).select_from(query.subquery()))
        some = self.rows(query.limit(EXAMPLES))
        opened = self.identities(some, ("name", field) if field else ("name",))
        examples: list[dict[str, Any]] = []
        for row in some:
            who = opened[row["resident"]] or {}
            in_zh, in_en = self.filling(row, masked_name(who.get("name") or ""))
            examples.append(
                {
                    "to": masked_address(who.get(field) or "") if field else "",
                    "title": title,
                    "zh": filled(_one_kind_of_line(zh), in_zh),
                    "en": filled(_one_kind_of_line(en), in_en),
                }
            )
        return {"recipients": (counted or {"people": 0})["people"], "examples": examples}

    def notices(self, reach: frozenset[str] | None) -> list[dict[str, Any]]:
        """The newest notices with their reach, of units within `reach` (None: all)."""
        found = self.rows(select(notices).order_by(notices.c.position.desc()).limit(LISTED))
        return [
            self._notice_with_reach(row)
            for row in found
            if reach is None or ((units := set(json.loads(row["units"]))) and units <= reach)
        ]

    def notice(self, notice: UUID, reach: frozenset[str] | None) -> dict[str, Any]:
        """One notice with its reach. Raises `UnknownNotice`, also for one of other units."""
        row = self.row(select(notices).where(notices.c.notice == str(notice)))
        if row is not None:
            units = set(json.loads(row["units"]))
            if reach is None or (units and units <= reach):
                return self._notice_with_reach(row)
        raise UnknownNotice

    def results(self, notice: UUID) -> list[dict[str, Any]]:
        """What became of each message, in the order of the residents' registration."""
        query = select(messages, residents.c.unit).select_from(
            messages.outerjoin(residents, residents.c.resident == messages.c.resident)
        )
        query = query.where(messages.c.notice == str(notice))
        return self.rows(query.order_by(residents.c.listed, messages.c.message))

    def results_by_unit(self, notice: UUID) -> list[dict[str, Any]]:
        """How many people of each unit were sent a message, were skipped, or failed."""
        at = messages.c
        query = select(
            residents.c.unit,
            *(func.sum(case((at.outcome == each, 1), else_=0)).label(each) for each in OUTCOMES),
            func.count(at.delivered_at).label("delivered"),
        ).select_from(messages.join(residents, residents.c.resident == at.resident))
        query = query.where(at.notice == str(notice)).group_by(residents.c.unit)
        return self.rows(query.order_by(residents.c.unit))

    def instant(self) -> str:
        """Now, as the outbox writes it."""
        return self.now().astimezone(UTC).isoformat()

    def _name_recipients(
        self, notice: UUID, channel: str, people: Collection[dict[str, Any]]
    ) -> None:
        """Write down whom a notice goes to: ids, and how each stands."""
        common = {"notice": str(notice), "channel": channel, "state": DUE, "tries": 0}
        common |= {"due_at": self.instant(), "doubtful": False, "trouble": None}
        rows = [
            common
            | {
                "message": f"msg_{NoticeMessage.create_id(notice, UUID(row['resident'])).hex}",
                "resident": row["resident"],
                "status": row["status"],
                "doses": doses_of(row),
            }
            for row in people
        ]
        for start in range(0, len(rows), AT_ONCE):
            self.store.current.connection.execute(insert(outbox), rows[start : start + AT_ONCE])

    def _count_outbox(self, condition: Any) -> int:
        found = self.row(select(func.count().label("rows")).select_from(outbox).where(condition))
        return found["rows"] if found else 0

    def _notice_with_reach(self, row: dict[str, Any]) -> dict[str, Any]:
        at = messages.c
        counted = self.rows(
            select(
                at.outcome,
                at.reason,
                func.count().label("people"),
                func.count(at.delivered_at).label("delivered"),
            )
            .where(at.notice == row["notice"])
            .group_by(at.outcome, at.reason)
        )
        doubtful = self.row(
            select(func.count().label("people")).where(
                at.notice == row["notice"], at.outcome == "sent", at.doubtful.is_(True)
            )
        )
        by = {each: _sum(counted, "people", outcome=each) for each in OUTCOMES}
        waiting = self._messages_waiting(row["notice"])
        lists = {name: json.loads(row[name]) for name in ("units", "cohorts", "statuses")}
        return (
            {name: value for name, value in row.items() if name != "position"}
            | lists
            | by
            | waiting
            | {
                "delivered": _sum(counted, "delivered"),
                "reasons": {
                    each["reason"]: each["people"]
                    for each in counted
                    if each["outcome"] == "skipped"
                },
                "perhaps_twice": doubtful["people"] if doubtful else 0,
            }
        )

    def _messages_waiting(self, notice: str) -> dict[str, Any]:
        at = outbox.c
        found = self.row(
            select(
                func.count().label("waiting"),
                func.min(at.due_at).label("next_try"),
                func.max(at.trouble).label("trouble"),
            ).where(at.notice == notice, at.state.in_((DUE, UNDER_WAY)))
        )
        return found or {"waiting": 0, "next_try": None, "trouble": None}


def _sum(counted: list[dict[str, Any]], what: str, outcome: str | None = None) -> int:
    return sum(row[what] for row in counted if outcome in (None, row["outcome"]))


def _one_kind_of_line(text: str) -> str:
    return "\n".join(text.splitlines()).strip()
