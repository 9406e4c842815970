"""Terms of rosters and of records that may be of one person."""

from __future__ import annotations

from shared.town.terms.term import terms

ROW_GROUPS = terms(
    ("errors", "错误", "Errors"),
    ("corrected", "已更正", "Corrected"),
    ("close", "疑似重复", "Likely duplicates"),
    ("new", "新登记", "New"),
    ("unchanged", "无变化", "Unchanged"),
)
IMPORT_STATES = terms(
    ("queued", "排队", "waiting"),
    ("reading", "读取", "reading"),
    ("writing", "写入", "writing"),
    ("done", "完成", "done"),
    ("cancelled", "已取消", "cancelled"),
    ("failed", "未能读取", "refused"),
)
# What a roster says of a person beside the facts, as it is noted.
MARKS = terms(
    ("died", "已去世", "died"),
    ("moved_away", "已迁出", "moved away"),
    ("not_found", "查无此人", "nobody of this name"),
    ("away", "外出务工", "works elsewhere"),
    ("vaccinated", "已在别处接种", "vaccinated elsewhere"),
    ("pregnant", "妊娠期", "pregnant"),
    ("allergic", "有过敏史", "has an allergy"),
    ("ill", "患病", "ill"),
)
# Why two records are taken for one person.
MATCH_REASONS = terms(
    ("same_name", "姓名相同", "same name"),
    ("name_other_script", "姓名相同，写法不同（繁简、拼音）", "same name in another script"),
    ("same_pinyin", "姓名读音相同", "name sounds the same"),
    ("similar_name", "姓名相近", "similar name"),
    ("part_of_name", "姓名只差一字", "name differs in one sign"),
    ("same_phone", "手机号相同", "same phone"),
    ("similar_phone", "手机号只差一位", "phone differs in one digit"),
    ("same_birth_date", "出生日期相同", "same birth date"),
    (
        "similar_birth_date",
        "出生日期相近（一位或月日颠倒）",
        "birth date differs in a digit, or day and month",
    ),
    ("same_number", "证件号码相同，证件类型不同", "same number, another document type"),
    ("similar_number", "证件号码相近，可能录错", "similar number, perhaps mistyped"),
    ("other_document", "证件类型不同", "another document type"),
)
# What somebody has to look at when two records of one person both have doses.
ATTENTION = terms(
    ("two_first_doses", "两条登记各有一次第一剂", "each record has a first dose"),
    ("more_than_two_doses", "合计超过两剂", "more than two doses together"),
    ("doses_too_close", "两剂间隔不足", "two doses too close to each other"),
)
