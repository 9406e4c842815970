"""The national card of a reaction as PDF (AEFI): what the page of a card shows, to be sent and signed."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from services.appointments.courses.queries import side_of
from services.appointments.domain.reactions import moment
from services.appointments.reactions import queries
from services.appointments.reactions.labels import follow_up_text, outside_text, signs_text
from services.appointments.stock.queries import stock
from shared.kit.dates import date_text, moment_text
from shared.kit.language import Text, t
from shared.kit.office.pdf import pdf_of
from shared.town.mirrors.residents import name_of
from shared.town.terms import GROUPS
from shared.town.web.telling import dose_text
from shared.town.work import Work

CALLED = Text("不良反应报告卡", "adverse event card")
NONE = "—"


def card_pdf(work: Work, card: UUID) -> bytes:
    """Return a card as PDF. Raises `UnknownReaction`."""
    row = queries.reaction(work, card)
    added = queries.follow_ups_of(work, card)
    data = {
        "title": t("疑似预防接种异常反应报告卡", "Card of an adverse event following immunisation"),
        "number": t("卡号 {card}", "Card {card}", card=row["card"]),
        "person": _person(work, row),
        "vaccine_is": t("接种的疫苗", "The dose before"),
        "vaccine": _vaccine(work, row),
        "reaction_is": t("反应", "The reaction"),
        "times": _times(row),
        "outside": outside_text(row),
        "reaction": _reaction(row),
        "course_is": t("经过", "Course"),
        "course": row["first_course"] or NONE,
        "added_is": t("随访", "Follow-ups"),
        "added": [
            [moment_text(each["recorded_at"]), each["actor"], follow_up_text(each)]
            for each in added
        ],
        "report_is": t("报告", "The report"),
        "report": _report(row),
        "signs": [
            t("报告人签名", "Signature of who reports"),
            t("报告单位盖章", "Seal of the site"),
        ],
        "day": t("日期：　　　年　　月　　日", "Date:"),
        "foot": str(work.campaign.site(work.site)),
    }
    told_at = max([row["recorded_at"], *(each["recorded_at"] for each in added)])
    return pdf_of(__package__ or "", "card", data, date.fromisoformat(told_at[:10]))


def _person(work: Work, row: queries.Named) -> list[list[str]]:
    sex = GROUPS["sexes"].get(row["sex"] or "", NONE)
    unit = str(work.campaign.unit(row["unit"])) if row["unit"] else NONE
    return [
        [t("姓名", "Name"), name_of(work, row)],
        [t("性别", "Sex"), str(sex)],
        [t("出生日期", "Born"), date_text(row["birth_date"])],
        [t("单位", "Unit"), unit],
    ]


def _vaccine(work: Work, row: queries.Named) -> list[list[str]]:
    batch = next((each for each in stock(work) if each["batch"] == row["batch"]), None)
    side = side_of(work, row["resident"], row["dose"])
    by_hand = t("（手写）", "(by hand)")
    return [
        [
            t("疫苗和生产企业", "Vaccine and maker"),
            str(work.campaign.product(batch["product"])) if batch else NONE,
        ],
        [t("批号", "Batch"), row["batch"]],
        [t("有效期至", "Expiry"), date_text(batch["expiry"]) if batch else NONE],
        [t("剂次", "Dose"), dose_text(row["dose"])],
        [t("接种日期", "Vaccinated on"), date_text(row["day"])],
        [t("接种点", "Site"), str(work.campaign.site(work.site))],
        [t("接种部位", "Site of the body"), str(GROUPS["sides"][side]) if side else by_hand],
        [t("剂量和途径", "Amount and route"), by_hand],
    ]


def _times(row: queries.Named) -> list[list[str]]:
    return [
        [t("发生时间", "Onset"), _local(row["onset"])],
        [t("发现时间", "Found"), _local(row["found"])],
        [t("表现", "Signs"), signs_text(row)],
        [t("结束时间", "Ended"), _local(row["ended"])],
    ]


def _reaction(row: queries.Named) -> list[list[str]]:
    severity = str(GROUPS["severities"][row["severity"]])
    more = (
        (row["concern"], t("社会高度关注", "great public concern")),
        (row["clustered"], t("疑似群体性", "cluster suspected")),
    )
    return [
        [
            t("程度", "Severity"),
            " · ".join([severity, *(said for holds, said in more if holds)]),
        ],
        [
            t("住院", "Admitted to hospital"),
            t("是", "yes") if row["admitted"] else t("否", "no"),
        ],
        [t("初步诊断", "First diagnosis"), row["diagnosis"] or NONE],
        [t("转归", "Outcome"), str(GROUPS["reaction_outcomes"][row["outcome"]])],
        [t("发现途径", "How it was found"), str(GROUPS["reactions_found_by"][row["found_by"]])],
        [t("分类", "Class"), str(GROUPS["reaction_classes"][row["classified"]])],
    ]


def _report(row: queries.Named) -> list[list[str]]:
    due = t("{due}以前", "by {due}", due=moment_text(row["due"])) if row["open"] else NONE
    return [
        [t("登记人", "Recorded by"), f"{row['actor']} · {moment_text(row['recorded_at'])}"],
        [t("最晚上报", "Due"), due],
        [t("上报时间", "Reported up"), _local(row["reported_up"])],
        [t("报给", "To"), row["reported_to"] or NONE],
        [t("编号", "Number"), row["reported_number"] or NONE],
    ]


def _local(text: str | None) -> str:
    return str(moment(text)) if text else NONE
