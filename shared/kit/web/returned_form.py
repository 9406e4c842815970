"""Returned form: a page as it was, with what somebody sent in its form and what is wrong with it.

    page = with_form_returned(html, "/api/books", sent, problem, summary)

What was typed stands there again, an error stands at its field, all of them above the form with
links to the fields, and the first has the focus. Passwords, files and what is scanned (`data-once`) have to be given anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import unquote

from bs4 import BeautifulSoup, Tag
from werkzeug.datastructures import MultiDict

from shared.kit.language import listed, t
from shared.kit.narrowing import is_mapping
from shared.kit.web.problems import Problem
from shared.kit.web.way_back import CAME_FROM, with_note

SUMMARY = "form-problem"
LONGEST = 300_000
"""Characters of a page beyond which it is not taken apart, which would hold everybody up."""
_NOT_TYPED = {"password", "file", "hidden", "submit", "button", "image", "reset"}
_ONE_OF = {"radio", "checkbox"}
Sent = MultiDict[str, str]
Errors = Mapping[str, str]
"""What is wrong with which field, by its name."""


def with_form_returned(
    html: str,
    action: str,
    sent: Sent,
    problem: Problem,
    summary: Callable[[Errors], str],
    came_from: str = "",
) -> str | None:
    """Return the page with its form as it was sent; None if it has no such form.

    `summary` writes what stands above the form, with the errors that are about none of its fields.
    `came_from`: the page's address, which the form then says, so that it comes back a second time too.
    """
    if len(html) > LONGEST:
        return None
    page = BeautifulSoup(html, "html.parser")
    if (form := _form_of(page, action, sent)) is None:
        return None
    fields = _fields_of(page, form)
    for field in fields:
        _fill(field, sent)
    if came_from:
        for each, name in ((form, "action"), *((b, "formaction") for b in form(formaction=True))):
            if each.get(name):
                each[name] = with_note(str(each[name]), CAME_FROM, came_from)
    for marked in page.find_all(autofocus=True):
        del marked["autofocus"]
    errors = dict(errors_of(problem))
    wrong = list(_mark(page, fields, errors))
    placed = {str(field.get("name")) for field, _, _ in wrong}
    rest = {name: what for name, what in errors.items() if name not in placed}
    above = BeautifulSoup(summary(rest), "html.parser").find(True)
    assert isinstance(above, Tag)
    if wrong:
        above.append(_links(page, wrong))
    above["id"], above["tabindex"] = SUMMARY, "-1"
    first = wrong[0][0] if wrong else above
    first["autofocus"] = ""
    form.insert_before(above)
    for each in (form, *(field for field, _, _ in wrong)):
        for box in each.find_parents("details"):
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
    forms = [form for form in page.find_all("form") if action in _addresses_of(form)]
    return max(forms, key=lambda form: _likeness(form, sent), default=None)


def _addresses_of(form: Tag) -> set[str]:
    """Where a form leads, and where each of its buttons does."""
    said = [form.get("action"), *(each["formaction"] for each in form.find_all(formaction=True))]
    return {unquote(str(each)) for each in said}


def _likeness(form: Tag, sent: Sent) -> int:
    """How many fields of a form were sent, less those that it would have sent otherwise."""
    fixed: dict[str, set[str]] = {}
    typed = set[str]()
    for field in form.find_all(["input", "select", "textarea", "button"]):
        name = str(field.get("name", ""))
        if field.name == "button" or field.get("type") == "hidden":
            fixed.setdefault(name, set()).add(str(field.get("value", "")))
        else:
            typed.add(name)
    said = {name: sent[name] in values for name, values in fixed.items() if name in sent}
    unlike = sum(not same for name, same in said.items() if name not in (*typed, "_key", "_mark"))
    return len((typed | set(fixed)) & set(sent)) - 2 * unlike


def _fields_of(page: BeautifulSoup, form: Tag) -> list[Tag]:
    """The fields of a form, also those that stand elsewhere and name it."""
    kinds = ["input", "select", "textarea"]
    name = str(form.get("id", ""))
    return [
        field
        for field in page.find_all(kinds)
        if (field["form"] == name if field.has_attr("form") else field.find_parent("form") is form)
    ]


def _fill(field: Tag, sent: Sent) -> None:
    name, kind = str(field.get("name", "")), str(field.get("type", "text"))
    if not name or kind in _NOT_TYPED or field.has_attr("data-once"):
        return
    values = sent.getlist(name)
    if field.name == "select":
        for option in field.find_all("option"):
            _set(option, "selected", str(option.get("value", option.text)) in values)
    elif field.name == "textarea":
        field.string = "\n" + (values[0] if values else "")  # browsers drop the first line end
    elif kind in _ONE_OF:
        _set(field, "checked", str(field.get("value", "on")) in values)
    elif values:
        field["value"] = values[0]


def _set(tag: Tag, attribute: str, there: bool) -> None:
    if there:
        tag[attribute] = ""
    else:
        tag.attrs.pop(attribute, None)


def _mark(page: BeautifulSoup, fields: list[Tag], errors: Errors) -> Iterator[tuple[Tag, str, str]]:
    """Mark the fields that are wrong: each with its label and what is wrong with it."""
    seen = set[str]()
    for field in fields:
        name = str(field.get("name", ""))
        what = errors.get(name)
        if what is None or name in seen or field.get("type") == "hidden":
            continue
        seen.add(name)
        label, own = _label_of(page, field), str(field.get("id") or f"field-{name}")
        field["id"], field["aria-invalid"] = own, "true"
        field["aria-describedby"] = f"{own}-error {field.get('aria-describedby', '')}".strip()
        told = page.new_tag("span", attrs={"class": "error", "id": f"{own}-error"})
        told.string = what
        if field.get("type") in _ONE_OF:
            (field.find_parent(["td", "fieldset", "div", "p"]) or field).append(told)
        else:
            (field.find_parent("label") or field).insert_after(told)
        yield field, label, what


def _label_of(page: BeautifulSoup, field: Tag) -> str:
    """What a field is called; of one of several choices what is asked, not the choice."""
    if field.get("type") in _ONE_OF:
        group = field.find_parent("fieldset")
        row = field.find_parent("tr")
        label = (group and group.find("legend")) or (row and row.find(["th", "td"]))
    else:
        label = page.find("label", attrs={"for": field["id"]}) if field.get("id") else None
        label = label or field.find_parent("label")
    if not isinstance(label, Tag):
        return ""
    inside = {"select", "textarea", "input"}
    said = (
        text
        for text in label.find_all(string=True)
        if not inside & {parent.name for parent in text.parents}
    )
    return " ".join(" ".join(said).split())


def _links(page: BeautifulSoup, wrong: list[tuple[Tag, str, str]]) -> Tag:
    links = page.new_tag("ul")
    for field, label, what in wrong:
        link = page.new_tag("a", href=f"#{field['id']}")
        link.string = f"{label}{t('：', ': ')}{what}" if label else what
        item = page.new_tag("li")
        item.append(link)
        links.append(item)
    return links
