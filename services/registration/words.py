"""The words of registration's pages: codes in Chinese and English, and the colour of a status."""

from __future__ import annotations

from typing import Any

from shared.town.identity_documents.bad import NAMES

Words = tuple[str, str]

# Status -> (class of the style sheet, Chinese, English).
STATUS_WORDS: dict[str, tuple[str, str, str]] = {
    "completed": ("done", "已完成两剂", "completed"),
    "contraindicated": ("no", "不宜接种", "contraindicated"),
    "declined": ("bad", "暂不接种", "declined"),
    "deferred": ("later", "暂缓", "deferred"),
    "first_done": ("due", "待第二剂", "second dose due"),
    "consented": ("waiting", "同意，待接种", "consented"),
    "registered": ("open", "待答复", "no answer yet"),
    "merged": ("open", "已并入另一登记", "linked to another record"),
}
TIE_WORDS: dict[str, Words] = {
    "household": ("户籍", "household"),
    "home": ("居住", "home"),
    "workplace": ("工作", "workplace"),
}
SEX_WORDS: dict[str, Words] = {"female": ("女", "female"), "male": ("男", "male")}
KIND_WORDS: dict[str, Words] = {
    "village": ("村", "village"),
    "community": ("社区", "community"),
    "neighbourhood": ("居民小区", "neighbourhood"),
    "sector": ("行业", "sector"),
}
COHORT_WORDS: dict[str, Words] = {
    "general": ("一般居民", "general"),
    "cadre": ("干部", "cadre"),
    "party_member": ("党员", "party member"),
    "group_leader": ("居民组长", "group leader"),
    "grid_worker": ("网格员", "grid worker"),
    "health_worker": ("医务人员", "health worker"),
    "teacher": ("教师", "teacher"),
    "merchant": ("商户", "merchant"),
    "builder": ("建筑工人", "builder"),
    "market_staff": ("市场从业人员", "market staff"),
    "parent": ("学生家长", "parent of a pupil"),
    "enterprise_worker": ("企业职工", "enterprise worker"),
    "office_staff": ("机关单位职工", "office staff"),
}
SECTOR_WORDS: dict[str, Words] = {
    "market": ("市场", "market"),
    "building": ("建筑工地", "building sites"),
    "school": ("学校", "schools"),
    "enterprise": ("企业", "enterprises"),
    "office": ("机关单位", "offices"),
}
POST_WORDS: dict[str, Words] = {
    "chief": ("负责人", "chief"),
    "clerk": ("经办人", "clerk"),
    "contact_leader": ("联系领导", "contact leader"),
}
# Why a site could not book somebody: the codes of its refusals.
SITE_WORDS: dict[str, Words] = {
    "no-free-slot": ("没有空位", "no free place"),
    "site-not-open": ("接种点还没有疫苗", "the site has no vaccine yet"),
    "no-consent": ("没有同意", "no consent"),
    "after-cutoff": ("已过第一剂期限", "first doses have ended"),
    "after-campaign": ("接种活动已结束", "the campaign is over"),
    "deferred": ("暂缓期内", "deferred"),
    "contraindicated": ("不宜接种", "contraindicated"),
    "under-age": ("未满年龄", "under age"),
    "erased": ("资料已删除", "data erased"),
    "docked-elsewhere": ("那些天对接其他接种点", "docked elsewhere on those days"),
    "not-registered-here": ("不属于该接种点", "not of that site"),
}
REASON_WORDS: dict[str, Words] = {
    "safety_worry": ("担心安全", "worried about safety"),
    "no_time": ("没有时间", "no time"),
    "health": ("身体原因", "health"),
    "other": ("其他", "other"),
    "fever": ("发热", "fever"),
    "acute_illness": ("急性疾病", "acute illness"),
    "chronic_illness_acute_phase": ("慢性病急性发作期", "acute phase of a chronic illness"),
    "pregnancy": ("妊娠", "pregnancy"),
    "severe_allergy": ("严重过敏史", "severe allergy"),
    "convulsions_own": ("惊厥史", "convulsions"),
    "convulsions_family": ("家族惊厥史", "convulsions in the family"),
    "epilepsy_own": ("癫痫史", "epilepsy"),
    "epilepsy_family": ("家族癫痫史", "epilepsy in the family"),
    "encephalopathy_own": ("脑病史", "encephalopathy"),
    "encephalopathy_family": ("家族脑病史", "encephalopathy in the family"),
    "mental_illness_own": ("精神疾病史", "mental illness"),
    "mental_illness_family": ("家族精神疾病史", "mental illness in the family"),
    "severe_chronic_illness": ("严重慢性病", "severe chronic illness"),
    "under_age": ("未满年龄", "under age"),
    "over_age_not_healthy": ("超龄且健康状况不符", "over age and not screened healthy"),
    "by_resident": ("本人要求", "by the resident"),
    "deferred": ("暂缓", "deferred"),
    "contraindicated": ("不宜接种", "contraindicated"),
    "declined": ("不接种", "declined"),
    "merged": ("两条登记合并", "two records merged"),
    "session_closed": ("场次取消", "session closed"),
    "redocked": ("单位改往其他接种点", "the unit goes to another site"),
    "by_request": ("本人要求删除", "the person asks for it"),
    "consent_withdrawn": ("撤回个人信息同意", "consent to processing withdrawn"),
    "purpose_met": ("处理目的已实现", "the purpose is met"),
    "registered_in_error": ("误登记", "registered in error"),
    "restored": ("恢复备份后再次销毁", "destroyed again after a backup was restored"),
}
EVENT_WORDS: dict[str, Words] = {
    "ResidentRegistered": ("登记", "Registered"),
    "ResidentCorrected": ("资料更正", "Record corrected"),
    "ConsentGiven": ("同意接种", "Consent given"),
    "VaccinationDeclined": ("暂不接种", "Declined"),
    "ContactAttempted": ("联系", "Contact"),
    "ContactUndone": ("撤销误点", "Contact undone"),
    "AnswerTakenBack": ("恢复原答复", "Answer of before stands again"),
    "CadreAssigned": ("责任人", "Responsible cadre"),
    "ResidentErased": ("资料已删除", "Data erased"),
    "ResidentAlsoListed": ("另一单位也列入名册", "Also listed by another unit"),
    "ResidentUnlisted": ("移出另一单位名册", "Taken off another unit's list"),
    "CohortsTagged": ("人群标签", "Cohorts set"),
    "RebookingAsked": ("请接种点重新预约", "A site asked to book again"),
    "BookedTwice": ("两处预约，取消一处", "Booked at two sites, one ends"),
    "AppointmentRefused": ("接种点未能预约", "The site could not book"),
    "ResidentCleared": ("筛查通过", "Cleared"),
    "ResidentDeferred": ("筛查暂缓", "Deferred"),
    "ContraindicationFound": ("不宜接种", "Contraindication found"),
    "ClearanceWithdrawn": ("筛查通过作废", "Clearance withdrawn"),
    "AppointmentBooked": ("预约", "Appointment booked"),
    "AppointmentMoved": ("改约", "Appointment moved"),
    "AppointmentCancelled": ("取消预约", "Appointment cancelled"),
    "NoShowRecorded": ("未到", "Did not come"),
    "DoseAdministered": ("已接种", "Dose given"),
    "AdverseEventReported": ("不良反应", "Adverse event"),
    "CloseMatchDismissed": ("判定不是同一人", "Decided: not the same person"),
    "CloseMatchPostponed": ("稍后再定", "Decide later"),
    "CloseMatchReopened": ("重新核对", "Asked again"),
    "ResidentsMerged": ("判定同一人，已合并", "Decided: the same person, merged"),
    "MergeUndone": ("合并已撤销", "Merge undone"),
}
GROUP_WORDS: dict[str, Words] = {
    "errors": ("错误", "Errors"),
    "corrected": ("已更正", "Corrected"),
    "close": ("可能已登记", "Close matches"),
    "new": ("新登记", "New"),
    "unchanged": ("无变化", "Unchanged"),
}
ATTENTION_WORDS: dict[str, Words] = {
    "two_first_doses": ("两条登记各有一次第一剂", "each record has a first dose"),
    "more_than_two_doses": ("合计超过两剂", "more than two doses together"),
    "doses_too_close": ("两剂间隔不足", "two doses too close to each other"),
}
IMPORT_WORDS: dict[str, Words] = {
    "queued": ("排队", "waiting"),
    "reading": ("读取", "reading"),
    "writing": ("写入", "writing"),
    "done": ("完成", "done"),
    "cancelled": ("已取消", "cancelled"),
    "failed": ("未能读取", "refused"),
}
FIELD_WORDS: dict[str, Words] = {
    "name": ("姓名", "name"),
    "card_number": ("证件号", "document number"),
    "document_kind": ("证件种类", "kind of document"),
    "phone": ("电话", "phone"),
    "address": ("住址", "address"),
    "unit": ("单位", "unit"),
    "tie": ("类别", "tie"),
    "cohort": ("人群", "cohort"),
    "email": ("电子邮箱", "email"),
    "sex": ("性别", "sex"),
    "birth_date": ("出生日期", "date of birth"),
    "cadre": ("责任人", "responsible cadre"),
}
# Why two records are taken for one person: `services.registration.search.likeness.REASONS`.
MATCH_WORDS: dict[str, Words] = {
    "same_name": ("姓名相同", "same name"),
    "name_other_script": ("姓名相同，写法不同（繁简、拼音）", "same name in another script"),
    "same_pinyin": ("姓名读音相同", "name sounds the same"),
    "similar_name": ("姓名相近", "similar name"),
    "part_of_name": ("姓名只差一字", "name differs in one sign"),
    "same_phone": ("电话相同", "same telephone"),
    "similar_phone": ("电话只差一位", "telephone differs in one digit"),
    "same_birth_date": ("出生日期相同", "same birth date"),
    "similar_birth_date": (
        "出生日期相近（一位或月日颠倒）",
        "birth date differs in a digit, or day and month",
    ),
    "same_number": ("证件号相同，证件种类不同", "same number on another kind of document"),
    "similar_number": ("证件号相近，可能录错", "similar number, perhaps mistyped"),
    "other_document": ("证件种类不同", "another kind of document"),
}

