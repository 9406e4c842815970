"""Why a site says no; each message says what, where, and what to do."""

from __future__ import annotations

from shared.kit.refusals import refusal

# People

NotRegisteredHere = refusal(  # R15
    "not-registered-here",
    404,
    zh="本接种点没有这个人。请核对姓名和单位，或到其单位的对应接种点办理；刚从别的接种点转来的，请稍等再试。",
    en="This site does not have this person; check name and unit, or go to the site of their unit."
    " If another site has just sent them, this site is not told yet: try again in a moment.",
)
CourseElsewhere = refusal(
    "course-elsewhere",
    zh="此人已在{site}接种，第二剂也在那里预约和接种。",
    en="This person has had a dose at {site}; the course goes on there.",
)
SentOn = refusal(  # R17
    "sent-on",
    zh="此人已转到{site}，请到那里办理；要回这里接种的，请在其页面要求转回。",
    en="This person was sent on to {site}, which serves them now; to have them here, ask for them"
    " back on their page.",
)
CourseUnknown = refusal(
    "course-elsewhere",
    zh="筛查台记录此人已接种第一剂，本接种点没有这一剂的记录，不能再接种第一剂。请核实在哪里接种。",
    en="Screening knows of a first dose that this site has no record of, so no first dose is given"
    " here. Find out where it was given.",
)
DockedElsewhere = refusal(  # R15
    "docked-elsewhere",
    422,
    zh="{first}至{last}，此人所在单位的对应接种点不在这里，第一剂请到对应接种点预约。",
    en="From {first} to {last} this person's unit goes to another site; book the first dose there.",
)
Erased = refusal(
    "erased",
    zh="此人的资料已删除，不能预约。本人愿意重新参加的，请先由所在单位重新导入名册。",
    en="This person's data are erased, nothing can be booked; someone who wants to take part again"
    " is first put on the unit's roster again.",
)
NoConsent = refusal(
    "no-consent",
    zh="本人还没有登记同意，请先由所在单位登记同意。",
    en="The resident has not consented yet; the unit records consent first.",
)
HasDeclined = refusal(
    "no-consent",
    zh="本人暂不接种，请先由所在单位登记同意。",
    en="The resident has declined; the unit records consent first.",
)
Contraindicated = refusal(  # R10, R11, R13
    "contraindicated",
    zh="筛查结论为不宜接种（{reasons}），不能接种。",
    en="Contraindicated ({reasons}); no dose may be given.",
)
Deferred = refusal(  # R09, R12
    "deferred",
    zh="推迟接种，请预约{until}或以后。",
    en="Deferred; book for {until} or later.",
)
DeferredWithoutEnd = refusal(  # R09
    "deferred",
    zh="推迟接种，由筛查医生结束；结束以后再预约。",
    en="Deferred until one who screens ends it; book after that.",
)
AfterReaction = refusal(  # R10
    "severe-reaction",
    zh="{day}上报了上一剂后的严重不良反应，不能再接种。确需接种的，由两名筛查医生撤销不宜接种。",
    en="A severe reaction after the dose before was reported on {day}; no dose follows until two"
    " who screen lift it.",
)

# Dates

UnderAge = refusal(  # R07: on the day of the dose
    "under-age",
    422,
    zh="{day}时 {age} 周岁，未满 {youngest} 周岁不能接种。",
    en="Aged {age} on {day}; nobody under {youngest} is vaccinated.",
)
AfterCutoff = refusal(  # R05: first doses end early enough for the second
    "after-cutoff",
    422,
    zh="第一剂最晚{cutoff}，{day}已过期限；如需例外，请由授权人员填写理由。",
    en="First doses end on {cutoff}, {day} is later; an authorised person may give a reason.",
)
MayNotOverride = refusal(  # R05
    "may-not-override",
    403,
    zh="期限后预约第一剂，须由镇办公室或接种点负责人办理并写明理由；第二剂已排不进接种期。",
    en="After the cut-off the office or the site's leader alone books a first dose, with a reason;"
    " no second dose fits any more.",
    field="override",
)
AfterCampaign = refusal(
    "after-campaign",
    422,
    zh="接种到{end}结束，{day}已过。",
    en="The campaign ends on {end}; {day} is later.",
)
TooEarly = refusal(  # R04
    "too-early",
    422,
    zh="第二剂最早{earliest}，{day}太早。",
    en="The second dose is due from {earliest}; {day} is too early.",
)
DayOver = refusal(
    "day-over",
    422,
    zh="{when}已经过去，请另选时间。",
    en="{when} is over; choose another time.",
)
OutsideCampaign = refusal(  # R01
    "outside-campaign",
    422,
    zh="场次只能开在{start}到{end}之间，并且开始日期不能晚于结束日期。",
    en="Sessions are held from {start} to {end}; give the first day before the last.",
)
DayNotOver = refusal(
    "day-to-come",
    422,
    zh="{day}还没到，不能登记未到。",
    en="{day} is still to come; nobody has missed it yet.",
)

# Places

SiteNotOpen = refusal(  # R06
    "site-not-open",
    zh="疫苗还没有到本接种点，暂不能预约。请先登记到货批次。",
    en="No vaccine has reached this site yet; record its first batch.",
)
NoFreeSlot = refusal(  # `next_free`: slots with places
    "no-free-slot",
    zh="没有空位了，请从最近的空位中选择。",
    en="No place is free there; choose one of the next free slots.",
)
NoSuchSlot = refusal(
    "no-such-slot",
    422,
    zh="{where}没有接种场次，请另选。",
    en="There is no session on {where}; choose another.",
)

