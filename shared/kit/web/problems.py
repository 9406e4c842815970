"""Problems: every refusal and failure as RFC 9457 problem+json, or as a page for a browser."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import Any, cast

from eventsourcing.application import AggregateNotFoundError
from marshmallow import ValidationError
from sqlalchemy.exc import DataError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException

from shared.kit.eventstore.engine import UNAVAILABLE
from shared.kit.language import Text, at_terminal, t
from shared.kit.web.field_errors import told

log = logging.getLogger(__name__)

_HTTP_TITLES = {
    400: Text("请求格式不对", "Malformed request"),
    404: Text("没有找到", "Not found"),
    405: Text("不支持这种请求方法", "Method not allowed"),
    408: Text("等得太久", "Took too long"),
    413: Text("内容太大", "Content too large"),
    415: Text("不支持这种内容类型", "Unsupported content type"),
    422: Text("请修改后再提交", "Please correct and send again"),
    429: Text("请求太快", "Too many requests"),
}

_HTTP_DETAILS = {
    400: Text(
        "请求无法读取，请检查后重发。", "The request cannot be read; check it and send again."
    ),
    404: Text("没有这个地址，请从首页进入。", "There is no such address; begin at the first page."),
    405: Text(
        "这个地址不支持这种方法，可用的方法见 Allow。",
        "This address does not know the method; Allow names those it knows.",
    ),
    408: Text(
        "内容没有及时传完，什么都没有做；请原样重新提交。",
        "The content did not arrive in time and nothing was done; send it again unchanged.",
    ),
    413: Text(
        "内容太大，请拆分后再传（文件最大 10 MB）。",
        "Too large; split it and send again (a file may have 10 MB).",
    ),
}


class Malformed(Exception):
    """The request cannot be read at all: status 400, 413 or 415."""

    def __init__(self, status: int, code: str, zh: str, en: str, **values: object) -> None:
        super().__init__()
        self.status = status
        self.code = code
        self.text = Text(zh, en, values)

    def __str__(self) -> str:
        """What is wrong with it."""
        return str(self.text)


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem: `code` is stable and for programs, `detail` for the person who reads it.

    `at_field` is the one of a form that has to be mended, if it is one.
    """

    status: int
    code: str
    title: str
    detail: str
    at_field: str = ""
    more: dict[str, Any] = field(default_factory=dict[str, Any])

    def document(self) -> dict[str, Any]:
        """Return the problem+json object."""
        return {
            "type": f"/problems/{self.code}",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            "code": self.code,
            **self.more,
        }

    def headers(self) -> dict[str, str]:
        """Return the headers its status wants: when to come again, how to prove who one is."""
        if self.status in (429, 503):
            return {"Retry-After": str(self.more.get("retry_after", 2))}
        return {"WWW-Authenticate": "Bearer"} if self.status == 401 else {}


def _title(status: int) -> str:
    if status >= 500:
        return t("系统暂时不能处理", "Not available right now")
    return str(_HTTP_TITLES.get(status) or Text("操作未完成", "Not done"))


def problem_of(error: Exception) -> Problem:
    """Return the problem an exception is; log those that are nobody's fault but ours."""
    if hasattr(error, "code") and hasattr(error, "status"):
        status = int(getattr(error, "status"))  # noqa: B009 - duck-typed refusals
        more = cast("dict[str, Any]", getattr(error, "details", None) or {})
        code, field = str(getattr(error, "code")), str(getattr(error, "field", ""))  # noqa: B009
        return Problem(status, code, _title(status), str(error), field, more)
    if isinstance(error, ValidationError):
        detail = t("有些内容需要修改，见各项说明。", "Please correct the fields below.")
        errors = {"errors": told(error.messages)}
        return Problem(422, "invalid-input", _title(422), detail, more=errors)
    if isinstance(error, AggregateNotFoundError):
        return Problem(
            404, "not-found", _title(404), t("没有这条记录。", "There is no such record.")
        )
    if isinstance(error, HTTPException):
        status = error.code or 500
        detail = str(_HTTP_DETAILS.get(status) or error.description or "")
        return Problem(status, f"http-{status}", _title(status), detail)
    if isinstance(error, LookupError) and type(error).__name__.startswith("Unknown"):
        return Problem(404, "unknown-code", _title(404), str(error))
    if isinstance(error, DataError | OverflowError):
        detail = t("有一个值超出范围。", "A value is out of range.")
        return Problem(422, "invalid-input", _title(422), detail)
    if isinstance(error, (*UNAVAILABLE, PoolTimeout)):
        log.error(
            at_terminal(
                "数据库不可用：{kind}", "store not available: {kind}", kind=type(error).__name__
            )
        )
        detail = t(
            "数据库暂时不可用，请稍后原样重新提交，不会重复登记。",
            "The database is not available; send again unchanged later, it is never done twice.",
        )
        return Problem(503, "store-unavailable", _title(503), detail)
    log.exception(at_terminal("意外错误", "unexpected failure"))
    detail = t(
        "出现意外错误，已记录。请稍后原样重新提交，不会重复登记。",
        "Something unexpected went wrong and is recorded; send again unchanged later, it is never"
        " done twice.",
    )
    return Problem(500, "unexpected", _title(500), detail)
