"""Why nobody is made responsible as asked."""

from shared.kit.refusals import refusal

SinceOutside = refusal(
    "since-outside",
    422,
    zh="责任起始日不能是{since}，请选{first}至{last}之间的一天。",
    en="Responsibility cannot begin on {since}; choose a day from {first} to {last}.",
    doc="Responsibility begins within the campaign, or today before it; today at the latest.",
)
LaterAssignment = refusal(
    "later-assignment",
    zh="{since}起已由 {cadre} 负责，起始日不能早于这一天。请改用{since}或以后的日子。",
    en="{cadre} is responsible from {since} on; begin on that day or later.",
    doc="Somebody was assigned from a later day on; what is recorded of those days stays true.",
)
UnknownCadre = refusal(
    "unknown-cadre",
    422,
    zh="“{cadre:.40}”不是本单位在岗的包保干部。"
    "请选择本单位包保干部的登录名，或先由账号管理员授予角色。",
    en="“{cadre:.40}” is no cadre of this unit at work now; choose one of the unit's logins,"
    " or have the administrator grant the role first.",
)
NobodySelected = refusal(
    "nobody-selected",
    zh="选择的范围里没有人。请换一个范围。",
    en="Nobody is in what was chosen; choose again.",
)
TooManySelected = refusal(
    "too-many-selected",
    422,
    zh="一次最多 {most} 人，选择了 {count} 人。请分几次。",
    en="At most {most} people at a time, {count} are chosen; do it in parts.",
)
SelectionChanged = refusal(
    "selection-changed",
    zh="预览时有 {expected} 人，现在是 {found} 人，没有改动。请重新预览再确认。",
    en="The preview had {expected} people, now there are {found}; nothing was changed."
    " Preview again, then confirm.",
)
BadAssignments = refusal(
    "bad-assignments",
    zh="有 {bad} 人未能指定，全部未改。例如：{example}",
    en="{bad} people could not be assigned, so nobody was. For example: {example}",
)
BadQuota = refusal(
    "bad-quota",
    422,
    zh="个人任务数不能是 {quota}，请填 0 或更大的整数。",
    en="A quota cannot be {quota}; give 0 or more.",
)
