"""Terms of residents and units: who they are, what they answered, how far they are."""

from __future__ import annotations

from shared.town.terms.term import terms

STATUSES = terms(
    ("completed", "全程接种", "completed", "done"),
    ("contraindicated", "不宜接种", "contraindicated", "no"),
    ("declined", "暂不接种", "declined", "bad"),
    ("deferred", "推迟接种", "deferred", "later"),
    ("first_done", "待第二剂", "second dose due", "due"),
    ("consented", "同意，待接种", "consented", "waiting"),
    ("registered", "待答复", "no answer yet", "open"),
    ("merged", "已并入另一登记", "linked to another record", "open"),
)
# As it is counted, and as an event tells which stands again.
ANSWERS = terms(("consented", "同意接种", "consented"), ("declined", "暂不接种", "declined"))
ANSWERS_TOLD = terms(
    ("none", "待答复", "no answer yet"),
    ("consent", "同意接种", "consent"),
    ("decline", "暂不接种", "decline"),
)
DECLINE_REASONS = terms(
    ("safety_worry", "担心安全", "worried about safety"),
    ("no_time", "没有时间", "no time"),
    ("health", "身体原因", "health"),
    ("other", "其他", "other"),
)
ERASE_REASONS = terms(
    ("by_request", "本人要求删除", "the person asks for it"),
    ("consent_withdrawn", "撤回个人信息同意", "consent to processing withdrawn"),
    ("purpose_met", "处理目的已实现", "the purpose is met"),
    ("registered_in_error", "误登记", "registered in error"),
    ("restored", "恢复备份后再次销毁", "destroyed again after a backup was restored"),
)
KEY_CLASSES = terms(
    ("facts", "姓名与证件", "name and document"),
    ("contact", "手机号与住址", "phone and address"),
)
TIES = terms(
    ("household", "户籍", "household"), ("home", "居住", "home"), ("workplace", "工作", "workplace")
)
SEXES = terms(("female", "女", "female"), ("male", "男", "male"))
COHORTS = terms(
    ("general", "一般居民", "general"),
    ("cadre", "干部", "cadre"),
    ("party_member", "党员", "party member"),
    ("group_leader", "居民组长", "group leader"),
    ("grid_worker", "网格员", "grid worker"),
    ("health_worker", "医务人员", "health worker"),
    ("teacher", "教师", "teacher"),
    ("merchant", "商户", "merchant"),
    ("builder", "建筑工人", "builder"),
    ("market_staff", "市场从业人员", "market staff"),
    ("parent", "学生家长", "parent of a pupil"),
    ("enterprise_worker", "企业职工", "enterprise worker"),
    ("office_staff", "机关单位职工", "office staff"),
)
DOCUMENT_KINDS = terms(
    ("resident_card", "居民身份证", "resident identity card"),
    ("passport", "护照", "passport"),
    (
        "hk_macau_permit",
        "港澳居民来往内地通行证",
        "Mainland travel permit for Hong Kong and Macau",
    ),
    ("taiwan_permit", "台湾居民来往大陆通行证", "Mainland travel permit for Taiwan residents"),
    (
        "residence_permit",
        "港澳台居民居住证",
        "residence permit for people from Hong Kong, Macau and Taiwan",
    ),
    (
        "foreign_permanent_resident_card",
        "外国人永久居留身份证",
        "foreign permanent resident identity card",
    ),
)
FIELDS = terms(
    ("name", "姓名", "name"),
    ("card_number", "证件号码", "document number"),
    ("document_kind", "证件类型", "document type"),
    ("phone", "手机号", "phone"),
    ("address", "住址", "address"),
    ("unit", "单位", "unit"),
    ("tie", "与本镇关系", "link to the town"),
    ("cohort", "人群", "cohort"),
    ("email", "邮箱", "email"),
    ("sex", "性别", "sex"),
    ("birth_date", "出生日期", "date of birth"),
    ("cadre", "包保干部", "responsible cadre"),
    ("marks", "名册注明", "noted on the roster"),
    ("remark", "备注", "remark"),
)
UNIT_KINDS = terms(
    ("village", "村", "village"),
    ("community", "社区", "community"),
    ("neighbourhood", "居民小区", "neighbourhood"),
    ("sector", "行业", "sector"),
)
SECTORS = terms(
    ("market", "市场", "market"),
    ("building", "建筑工地", "building sites"),
    ("school", "学校", "schools"),
    ("enterprise", "企业", "enterprises"),
    ("office", "机关单位", "offices"),
)
POSTS = terms(
    ("chief", "负责人", "chief"),
    ("clerk", "经办人", "clerk"),
    ("contact_leader", "联系领导", "contact leader"),
)