CHANNEL_WORDS: dict[str, Words] = {
    "phone": ("电话", "phone"),
    "visit": ("上门", "visit"),
    "wechat": ("微信", "WeChat"),
    "other": ("其他", "other"),
}
CALL_WORDS: dict[str, Words] = {
    "not_reached": ("未联系上", "not reached"),
    "willing": ("愿意接种", "willing"),
    "hesitant": ("犹豫", "hesitant"),
    "refused": ("拒绝", "refused"),
    "moved_away": ("已搬走", "moved away"),
    "says_contraindicated": ("自称有禁忌", "says contraindicated"),
}
LIST_WORDS: dict[str, Words] = {
    "due": ("今天联系", "to call today"),
    "later": ("以后联系", "later"),
    "willing": ("愿意", "willing"),
    "refused": ("不愿意", "refused"),
    "check": ("要核实", "to check"),
    "done": ("已接种", "vaccinated"),
    "all": ("全部", "all"),
}
LEVEL_WORDS: dict[str, Words] = {
    "lane": ("路、巷、组", "lane or group"),
    "building": ("楼栋、门牌", "building"),
    "household": ("户（同一住址）", "household"),
}

WORDS: dict[str, dict[str, Any]] = {
    "statuses": STATUS_WORDS,
    "ties": TIE_WORDS,
    "sexes": SEX_WORDS,
    "kinds": KIND_WORDS,
    "cohorts": COHORT_WORDS,
    "reasons": REASON_WORDS,
    "events": EVENT_WORDS,
    "groups": GROUP_WORDS,
    "imports": IMPORT_WORDS,
    "fields": FIELD_WORDS,
    "documents": {**NAMES},
    "attention": ATTENTION_WORDS,
    "sectors": SECTOR_WORDS,
    "posts": POST_WORDS,
    "answers_of_sites": SITE_WORDS,
    "channels": CHANNEL_WORDS,
    "calls": CALL_WORDS,
    "lists": LIST_WORDS,
    "levels": LEVEL_WORDS,
    "matches": MATCH_WORDS,
}
