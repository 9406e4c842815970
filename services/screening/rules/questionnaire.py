"""The questionnaire in words; the rules behind it are in domain/rules.py."""

from __future__ import annotations

# code -> (Chinese, English, the answer that speaks for a dose)
QUESTIONS: dict[str, tuple[str, str]] = {
    "temperature": ("今天的体温（℃）", "Temperature today (°C)"),
    "acute_illness": ("现在有急性疾病吗", "An acute illness now"),
    "chronic_illness_acute_phase": (
        "慢性病正在急性发作期吗",
        "A chronic illness in its acute phase",
    ),
    "pregnant": ("怀孕了吗", "Pregnant"),
    "severe_allergy": ("以前接种疫苗有过严重过敏反应吗", "A severe allergic reaction to a vaccine"),
    "convulsions_own": ("本人有过惊厥吗", "Convulsions, own history"),
    "convulsions_family": ("家族有惊厥史吗", "Convulsions in the family"),
    "epilepsy_own": ("本人有癫痫吗", "Epilepsy, own history"),
    "epilepsy_family": ("家族有癫痫史吗", "Epilepsy in the family"),
    "encephalopathy_own": ("本人有脑病吗", "Encephalopathy, own history"),
    "encephalopathy_family": ("家族有脑病史吗", "Encephalopathy in the family"),
    "mental_illness_own": ("本人有精神疾病史吗", "Mental illness, own history"),
    "mental_illness_family": ("家族有精神疾病史吗", "Mental illness in the family"),
    "severe_chronic_illness": (
        "有严重慢性疾病吗（医生判断）",
        "A severe chronic illness (clinician)",
    ),
    "healthy": ("60 岁及以上：身体健康、无疾病吗", "Aged 60 and over: in good health"),
}

REASONS: dict[str, tuple[str, str]] = {
    "fever": ("发热", "fever"),
    "acute_illness": ("急性疾病", "acute illness"),
    "chronic_illness_acute_phase": ("慢性病急性发作期", "chronic illness, acute phase"),
    "pregnancy": ("怀孕", "pregnancy"),
    "severe_allergy": ("疫苗严重过敏史", "severe vaccine allergy"),
    "convulsions_own": ("本人惊厥史", "convulsions"),
    "convulsions_family": ("惊厥家族史", "convulsions in the family"),
    "epilepsy_own": ("本人癫痫", "epilepsy"),
    "epilepsy_family": ("癫痫家族史", "epilepsy in the family"),
    "encephalopathy_own": ("本人脑病", "encephalopathy"),
    "encephalopathy_family": ("脑病家族史", "encephalopathy in the family"),
    "mental_illness_own": ("本人精神疾病史", "mental illness"),
    "mental_illness_family": ("精神疾病家族史", "mental illness in the family"),
    "severe_chronic_illness": ("严重慢性疾病", "severe chronic illness"),
    "under_age": ("未满 18 岁", "under 18"),
    "over_age_not_healthy": ("60 岁以上且身体不健康", "60 or over, not in good health"),
}

STATUSES: dict[str, tuple[str, str, str]] = {
    "unscreened": ("待筛查", "to be screened", "due"),
    "cleared": ("通过", "cleared", "good"),
    "deferred": ("暂缓", "deferred", "later"),
    "contraindicated": ("禁忌", "contraindicated", "no"),
    "withdrawn": ("通过已撤回", "clearance withdrawn", "later"),
    # As pages show them once their last day, or the day to look again, is past or here.
    "lapsed": ("通过已过期，须重新筛查", "clearance over, screen again", "due"),
    "look_again": ("可以复查", "look again now", "due"),
}
