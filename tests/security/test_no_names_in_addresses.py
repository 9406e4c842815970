"""Nothing a person types stands in an address: those end in histories and in proxies' logs."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

import pytest
from marshmallow import fields, validate

from deploy.containers import service_class
from deploy.parts import SERVICES
from shared.kit.web.declaration import Declaration
from shared.kit.web.nameko_service import declarations
from tests.support.part import PartUnderTest

ROOT = Path(__file__).parent.parent.parent
TEMPLATES = [*ROOT.glob("services/**/pages/*.html"), *ROOT.glob("shared/**/templates/*.html")]
assert len(TEMPLATES) > 40, "templates are looked for where they are not"
NOT_TYPED = ("date", "hidden", "submit", "checkbox", "radio", "number")


class Forms(HTMLParser):
    """Collects the fields of forms that are sent as an address."""

    def __init__(self) -> None:
        super().__init__()
        self.method = ""
        self.typed: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        if tag == "form":
            self.method = (said.get("method") or "get").lower()
        typed = tag == "textarea" or (tag == "input" and said.get("type", "text") not in NOT_TYPED)
        if typed and self.method == "get":
            self.typed.append(said.get("name") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.method = ""


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: f"{path.parts[-3]}-{path.stem}")
def test_no_form_puts_typed_text_into_an_address(template: Path):
    forms = Forms()
    forms.feed(template.read_text())
    assert forms.typed == []


def test_the_check_of_forms_finds_what_it_looks_for():
    forms = Forms()
    forms.feed("<form><input name=a></form><form method=post><input name=b></form>")
    assert forms.typed == ["a"]


def _queries() -> list[tuple[str, Declaration]]:
    return [
        (service, each)
        for service in SERVICES
        for each in declarations(service_class(service))
        if each.verb == "GET" and each.params is not None
    ]


@pytest.mark.parametrize(("service", "declared"), _queries())
def test_query_parameters_are_codes_not_words(service: str, declared: Declaration):
    assert declared.params is not None
    for name, field in declared.params().fields.items():
        if type(field) is not fields.String:
            continue
        bounded = any(
            isinstance(check, validate.OneOf | validate.Regexp)
            or (isinstance(check, validate.Length) and (check.max or 999) <= 40)
            for check in field.validators
        )
        assert bounded, f"{declared.url}: {name}"


@pytest.mark.parametrize("service", ["appointments", "screening", "supervision"])
def test_a_name_in_an_address_is_refused(tmp_path: Path, service: str):
    part = PartUnderTest(tmp_path, service, "stadium" if service == "appointments" else None)
    assert part.http.page("/", q="演练甲").status_code == 422


def test_what_is_not_found_is_not_repeated(tmp_path: Path):
    found = PartUnderTest(tmp_path, "supervision").http.form("/find", q="演练甲")
    assert found.status_code == 404
    assert "演练甲" not in found.text
    assert "请扫预约单，或输入居民编号" in found.text


def test_a_lookup_changes_nothing_and_wants_no_key(tmp_path: Path):
    part = PartUnderTest(tmp_path, "supervision")
    head = part.app.store.head()
    headers = part.http.bearer(part.http.person)
    found = part.http.client.post("/find", data={"q": "v01"}, headers=headers)
    assert found.location == "/units/v01"
    assert part.app.store.head() == head
