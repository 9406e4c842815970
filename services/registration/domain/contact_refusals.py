"""Why a contact with a resident is not recorded, or not undone."""

from shared.kit.language import Text
from shared.kit.refusals import refusal

# What the fields are called in the texts below.
FIELDS = {
    "wished_week": Text("希望接种周", "the wished week"),
    "wished_site": Text("希望接种点", "the wished site"),
    "reason": Text("原因", "the reason"),
}

MissingInContact = refusal(
    "bad-contact",
    422,
    zh="这种联系结果要填{what}，请补上。",
    en="With this outcome {what} is missing: add it.",
)
WrongInContact = refusal(
    "bad-contact",
    422,
    zh="这种联系结果不填{what}，请去掉。",
    en="With this outcome {what} is wrong: leave it out.",
)
BadNextDay = refusal(
    "bad-next-day",
    422,
    zh="下次联系日不能是{day}，请选{first}至{last}之间的一天。",
    en="The next day {day} will not do; choose one from {first} to {last}.",
)
UnknownContact = refusal(
    "unknown-contact",
    404,
    zh="此人没有这条联系记录。请在居民页面查看经过。",
    en="This person has no such contact; look at the history on the resident's page.",
)
ContactKnown = refusal(
    "contact-known",
    zh="这个联系编号已用于另一条记录。请用新编号重新登记。",
    en="This id already stands for a different contact; record it under a new one.",
)
NotLatestContact = refusal(
    "not-latest-contact",
    zh="之后又联系过此人，只能撤销最近一次。请先撤销后面的，或登记新的联系结果。",
    en="This person was contacted again since; only the latest contact can be undone. Undo the"
    " later ones first, or record a new one.",
)
NotYoursToUndo = refusal(
    "not-yours-to-undo",
    403,
    zh="这条记录由 {by} 于{day}登记，只能由本人当天撤销，或由单位负责人撤销。",
    en="{by} recorded this on {day}: they may undo it on that day, later the unit's chief may.",
)
VaccinatedSince = refusal(
    "vaccinated-since",
    zh="此人已按这次同意接种，不能再撤销。本人暂不接种第二剂的，请登记新的联系结果。",
    en="A dose was given after this consent, so it cannot be undone. If the person does not want"
    " the second dose, record a new contact.",
    doc="A dose was given on the strength of the consent: it is no mis-tap any more.",
)
