"""Returned form: a page as it was, with what somebody sent in its form and what is wrong with it.

    page = with_form_returned(html, "/api/books", sent, problem)

What was typed stands there again, an error stands at its field, all of them above the form with
links to the fields, and the first has the focus. Passwords and files have to be given anew.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bs4 import BeautifulSoup, Tag
from werkzeug.datastructures import MultiDict

from shared.kit.language import listed
from shared.kit.narrowing import is_mapping
from shared.kit.web.problems import Problem

SUMMARY = "form-problem"
_NOT_TYPED = {"password", "file", "hidden", "submit", "button", "image", "reset"}
Sent = MultiDict[str, str]


def with_form_returned(
    html: str, action: str, sent: Sent, problem: Problem, said: str
) -> str | None:
    """Return the page with its form as it was sent; None if it has no such form.

    `said` is the markup of the summary; the fields that are wrong are added to it as links.
    """
    page = BeautifulSoup(html, "html.parser")
    if (form := _form_of(page, action, sent)) is None:
        return None
    for field in form.find_all(["input", "select", "textarea"]):
        _fill(field, sent)
    summary = BeautifulSoup(said, "html.parser").find(True)
    assert isinstance(summary, Tag)
    for marked in page.find_all(autofocus=True):
        del marked["autofocus"]
    wrong = list(_mark(page, form, dict(errors_of(problem))))
    if wrong:
        links = page.new_tag("ul")
        for field, label, what in wrong:
            link = page.new_tag("a", href=f"#{field['id']}")
            link.string = f"{label}：{what}" if label else what
            item = page.new_tag("li")
            item.append(link)
            links.append(item)
        summary.append(links)
    summary["id"], summary["tabindex"] = SUMMARY, "-1"
    (wrong[0][0] if wrong else summary)["autofocus"] = ""
    form.insert_before(summary)
    for box in form.find_parents("details"):
        box["open"] = ""
    return str(page)


def errors_of(problem: Problem) -> Iterator[tuple[str, str]]:
    """What is wrong with which field, by the name it has in the form: `answers.temperature`."""
    if problem.at_field:
        yield problem.at_field, problem.detail
    yield from _flat("", problem.more.get("errors"))


def _flat(name: str, said: Any) -> Iterator[tuple[str, str]]:
    if is_mapping(said):
        for inner, each in said.items():
            yield from _flat(f"{name}.{inner}" if name else str(inner), each)
    elif isinstance(said, list):
        yield name, listed(said)  # pyright: ignore[reportUnknownArgumentType]
    elif said:
        yield name, str(said)


def _form_of(page: BeautifulSoup, action: str, sent: Sent) -> Tag | None:
    """The form that was sent: of several with its address the one most like it."""
    forms = [form for form in page.find_all("form") if form.get("action") == action]
    return max(forms, key=lambda form: _likeness(form, sent), default=None)


def _likeness(form: Tag, sent: Sent) -> int:
    hidden = {
        str(each.get("name")): str(each.get("value", ""))
        for each in form.find_all("input", type="hidden")
    }
    fixed = {name: value for name, value in hidden.items() if name not in ("_key", "_mark")}
    names = {str(each.get("name")) for each in form.find_all(True) if each.get("name")}
    return sum(sent.get(name) == value for name, value in fixed.items()) + len(names & set(sent))


def _fill(field: Tag, sent: Sent) -> None:
    name, kind = str(field.get("name", "")), str(field.get("type", "text"))
    if not name or kind in _NOT_TYPED:
        return
    values = sent.getlist(name)
    if field.name == "select":
        for option in field.find_all("option"):
            _set(option, "selected", str(option.get("value", option.text)) in values)
    elif field.name == "textarea":
        field.string = values[0] if values else ""
    elif kind in ("radio", "checkbox"):
        _set(field, "checked", str(field.get("value", "on")) in values)
    elif values:
        field["value"] = values[0]


def _set(tag: Tag, attribute: str, there: bool) -> None:
    if there:
        tag[attribute] = ""
    else:
        tag.attrs.pop(attribute, None)


def _mark(
    page: BeautifulSoup, form: Tag, errors: Mapping[str, str]
) -> Iterator[tuple[Tag, str, str]]:
    """Mark the fields that are wrong: each with its label and what is wrong with it."""
    seen = set[str]()
    for field in form.find_all(["input", "select", "textarea"]):
        name = str(field.get("name", ""))
        what = errors.get(name)
        if what is None or name in seen or field.get("type") == "hidden":
            continue
        seen.add(name)
        own = str(field.get("id") or f"field-{name}")
        field["id"], field["aria-invalid"] = own, "true"
        field["aria-describedby"] = f"{own}-error"
        label = form.find("label", attrs={"for": own}) or field.find_parent("label")
        told = page.new_tag("p", attrs={"class": "error", "id": f"{own}-error"})
        told.string = what
        field.insert_after(told)
        yield field, label.get_text(" ", strip=True) if label else "", what
