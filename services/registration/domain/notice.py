"""A notice to residents, and one person's message of it. Event and field names are the storage format."""

from __future__ import annotations

from typing import Literal, TypedDict, Unpack
from uuid import UUID, uuid5

from eventsourcing.domain import Aggregate, event

from services.registration.domain.notice_refusals import (
    AudienceGrown,
    BadTemplate,
    BadTitle,
    Discarded,
    NobodyToTell,
    NothingFailed,
    NotPrepared,
    NotSending,
)
from services.registration.domain.recipient import Audience
from services.registration.domain.template import PLACEHOLDERS, faults_of
from shared.kit.language import Text

MESSAGES = UUID("3d1f7a52-6c0e-5b9c-8f34-0f6f0f6a1c04")
PLACES = {
    "zh": Text("中文内容第 {at} 字“{found}”", "Chinese text, character {at}: {found}"),
    "en": Text("英文内容第 {at} 字“{found}”", "English text, character {at}: {found}"),
}
PREPARED, DISCARDED = "prepared", "discarded"
SENDING, STOPPED, FINISHED = "sending", "stopped", "finished"


class Wording(TypedDict):
    """What a notice says, by which channel, and whom it is for."""

    title: str
    zh: str
    en: str
    channel: str
    units: list[str]
    cohorts: list[str]
    statuses: list[str]
    days_since_first: int | None


class Notice(Aggregate):
    """What is to be told, to whom and by which channel; a person releases it (R19, R21, R23)."""

    @staticmethod
    def create_id(notice: UUID) -> UUID:
        """The notice's id is the stream's."""
        return notice

    @staticmethod
    def check(title: str, zh: str, en: str) -> None:
        """Raise `BadTemplate` or `BadTitle` for texts that cannot be sent."""
        if not title.strip() or not title.isprintable() or set(title) & set("{}"):
            raise BadTitle
        if faults := faults_of({"zh": zh, "en": en}):
            raise BadTemplate(
                faults=faults,
                where=[PLACES[str(fault["field"])].format(**fault) for fault in faults],
                known=" ".join(f"{{{name}}}" for name in PLACEHOLDERS),
            )

    @classmethod
    def prepare(cls, *, notice: UUID, **said: Unpack[Wording]) -> Notice:
        """Write a notice. Raises `BadTemplate`, `BadTitle`."""
        cls.check(said["title"], said["zh"], said["en"])
        said["title"] = said["title"].strip()
        return cls(notice=notice, **said)

    @event("NoticePrepared")
    def __init__(
        self,
        *,
        notice: UUID,
        title: str,
        zh: str,
        en: str,
        channel: str,
        units: list[str],
        cohorts: list[str],
        statuses: list[str],
        days_since_first: int | None,
    ) -> None:
        self.channel = channel
        self.audience = Audience(units, cohorts, statuses, days_since_first)
        self.status = PREPARED

    def release(self, *, seen: int, recipients: int) -> None:
        """Let it go to `recipients` people, of whom whoever releases has seen the count `seen`.

        Fewer than seen are no surprise, more are. Raises `Discarded`, `NotPrepared`,
        `NobodyToTell`, `AudienceGrown`.
        """
        if self.status == DISCARDED:
            raise Discarded
        if self.status != PREPARED:
            raise NotPrepared(state=self.status)
        if not recipients:
            raise NobodyToTell
        if recipients > seen:
            raise AudienceGrown(seen=seen, recipients=recipients)
        self._on_notice_released(notice=self.id, recipients=recipients)

    def discard(self, *, replaced_by: UUID | None) -> bool:
        """Set it aside before anybody is told; False when it is already. Raises `NotPrepared`."""
        if self.status == DISCARDED:
            return False
        if self.status != PREPARED:
            raise NotPrepared(state=self.status)
        self._on_notice_discarded(notice=self.id, replaced_by=replaced_by)
        return True

    def stop(self, *, left: int) -> bool:
        """Send no more; `left` people are not told. False when already stopped; raises `NotSending`."""
        if self.status == STOPPED:
            return False
        if self.status != SENDING:
            raise NotSending(state=self.status)
        self._on_notice_stopped(notice=self.id, left=left)
        return True

    def retry(self, *, messages: int) -> None:
        """Try again what has failed. Raises `NothingFailed`."""
        if not messages or self.status == PREPARED:
            raise NothingFailed
        self._on_notice_retried(notice=self.id, messages=messages)

    def finish(self, *, sent: int, skipped: int, failed: int) -> bool:
        """Nobody is left to be told; False when that is known."""
        if self.status != SENDING:
            return False
        self._on_notice_finished(notice=self.id, sent=sent, skipped=skipped, failed=failed)
        return True

    @event("NoticeReleased")
    def _on_notice_released(self, *, notice: UUID, recipients: int) -> None:
        self.status = SENDING

    @event("NoticeDiscarded")
    def _on_notice_discarded(self, *, notice: UUID, replaced_by: UUID | None) -> None:
        self.status = DISCARDED

    @event("NoticeStopped")
    def _on_notice_stopped(self, *, notice: UUID, left: int) -> None:
        self.status = STOPPED

    @event("NoticeRetried")
    def _on_notice_retried(self, *, notice: UUID, messages: int) -> None:
        self.status = SENDING

    @event("NoticeFinished")
    def _on_notice_finished(self, *, notice: UUID, sent: int, skipped: int, failed: int) -> None:
        self.status = FINISHED


