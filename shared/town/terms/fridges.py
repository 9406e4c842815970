"""Terms of the cold chain and of syringes: why a batch is held, why syringes are thrown away."""

from __future__ import annotations

from shared.town.terms.term import terms

QUARANTINE_CAUSES = terms(
    ("fridge", "冰箱温度超出 2–8 ℃", "refrigerator out of 2–8 °C"),
    ("looks_recalled", "与已召回的批号很像", "looks like a batch ordered back"),
)
SPOILT_SYRINGES = terms(
    ("damaged", "破损", "damaged"),
    ("unsterile", "污染", "no longer sterile"),
    ("expired", "过期", "expired"),
    ("other", "其他", "other"),
)
