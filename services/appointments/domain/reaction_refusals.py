"""Why a card of a reaction is not taken; each message says what, and what to do."""

from __future__ import annotations

from shared.kit.refusals import refusal

UnknownReaction = refusal(
    "unknown-reaction",
    404,
    zh="本接种点没有这张反应报告卡，请从反应列表中打开。",
    en="This site has no such card; open it from the list of reactions.",
)
AlreadyReported = refusal(
    "already-reported",
    zh="这一剂后的“{sign}”已由{by}于{when}报告。有新情况，请在那张卡上补充随访。",
    en="“{sign}” after this dose was already reported at {when} by {by}; add what is new to that"
    " card as a follow-up.",
)
NotMild = refusal(
    "not-mild",
    422,
    zh="{what}不是轻度。请把程度改为重、致残或死亡；勾错了的，请改过来。",
    en="“{what}” is not mild. Choose severe, disability or death, or correct what was ticked.",
    field="severity",
)
DiedIsDeath = refusal(
    "died-is-death",
    422,
    zh="转归是死亡的，程度请选“死亡”；转归填错了的，请一起更正转归。",
    en="The outcome is death, so choose “death” as the severity; or correct the outcome with it.",
    field="severity",
)
OnsetBeforeDose = refusal(
    "onset-before-dose",
    422,
    zh="发生时间{onset}早于在本接种点接种的时间（{first}）。请核对发生时间；接种以前的症状不报接种反应。",
    en="The onset, {onset}, is before the first dose here ({first}). Check it; what began before"
    " a dose is no reaction to it.",
    field="onset",
)
DoseAfterOnset = refusal(
    "dose-after-onset",
    422,
    zh="第 {dose} 剂不在{onset}之前，反应不能归到这一剂。请改选发生以前接种的一剂，或核对发生时间。",
    en="Dose {dose} was not given before {onset}; choose a dose before the onset, or check the"
    " onset.",
    field="dose",
)
OnsetToCome = refusal(
    "onset-to-come",
    422,
    zh="发生时间{onset}还没到，请填实际发生的时间。",
    en="The onset, {onset}, is still to come; give the time when it began.",
    field="onset",
)
FoundBeforeOnset = refusal(
    "found-before-onset",
    422,
    zh="发现时间{found}早于发生时间{onset}，请核对这两个时间。",
    en="Found at {found}, before its onset at {onset}; check the two times.",
    field="found",
)
FoundToCome = refusal(
    "found-to-come",
    422,
    zh="发现时间{found}还没到，请填实际发现的时间。",
    en="Found at {found}, which is still to come; give the time when it was discovered.",
    field="found",
)
EndBeforeOnset = refusal(
    "end-before-onset",
    422,
    zh="结束时间{ended}早于发生时间{onset}，请核对；还没有结束的不填。",
    en="It ended at {ended}, before its onset at {onset}; check it, or leave the end out.",
    field="ended",
)
EndToCome = refusal(
    "end-to-come",
    422,
    zh="结束时间{ended}还没到；还没有结束的不填。",
    en="The end, {ended}, is still to come; leave it out until it is over.",
    field="ended",
)
ReportedUpToCome = refusal(
    "reported-up-to-come",
    422,
    zh="上报时间{at}还没到，请填实际上报的时间。",
    en="Reported up at {at}, which is still to come; give the time when it was reported.",
    field="at",
)
ReportedUpTooEarly = refusal(
    "reported-up-before-found",
    422,
    zh="上报时间{at}早于发现时间{found}，请核对。",
    en="Reported up at {at}, before it was found at {found}; check it.",
    field="at",
)
