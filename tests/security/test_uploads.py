"""What is uploaded stays in memory, bounded: a roster never lies on a disk in clear."""

from __future__ import annotations

import io
import tempfile
import uuid
from pathlib import Path
from typing import Any

import pytest
import werkzeug.formparser
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from shared.kit.web.requests import BoundedRequest
from tests.support.part import PartUnderTest
from tests.support.workbooks import person, roster

MEGABYTE = 1_000_000


@pytest.fixture
def no_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets nobody make a temporary file."""

    def refuse(*_: Any, **__: Any) -> Any:
        raise AssertionError("a temporary file was made")

    for name in ("TemporaryFile", "SpooledTemporaryFile", "NamedTemporaryFile", "mkstemp"):
        monkeypatch.setattr(tempfile, name, refuse)
        if hasattr(werkzeug.formparser, name):
            monkeypatch.setattr(werkzeug.formparser, name, refuse)


def environ(size: int) -> dict[str, Any]:
    data = {"file": (io.BytesIO(b"x" * size), "roster.xlsx")}
    return EnvironBuilder("/", method="POST", data=data).get_environ()


def test_without_our_request_a_large_file_would_be_written_to_the_disk(no_files: None):
    asked = environ(2 * MEGABYTE)
    with pytest.raises(AssertionError, match="temporary file"):
        _ = Request(asked).files


def test_a_large_file_stays_in_memory(no_files: None):
    file = BoundedRequest(environ(9 * MEGABYTE)).files["file"]
    assert isinstance(file.stream, io.BytesIO)
    assert len(file.read()) == 9 * MEGABYTE


def test_a_roster_sent_by_a_form_is_imported_without_a_file(tmp_path: Path, no_files: None):
    part = PartUnderTest(tmp_path, "registration")
    content = roster(person(1, "演练甲"))
    answer = part.http.form_upload("/api/units/v01/roster", content, "roster.xlsx")
    assert answer.status_code == 200, answer.text


def test_a_body_over_the_limit_is_refused_before_it_is_read(tmp_path: Path):
    part = PartUnderTest(tmp_path, "registration")
    answer = part.http.form_upload("/api/units/v01/roster", b"x" * 13 * MEGABYTE, "roster.xlsx")
    assert answer.status_code == 413
    assert "拆分" in answer.text


def test_many_small_files_are_bounded_together(tmp_path: Path):
    part = PartUnderTest(tmp_path, "registration")
    data: dict[str, Any] = {
        f"file{n}": (io.BytesIO(b"x" * MEGABYTE), f"{n}.xlsx") for n in range(13)
    }
    data["_key"] = str(uuid.uuid4())
    headers = part.http.bearer(part.http.person)
    answer = part.http.client.post("/api/units/v01/roster", data=data, headers=headers)
    assert answer.status_code == 413
