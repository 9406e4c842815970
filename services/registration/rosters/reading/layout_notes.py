"""What was spread over rows, joined from columns or taken from elsewhere, as it is noted of a row."""

from __future__ import annotations

from shared.kit.language import Text

LAYOUT_NOTES = {
    "spread": Text(
        "合并单元格或“同上”的内容已填到此行。",
        "What a merged cell or a sign such as 同上 says was taken for this row.",
    ),
    "nothing_above": Text(
        "“同上”的上面没有内容，按空白读取。",
        "A sign for what stands above has nothing above it and was read as empty.",
    ),
    "household": Text(
        "住址取自上面的户主行。", "The address was taken from the household's row above."
    ),
    "phones_joined": Text(
        "几栏电话已合在一起，手机号在前。",
        "The telephones of several columns were joined, the mobile's first.",
    ),
    "phone_order": Text(
        "几栏电话已合在一起，按栏的先后排列。",
        "The telephones of several columns were joined in the columns' order.",
    ),
    "two_columns": Text(
        "同一内容有两栏且不同，以前面一栏为准。",
        "Two columns say the same thing differently; the first one counts.",
    ),
    "tie_said": Text(
        "此行没有写类别，按导入时的回答登记。",
        "The row does not say the tie to the town: it is what was answered for the file.",
    ),
}
"""By their codes, which are what is kept of a row."""
