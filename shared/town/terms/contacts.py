"""Terms of mobilisation: how a resident was reached, what came of it, who is responsible."""

from __future__ import annotations

from shared.town.terms.term import terms

CONTACT_CHANNELS = terms(
    ("phone", "电话", "phone"),
    ("visit", "上门", "visit"),
    ("wechat", "微信", "WeChat"),
    ("other", "其他", "other"),
)
CONTACT_OUTCOMES = terms(
    ("not_reached", "未联系上", "not reached"),
    ("willing", "愿意接种", "willing"),
    ("hesitant", "犹豫", "hesitant"),
    ("refused", "暂不接种", "declined"),
    ("moved_away", "已搬走", "moved away"),
    ("says_contraindicated", "本人称有禁忌症", "says contraindicated"),
    ("vaccinated_elsewhere", "本人称已在外地接种", "says vaccinated elsewhere"),
)
LISTS = terms(
    ("due", "今天联系", "to call today"),
    ("later", "以后联系", "later"),
    ("willing", "愿意接种", "willing"),
    ("refused", "暂不接种", "declined"),
    ("check", "要核实", "to check"),
    ("done", "已接种", "vaccinated"),
    ("all", "全部", "all"),
)
ADDRESS_LEVELS = terms(
    ("lane", "路、巷、组", "lane or group"),
    ("building", "楼栋、门牌", "building"),
    ("household", "户（同一住址）", "household"),
)
