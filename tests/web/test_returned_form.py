"""A form that is refused comes back as it was sent, with what is wrong at its field."""

from __future__ import annotations

from bs4 import BeautifulSoup
from werkzeug.datastructures import MultiDict

from shared.kit.language import speaking
from shared.kit.web.problems import Problem
from shared.kit.web.returned_form import LONGEST, Errors, errors_of, with_form_returned

PAGE = """<!doctype html><html><body><main><input name="q" autofocus>
<details><form action="/api/books" method="post">
<input type="hidden" name="_key" value="new"><input type="hidden" name="shelf" value="1">
<label for="title">Title <b>of it</b></label><input id="title" name="title" aria-describedby="title-hint">
<input type="password" name="secret"><input type="file" name="file">
<input type="radio" name="lent" value="yes" checked><input type="radio" name="lent" value="no">
<input type="checkbox" name="rare" value="on" checked>
<select name="kind"><option value="a" selected>A</option><option>b</option></select>
<textarea name="note"></textarea><input name="pages.first" type="number">
</form></details>
<form action="/api/books" method="post"><input type="hidden" name="shelf" value="2">
<input name="title"></form></main></body></html>"""
SENT = MultiDict(
    {
        "shelf": "1",
        "title": '"><b>x',
        "secret": "hush",
        "lent": "no",
        "kind": "b",
        "note": "</textarea><i>",
        "pages.first": "0",
        "_key": "old",
    }
)
WRONG = {"errors": {"title": ["too short", "odd"], "pages": {"first": ["from 1"]}, "other": ["no"]}}


def said(rest: Errors) -> str:
    return f'<section class="problem"><h2>no</h2><p>{dict(rest)}</p></section>'


def returned(action: str = "/api/books", sent: MultiDict[str, str] = SENT, **more: object):
    problem = Problem(422, "invalid-input", "no", "not so", **(more or {"more": WRONG}))
    html = with_form_returned(PAGE, action, sent, problem, said)
    return html and BeautifulSoup(html, "html.parser")


def test_what_was_typed_stands_there_again_and_nothing_secret():
    form = returned().find("form")
    value = lambda name: form.find(attrs={"name": name}).get("value")  # noqa: E731
    assert value("title") == '"><b>x'
    assert value("pages.first") == "0"
    assert value("secret") is None
    assert value("_key") == "new"
    assert form.find("textarea").text == "\n</textarea><i>", "browsers drop the first line end"
    assert [each.get("value") for each in form.find_all(checked=True)] == ["no"]
    assert [each.text for each in form.find_all(selected=True)] == ["b"]
    assert form.find("b", string="x") is None
    assert form.find("i") is None


def test_errors_stand_at_their_fields_and_above_with_links_and_the_first_has_the_focus():
    page = returned()
    form = page.find("form")
    title, first = form.find(id="title"), form.find(attrs={"name": "pages.first"})
    assert (title["aria-invalid"], title["aria-describedby"]) == ("true", "title-error title-hint")
    assert page.find(id="title-error").text == "too short、odd"
    assert [each["name"] for each in page.find_all(autofocus=True)] == ["title"]
    summary = page.find(id="form-problem")
    assert [(a["href"], a.text) for a in summary.find_all("a")] == [
        ("#title", "Title of it：too short、odd"),
        (f"#{first['id']}", "from 1"),
    ]
    assert summary.p.text == "{'other': 'no'}", "no field of the form has this name"
    assert summary.find_next("form") is form
    assert form.find_parent("details").has_attr("open")


def test_of_several_forms_with_one_address_the_one_that_was_sent_comes_back():
    sent = MultiDict([("shelf", "2"), ("title", "Two")])
    one, two = returned(sent=sent).find_all("form")
    assert one.find(id="title").get("value") is None
    assert two.find(attrs={"name": "title"})["value"] == "Two"


def test_a_refusal_that_is_about_no_field_stands_above_the_form_with_the_focus():
    page = returned(more={})
    assert page.find(id="form-problem").has_attr("autofocus")
    assert page.find("form").find(id="title")["value"] == '"><b>x'
    named = returned(at_field="title", more={})
    assert named.find(id="title-error").text == "not so"


def test_a_page_without_the_form_is_none():
    assert returned(action="/api/others") is None


def test_errors_of_lists_and_inner_objects_have_the_names_of_the_form():
    problem = Problem(422, "x", "x", "x", more={"errors": {"slots": {0: {"time": ["odd"]}}}})
    assert dict(errors_of(problem)) == {"slots.0.time": "odd"}


CHOICES = """<form action="/api/a%20b" method="post" id="f">
<fieldset><legend>Which way</legend><label><input type="radio" name="way" value="1"> one</label>
<label><input type="radio" name="way" value="2"> two</label></fieldset>
<label>Cohort <select name="cohort"><option value="">all</option><option>x</option></select></label>
<details><summary>more</summary><label>Units<input name="units"></label></details>
<button formaction="/api/preview">Preview</button></form>
<input type="radio" name="side" value="l" form="f" checked><input type="radio" name="side" value="r" form="f">"""


def of_choices(action: str = "/api/a b"):
    sent = MultiDict([("way", "2"), ("cohort", "x"), ("side", "r")])
    more = {"errors": {"way": ["odd"], "cohort": ["bad"], "units": ["none"]}}
    problem = Problem(422, "invalid-input", "no", "not so", more=more)
    html = with_form_returned(CHOICES, action, sent, problem, said)
    return html and BeautifulSoup(html, "html.parser")


def test_a_choice_is_called_by_its_question_and_a_label_without_what_stands_in_its_field():
    page = of_choices()
    assert [a.text for a in page.find(id="form-problem").find_all("a")] == [
        "Which way：odd",
        "Cohort：bad",
        "Units：none",
    ]
    assert page.find(id="field-way-error").parent.name == "fieldset"
    assert page.find(id="field-cohort-error").previous_sibling.name == "label"
    assert page.find("details").has_attr("open"), "an error in it must be seen"
    with speaking("en"):
        assert of_choices().find("a").text == "Which way: odd"


def test_fields_outside_of_their_form_and_other_addresses_of_it_count():
    assert [each["value"] for each in of_choices().find_all(checked=True)] == ["2", "r"]
    assert of_choices("/api/preview") is not None
    assert of_choices("/api/a") is None


def test_a_page_that_would_hold_everybody_up_is_not_taken_apart():
    problem = Problem(422, "x", "x", "x")
    assert with_form_returned(PAGE + " " * LONGEST, "/api/books", SENT, problem, said) is None
