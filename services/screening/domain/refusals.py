"""Why screening says no to a command; each message says what, and what to do."""

from __future__ import annotations

from shared.kit.refusals import refusal

NotRegistered = refusal(
    "not-registered",
    404,
    zh="没有这个人的登记。请先由所在村、社区登记，稍后再筛查。",
    en="This person is not registered; have the unit register them first, then screen.",
)
Erased = refusal(
    "erased",
    zh="此人的资料已删除，不能再筛查。本人愿意重新参加的，请先由所在单位重新导入名册。",
    en="This person's data are erased and nobody can be screened under this id; someone who"
    " wants to take part again is first put on the unit's roster again.",
)
# R09: every question has to be answered.
UnansweredQuestion = refusal(
    "unanswered-question",
    422,
    zh="还有问题没有回答，请全部回答。",
    en="Some questions are not answered yet; answer all of them.",
)
ImplausibleTemperature = refusal(
    "implausible-temperature",
    422,
    zh="体温 {value}℃ 不合理，应在 34.0℃ 到 43.0℃ 之间，请重新测量。",
    en="A temperature of {value} °C is implausible (34.0 to 43.0 °C); measure again.",
)
NotCleared = refusal(
    "not-cleared",
    zh="此人现在没有有效的“建议接种”结论。",
    en="This person has no clearance to withdraw.",
)
