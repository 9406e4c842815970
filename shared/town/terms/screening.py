"""Terms of screening: verdicts, reasons, questions; the verdicts are the national consent form's."""

from __future__ import annotations

from shared.town.terms.term import terms, united

FINDINGS = terms(
    ("unscreened", "待筛查", "to be screened", "due"),
    ("cleared", "建议接种", "cleared", "good"),
    ("deferred", "推迟接种", "deferred", "later"),
    ("contraindicated", "不宜接种", "contraindicated", "no"),
    ("withdrawn", "建议接种已撤回", "clearance withdrawn", "later"),
    ("lifted", "结论已撤销，须重新筛查", "finding lifted, to be screened again", "due"),
)
# As pages show them once their last day, or the day to look again, is past or here.
FINDINGS_TODAY = united(
    FINDINGS,
    terms(
        ("lapsed", "建议接种已过期，须重新筛查", "clearance expired", "due"),
        (
            "first_given",
            "第一剂已接种，第二剂前须筛查",
            "first dose given, screened before the second",
            "due",
        ),
        ("given", "两剂已接种", "both doses given", "done"),
        ("look_again", "可以复查", "re-screen now", "due"),
    ),
)
DEFERRAL_REASONS = terms(
    ("fever", "发热", "fever"),
    ("acute_illness", "急性疾病", "acute illness"),
    ("chronic_illness_acute_phase", "慢性疾病急性发作期", "chronic illness, acute phase"),
    ("pregnancy", "妊娠期", "pregnancy"),
    (
        "dose_elsewhere",
        "自述已在别处接种，待核实",
        "says to have had a dose elsewhere, to be checked",
    ),
)
CONTRAINDICATIONS = terms(
    ("severe_allergy", "疫苗严重过敏史", "severe vaccine allergy"),
    ("convulsions_own", "本人惊厥史", "personal history of seizures"),
    ("convulsions_family", "惊厥家族史", "family history of seizures"),
    ("epilepsy_own", "本人癫痫史", "personal history of epilepsy"),
    ("epilepsy_family", "癫痫家族史", "family history of epilepsy"),
    ("encephalopathy_own", "本人脑病史", "personal history of encephalopathy"),
    ("encephalopathy_family", "脑病家族史", "family history of encephalopathy"),
    ("mental_illness_own", "本人精神疾病史", "personal history of mental illness"),
    ("mental_illness_family", "精神疾病家族史", "family history of mental illness"),
    ("severe_chronic_illness", "严重慢性疾病", "severe chronic illness"),
    ("under_age", "未达接种年龄", "under age"),
    ("over_age_not_healthy", "超过接种年龄且身体不健康", "over age, not in good health"),
    ("severe_reaction", "上一剂后严重不良反应", "severe reaction after the dose before"),
)
FINDING_REASONS = united(DEFERRAL_REASONS, CONTRAINDICATIONS)
