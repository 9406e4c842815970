"""Why registration says no; each message says what, where, and what to do."""

from shared.kit.refusals import refusal

UnknownUnit = refusal(
    "unknown-unit",
    404,
    zh="没有单位“{unit:.40}”。请从全镇页面选择单位。",
    en="There is no unit “{unit:.40}”; choose one on the town's page.",
)
UnknownResident = refusal(
    "unknown-resident",
    404,
    zh="没有这个人的登记。请先由所在村、社区导入名册。",
    en="This person is not registered; have the unit import its roster first.",
)
Erased = refusal(
    "erased",
    zh="此人的资料已删除，不能再登记答复。本人愿意重新参加的，请先由所在单位重新导入名册。",
    en="This person's data are erased, no answer can be recorded; someone who wants to take"
    " part again is first put on the unit's roster again.",
)
VisitOpen = refusal(
    "visit-open",
    zh="此人{day}的预约还没有结果，可能正在接种，现在不能删除。"
    "请先取消预约、登记未到，或等接种登记后再删除。",
    en="The appointment of {day} has no outcome yet and a dose may be given right now: cancel"
    " it, record the no-show, or wait until the dose is recorded, then erase.",
    doc="A dose may be given at this moment, and then the law needs to know to whom.",
)
WeekOutsideCampaign = refusal(
    "week-outside-campaign",
    422,
    zh="希望接种周不能是{week}，请选择{first}至{last}之间的一周。",
    en="{week} is not a week with first doses; choose one from {first} to {last}.",
    doc="No first dose is given in the wished week (R05).",
)
UnderAge = refusal(
    "under-age",
    422,
    zh="此人到希望接种周仍未满 {youngest} 周岁，不能登记同意接种。请核对出生日期，或选择年满以后的一周。",
    en="This person is still under {youngest} in that week, so no consent is recorded: check the date of"
    " birth, or choose a week after the birthday.",
    doc="Nobody under the plan's age is vaccinated (R07).",
)
UnknownReason = refusal(
    "unknown-reason",
    422,
    zh="没有“{reason:.40}”这个原因，请从列出的原因中选择。",
    en="“{reason:.40}” is no known reason; choose one of those listed.",
)
RegisteredElsewhere = refusal(
    "registered-elsewhere",
    zh="此人已在另一单位登记，一人只算一次。请与该单位核对由谁登记。",
    en="This person is already registered in another unit and counts once;"
    " settle with that unit who registers them.",
    doc="The person is already on another unit's list; nobody counts twice (R16).",
)
NotInUnit = refusal(
    "not-in-unit",
    422,
    zh="此人不在本单位的名册上。请由其登记单位答复。",
    en="This person is not on this unit's list; their own unit answers.",
)
TwoAnswers = refusal(
    "two-answers",
    422,
    zh="同一批里此人有两个不同答复，请只留一个。",
    en="This batch has two different answers of this person; keep one.",
)
BadTarget = refusal(
    "bad-target",
    422,
    zh="任务数不能是 {target}，请填 0 或更大的整数。",
    en="A target cannot be {target}; give 0 or more.",
)
BadAnswers = refusal(
    "bad-answers",
    422,
    zh="有 {bad} 行不对，全部未记入。请按所列各行修改后整批重发。",
    en="{bad} lines are wrong and none was taken; correct them and send all again.",
)