# Visits

CourseComplete = refusal("course-complete", zh="此人已全程接种。", en="Both doses have been given.")
NoAppointment = refusal(
    "no-appointment", zh="没有预约，请先预约。", en="No appointment; book one first."
)
NotExpectedToday = refusal(
    "no-appointment",
    zh="{day}没有预约，请先预约。",
    en="No appointment on {day}; book one first.",
)
NotCheckedIn = refusal(  # R23
    "not-checked-in", zh="还没有签到，请先签到。", en="Not checked in yet; check in first."
)
NoNumber = refusal(
    "no-number",
    zh="此人今天还没有排队号，请先签到。",
    en="This person has no number today; check in first.",
)
NotClearedToday = refusal(  # R09: everybody is screened before every dose
    "not-cleared-today",
    zh="今天还没有通过健康筛查，请先筛查。",
    en="Not cleared by screening today; screen first.",
)
AlreadyRecorded = refusal(  # R04; what was sent once more after "back"
    "too-early",
    422,
    zh="{time} 已由 {by} 记录此人今天的第一剂，没有再记一次。第二剂最早{earliest}。",
    en="{by} recorded this person's first dose at {time} today; it is not recorded again. The second"
    " dose is due from {earliest}.",
)
NotIdentified = refusal(  # B12
    "not-identified",
    422,
    zh="还没有核对是不是本人，没有记录接种。看清姓名和证件后四位再按 *，或扫此人的预约单、证件。",
    en="Nobody has checked who this is; no dose is recorded. Compare the name and the last four of the"
    " document, then press *, or scan this person's slip or card.",
    field="shown",
)
OtherPerson = refusal(
    "other-person",
    zh="扫到的不是{name}的预约单或证件，没有记录接种。请核对来的是谁。",
    en="What was scanned is not the slip or card of {name}; no dose is recorded. See who is here.",
    field="shown",
)
LeavesEarly = refusal(  # B8
    "observation-not-over",
    422,
    zh="留观到 {until} 才满 {minutes} 分钟；提前离开的，请写明原因。",
    en="Observation lasts until {until}, {minutes} minutes; say why it ends before.",
    field="early_reason",
)
SeriousReactionObserved = refusal(
    "serious-reaction-observed",
    422,
    zh="此人这一剂后有严重反应的报告卡。结束留观请写明去向，例如转送哪家医院；报告卡在此人页面最上面。",
    en="There is a card of a serious reaction after this dose. Say where the person goes, as to which"
    " hospital; the card is on top of the person's page.",
    field="early_reason",
)
NothingGiven = refusal(
    "nothing-given",
    zh="本接种点还没有给此人接种，没有凭条。",
    en="This site has given this person no dose, so there is no slip.",
)
NothingToObserve = refusal(
    "nothing-to-observe",
    zh="还没有接种，没有留观。",
    en="No dose has been given; there is nothing to observe.",
)

# Duty

NotOfThisSite = refusal(
    "not-of-this-site",
    422,
    zh="{login} 不是本接种点的账号，不能在这里上岗；请账号管理员先授予本接种点的角色。",
    en="{login} is no account of this site and cannot be on duty here; an administrator first grants a"
    " role at this site.",
    field="login",
)
OthersDuty = refusal(
    "others-duty",
    403,
    zh="只能安排自己上岗和离岗；安排别人的是接种点负责人。",
    en="You put only yourself on duty and off; the site's leader does it for others.",
)
NotOnDuty = refusal(  # B12
    "not-on-duty",
    422,
    zh="{login} 今天没有在本接种点接种上岗（在岗：{on_duty}）。请选在岗的人，或先在“在岗”页上岗。",
    en="{login} is not on duty as a vaccinator here today (on duty: {on_duty}). Choose one who is, or go"
    " on duty first, on the page “On duty”.",
    field="vaccinator",
)
VaccinatorUnknown = refusal(  # B12
    "vaccinator-unknown",
    422,
    zh="接种人员 {login} 不是本接种点的账号。请填接种人的登录名，或先在“在岗”页上岗。",
    en="The vaccinator {login} is no account of this site. Give the login of who gave the dose, or go on"
    " duty first, on the page “On duty”.",
    field="vaccinator",
)

# The end of a day

DayClosed = refusal(
    "session-closed",
    zh="{day}的接种已由 {by} 于{at}结束，不再签到、叫号、接种和预约。还要继续的，请接种点负责人在“结束当天”页"
    "写明原因，重新开放。",
    en="{by} closed {day} at {at}: nobody is checked in, called, vaccinated or booked for it any more. If it goes"
    " on, the site's leader opens it again with a reason, on the page “Close the day”.",
)
DayToClose = refusal(
    "day-to-come",
    422,
    zh="{day}还没到，不能结束。",
    en="{day} is still to come and cannot be closed.",
)
PointsOpen = refusal(
    "points-open",
    422,
    zh="还没有了结：{points}。请先处理；仍要结束的，请写明原因。",
    en="Still open: {points}. Mend them first, or say why the day is closed all the same.",
    field="note",
)
NotToReview = refusal(
    "nothing-to-review",
    404,
    zh="这一天没有这一条，或者它已经变了。请重新打开“结束当天”页。",
    en="There is no such item on this day, or it is not as it was; open the page “Close the day” again.",
)
