"""A notice that waits for its release can be rewritten, or discarded: then it never goes to anybody."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from services.registration.domain.notice import Notice
from services.registration.domain.notice_refusals import Discarded, NotPrepared
from tests.support.notices import EN, ZH, Telling

FIELDS: dict[str, Any] = {
    "title": "演练通知",
    "zh": ZH,
    "en": EN,
    "units": ["v01"],
    "cohorts": ["teacher", "general"],
    "statuses": ["registered"],
    "days_since_first": 14,
}


@pytest.fixture
def town(tmp_path: Path) -> Telling:
    town = Telling(tmp_path)
    town.people(2)
    return town


def code_of(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json["code"]


def a_form(**changes: str) -> dict[str, str]:
    """What a browser sends of the form of FIELDS."""
    boxes = ["units.v01", "cohorts.teacher", "cohorts.general", "statuses.registered"]
    texts = {"title": "演练通知", "zh": ZH, "en": EN, "channel": "file", "days_since_first": "14"}
    return texts | dict.fromkeys(boxes, "on") | changes


def test_a_notice_is_a_notice_until_it_is_discarded():
    said = FIELDS | {"channel": "file"}
    notice = Notice.prepare(notice=uuid4(), **said)
    assert notice.discard(replaced_by=None)
    assert not notice.discard(replaced_by=None)
    with pytest.raises(Discarded):
        notice.release(seen=9, recipients=1)
    released = Notice.prepare(notice=uuid4(), **said)
    released.release(seen=1, recipients=1)
    with pytest.raises(NotPrepared):
        released.discard(replaced_by=None)


def test_a_discarded_notice_is_listed_and_goes_to_nobody(town: Telling):
    notice = town.prepared("file")
    for _ in range(2):
        answer = town.http.post(f"/api/notices/{notice}/discard")
        assert answer.json == {"notice": notice, "status": "discarded"}
    [event] = town.events("NoticeDiscarded")
    assert event["data"] == {"notice": notice, "replaced_by": None}
    refused = town.http.post(f"/api/notices/{notice}/release", {"recipients": 2})
    assert code_of(refused) == (409, "notice-discarded")
    assert code_of(town.http.post(f"/api/notices/{notice}/stop")) == (409, "notice-not-sending")
    assert code_of(town.http.post(f"/api/notices/{notice}/retry")) == (409, "nothing-failed")
    assert "已作废" in town.http.page("/notices").text
    page = town.http.page(f"/notices/{notice}").text
    assert "没有发给任何人" in page
    assert "/release" not in page and "/rewrite" not in page and "/discard" not in page
    assert town.http.page(f"/notices/{notice}/rewrite").status_code == 409
    assert town.view() == town.rebuilt_view()


def test_discarding_asks_first_and_says_so_afterwards(town: Telling):
    notice = town.prepared("file")
    page = f"/notices/{notice}"
    assert "不发了" in town.http.page(page).text
    fields = {"_next": page}
    asked = town.http.form(f"/api/notices/{notice}/discard", **fields)
    assert "不会发给任何人" in asked.text
    assert town.events("NoticeDiscarded") == []
    assert "已作废" not in town.http.page(page).text
    sent = town.http.press(asked)
    assert sent.status_code == 303, sent.text
    assert len(town.events("NoticeDiscarded")) == 1
    assert "已作废" in town.http.page(page).text


def test_what_was_released_is_neither_discarded_nor_rewritten(town: Telling):
    notice = town.released("file")
    refused = (409, "notice-not-prepared")
    assert code_of(town.http.post(f"/api/notices/{notice}/discard")) == refused
    body = FIELDS | {"channel": "file", "instead_of": notice}
    assert code_of(town.http.post("/api/notices", body)) == refused
    assert len(town.events("NoticePrepared")) == 1, "what replaces nothing is not written either"
    page = town.http.page(f"/notices/{notice}")
    assert "改写" not in page.text and "不发了" not in page.text
    assert town.http.page(f"/notices/{notice}/rewrite").status_code == 409


def test_the_form_of_a_rewriting_holds_all_that_was_written(town: Telling):
    notice = town.prepared("file", **FIELDS)
    assert f'href="/notices/{notice}/rewrite"' in town.http.page(f"/notices/{notice}").text
    form = town.http.page(f"/notices/{notice}/rewrite").text
    for held in (
        "改写通知",
        'value="演练通知"',
        ZH,
        EN,
        'name="units.v01" checked',
        'name="cohorts.teacher" checked',
        'name="cohorts.general" checked',
        'name="statuses.registered" checked',
        'value="14"',
        f'name="instead_of" value="{notice}"',
        f'formaction="/notices/{notice}/rewrite#preview"',
    ):
        assert held in form, held
    assert 'name="statuses.consented" checked' not in form


def test_saving_a_rewriting_prepares_another_and_sets_the_old_one_aside(town: Telling):
    notice = town.prepared("file", **FIELDS)
    changed = a_form(zh="{name}请来", instead_of=notice)
    preview = town.http.form(f"/notices/{notice}/rewrite", **changed)
    assert "演*" in preview.text and f'name="instead_of" value="{notice}"' in preview.text
    saved = town.http.form("/api/notices", **changed)
    assert saved.status_code == 200 and "发布给" in saved.text
    old, new = (each["data"]["notice"] for each in town.events("NoticePrepared"))
    [event] = town.events("NoticeDiscarded")
    assert (old, event["data"]) == (notice, {"notice": notice, "replaced_by": new})
    assert town.reach(new)["zh"] == "{name}请来"
    assert town.reach(new)["cohorts"] == town.reach(old)["cohorts"]
    assert town.reach(old)["status"] == "discarded"
    assert f'href="/notices/{new}"' in town.http.page(f"/notices/{old}").text
    assert town.view() == town.rebuilt_view()


def test_nobody_rewrites_or_discards_what_is_of_other_units(town: Telling):
    notice = town.prepared("file")
    chief = town.http.signed_in("v01-chief", ("unit_chief", "unit:v01"))
    body = FIELDS | {"channel": "file", "instead_of": notice}
    for answer in (
        chief.post(f"/api/notices/{notice}/discard"),
        chief.post("/api/notices", body),
        chief.post("/api/notices/preview", body),
    ):
        assert code_of(answer) == (404, "unknown-notice")
    assert chief.page(f"/notices/{notice}/rewrite").status_code == 404
    auditor = town.http.signed_in("auditor", ("auditor", "town"))
    assert auditor.page(f"/notices/{notice}/rewrite").status_code == 403
    assert "改写" not in auditor.page(f"/notices/{notice}").text
    assert town.events("NoticeDiscarded") == []
