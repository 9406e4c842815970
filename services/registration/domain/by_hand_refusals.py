"""Why a person is not added or corrected by hand."""

from shared.kit.refusals import refusal

KnownHere = refusal(
    "known-here",
    zh="此证件号码已在本单位登记。请打开此人的登记，需要时用“更正”。",
    en="This number is on this unit's list already; open the record, and use Correct if needed.",
    field="card_number",
)
KnownElsewhere = refusal(
    "known-elsewhere",
    zh="此证件号码已在{unit}登记，一人只算一次。请与该单位核对由谁登记。",
    en="This number is registered in {unit} already, and a person counts once; settle with that"
    " unit who registers them.",
    field="card_number",
)
ErasedAtOwnWish = refusal(
    "erased-at-own-wish",
    zh="此人{day}要求删除了自己的资料。本人现在愿意重新登记的，请勾选下面一项后再提交。",
    en="This person had their data erased at their own wish on {day}. If they now want to be"
    " registered again, tick the box and send once more.",
    field="despite_wish",
)
UnderAge = refusal(
    "under-age",
    422,
    zh="此人到接种结束时仍未满{age}周岁，不能接种。仍要登记的，请勾选下面一项后再提交。",
    en="This person is under {age} to the end of the campaign and cannot be vaccinated. To register"
    " them all the same, tick the box and send once more.",
    field="despite_age",
)
OnlyContact = refusal(
    "only-contact",
    403,
    zh="包保干部只能更正手机号、邮箱和住址；其他资料请由本单位经办人更正。",
    en="A responsible cadre corrects telephone, email and address only; the rest is for the unit's"
    " clerk.",
)
NoCorrection = refusal(
    "no-correction",
    zh="没有可以撤回的更正。",
    en="There is no correction to take back.",
)
