"""Notices over HTTP: written, looked at, released, stopped; and the gateway's receipts."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping
from typing import Literal, TypedDict, cast
from uuid import UUID

from marshmallow import INCLUDE, ValidationError
from werkzeug.wrappers import Request, Response

from services.registration.domain.notice import Wording
from services.registration.domain.notice_refusals import (
    Discarded,
    NotPrepared,
    UnknownChannel,
    UnknownNotice,
)
from services.registration.domain.refusals import UnknownUnit
from services.registration.notices import commands, outbox, queries, schemas
from services.registration.notices.form import compose, problems_of, render
from services.registration.notices.preview import Preview, notice_preview
from services.registration.notices.workbook import result_workbook
from services.registration.permissions import NOTICES, TELLERS
from shared.kit import webhooks
from shared.kit.eventstore import Context
from shared.kit.language import Text, t
from shared.kit.refusals import Refusal
from shared.kit.web.confirmation import Question
from shared.kit.web.endpoints import Body, Endpoints
from shared.kit.web.problems import Malformed
from shared.kit.web.requests import json_object, raw_body
from shared.kit.web.responses import workbook_response
from shared.town.access import PUBLIC, Place
from shared.town.web.pages import named
from shared.town.web.web import Web

RECEIPT_LIMIT = 20_000
RESULT = Text("通知结果", "notice result")

endpoints = Endpoints()


# Pages


@endpoints.page("/notices", allow=NOTICES)
def notices_page(web: Web) -> str:
    """Show the notices."""
    return render(web, "notices.html", **notices(web))


@endpoints.page("/notices/new", allow=TELLERS)
@endpoints.page("/notices/preview", allow=TELLERS)
def new_notice_page(web: Web) -> str:
    """Show an empty form; behind a preview it comes back as it was sent."""
    return compose(web, {"statuses": list(schemas.PROPOSED)}, None, [])


@endpoints.page("/notices/<notice>/rewrite", allow=TELLERS)
def rewrite_notice_page(web: Web, notice: str) -> str:
    """Show the form with all that a notice holds; what is saved takes its place."""
    shown = _shown(web, notice)
    if shown["status"] == "discarded":
        raise Discarded
    if shown["status"] != "prepared":
        raise NotPrepared(state=shown["status"])
    return compose(web, shown | {"instead_of": shown["notice"]}, None, [])


@endpoints.action("/notices/<notice>/rewrite", allow=TELLERS, body=schemas.NoticeDraft)
def rewrite_preview_page(web: Web, body: Body, notice: str) -> str:
    """The form of a notice that is rewritten, with the preview of what it says now."""
    return notice_preview_page(web, body | {"instead_of": str(_known(web, notice))})


@endpoints.action("/notices/preview", allow=TELLERS, body=schemas.NoticeDraft)
def notice_preview_page(web: Web, body: Body) -> str:
    """The form with the count and three masked examples below it, or what is wrong."""
    written = {name: value for name, value in body.items() if value != ""}
    preview, problems = None, list[str]()
    try:
        wanted = cast("Body", schemas.NoticeBody().load(written))
        _replaced(web, wanted)
        preview = notice_preview(web.work, Wording(**_in_reach(web, wanted)))
    except ValidationError as error:
        problems = problems_of(error.messages_dict)
    except Refusal as refusal:
        problems = [str(refusal)]
    return compose(web, body, preview, problems)


@endpoints.page("/notices/<notice>", allow=NOTICES)
def notice_page(web: Web, notice: str) -> str:
    """Show a notice: to be released with count and examples, or how it goes."""
    shown = _shown(web, notice)
    return render(
        web,
        "notice.html",
        notice=shown,
        preview=notice_preview(web.work, shown) if shown["status"] == "prepared" else None,
        by_unit=queries.results_by_unit(web.work, UUID(shown["notice"])),
    )


@endpoints.page("/notices/<notice>/result.xlsx", allow=NOTICES)
def notice_result(web: Web, notice: str) -> Response:
    """Return the result without anything personal."""
    shown = _shown(web, notice)
    names = {unit.code: named(unit) for unit in web.work.campaign.units}
    content = result_workbook(queries.results(web.work, UUID(shown["notice"])), names)
    day = (shown["released_at"] or shown["prepared_at"])[:10]
    return workbook_response(content, RESULT, shown["title"], day)


# For programs


@endpoints.query("/api/notices", allow=NOTICES)
def notices(web: Web) -> queries.Notices:
    """The newest notices of the units in reach, with their reach."""
    return queries.newest(web.work, web.units_in_reach())


@endpoints.query("/api/notices/<notice>", allow=NOTICES)
def notice(web: Web, notice: str) -> queries.Reach:
    """One notice with its reach, counted from what became of each message."""
    return _shown(web, notice)


@endpoints.action("/api/notices/preview", allow=TELLERS, body=schemas.NoticeBody)
def preview_notice(web: Web, body: Body) -> Preview:
    """How many match a notice, who of them would get it now, and three masked examples."""
    _replaced(web, body)
    return notice_preview(web.work, Wording(**_in_reach(web, body)))


def _prepared_page(web: Web, answer: Mapping[str, str]) -> str:
    return notice_page(web, answer["notice"])


@endpoints.command("/api/notices", allow=TELLERS, body=schemas.NoticeBody, then=_prepared_page)
def prepare_notice(web: Web, body: Body) -> commands.Prepared:
    """Write a notice, perhaps instead of another; it waits until somebody releases it."""
    instead_of = _replaced(web, body)
    return commands.prepare_notice(web.work, instead_of, **_in_reach(web, body))


def _discarding(web: Web, notice: str) -> Question | None:
    """Say that nobody gets it, ever."""
    shown = _shown(web, notice)
    if shown["status"] != "prepared":
        return None
    says = t(
        "“{title}”将作废，不会发给任何人。内容留着可查，但不能再发布。",
        "“{title}” is discarded and goes to nobody. Its text can still be read, but never released.",
        title=shown["title"],
    )
    return Question(says, t("确认不发", "Discard it"))


@endpoints.command(
    "/api/notices/<notice>/discard",
    allow=TELLERS,
    confirm=_discarding,
    tells=Text("已作废，不会发给任何人。", "Discarded; it goes to nobody."),
)
def discard_notice(web: Web, notice: str) -> commands.Prepared:
    """Set a notice aside that was not released."""
    return commands.discard_notice(web.work, _known(web, notice))


@endpoints.command(
    "/api/notices/<notice>/release",
    allow=TELLERS,
    body=schemas.Release,
    tells=Text("已发布，正在发送。", "Released; it is being sent."),
)
def release_notice(web: Web, body: Body, notice: str) -> commands.Released:
    """Let a notice go, having seen to how many people."""
    return commands.release_notice(web.work, _known(web, notice), **body)


def _stopping(web: Web, notice: str) -> Question | None:
    """Say how many are not told then."""
    shown = _shown(web, notice)
    if shown["status"] != "sending":
        return None
    says = t(
        "将停止发送“{title}”：还没有收到的人不再收到，停止后不能恢复发送。",
        "“{title}” is stopped: who has not got it does not get it any more; it cannot be resumed.",
        title=shown["title"],
    )
    return Question(says, t("确认停止发送", "Stop sending"))


@endpoints.command(
    "/api/notices/<notice>/stop",
    allow=TELLERS,
    confirm=_stopping,
    tells=Text("已停止，不再发送。", "Stopped; nothing more is sent."),
)
def stop_notice(web: Web, notice: str) -> commands.Prepared:
    """Send no more of a notice."""
    return commands.stop_notice(web.work, _known(web, notice))


@endpoints.command(
    "/api/notices/<notice>/retry",
    allow=TELLERS,
    tells=Text("失败的消息正在重试。", "What failed is tried again."),
)
def retry_notice(web: Web, notice: str) -> commands.Retried:
    """Try again the messages that have failed."""
    return commands.retry_notice(web.work, _known(web, notice))


def _shown(web: Web, notice: str) -> queries.Reach:
    """A notice in reach; raises `UnknownNotice`."""
    try:
        known = UUID(notice)
    except ValueError:
        raise UnknownNotice from None
    return queries.notice(web.work, known, web.units_in_reach())


def _known(web: Web, notice: str) -> UUID:
    """The id of a notice in reach; raises `UnknownNotice`."""
    return UUID(_shown(web, notice)["notice"])


def _replaced(web: Web, body: Body) -> UUID | None:
    """Take from the body which notice is to be set aside; raises `UnknownNotice`."""
    instead_of = body.pop("instead_of")
    return instead_of and _known(web, str(instead_of))


def _in_reach(web: Web, body: Body) -> Body:
    """The body with its units; raises `NotAllowed` for units out of reach."""
    channels = web.deployment.notices.channels
    if body["channel"] not in channels:
        raise UnknownChannel(channel=body["channel"], channels=list(channels))
    reach = web.units_in_reach()
    known = {unit.code: unit for unit in web.work.campaign.units}
    wanted = sorted(set(body["units"])) or sorted(reach or ())
    for code in wanted:
        if code not in known:
            raise UnknownUnit(unit=code)
        web.must_reach(Place(code, known[code].site))
    lists = {name: sorted(set(body[name])) for name in ("cohorts", "statuses")}
    return body | lists | {"units": wanted}


# Receipts


class Taken(TypedDict):
    """What a receipt was to us; `unknown`: nobody has sent such a message."""

    taken: Literal["delivered", "known", "unknown", "passed-over"]


@endpoints.internal("POST", "/notices/receipts", allow=PUBLIC, limit=RECEIPT_LIMIT)
def notice_receipt(web: Web, request: Request) -> Taken:
    """What the message gateway says of messages, signed with the secret shared with it."""
    gateway = web.deployment.notices.gateway
    if gateway is None:
        raise Malformed(404, "no-gateway", "没有配置短信网关。", "There is no gateway here.")
    body = raw_body(request, RECEIPT_LIMIT)
    secrets = gateway.receipt_secrets
    receipt = webhooks.verified(secrets, dict(request.headers), body, time.time())
    read = cast("Body", schemas.Receipt(unknown=INCLUDE).load(json_object(body)))
    context = Context(f"receipt {receipt}", "gateway", f"receipt {receipt}")

    def take() -> Taken:
        if read["type"] != "notice.delivered":
            return {"taken": "passed-over"}
        return {"taken": outbox.confirm_delivery(web.work, read["data"]["message"])}

    answer, _ = web.work.store.execute(context, hashlib.sha256(body).hexdigest(), take)
    return answer
