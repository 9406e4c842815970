"""Notices over HTTP: written, looked at, released, stopped; and the gateway's receipts."""

from __future__ import annotations

import hashlib
import time
from typing import Any, cast
from uuid import UUID

from marshmallow import ValidationError
from werkzeug.wrappers import Request, Response

from services.registration.allowed import NOTICES, TELLERS
from services.registration.domain.notice_refusals import UnknownChannel, UnknownNotice
from services.registration.domain.recipient import Audience
from services.registration.domain.refusals import Refusal, UnknownUnit
from services.registration.domain.template import PLACEHOLDERS
from services.registration.notices import notice_schemas as schemas
from services.registration.notices.channels.channel import FIELDS
from services.registration.notices.notice_words import NOTICE_WORDS
from services.registration.notices.notice_workbook import result_workbook
from services.registration.notices.sending import sending
from services.registration.reading.headings import COHORTS
from services.registration.standing import STATUSES
from shared.kit import webhooks
from shared.kit.eventstore import Context
from shared.kit.web.problems import Malformed
from shared.kit.web.requests import json_object, raw_body
from shared.town.access import PUBLIC, Place
from shared.town.service import Service, action, command, internal, page, query

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NOTICE, COMPOSE = "notice.html", "notice_new.html"
RECEIPT_LIMIT = 20_000


