"""Sentences of events: who did what, to whom, with the values of the event by their names.

    SENTENCES["TargetSet"]      # Text("{who}把{unit}的任务数定为{target}人", "{who} set the target …")

`{who}` is whoever acted, `{whom}` the resident; every other name is a field of the event, which
`shared.town.web.telling` says in words. Every event of the catalogue has one.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from shared.kit.language import Text
from shared.town.terms.sentences_of_sites import ROWS
from shared.town.terms.sentences_of_stock import ROWS as OF_STOCK

_ROWS = (
    # Units and residents
    (
        "CampaignOpened",
        "{who}启动了接种活动：{start}至{end}，任务数{head_count_target}人",
        "{who} opened the campaign: {start} to {end}, target {head_count_target} people",
    ),
    ("UnitListed", "{who}将{unit}（{kind}）列入接种活动", "{who} listed {unit} ({kind})"),
    (
        "UnitDocked",
        "{who}确定{unit}自{since}起对应{site}",
        "{who} docked {unit} to {site} from {since} on",
    ),
    (
        "UnitOfficersNamed",
        "{who}确定{unit}自{since}起的负责人：{chief}；经办人：{clerk}；联系领导：{contact_leader}",
        "{who} named the officers of {unit} from {since} on: chief {chief}, clerk {clerk},"
        " contact leader {contact_leader}",
    ),
    (
        "TargetSet",
        "{who}把{unit}的任务数定为{target}人",
        "{who} set the target of {unit} to {target} people",
    ),
    (
        "RosterImported",
        "{who}导入{unit}的名册，共{rows}行：新登记{new}，更正{corrected}，无变化{unchanged}，"
        "疑似重复{close}，错误{errors}，待确认{asked}",
        "{who} imported the roster of {unit}, {rows} rows: {new} new, {corrected} corrected,"
        " {unchanged} unchanged, {close} likely duplicates, {errors} errors, {asked} questions",
    ),
    (
        "ResidentRegistered",
        "{who}把{whom}登记在{unit}（{tie}，{cohort}）",
        "{who} registered {whom} in {unit} ({tie}, {cohort})",
    ),
    (
        "ResidentCorrected",
        "{who}更正了{whom}的资料，现登记在{unit}（{tie}，{cohort}）",
        "{who} corrected the record of {whom}, now in {unit} ({tie}, {cohort})",
    ),
    (
        "ResidentErased",
        "{who}删除了{whom}的{classes}；原因：{reason}；其余资料保存到：{retained_until}",
        "{who} erased {classes} of {whom}; reason: {reason}; the rest is kept until:"
        " {retained_until}",
    ),
    (
        "RegistrationTakenBack",
        "{who}撤回了{whom}在{unit}的登记（{cause}），视同没有登记过，资料已销毁",
        "{who} took back the registration of {whom} in {unit} ({cause}), as if it had never been;"
        " the data are destroyed",
    ),
    (
        "RosterTakenBack",
        "{who}撤回了{unit}导入的名册：撤回登记{taken_back}人，恢复原资料{restored}人，保留{stays}人",
        "{who} took back a roster of {unit}: {taken_back} registrations taken back, {restored}"
        " records restored, {stays} kept",
    ),
    (
        "ResidentAlsoListed",
        "{who}把{whom}也列入{unit}的名册（{tie}）",
        "{who} listed {whom} in {unit} too ({tie})",
    ),
    (
        "ResidentUnlisted",
        "{who}把{whom}移出{unit}的名册",
        "{who} took {whom} off the list of {unit}",
    ),
    (
        "CohortsTagged",
        "{who}把{whom}的人群定为：{cohorts}",
        "{who} set the cohorts of {whom}: {cohorts}",
    ),
    (
        "ResidentNoted",
        "{who}记下名册对{whom}的注明：{marks}",
        "{who} noted what a roster says of {whom}: {marks}",
    ),
    # Answers and contacts
    (
        "ConsentGiven",
        "{who}记录{whom}同意接种，希望时间：{wished_week}，地点：{wished_site}",
        "{who} recorded the consent of {whom}, wished: {wished_week}, at {wished_site}",
    ),
    (
        "VaccinationDeclined",
        "{who}记录{whom}暂不接种；原因：{reason}",
        "{who} recorded that {whom} declines; reason: {reason}",
    ),
    (
        "AnswerTakenBack",
        "{who}撤回{whom}的最近一次答复，恢复为：{answer}",
        "{who} took back the last answer of {whom}, which is again: {answer}",
    ),
    (
        "ContactAttempted",
        "{who}联系了{whom}（{channel}）：{outcome}；下次联系：{next_day}",
        "{who} contacted {whom} ({channel}): {outcome}; next contact: {next_day}",
    ),
    (
        "ContactUndone",
        "{who}撤销了误记的对{whom}的联系",
        "{who} undid a contact of {whom} recorded by mistake",
    ),
    (
        "CadreAssigned",
        "{who}确定{cadre}自{since}起为{whom}的包保干部（{unit}）",
        "{who} made {cadre} responsible for {whom} from {since} on ({unit})",
    ),
    (
        "QuotaSet",
        "{who}把{cadre}（{unit}）的个人任务数定为{quota}人",
        "{who} set the quota of {cadre} in {unit} to {quota} people",
    ),
    # Records of one person
    (
        "CloseMatchFound",
        "{who}发现{whom}可能与另一条登记是同一人（相似度{score}）：{reasons}",
        "{who} found that {whom} may be the person of another record (alike {score}): {reasons}",
    ),
    (
        "CloseMatchDismissed",
        "{who}判定{whom}与另一条登记不是同一人",
        "{who} decided that {whom} is not the person of the other record",
    ),
    (
        "CloseMatchPostponed",
        "{who}暂不判定{whom}与另一条登记是否同一人；再核对：{until}",
        "{who} could not tell whether {whom} is the person of the other record; again: {until}",
    ),
    (
        "CloseMatchReopened",
        "{who}要求重新核对{whom}与另一条登记",
        "{who} asked again whether {whom} is the person of the other record",
    ),
    (
        "ResidentsMerged",
        "{who}判定{whom}与保留的登记是同一人，已合并（两条登记共{doses}剂）",
        "{who} decided that {whom} is the person of the record that stays, and merged them"
        " ({doses} doses of both)",
    ),
    (
        "MergeUndone",
        "{who}撤销合并，{whom}重新作为单独一人",
        "{who} undid the merge; {whom} is a person apart again",
    ),
    (
        "BookingsMoveOrdered",
        "{who}把{unit}自{from_day}起的预约从{from_site}转到{to_site}",
        "{who} moved the bookings of {unit} from {from_day} on, from {from_site} to {to_site}",
    ),
    (
        "RebookingAsked",
        "{who}请{site}自{day}起为{whom}重新预约",
        "{who} asked {site} to book {whom} again from {day} on",
    ),
    (
        "CoursesKept",
        "{unit}另有对应接种点：已在{site}开始接种的 {doses} 人留在那里",
        "{unit} goes to another site too: begun at {site}, and staying there: {doses}",
    ),
    (
        "BookedTwice",
        "{who}发现{whom}有两处预约：保留{kept_at}的，取消{site}的",
        "{who} found {whom} booked at two sites: {kept_at} keeps its booking, {site} ends it",
    ),
    (
        "ResidentSentTo",
        "{who}登记：{from_site}把{whom}转到{site}，{day}",
        "{who} recorded that {from_site} sent {whom} on to {site} for {day}",
    ),
    (
        "SendingBackAsked",
        "{who}请{site}把{whom}转回{to_site}",
        "{who} asked {site} to send {whom} back to {to_site}",
    ),
    # Notices
    (
        "NoticePrepared",
        "{who}拟定通知“{title}”（{channel}）",
        "{who} prepared the notice “{title}” ({channel})",
    ),
    (
        "NoticeReleased",
        "{who}发布通知，共{recipients}人",
        "{who} released a notice to {recipients} people",
    ),
    (
        "NoticeDiscarded",
        "{who}把一条没有发布的通知作废",
        "{who} discarded a notice before its release",
    ),
    (
        "NoticeStopped",
        "{who}停止通知，{left}人不再发送",
        "{who} stopped a notice; {left} people get none",
    ),
    (
        "NoticeRetried",
        "{who}重发{messages}条未成功的通知",
        "{who} had {messages} failed messages sent again",
    ),
    (
        "NoticeFinished",
        "{who}发完通知：已发{sent}，未发{skipped}，失败{failed}",
        "{who} finished a notice: {sent} sent, {skipped} skipped, {failed} failed",
    ),
    (
        "NoticeSent",
        "{who}向{whom}发出通知（{channel}）",
        "{who} sent {whom} a notice ({channel})",
    ),
    (
        "NoticeSkipped",
        "{who}没有向{whom}发通知；原因：{reason}",
        "{who} sent {whom} no notice; reason: {reason}",
    ),
    (
        "NoticeFailed",
        "{who}向{whom}发通知失败；原因：{reason}",
        "{who} failed to send {whom} a notice; reason: {reason}",
    ),
    ("NoticeDelivered", "给{whom}的通知已送达", "the notice has reached {whom}"),
    # Screening
    (
        "ResidentCleared",
        "{who}在{site}筛查{whom}：建议接种，有效至{valid_until}",
        "{who} screened {whom} at {site}: cleared until {valid_until}",
    ),
    (
        "ResidentDeferred",
        "{who}在{site}筛查{whom}：推迟接种，复查：{until}；原因：{reasons}",
        "{who} screened {whom} at {site}: deferred, screened again: {until}; reason: {reasons}",
    ),
    (
        "ContraindicationFound",
        "{who}在{site}筛查{whom}：不宜接种；原因：{reasons}",
        "{who} screened {whom} at {site}: contraindicated; reason: {reasons}",
    ),
    (
        "ClearanceWithdrawn",
        "{who}在{site}撤回对{whom}的建议接种；原因：{reason}",
        "{who} withdrew at {site} the clearance of {whom}; reason: {reason}",
    ),
    (
        "LiftProposed",
        "{who}提出撤销{whom}的不宜接种（{reasons}）；理由：{reason}",
        "{who} proposed to lift the contraindication of {whom} ({reasons}); because: {reason}",
    ),
    (
        "LiftDeclined",
        "{who}维持{whom}的不宜接种；理由：{reason}",
        "{who} upheld the contraindication of {whom}; because: {reason}",
    ),
    (
        "FindingLifted",
        "{who}撤销{whom}的筛查结论（{reasons}），须重新筛查；理由：{reason}",
        "{who} lifted what was found of {whom} ({reasons}), who is screened again; because: {reason}",
    ),
)

SENTENCES: Mapping[str, Text] = MappingProxyType(
    {event: Text(zh, en) for event, zh, en in (*_ROWS, *ROWS, *OF_STOCK)}
)
