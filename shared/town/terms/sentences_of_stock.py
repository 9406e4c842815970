"""Sentences of what sites tell of vaccine, refrigerators, quarantine and syringes: see `sentences`."""

from __future__ import annotations

ROWS = (
    (
        "BatchReceived",
        "{who}在{site}接收疫苗：{product}，批号{batch}，{doses}剂，有效期至{expiry}",
        "{who} received vaccine at {site}: {product}, batch {batch}, {doses} doses, to be used by"
        " {expiry}",
    ),
    (
        "DoseDrawn",
        "{who}在{site}为{whom}取出一剂疫苗（{dose}，批号{batch}）",
        "{who} took a dose from stock for {whom} at {site} ({dose}, batch {batch})",
    ),
    (
        "DosesWasted",
        "{who}在{site}记录疫苗损耗：批号{batch}，{doses}剂；原因：{reason}；说明：{note}",
        "{who} wrote off vaccine at {site}: batch {batch}, {doses} doses; reason: {reason};"
        " note: {note}",
    ),
    (
        "StockCounted",
        "{who}在{site}盘点批号{batch}：账面{expected}剂，实有{counted}剂；说明：{explanation}",
        "{who} counted batch {batch} at {site}: {counted} doses, {expected} by the books;"
        " explanation: {explanation}",
    ),
    (
        "DosesSent",
        "{who}从{site}调出批号{batch}的{doses}剂到{to_site}；单号：{note}",
        "{who} sent {doses} doses of batch {batch} from {site} to {to_site}; note {note}",
    ),
    (
        "DosesArrived",
        "{who}在{site}接收{from_site}调来的批号{batch}，{doses}剂；单号：{note}",
        "{who} took in {doses} doses of batch {batch} at {site}, sent by {from_site}; note {note}",
    ),
    (
        "BatchRecalled",
        "{who}在{site}召回批号{batch}；原因：{reason}",
        "{who} recalled batch {batch} at {site}; reason: {reason}",
    ),
    (
        "RecallOrdered",
        "{who}在全镇召回{product}批号{batch}；原因：{reason}",
        "{who} recalled {product} batch {batch} at all sites; reason: {reason}",
    ),
    (
        "FridgeRead",
        "{who}登记{site}冰箱{fridge}的温度：{celsius} ℃（{read_at}）",
        "{who} read refrigerator {fridge} of {site}: {celsius} °C ({read_at})",
    ),
    (
        "FridgeReadingWithdrawn",
        "{who}撤回{site}冰箱{fridge}的第{number}次读数（{day}）；原因：{reason}",
        "{who} withdrew reading {number} of refrigerator {fridge} of {site} ({day}); reason: {reason}",
    ),
    (
        "BatchStored",
        "{who}把{site}的批号{batch}放入冰箱{fridge}（{day}）",
        "{who} put batch {batch} of {site} into refrigerator {fridge} ({day})",
    ),
    (
        "BatchQuarantined",
        "{who}隔离{site}的批号{batch}（{day}）：{cause}；冰箱：{fridge}；温度：{celsius}；相像的批号：{known}",
        "{who} put batch {batch} of {site} into quarantine ({day}): {cause}; refrigerator: {fridge};"
        " temperature: {celsius}; number it looks like: {known}",
    ),
    (
        "QuarantineLifted",
        "{who}解除{site}批号{batch}的隔离（{day}）：{cause}；理由：{reason}；决定人：{decided_by}",
        "{who} released batch {batch} of {site} ({day}): {cause}; because: {reason}; decided by:"
        " {decided_by}",
    ),
    (
        "SyringesReceived",
        "{who}在{site}接收注射器{syringes}支（{day}）；单号：{note}",
        "{who} received syringes at {site} ({day}): {syringes}; note: {note}",
    ),
    (
        "SyringesWasted",
        "{who}在{site}记录注射器损耗{syringes}支（{day}）；原因：{reason}；说明：{note}",
        "{who} wrote off syringes at {site} ({day}): {syringes}; reason: {reason}; note: {note}",
    ),
    (
        "SyringesCounted",
        "{who}在{site}盘点注射器（{day}）：账面{expected}支，实有{counted}支；说明：{explanation}",
        "{who} counted syringes at {site} ({day}): {counted}, {expected} by the books; explanation:"
        " {explanation}",
    ),
)
