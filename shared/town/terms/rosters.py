"""Terms of rosters and of records that may be of one person."""

from __future__ import annotations

from shared.town.terms.term import terms, united

# What became of a row: every row is in one of these, in the order in which they need somebody.
ROW_GROUPS = terms(
    ("asked", "待确认", "Questions"),
    ("errors", "错误", "Errors"),
    ("corrected", "已更正", "Corrected"),
    ("close", "疑似重复", "Likely duplicates"),
    ("new", "新登记", "New"),
    ("unchanged", "无变化", "Unchanged"),
    ("left_out", "不登记", "Left out"),
)
# People of a result who are shown apart, beside the group of their row.
APART_GROUPS = terms(
    ("children", "未到接种年龄", "Under age"),
    ("missing", "名册上没有的人", "Not on this roster"),
)
RESULT_GROUPS = united(ROW_GROUPS, APART_GROUPS)
IMPORT_STATES = terms(
    ("queued", "排队", "waiting"),
    ("reading", "读取", "reading"),
    ("writing", "写入", "writing"),
    ("asking", "等待回答", "asks something"),
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
# What a file does not say, as its clerk is asked.
ROSTER_ASKS = terms(
    ("tie", "类别", "link to the town"),
    ("mobile", "手机号列", "column of the mobile"),
)
# Why a file is stopped before anything of it is written.
ROSTER_STOPS = terms(
    ("names_moved", "姓名可能错行", "names look moved"),
    ("phones_moved", "电话可能错行", "telephones look moved"),
    ("addresses_moved", "住址可能错行", "addresses look moved"),
    ("other_unit", "多数人属于另一单位", "most people are another unit's"),
    ("older_file", "旧名册", "an older file"),
    ("older_values", "改回旧资料", "sets values back"),
    ("many_changes", "很多人的身份资料有变", "many changes of who people are"),
    ("of_the_dead", "多数人注明不在", "most people are marked gone"),
)
# Why a row is a question.
QUESTION_REASONS = united(
    terms(
        ("name", "姓名不同", "another name"),
        ("birth_date", "出生日期不同", "another birth date"),
        ("sex", "性别不同", "another sex"),
        (
            "document",
            "号码已登记在姓名和出生日期都不同的人名下",
            "the number is known of somebody else",
        ),
        ("marked", "名册注明此人不在", "marked as gone"),
        ("own_wish", "本人要求删除过资料", "erased at their own wish"),
    ),
    ROSTER_STOPS,
)
# How a question of a row is answered.
QUESTION_ANSWERS = terms(
    ("same_person", "是同一人，照名册更新", "The same person: take the row over"),
    ("keep", "保留原有资料", "Keep what is known"),
    ("register", "登记此人", "Register this person"),
    ("leave_out", "不登记这一行", "Leave the row out"),
)
# Why two records are taken for one person.
MATCH_REASONS = terms(
    ("same_name", "姓名相同", "same name"),
    ("name_other_script", "姓名相同，写法不同（繁简、拼音）", "same name in another script"),
    ("same_pinyin", "姓名读音相同", "name sounds the same"),
    ("similar_name", "姓名相近", "similar name"),
    ("short_name", "姓名相近，名字缩写", "similar name, cut short"),
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
# Why they may be two people nevertheless.
MATCHED_AGAINST = terms(
    ("different_name", "姓名不同", "different names"),
    ("different_cards", "两张有效身份证，号码不同", "two valid resident cards, different numbers"),
    ("shared_phone", "手机号多人共用", "phone of many people"),
    ("different_birth_date", "出生日期不同", "different birth dates"),
    ("different_sex", "性别不同", "different sexes"),
)
# What somebody has to look at when two records of one person both have doses.
ATTENTION = terms(
    ("two_first_doses", "两条登记各有一次第一剂", "each record has a first dose"),
    ("more_than_two_doses", "合计超过两剂", "more than two doses together"),
    ("doses_too_close", "两剂间隔不足", "two doses too close to each other"),
)
# How somebody had come on the list whose registration was taken back.
TAKEN_BACK_CAUSES = terms(
    ("by_hand", "手工新增", "entered by hand"), ("import", "随名册导入", "came with a roster")
)
# What was done for a person since, so that the registration is not taken back.
BUILT = terms(
    ("vaccinated", "已接种", "vaccinated"),
    ("screened", "已筛查", "screened"),
    ("booked", "已预约", "booked"),
    ("answered", "已答复", "has answered"),
    ("contacted", "已联系", "was contacted"),
    ("told", "已发通知", "was sent a notice"),
    ("assigned", "已指定包保干部", "has a responsible cadre"),
    ("noted", "已加备注", "was noted"),
    ("merged", "已判定同一人", "linked as one person"),
    ("listed", "另一单位也列入", "on a second list"),
    ("corrected", "资料又改过", "corrected again"),
    ("erased", "资料已删除", "erased"),
)
