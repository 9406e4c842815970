"""Why registration says no to officers, dockings, lists and tags."""

from shared.kit.refusals import refusal

NamedLater = refusal(
    "named-later",
    422,
    zh="本单位已指定自{named}起的负责人和经办人，新的请从{named}或之后开始。",
    en="Officers are named from {named} on already; give that day or a later one.",
    doc="Officers were named from a later day on already; what was is not rewritten (R14).",
)
UnknownStaff = refusal(
    "unknown-staff",
    422,
    zh="没有账号：{logins}。请核对登录名，或先由账号管理员建立账号。",
    en="No account: {logins}; check the login, or have the administrator make one first.",
)
UnknownSite = refusal(
    "unknown-site",
    422,
    zh="没有接种点“{site:.40}”，请从列出的接种点中选择。",
    en="There is no site “{site:.40}”; choose one of those listed.",
)
DockingPast = refusal(
    "docking-past",
    422,
    zh="不能从{since}起调整接种点，请选{first}至{last}之间的一天；已过的日子不能改。",
    en="The site cannot change from {since} on; choose a day from {first} to {last}.",
    doc="Where people went on days that are over cannot be changed (R15).",
)
NothingToMove = refusal(
    "nothing-to-move",
    zh="{unit}自{day}起的对应接种点是{site}，此前没有其他接种点，没有预约可转移。",
    en="From {day} on {unit} goes to {site} and to no other site before:"
    " there are no bookings to move. Change the site first.",
)
CountsHere = refusal(
    "counts-here",
    zh="此人由本单位登记并计数，不能从本单位名册中移除；误登记的请删除资料。",
    en="This unit registered this person and counts them, so they stay on its list;"
    " someone registered in error is erased instead.",
    doc="The unit that registered a person counts them, and cannot leave them out (R16).",
)
UnknownCohort = refusal(
    "unknown-cohort",
    422,
    zh="没有人群“{cohorts}”，请从列出的人群中选择。",
    en="“{cohorts}” is no known cohort; choose one of those listed.",
)
