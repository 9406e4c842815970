"""Language files: further languages, each a JSON file named by its code, read when a process starts.

    {"name": "Français", "texts": {"{days} is too late.": "{days} est trop tard."}}

A text stands under its English; what a file does not have is said in English. Names of months and days
are texts as well. `vaxledger texts` prints what there is to say.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from string import Formatter
from typing import Any

from shared.kit import language
from shared.kit.language import CHINESE, ENGLISH
from shared.kit.narrowing import is_mapping
from shared.kit.refusals import refusal

FOLDER = "VAXLEDGER_LANGUAGES"
"""The variable of the environment that names the folder of the files."""

NotALanguage = refusal(
    "not-a-language",
    422,
    zh="语言文件 {file} 读不了：{why}",
    en="The language file {file} cannot be read: {why}",
    doc="A file of a further language is not one.",
)
PlacesDiffer = refusal(
    "places-differ",
    422,
    zh="语言文件 {file}：“{text}”的译文里，花括号中的名字与英文不一致：缺 {missing}，多 {surplus}。",
    en="Language file {file}: of “{text}” the names in braces are not those of the English:"
    " missing {missing}, unknown {surplus}.",
    doc="A translated text would be said without a value, or could not be said at all.",
)


def add_all() -> list[str]:
    """Read all files of the folder that the environment names; return the codes of the languages.

    Raises `NotALanguage` and `PlacesDiffer`.
    """
    folder = os.environ.get(FOLDER)
    return [add(file) for file in sorted(Path(folder).glob("*.json"))] if folder else []


def add(file: Path) -> str:
    """Read a further language from a file named by its code; return the code.

    Raises `NotALanguage` and `PlacesDiffer`.
    """
    code = file.stem
    if not re.fullmatch(r"[a-z]{2,3}", code) or code in (CHINESE, ENGLISH):
        raise NotALanguage(
            file=file.name,
            why=language.t(
                "文件名应为语言代码，如 ug.json；中文和英文不能替换",
                "its name has to be the code of a language, as ug.json; Chinese and English stay",
            ),
        )
    name, texts = read(file)
    for en, said in texts.items():
        _check_places(file, en, said)
    language.add(code, name, texts)
    return code


def read(file: Path) -> tuple[str, dict[str, str]]:
    """Return what a language calls itself, and its texts by their English. Raises `NotALanguage`."""
    try:
        document: Any = json.loads(file.read_text(encoding="utf-8"))
        if not is_mapping(document) or not is_mapping(texts := document["texts"]):
            raise ValueError("{}")
        said = {str(en): str(text) for en, text in texts.items() if text}
        return str(document["name"]), said
    except (OSError, ValueError, KeyError) as error:
        raise NotALanguage(file=file.name, why=repr(error)) from None


def places(text: str) -> set[str]:
    """Return the places of a text that are filled in, as they stand in it: {n}, {share:.0%}."""
    return {
        f"{{{name}{'!' + how if how else ''}{':' + spec if spec else ''}}}"
        for _, name, spec, how in Formatter().parse(text)
        if name is not None
    }


def _check_places(file: Path, en: str, said: str) -> None:
    try:
        wanted, found = places(en), places(said)
    except ValueError as error:  # an open brace
        raise NotALanguage(file=file.name, why=f"“{en}”: {error}") from None
    if wanted != found:
        missing, surplus = sorted(wanted - found), sorted(found - wanted)
        raise PlacesDiffer(
            file=file.name, text=en, missing=missing or ["—"], surplus=surplus or ["—"]
        )
