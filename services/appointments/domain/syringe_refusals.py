"""Why something about syringes is refused; each message says what, and what to do."""

from __future__ import annotations

from shared.kit.refusals import refusal

SyringesShort = refusal(
    "syringes-short",
    zh="账面只剩 {left} 支注射器，请核对数目；实有不同的请先盘点。",
    en="The books have {left} syringes left; check the number, or count them first.",
    field="syringes",
)
SyringeNoteDiffers = refusal(
    "syringe-note-differs",
    zh="单号 {note} 已登记过 {syringes} 支注射器，与这次不同，请核对。",
    en="Note {note} is recorded with {syringes} syringes, which is not this; check it.",
    field="note",
)
SyringeCountUnexplained = refusal(
    "syringe-count-unexplained",
    422,
    zh="账面 {left} 支注射器，实有 {counted} 支，请说明差异原因。",
    en="The books have {left} syringes, {counted} were counted; explain it.",
    field="explanation",
)
SyringesUsedMeanwhile = refusal(
    "syringes-used-meanwhile",
    zh="盘点以后注射器的账面由 {expected} 支变为 {left} 支，请重新盘点。",
    en="Since you counted, the books went from {expected} to {left} syringes; count again.",
    field="counted",
)
