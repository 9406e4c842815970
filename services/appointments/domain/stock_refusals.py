"""Why a batch or a package is refused; each message says what, and what to do."""

from __future__ import annotations

from shared.kit.refusals import refusal

NoBatch = refusal(
    "no-batch",
    zh="没有可用的批次，请先登记到货。",
    en="No batch can be used; record one first.",
)
TraceCodeUsed = refusal(
    "trace-code-used",
    zh="追溯码 {package} 已用于 {used} 剂，这一支只有 {doses} 剂。请核对手里的这一支，没有记录接种。",
    en="Trace code {package} was used for {used} doses already, its package holds {doses}. Look at the one"
    " in your hand; no dose is recorded.",
    field="trace_code",
)
TraceCodeOfOtherBatch = refusal(
    "trace-code-of-other-batch",
    zh="追溯码 {package} 已按批号 {batch} 用过，不属于批号 {chosen}。请核对手里这一支的批号，没有记录接种。",
    en="Trace code {package} was used as of batch {batch}, not of {chosen}. Look at the batch of the one in"
    " your hand; no dose is recorded.",
    field="trace_code",
)
UnknownBatch = refusal(
    "unknown-batch",
    404,
    zh="本接种点没有批号 {batch}。",
    en="This site has no batch {batch}.",
)
BatchDiffers = refusal(
    "batch-differs",
    zh="批号 {batch} 账面是{product}、有效期至{expiry}、每瓶 {per_vial} 剂；这次填的{differs}不同，没有登记。请看包装核对。",
    en="The books have batch {batch} as {product}, expiry {expiry}, doses per vial {per_vial}; this says"
    " otherwise of: {differs}. Nothing is recorded; look at the box.",
)
BatchLooksAlike = refusal(
    "batch-looks-alike",
    zh="批号 {batch} 与已有的 {known} 很像，请看包装核对。确是另一批的，请说明 different=true。",
    en="Batch {batch} looks like {known}, which is known here; look at the box. If it is another"
    " one, say different=true.",
    field="batch",
)
NoteDiffers = refusal(
    "note-differs",
    zh="单号 {note} 已登记过批号 {batch} 的 {doses} 剂，与这次不同，请核对。",
    en="Note {note} is recorded with {doses} doses of batch {batch}, which is not this; check it.",
    field="note",
)
NotAnotherSite = refusal(
    "not-another-site",
    422,
    zh="调拨的对方不能是本接种点。",
    en="Doses are moved between two sites; name the other one.",
)
CountUnexplained = refusal(
    "count-unexplained",
    422,
    zh="批号 {batch} 账面 {left} 剂，实有 {counted} 剂，请说明差异原因。",
    en="The books have {left} doses of batch {batch}, {counted} were counted; explain it.",
    field="explanation",
)
CountedMeanwhile = refusal(
    "counted-meanwhile",
    zh="盘点以后批号 {batch} 的账面由 {expected} 剂变为 {left} 剂，请重新盘点。",
    en="Since you counted, the books of batch {batch} went from {expected} to {left} doses; count"
    " again.",
    field="counted",
)
BatchExpired = refusal(
    "batch-expired",
    422,
    zh="批号 {batch} 已于{expiry}过期，请换批次。",
    en="Batch {batch} expired on {expiry}; take another.",
)
BatchRecalled = refusal(
    "batch-recalled",
    422,
    zh="批号 {batch} 已召回，不能使用。",
    en="Batch {batch} is recalled; take another.",
)
BatchEmpty = refusal(
    "batch-empty",
    zh="批号 {batch} 只剩 {left} 剂。",
    en="Batch {batch} has {left} doses left.",
)
ProductMismatch = refusal(  # both doses of a course are of one product
    "product-mismatch",
    422,
    zh="应接种{product}，所选批次是{chosen}。",
    en="{product} is due, the batch chosen is {chosen}.",
)