class NoticeMessage(Aggregate):
    """What became of one person's message; its first event may be any of them."""

    @staticmethod
    def create_id(notice: UUID, resident: UUID) -> UUID:
        """One stream a person and notice, so that nobody is told twice."""
        return uuid5(MESSAGES, f"{notice}.{resident}")

    def begin(self) -> None:
        """Nothing has become of it yet."""
        self.outcome = ""
        self.delivered = False

    @property
    def name(self) -> str:
        """What it is called outside: the same at every try, and telling nothing of the person."""
        return f"msg_{self.id.hex}"

    def settle(
        self,
        outcome: Literal["sent", "skipped", "failed"],
        notice: UUID,
        resident: UUID,
        *,
        channel: str,
        tries: int,
        doubtful: bool,
        reason: str = "",
        trouble: str = "",
    ) -> bool:
        """The channel has it, the person is not told after all, or it could not be handed over.

        What failed an operator may try again. False when the outcome is known.
        """
        if self.outcome == "sent" or (self.outcome == "skipped" and outcome != "sent"):
            return False
        if outcome == "sent":
            self._on_notice_sent(notice, resident, self.name, channel, tries, doubtful)
        elif outcome == "skipped":
            self._on_notice_skipped(notice, resident, self.name, reason, doubtful)
        else:
            self._on_notice_failed(notice, resident, self.name, reason, trouble, tries, doubtful)
        return True

    def deliver(self, notice: UUID, resident: UUID) -> bool:
        """The gateway says it has arrived; False when that is known."""
        if self.delivered:
            return False
        self._on_notice_delivered(notice=notice, resident=resident, message=self.name)
        return True

    @event("NoticeSent")
    def _on_notice_sent(
        self, notice: UUID, resident: UUID, message: str, channel: str, tries: int, doubtful: bool
    ) -> None:
        self.outcome = "sent"

    @event("NoticeSkipped")
    def _on_notice_skipped(
        self, notice: UUID, resident: UUID, message: str, reason: str, doubtful: bool
    ) -> None:
        self.outcome = "skipped"

    @event("NoticeFailed")
    def _on_notice_failed(
        self,
        notice: UUID,
        resident: UUID,
        message: str,
        reason: str,
        trouble: str,
        tries: int,
        doubtful: bool,
    ) -> None:
        self.outcome = "failed"

    @event("NoticeDelivered")
    def _on_notice_delivered(self, *, notice: UUID, resident: UUID, message: str) -> None:
        self.delivered = True
