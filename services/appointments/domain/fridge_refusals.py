"""Why a reading, a batch that is held or an opened vial is refused; each message says what to do."""

from __future__ import annotations

from collections.abc import Mapping

from shared.kit.language import Text
from shared.kit.refusals import refusal

_CAUSES = {
    "fridge": Text("冰箱 {of}", "refrigerator {of}"),
    "looks_recalled": Text("与已召回的 {of} 很像", "it looks like {of}, which is ordered back"),
}


def why_held(held: Mapping[str, str]) -> list[Text]:
    """Say why a batch is in quarantine: causes with the refrigerator and its temperature, or the number."""
    return [_CAUSES[cause].format(of=of) for cause, of in held.items()]


UnknownFridge = refusal(
    "unknown-fridge",
    404,
    zh="本接种点没有冰箱 {fridge}；有：{known}。",
    en="This site has no refrigerator {fridge}; it has {known}.",
    field="fridge",
)
ReadingUnlikely = refusal(
    "reading-unlikely",
    zh="{celsius} ℃ 不像疫苗冰箱的温度，请再看一次温度计，没有登记。确是这样的，请说明 sure=true。",
    en="{celsius} °C is unlikely for a refrigerator of vaccine; look at the thermometer again, nothing is"
    " recorded. If it is so, say sure=true.",
    field="celsius",
)
ReadLater = refusal(
    "read-later",
    422,
    zh="{time} 还没到，请核对读数时间；现在读的不用填时间。",
    en="It is not {time} yet; check the time of the reading, or leave it empty for now.",
    field="time",
)
UnknownReading = refusal(
    "unknown-reading",
    404,
    zh="冰箱 {fridge} 没有第 {number} 次读数。",
    en="Refrigerator {fridge} has no reading {number}.",
)
BatchHeld = refusal(
    "batch-quarantined",
    422,
    zh="批号 {batch} 已隔离（{why}），不能接种、不能调出。请换一批；由接种点负责人或指挥部在“冰箱”页解除隔离，"
    "或按冷链中断登记损耗。",
    en="Batch {batch} is in quarantine ({why}): it is neither given nor sent on. Take another; the site's"
    " leader or the office releases it on the page “Fridges”, or writes it off as cold chain broken.",
)
HeldAgain = refusal(
    "quarantine-changed",
    zh="您打开页面以后批号 {batch} 又有新的隔离原因，请看过再定。",
    en="Since you opened the page, batch {batch} was put in quarantine once more; look at it, then decide.",
)
NotWithdrawn = refusal(
    "reading-not-withdrawn",
    zh="冰箱 {fridge} 的第 {number} 次读数没有撤回，或没有批次因它隔离，没有解除任何隔离。请逐个批次决定。",
    en="Reading {number} of refrigerator {fridge} was not withdrawn, or nothing is held for it; nothing is"
    " released. Decide on each batch.",
)
VialOpenTooLong = refusal(
    "vial-open-too-long",
    422,
    zh="批号 {batch} 开瓶的一支（{opened}开）已超过 {hours} 小时，不能再用，没有记录接种。请把余下的 {left} 剂"
    "登记为“开瓶未用完”，再开新的一支。",
    en="The vial of batch {batch} opened {opened} was open for more than {hours} hours and is not used any"
    " more; no dose is recorded. Write off the {left} left in it as opened and not used up, then open"
    " another.",
    field="batch",
)
