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
CourseComplete = refusal(
    "course-complete",
    zh="此人已全程接种，不用再筛查。",
    en="Both doses have been given; there is nothing to screen for.",
)

NotScreened = refusal(
    "not-screened",
    zh="此人还没有筛查，没有可打印的知情同意书。请先完成筛查。",
    en="This person has not been screened, so there is no form to print; screen first.",
)
NoSuchScreening = refusal(
    "no-such-screening",
    404,
    zh="此人没有这次筛查。请从筛查记录里打开要打印的那一次。",
    en="This person has no such screening; open the one to be printed from the history.",
)

# Which dose, which site

AnotherDose = refusal(
    "another-dose-is-due",
    zh="这张表是为{shown}打开的，此后有变化：现在应筛查的是{due}。请刷新页面，核对接种记录和间隔，再重新筛查。",
    en="This form was opened for the {shown}; since then that has changed, and the {due} is due"
    " now. Load the page again, check the record and the interval, then screen again.",
)
SentElsewhere = refusal(
    "sent-to-another-site",
    zh="此人已转到{site}接种，应在那里筛查。请让本人到{site}；您就在{site}的，请把接种点改为{site}。",
    en="This person was sent on to {site} and is screened there. Send them to {site}; if that is"
    " where you are, choose it as the site.",
)

# Answers

# R09: every question has to be answered.
UnansweredQuestion = refusal(
    "unanswered-question",
    422,
    zh="还没有回答：{missing}。请全部回答。",
    en="Not answered yet: {missing}. Answer all questions.",
)
QuestionNotAsked = refusal(
    "question-not-asked",
    422,
    zh="“{question}”不问此人（按性别、年龄）。请核对是不是本人，再重新填写。",
    en="“{question}” is not asked of this person, by sex and age; check who it is, then fill it in"
    " again.",
)
ImplausibleTemperature = refusal(
    "implausible-temperature",
    422,
    zh="体温 {value}℃ 不合理，应在 {lowest}℃ 到 {highest}℃ 之间，请重新测量。",
    en="A temperature of {value} °C is implausible ({lowest} to {highest} °C); measure again.",
    field="answers.temperature",
)

# What stands

FindingStands = refusal(
    "finding-stands",
    zh="此人不宜接种（{found}），再次筛查不能改变。确需撤销的，由一名筛查医生提出并写明理由，另一名同意。",
    en="This person is contraindicated ({found}), and no other screening changes that; to lift it"
    " one who screens proposes it with the reason, and another one agrees.",
)
DeferralStands = refusal(
    "deferral-stands",
    zh="此人推迟接种（{found}），{until}再筛查。确需提前的，请先结束推迟并写明理由。",
    en="This person is deferred ({found}) until {until}; to screen earlier, end the deferral with"
    " the reason first.",
)
DeferralHasNoEnd = refusal(
    "deferral-stands",
    zh="此人推迟接种（{found}），由筛查医生结束。请先结束推迟并写明理由，再筛查。",
    en="This person is deferred ({found}) until one who screens ends it; end the deferral with the"
    " reason first, then screen.",
)
NotCleared = refusal(
    "not-cleared",
    zh="此人现在没有有效的“建议接种”结论。",
    en="This person has no clearance to withdraw.",
)
NothingToLift = refusal(
    "nothing-to-lift",
    zh="此人现在没有可以撤销的这类结论，请刷新页面。",
    en="There is no such finding to be lifted now; load the page again.",
)
NothingProposed = refusal(
    "nothing-proposed",
    zh="没有人提出撤销，或已经处理。请刷新页面。",
    en="Nobody proposes to lift it, or that is decided; load the page again.",
)
SamePerson = refusal(
    "same-person",
    zh="提出撤销的人不能自己同意，请由另一名筛查医生决定。",
    en="Whoever proposed it cannot agree; another one who screens decides.",
)
MayNotLift = refusal(
    "may-not-lift",
    403,
    zh="按现行筛查规则，您的岗位不能撤销这类结论。",
    en="By the rules of screening your role may not lift such a finding.",
)
