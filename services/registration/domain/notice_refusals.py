"""Why a notice is refused; each message says what, where, and what to do."""

from shared.kit.refusals import refusal

UnknownNotice = refusal(
    "unknown-notice",
    404,
    zh="没有这条通知。请从通知列表选择。",
    en="There is no such notice; choose one from the list.",
    doc="There is no such notice, or none that this person may see.",
)
UnknownChannel = refusal(
    "unknown-channel",
    422,
    zh="本系统没有配置这种发送方式，请从列出的方式中选择。",
    en="This channel is not set up here; choose one of those listed.",
)
BadTemplate = refusal(
    "bad-template",
    422,
    zh="文本里有无法识别的插入项：{where}。只能用：{known}。",
    en="Unknown placeholders: {where}. There are only: {known}.",
)
BadTitle = refusal(
    "bad-title",
    422,
    zh="标题须是一行文字，不能有换行、插入项或控制字符。",
    en="The title is one line without line ends, placeholders or control characters.",
)
AudienceGrown = refusal(
    "audience-grown",
    zh="预览后收件人由 {seen} 人增加到 {recipients} 人，未发布。请重新核对人数后再发布。",
    en="The audience has grown from {seen} to {recipients} people since the preview; nothing was"
    " released. Look at the count again, then release.",
)
NobodyToTell = refusal(
    "nobody-to-tell",
    422,
    zh="没有符合条件的人。请放宽单位、人群或状态。",
    en="Nobody matches; widen the units, cohorts or statuses.",
)
NotPrepared = refusal(
    "notice-not-prepared",
    zh="这条通知已经发布过，不能再发布、改写或作废。需要再发时请另写一条。",
    en="This notice was released before and cannot be released, rewritten or discarded any more;"
    " write another one.",
)
Discarded = refusal(
    "notice-discarded",
    zh="这条通知已作废，不能发布，也不能改写。需要时请另写一条。",
    en="This notice was discarded and cannot be released or rewritten; write another one.",
)
NotSending = refusal(
    "notice-not-sending",
    zh="这条通知没有在发送，没有可停止的。",
    en="This notice is not being sent; there is nothing to stop.",
)
NothingFailed = refusal(
    "nothing-failed",
    zh="没有失败的消息可以重试。",
    en="No message of this notice has failed; nothing to try again.",
)