class NoticeService(Service):
    """The half of registration that tells residents something; its `app` is an `Outbox`."""

    @sending
    def send_notices(self) -> None:
        """Send what has been released; the sender does the work."""

    # For programs

    @query(
        "/api/notices",
        allow=NOTICES,
        answer=schemas.NoticeList,
        summary="The newest notices of the units in reach, with their reach",
    )
    def notices(self) -> dict[str, Any]:
        """Return the notices."""
        return {"notices": self.app.notices(self.units_in_reach())}

    @query(
        "/api/notices/<notice>",
        allow=NOTICES,
        answer=schemas.NoticeAnswer,
        summary="One notice with its reach, counted from what became of each message",
    )
    def notice(self, notice: str) -> dict[str, Any]:
        """Return one notice."""
        return self._notice_shown(notice)

    @action(
        "/api/notices/preview",
        allow=TELLERS,
        body=schemas.NoticeBody,
        answer=schemas.Preview,
        summary="How many people a notice would go to now, and three masked examples",
    )
    def preview_notice(self, body: dict[str, Any]) -> dict[str, Any]:
        """Return count and examples; nothing is stored."""
        return self._notice_previewed(self._notice_in_reach(body))

    @command(
        "/api/notices",
        allow=TELLERS,
        body=schemas.NoticeBody,
        answer=schemas.Prepared,
        summary="Write a notice; it waits until somebody releases it",
        then=NOTICE,
    )
    def prepare_notice(self, body: dict[str, Any]) -> dict[str, Any]:
        """Prepare a notice."""
        return self.app.prepare_notice(**self._notice_in_reach(body))

    @command(
        "/api/notices/<notice>/release",
        allow=TELLERS,
        body=schemas.Release,
        answer=schemas.Released,
        summary="Let a notice go, having seen to how many people",
    )
    def release_notice(self, body: dict[str, Any], notice: str) -> dict[str, Any]:
        """Release a notice."""
        return self.app.release_notice(self._known_notice(notice), **body)

    @command(
        "/api/notices/<notice>/stop",
        allow=TELLERS,
        answer=schemas.Prepared,
        summary="Send no more of a notice",
    )
    def stop_notice(self, body: dict[str, Any], notice: str) -> dict[str, Any]:
        """Stop a notice."""
        return self.app.stop_notice(self._known_notice(notice), **body)

    @command(
        "/api/notices/<notice>/retry",
        allow=TELLERS,
        answer=schemas.Retried,
        summary="Try again the messages that have failed",
    )
    def retry_notice(self, body: dict[str, Any], notice: str) -> dict[str, Any]:
        """Retry a notice's failures."""
        return self.app.retry_notice(self._known_notice(notice), **body)

    @internal(
        "POST",
        "/notices/receipts",
        "What the message gateway says of messages, signed with the secret shared with it",
        allow=PUBLIC,
    )
    def notice_receipt(self, request: Request) -> dict[str, Any]:
        """Take a receipt, once for each id, if its signature is good and fresh."""
        gateway = self.deployment.notices.gateway
        if gateway is None:
            raise Malformed(404, "no-gateway", "没有配置短信网关。 There is no gateway here.")
        body = raw_body(request, RECEIPT_LIMIT)
        secrets = gateway.receipt_secrets
        receipt = webhooks.verified(secrets, dict(request.headers), body, time.time())
        said = cast("dict[str, Any]", schemas.Receipt().load(json_object(body)))
        context = Context(f"receipt {receipt}", "gateway", f"receipt {receipt}")

        def work() -> dict[str, Any]:
            if said["type"] != "notice.delivered":
                return {"taken": "passed-over"}
            return {"taken": self.app.confirm_delivery(said["data"]["message"])}

        answer, _ = self.app.store.execute(context, hashlib.sha256(body).hexdigest(), work)
        return answer

    # Pages

    @page("/notices", allow=NOTICES, summary="All notices and their reach")
    def notices_page(self) -> str:
        """Show the notices."""
        return self.render("notices.html", **self.notices_shown())

    @page("/notices/new", allow=TELLERS, summary="Write a notice")
    def new_notice_page(self) -> str:
        """Show an empty form."""
        return self._compose_notice({"statuses": list(schemas.PROPOSED)}, None, [])

    @action(
        "/notices/preview",
        allow=TELLERS,
        body=schemas.NoticeDraft,
        summary="The form with the count and three masked examples below it, or what is wrong",
    )
    def notice_preview_page(self, body: dict[str, Any]) -> str:
        """Show whom a notice would reach and what they would read; keep what was written."""
        said = {name: value for name, value in body.items() if value != ""}
        preview, problems = None, list[str]()
        try:
            wanted = cast("dict[str, Any]", schemas.NoticeBody().load(said))
            preview = self._notice_previewed(self._notice_in_reach(wanted))
        except ValidationError as error:
            problems = _told(cast("dict[str, Any]", error.messages))
        except Refusal as refusal:
            problems = [str(refusal)]
        return self._compose_notice(body, preview, problems)

    @page(
        "/notices/<notice>", allow=NOTICES, params=schemas.NoticePage, summary="One notice's reach"
    )
    def notice_page(self, notice: str, done: str | None) -> str:
        """Show a notice: to be released with count and examples, or how it goes."""
        return self.render(NOTICE, answer={"notice": notice}, done=done)

    @page("/notices/<notice>/result.xlsx", allow=NOTICES, summary="What became of each message")
    def notice_result(self, notice: str) -> Response:
        """Return the result without anything personal."""
        known = self._known_notice(notice)
        headers = {"Content-Disposition": f'attachment; filename="notice-{known}.xlsx"'}
        content = result_workbook(self.app.results(known))
        return Response(content, headers=headers, content_type=XLSX)

    def notices_shown(self) -> dict[str, Any]:
        """What the list shows."""
        return {
            "notices": self.app.notices(self.units_in_reach()),
            "writes": self._writes_notices(),
        }

    def render(self, template: str, **values: Any) -> str:
        """Render a page; that of a notice begins with what is known of it now."""
        values["notice_words"] = NOTICE_WORDS
        if template == NOTICE:
            shown = self._notice_shown(values["answer"]["notice"])
            prepared = shown["status"] == "prepared"
            values |= {
                "notice": shown,
                "preview": self._notice_previewed(shown) if prepared else None,
                "writes": self._writes_notices(),
                "by_unit": self.app.results_by_unit(UUID(shown["notice"])),
                "done": values.get("done"),
            }
        return super().render(template, **values)

    def _compose_notice(
        self, written: dict[str, Any], preview: dict[str, Any] | None, problems: list[str]
    ) -> str:
        reach = self.units_in_reach()
        units = [u for u in self.app.units() if reach is None or u["unit"] in reach]
        return self.render(
            COMPOSE,
            written=written,
            preview=preview,
            problems=problems,
            all_units=units,
            whole_town=reach is None,
            cohorts=tuple(COHORTS),
            statuses=STATUSES,
            channels=self.deployment.notices.channels,
            placeholders=PLACEHOLDERS,
        )

    def _notice_previewed(self, said: dict[str, Any]) -> dict[str, Any]:
        audience = Audience(
            said["units"], said["cohorts"], said["statuses"], said["days_since_first"]
        )
        texts = {name: said[name] for name in ("title", "zh", "en")}
        return self.app.notice_preview(audience, field=FIELDS[said["channel"]], **texts)

    def _notice_in_reach(self, body: dict[str, Any]) -> dict[str, Any]:
        """The body with its units; raises `NotAllowed` for units out of reach."""
        channels = self.deployment.notices.channels
        if body["channel"] not in channels:
            raise UnknownChannel(body["channel"], channels)
        reach = self.units_in_reach()
        known = {unit.code: unit for unit in self.app.campaign.units}
        units = sorted(set(body["units"])) or sorted(reach or ())
        for code in units:
            if code not in known:
                raise UnknownUnit(code)
            self.must_reach(Place(code, known[code].site))
        said = {"cohorts": sorted(set(body["cohorts"])), "statuses": sorted(set(body["statuses"]))}
        return body | said | {"units": units}

    def _notice_shown(self, notice: str) -> dict[str, Any]:
        return self.app.notice(_id_of(notice), self.units_in_reach())

    def _known_notice(self, notice: str) -> UUID:
        """The id of a notice in reach; raises `UnknownNotice`."""
        return UUID(self._notice_shown(notice)["notice"])

    def _writes_notices(self) -> bool:
        roles = self.visitor.roles() if self.visitor else frozenset[str]()
        return bool(roles & set(TELLERS.roles))


FIELD_WORDS = {
    "title": "标题 title",
    "zh": "中文内容 Chinese text",
    "en": "英文内容 English text",
    "channel": "渠道 channel",
    "statuses": "状态 status",
    "days_since_first": "天数 days",
}


def _told(messages: dict[str, Any]) -> list[str]:
    """What is wrong with a form, a line a field."""
    return [
        f"{FIELD_WORDS.get(name, name)}: {' '.join(map(str, found))}"
        for name, found in messages.items()
    ]


def _id_of(notice: str) -> UUID:
    try:
        return UUID(notice)
    except ValueError:
        raise UnknownNotice from None
