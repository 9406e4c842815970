"""Terms of reactions after a dose: the words of the national card of AEFI."""

from __future__ import annotations

from shared.town.terms.term import terms

SEVERITIES = terms(
    ("mild", "轻", "mild"),
    ("severe", "重", "severe", "bad"),
    ("disability", "致残", "disability", "bad"),
    ("death", "死亡", "death", "bad"),
)
REACTION_SIGNS = terms(
    ("local_pain", "局部红肿疼痛", "redness or pain at the injection site"),
    ("fever", "发热", "fever"),
    ("dizziness", "头晕", "dizziness"),
    ("tiredness", "乏力", "tiredness"),
    ("nausea", "恶心", "nausea"),
    ("high_fever", "发热38.6℃及以上", "fever of 38.6 °C or more"),
    ("swelling", "局部红肿或硬结超过2.5厘米", "redness or induration over 2.5 cm"),
    ("rash", "皮疹", "rash"),
    ("urticaria", "荨麻疹", "urticaria"),
    ("anaphylaxis", "过敏性休克", "anaphylaxis"),
    ("syncope", "晕厥", "syncope"),
    ("convulsion", "惊厥", "convulsion"),
    ("purpura", "紫癜", "purpura"),
    ("angioedema", "血管性水肿", "angioedema"),
    ("thrombocytopenia", "血小板减少性紫癜", "thrombocytopenic purpura"),
    ("guillain_barre", "吉兰-巴雷综合征", "Guillain-Barré syndrome"),
    ("plexitis", "臂丛神经炎", "brachial plexitis"),
    ("other", "其他", "other"),
)
REACTION_OUTCOMES = terms(
    ("unknown", "不详", "not known"),
    ("recovered", "痊愈", "recovered"),
    ("better", "好转", "better"),
    ("ill", "未愈", "still ill"),
    ("lasting_damage", "后遗症", "lasting damage"),
    ("died", "死亡", "died"),
)
REACTIONS_FOUND_BY = terms(
    ("staff", "接种人员发现", "seen by staff"),
    ("person", "本人报告", "reported by the person"),
    ("hospital", "医疗机构报告", "reported by a hospital"),
    ("active_search", "主动搜索", "active search"),
)
REACTION_CLASSES = terms(
    ("not_yet", "尚未分类", "not yet"),
    ("common_reaction", "一般反应", "common vaccine reaction"),
    ("abnormal_reaction", "异常反应", "abnormal vaccine reaction"),
    ("vaccine_quality", "疫苗质量事故", "vaccine quality event"),
    ("vaccination_fault", "接种事故", "vaccination error"),
    ("coincidental", "偶合症", "coincidental event"),
    ("psychogenic", "心因性反应", "psychogenic reaction"),
)
CLUSTER_KINDS = terms(("site", "同一接种点", "one site"), ("batch", "同一批号", "one batch"))
