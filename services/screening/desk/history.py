"""How an entry of the history is told: why, what was answered and how, who recorded or agreed to it."""

from __future__ import annotations

from services.screening.desk.queries import Entry
from services.screening.rules import loading
from shared.kit.language import listed, t
from shared.town.web.pages import term_of
from shared.town.web.telling import Telling
from shared.town.work import Work


def told(work: Work, entry: Entry) -> str:
    """Say all of an entry but when, where and what was found."""
    lines = why(entry), _answered(entry), _recorded(work, entry)
    return " · ".join(each for each in lines if each)


def why(entry: Entry) -> str:
    """Say what spoke against a dose; of what was taken back, for which reason."""
    if entry["status"] == "withdrawn":
        return term_of(entry["reasons"], "reasons")
    found = listed(term_of(code, "finding_reasons") for code in _codes(entry["reasons"]))
    if not entry["because"]:
        return found
    return t(
        "{found}；理由：{because}",
        "{found}; because: {because}",
        found=found,
        because=entry["because"],
    )


def who(work: Work, login: str) -> str:
    """Name the account that recorded something; what no person did is the system's."""
    return Telling(work.campaign, str, str).actor(login)


def _recorded(work: Work, entry: Entry) -> str:
    by = who(work, entry["actor"])
    if not entry["proposed_by"]:
        return t("由 {by} 登记", "recorded by {by}", by=by)
    proposed = who(work, entry["proposed_by"])
    return t(
        "{proposed} 提出，{by} 同意",
        "proposed by {proposed}, agreed by {by}",
        proposed=proposed,
        by=by,
    )


def _answered(entry: Entry) -> str:
    if entry["temperature"] is None:
        return ""
    asked = loading.questions_ever()
    yes = listed(asked.get(code, code) for code in _codes(entry["yes"]))
    if yes:
        said = t("答“是”：{yes}", "yes to: {yes}", yes=yes)
        rest = t("；其余宣读后统一答“否”", "; no to the rest, read out and answered together")
    else:
        said = t("各项都答“否”", "no to all questions")
        rest = t("（宣读后统一回答）", " (read out and answered together)")
    return f"{entry['temperature']:.1f} ℃ · {said}{rest if entry['read_out'] else ''}"


def _codes(joined: str) -> list[str]:
    return [code for code in joined.split(",") if code]
