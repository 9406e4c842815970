"""The consent form of a dose: what a paper to be signed says of the person's last screening."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import takewhile
from typing import NamedTuple
from uuid import UUID

from services.screening.desk import queries
from services.screening.desk.history import who, why
from services.screening.domain.refusals import NoSuchScreening, NotScreened
from services.screening.domain.rules import Person, Question
from services.screening.rules import loading
from shared.kit.dates import date_text, day_text, moment_text
from shared.kit.language import Text, t
from shared.kit.office.pdf import pdf_of
from shared.town.campaign import age_on
from shared.town.mirrors.dockings import told_of
from shared.town.mirrors.findings import NO_END
from shared.town.mirrors.residents import name_of
from shared.town.terms import GROUPS
from shared.town.web.telling import dose_text
from shared.town.work import Work

CALLED = Text("知情同意书", "consent form")
FOUND = ("cleared", "deferred", "contraindicated")
_TAKEN_BACK = {"withdrawn": Text("已撤回", "withdrawn"), "lifted": Text("已撤销", "lifted")}
_REPLACED = Text("已失效", "holds no more")
_YES, _NO = Text("是", "yes"), Text("否", "no")


class Form(NamedTuple):
    """The screening that is signed, what became of it since, and the number of the paper."""

    entry: queries.Entry
    since: Sequence[queries.Entry]
    number: str
    day: date

    @property
    def undone(self) -> queries.Entry | None:
        """What took the finding back, or the place of a clearance; None: it stands as it was."""
        was_cleared = self.entry["status"] == "cleared"
        taken_back = ("withdrawn", "lifted", *(FOUND[1:] if was_cleared else ()))
        return next((each for each in self.since if each["status"] in taken_back), None)

    @property
    def consents(self) -> bool:
        """Whether there is something to consent to: a clearance that nothing took back."""
        return self.entry["status"] == "cleared" and self.undone is None


def form_of(history: Sequence[queries.Entry], screening: int | None = None) -> Form | None:
    """Return the form of a screening, by its position, or of the last one with answers.

    None: there was no such. What was found without asking, and answers from before they were kept,
    stand on it too. What followed is told until the next dose is screened for.
    """
    found = [each for each in history if each["status"] in FOUND]
    if screening is not None:
        found = [each for each in found if number_of(each) == screening]
    if not found:
        return None
    entry = ([each for each in found if _was_asked(each)] or found)[-1]
    later = history[history.index(entry) + 1 :]
    since = takewhile(lambda each: not _was_asked(each) or each["dose"] == entry["dose"], later)
    day = date.fromisoformat(entry["day"])
    return Form(entry, list(since), f"{entry['site']}-{day:%Y%m%d}-{number_of(entry)}", day)


def number_of(entry: queries.Entry) -> int:
    """Return the position of a screening as a number."""
    return int(entry["position"].rpartition(":")[2])


def _was_asked(entry: queries.Entry) -> bool:
    return entry["temperature"] is not None


def consent_form(work: Work, resident: UUID, screening: int | None = None) -> tuple[bytes, str]:
    """Return a person's form as PDF, and its number; of the last screening, or of the one asked for.

    Raises `NotRegistered`, `NotScreened`, `NoSuchScreening`.
    """
    person = queries.screened(work, resident)
    form = form_of(queries.history(work, resident), screening)
    if form is None:
        raise NotScreened if screening is None else NoSuchScreening
    data = {
        "number": t("编号 {number}", "No. {number}", number=form.number),
        "facts": _facts(work, person, form.entry),
        "informs": _informs(work),
        "asked": t("健康筛查", "Health screening"),
        "columns": [t("询问", "Question"), t("回答", "Answer")],
        "answers": answers_of(_asked_then(work, person, form.entry), form.entry),
        "no_answers": t(
            "当时的记录没有保存逐题的回答。", "The answers were not kept with the record then."
        ),
        "read_out": _read_out(form.entry),
        "advised": t("医学建议", "Medical advice"),
        "advice": _advice(work, form),
        "since": [_later(each) for each in form.since],
        **(_to_consent() if form.consents else _to_be_told()),
        "day": t("日期：　　　年　　月　　日", "Date:"),
        "foot": _foot(work, form),
    }
    return pdf_of(__package__ or "", "consent_form", data, form.day), form.number


def _to_consent() -> dict[str, object]:
    return {
        "title": t(
            "预防接种知情同意书和健康筛查表", "Informed consent and health screening for a dose"
        ),
        "agrees": t(
            "我已了解以上内容，如实回答了询问，知道医生的建议，决定：",
            "I have read the above, answered truthfully and know what is advised. I decide:",
        ),
        "choices": [
            t("□ 同意接种", "□ to be vaccinated"),
            t("□ 不同意接种", "□ not to be vaccinated"),
        ],
        "signs": [
            t("受种者或监护人签名", "Signature of recipient or guardian"),
            t("医生签名", "Signature of doctor"),
        ],
    }


def _to_be_told() -> dict[str, object]:
    """What is signed where no dose is advised: that it was told, no consent."""
    return {
        "title": t("健康筛查表和结果告知书", "Health screening, and what was found"),
        "agrees": t(
            "医生已告知以上结果，本人已知道；不凭此表接种。",
            "I was told by the doctor what was found; no dose is given on it.",
        ),
        "choices": [],
        "signs": [
            t("被告知人签名（本人或监护人）", "Signature of who was told (person or guardian)"),
            t("医生签名", "Signature of doctor"),
        ],
    }


def _facts(work: Work, person: queries.Screened, entry: queries.Entry) -> list[list[str]]:
    campaign = work.campaign
    product = queries.product_of(work, UUID(person["resident"]), entry["dose"])
    blank = t("（接种时填写）", "(written in at the dose)")
    return [
        [t("姓名", "Name"), name_of(work, person)],
        [t("性别", "Sex"), str(GROUPS["sexes"][person["sex"]])],
        [t("出生日期", "Born"), date_text(person["birth_date"])],
        [t("单位", "Unit"), str(campaign.unit(person["unit"]))],
        [t("剂次", "Dose"), dose_text(entry["dose"]) if entry["dose"] else "—"],
        [t("疫苗", "Vaccine"), str(campaign.product(product)) if product else blank],
        [t("接种点", "Site"), str(campaign.site(entry["site"]))],
        [t("筛查日期", "Screened on"), date_text(entry["day"])],
    ]


def _informs(work: Work) -> list[list[str]]:
    """What has to be told before a dose, in the sections of the national form."""
    minutes = work.campaign.observation_minutes
    return [
        [
            t("接种作用", "What it does"),
            t(
                "接种疫苗可以预防相应的疾病，减轻病情；但不能保证每个接种的人都得到保护。",
                "The vaccine prevents the disease or makes it milder; it does not protect everybody.",
            ),
        ],
        [
            t("不良反应", "Reactions"),
            t(
                "常见接种部位红肿、疼痛，以及发热、乏力、头晕、恶心，多数一两天内自行缓解；"
                "极少数人会发生严重过敏反应。",
                "Often redness or pain where it was given, fever, tiredness, dizziness or nausea,"
                " mostly over in a day or two; very rarely a severe allergic reaction.",
            ),
        ],
        [
            t("接种禁忌", "Who must not have it"),
            t(
                "对疫苗成分或以前接种的疫苗严重过敏的；有惊厥、癫痫、脑病、精神疾病史或家族史的；"
                "患严重慢性疾病的；发热、急性疾病、慢性疾病急性发作期、妊娠期的暂缓接种。",
                "Severe allergy to the vaccine or one before; seizures, epilepsy, encephalopathy or"
                " mental illness, one's own or in the family; severe chronic illness. Later: with"
                " fever, acute illness, a chronic illness in its acute phase, pregnancy.",
            ),
        ],
        [
            t("注意事项", "Please note"),
            t(
                "接种后留观 {minutes} 分钟，当天保持接种处清洁干燥；离开后不适的，及时就医并告诉接种点。",
                "Stay for {minutes} minutes after the dose and keep the place clean and dry that day;"
                " if you feel unwell later, see a doctor and tell the site.",
                minutes=minutes,
            ),
        ],
    ]


def _asked_then(work: Work, person: queries.Screened, entry: queries.Entry) -> Sequence[Question]:
    """The questions of the version that were asked of the person on that day."""
    rules = loading.versions().get(entry["rules"])
    if rules is None:
        return ()
    campaign, day = work.campaign, date.fromisoformat(entry["day"])
    age = age_on(date.fromisoformat(person["birth_date"]), day)
    sites = {site for _, site in told_of(work, person["unit"])}
    moved = len(sites) > 1 and entry["dose"] == 1
    asked = Person(person["sex"], age, (campaign.min_age, campaign.max_age), moved)
    return rules.asked_of(asked)


def answers_of(asked: Sequence[Question], entry: queries.Entry) -> list[list[str]]:
    """Return questions with their answers, temperature first; none where they were not kept."""
    if entry["temperature"] is None:
        return []
    yes = {code for code in entry["yes"].split(",") if code}
    measured = [t("体温", "Temperature"), f"{entry['temperature']:.1f} ℃"]
    return [measured, *([str(each), str(_YES if each.code in yes else _NO)] for each in asked)]


def _read_out(entry: queries.Entry) -> str:
    if not entry["read_out"]:
        return ""
    return t(
        "答“否”的各题，经逐题宣读后统一回答。",
        "Those answered no were read out one by one and answered together.",
    )


def _advice(work: Work, form: Form) -> list[list[str]]:
    entry = form.entry
    by = f"{who(work, entry['actor'])} · {moment_text(entry['recorded_at'])}"
    said = [[t("结论", "Found"), _stands(form)], [t("筛查医生", "Screened by"), by]]
    if reasons := why(entry):
        said.append([t("原因", "Reasons"), reasons])
    if form.undone is not None:
        return [*said, [t("规则版本", "Rules"), entry["rules"]]]
    if entry["status"] == "deferred":
        until = entry["until"]
        ends = until and until != NO_END
        again = day_text(until) if ends else t("由筛查医生决定", "whoever screens decides")
        said.append([t("复查", "Look again"), again])
    if entry["status"] == "cleared":
        said.append([t("有效至", "Holds until"), day_text(entry["until"])])
    return [*said, [t("规则版本", "Rules"), entry["rules"]]]


def _stands(form: Form) -> str:
    """How the finding stands: that it was taken back comes before what it was."""
    was = GROUPS["findings"][form.entry["status"]]
    if form.undone is None:
        return str(was)
    now = _TAKEN_BACK.get(form.undone["status"], _REPLACED)
    return t("{now}（原为{was}）", "{now} (was: {was})", now=now, was=was)


def _later(entry: queries.Entry) -> str:
    """What has become of the finding since."""
    status, because = GROUPS["findings"][entry["status"]], why(entry)
    return t(
        "此后：{when} {status}{why}",
        "Since then: {when} {status}{why}",
        when=moment_text(entry["recorded_at"]),
        status=status,
        why=t("（{why}）", " ({why})", why=because) if because else "",
    )


def _foot(work: Work, form: Form) -> str:
    return " · ".join((str(Text(work.campaign.town_zh, work.campaign.town_en)), form.number))
