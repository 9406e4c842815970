"""A third language is a file: whole pages in it, its places checked when it is read."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from string import Formatter

import pytest

from deploy.cli.texts import document, pairs
from shared.kit import language
from shared.kit.dates import date_text, day_text, week_text
from shared.kit.language import Text, listed, speaking, t
from shared.kit.language_files import FOLDER, NotALanguage, PlacesDiffer, add, add_all
from shared.kit.refusals import refusal
from shared.kit.web.asked_language import of_request
from shared.kit.web.field_errors import told
from shared.town.campaign import load
from shared.town.terms import GROUPS
from tests.screening.test_service import ANNA, screen, someone
from tests.support.one_language import chinese, latin
from tests.support.part import CAMPAIGN_FILE, PartUnderTest

Late = refusal("late", zh="{days} 太晚了。", en="{days} is too late.")
GREEK = str.maketrans(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "αβψδεφγηιξκλμνοπχρστθωςχυζΑΒΨΔΕΦΓΗΙΞΚΛΜΝΟΠΧΡΣΤΘΩΣΧΥΖ",
)


@pytest.fixture(autouse=True)
def _languages_of_this_test(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(language, "_names", dict(language.names()))
    monkeypatch.setattr(language, "_texts", {})


def of_texts(file: Path, texts: dict[str, str]) -> Path:
    file.write_text(json.dumps({"name": "Ελλ", "texts": texts}), encoding="utf-8")
    return file


def invented(text: str) -> str:
    """A text in the letters of another language, with its places as they were."""

    def parts() -> Iterator[str]:
        for words, name, spec, how in Formatter().parse(text):
            yield words.translate(GREEK).replace("{", "{{").replace("}", "}}")
            if name is not None:
                yield f"{{{name}{'!' + how if how else ''}{':' + spec if spec else ''}}}"

    return "".join(parts())


def test_what_a_file_has_is_said_in_it_and_the_rest_in_english(tmp_path: Path):
    texts = {
        "{days} is too late.": "{days} est trop tard.",
        "deferred": "reporté",
        "cleared": "",
        "Wed": "mer.",
        "April": "avril",
        "{weekday} {day} {month}": "{weekday} {day} {month}",
        ", ": " ; ",
        "Must be less than or equal to {a}.": "Au plus {a}.",
    }
    assert add(of_texts(tmp_path / "fr.json", texts)) == "fr"
    assert language.names()["fr"] == "Ελλ"
    with speaking("fr"):
        assert str(Late(days="1")) == "1 est trop tard."
        assert str(GROUPS["findings"]["deferred"]) == "reporté"
        assert str(GROUPS["findings"]["cleared"]) == "cleared"
        assert t("没有", "not in the file") == "not in the file"
        assert day_text(date(2024, 4, 24)) == "mer. 24 avril"
        assert date_text(date(1962, 3, 5)) == "5 March 1962"
        assert week_text("2024-W17") == "week 17 (22–28 avril)"
        assert listed(["a", "b"]) == "a ; b"
        assert told(["Must be less than or equal to 9."]) == ["Au plus 9."]
    assert of_request({"HTTP_ACCEPT_LANGUAGE": "fr-CA"}) == "fr"


def test_a_text_whose_places_differ_is_refused_with_file_text_and_places(tmp_path: Path):
    file = of_texts(tmp_path / "fr.json", {"{n} of {all:,} left": "il reste {m} de {all}"})
    with pytest.raises(PlacesDiffer) as refused:
        add(file)
    assert refused.value.values == {
        "file": "fr.json",
        "text": "{n} of {all:,} left",
        "missing": ["{all:,}", "{n}"],
        "surplus": ["{all}", "{m}"],
    }
    with speaking("en"):
        assert "fr.json" in str(refused.value)
        assert "missing {all:,}, {n}, unknown {all}, {m}" in str(refused.value)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("zh.json", '{"name": "x", "texts": {}}'),
        ("notes.json", '{"name": "x", "texts": {}}'),
        ("fr.json", "{"),
        ("fr.json", "[]"),
        ("fr.json", '{"name": "x"}'),
        ("fr.json", '{"name": "x", "texts": {"{n} left": "{n"}}'),
    ],
)
def test_what_is_no_language_is_refused(tmp_path: Path, name: str, content: str):
    (tmp_path / name).write_text(content)
    with pytest.raises(NotALanguage, match=name):
        add(tmp_path / name)
    assert set(language.names()) == {"zh", "en"}


def test_the_folder_of_the_environment_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv(FOLDER, raising=False)
    assert add_all() == []
    of_texts(tmp_path / "fr.json", {})
    of_texts(tmp_path / "bo.json", {})
    monkeypatch.setenv(FOLDER, str(tmp_path))
    assert add_all() == ["bo", "fr"]


def test_whole_pages_are_in_a_third_language(tmp_path: Path):
    campaign = load(CAMPAIGN_FILE)
    things = (*campaign.units, *campaign.sites, *campaign.products, campaign)
    texts = {each.en: invented(each.en) for each in pairs()}
    texts |= {each.name_en: invented(each.name_en) for each in things}
    add(of_texts(tmp_path / "el.json", texts))
    desk = PartUnderTest(tmp_path / "part", "screening")
    desk.at("2024-04-02")
    desk.hears("registration", "ResidentRegistered", **someone(ANNA, "1960-01-01"))
    screen(desk, temperature=38.2, pregnant=True)
    for url in ("/", f"/residents/{ANNA}", "/nowhere"):
        headers = desk.http.bearer(desk.http.person, Accept="text/html")
        page = desk.http.client.get(url, headers=headers | {"Accept-Language": "el"}).text
        assert 'lang="el"' in page
        assert latin(page, "tester", "screening") == [], url
        assert chinese(page) == [], url


def test_every_text_can_be_translated():
    for each in pairs():
        assert invented(each.en), each


def test_the_texts_of_a_file_are_kept_and_counted(tmp_path: Path):
    file = of_texts(tmp_path / "fr.json", {"deferred": "reporté", "gone long ago": "x"})
    made = document(file)
    assert made["name"] == "Ελλ"
    assert made["texts"]["deferred"] == "reporté"
    assert made["texts"]["Sign in"] == ""
    assert made["chinese"]["Sign in"] == "登录"
    assert "gone long ago" not in made["texts"]
    assert document(None)["texts"].keys() == made["texts"].keys()


def test_the_command_speaks_a_third_language_and_says_what_is_wrong_with_its_file(tmp_path: Path):
    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-W", "ignore", "-m", "deploy.cli.main", *words],
            env={"PATH": "", FOLDER: str(tmp_path), "VAXLEDGER_LANGUAGE": "el", "COLUMNS": "100"},
            capture_output=True,
            text=True,
        )

    of_texts(tmp_path / "el.json", {"Messages no subscriber could read": "Ψψψ"})
    assert "Ψψψ" in run("--help").stdout
    counted = run("texts", str(tmp_path / "el.json"))
    assert json.loads(counted.stdout)["texts"]["Messages no subscriber could read"] == "Ψψψ"
    assert "1 / " in counted.stderr
    of_texts(tmp_path / "el.json", {"{n} left": "{m}"})
    refused = run("--help")
    assert refused.returncode == 2
    assert "el.json" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_text_with_values_is_said_in_a_third_language_too(tmp_path: Path):
    add(of_texts(tmp_path / "fr.json", {"waits for {n}": "attend {n}"}))
    with speaking("fr"):
        assert str(Text("等 {n} 人", "waits for {n}").format(n=3)) == "attend 3"
