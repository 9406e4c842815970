"""Why two records cannot be linked or taken apart; each message says what to do."""

from shared.kit.refusals import refusal

SameRecord = refusal(
    "same-record",
    422,
    zh="这是同一条登记，不需要合并。请填另一条登记的编号。",
    en="This is one and the same record; give the id of the other one.",
)
MergedElsewhere = refusal(
    "merged-elsewhere",
    zh="此登记已并入另一条登记。请先撤销那次合并，或与那条登记合并。",
    en="This record is already linked to another one; undo that first, or merge with the"
    " record it is linked to.",
)
StaysNowhere = refusal(
    "merged-already",
    zh="要保留的登记自己已并入另一条登记。请保留那一条，或先撤销那次合并。",
    en="The record that is to stay is itself linked to another one; let that one stay, or"
    " undo that first.",
    doc="The record that is to stay has itself yielded: a chain, or a circle.",
)
HoldsOthers = refusal(
    "holds-others",
    zh="已有 {number} 条登记并入此登记，它不能再并入别人。请让它保留，或先撤销那些合并。",
    en="{number} record(s) are linked to this one, so it cannot yield: let it stay, or undo"
    " those first.",
)
CannotCompare = refusal(
    "erased",
    zh="其中一条登记的资料已删除，无法核对，不能合并。",
    en="One of the records is erased; nobody can compare them, so they cannot be merged.",
    doc="Nobody can tell whether an erased record is of the same person.",
)
NotMerged = refusal(
    "not-merged",
    zh="此登记没有并入别的登记，没有可撤销的合并。",
    en="This record is linked to no other one; there is nothing to undo.",
)
OnePerson = refusal(
    "one-person",
    zh="这两条登记已合并为一人。不是同一人的，请先撤销合并。",
    en="The two records are linked as one person; if they are not, undo the merge first.",
)
NothingDecided = refusal(
    "nothing-decided",
    zh="这一对还没有决定，没有可撤销的。",
    en="Nothing has been decided of these two yet.",
)
