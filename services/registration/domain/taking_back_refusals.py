"""Why an import, or a person entered by hand, is not taken back."""

from shared.kit.refusals import refusal

AlreadyTakenBack = refusal(
    "already-taken-back",
    zh="这次导入已经撤回。要重新登记，请再次上传名册。",
    en="This import was taken back already; to register its people again, send the roster again.",
)
NothingToTakeBack = refusal(
    "nothing-to-take-back",
    zh="没有可以撤回的：这次导入没有登记或更正任何人，或者之后已为每个人办过别的事。",
    en="There is nothing to take back: this import registered and corrected nobody, or something"
    " was done for everybody since.",
)
OtherThanPreviewed = refusal(
    "other-than-previewed",
    zh="预览以后情况有变，现在会撤回或恢复 {people} 人，没有执行。请再看一遍预览。",
    en="Things have changed since the preview: {people} people would be taken back or restored now,"
    " and nothing was done. Look at the preview once more.",
)
BuiltUpon = refusal(
    "built-upon",
    zh="登记以后已为此人办过：{since}。不能再当作没有登记过；要改正，请用“更正”。",
    en="Since the registration this was done for the person: {since}. It cannot be taken back any"
    " more; use Correct instead.",
    doc="Something was built on the registration since: an answer, a contact, a booking and so on.",
)
CameWithRoster = refusal(
    "came-with-roster",
    zh="此人是随名册登记的，不是手工新增的。要撤回，请撤回那次导入。",
    en="This person came with a roster, not by hand; take that import back instead.",
)
DayOver = refusal(
    "day-over",
    zh="只能在当天撤回；这是{day}办的。要改正，请用“更正”。",
    en="It can be taken back on the same day only; this was done on {day}. Use Correct instead.",
)
