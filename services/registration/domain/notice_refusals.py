"""Why a notice is refused; each message says what, where, and what to do."""

from __future__ import annotations

from services.registration.domain.refusals import Refusal


class UnknownNotice(Refusal):
    """There is no such notice, or none that this person may see."""

    code = "unknown-notice"
    status = 404

    def __init__(self) -> None:
        super().__init__(
            "没有这条通知。请从通知列表选择。 There is no such notice; choose one from the list."
        )


class UnknownChannel(Refusal):
    """The deployment has no such channel."""

    code = "unknown-channel"
    status = 422

    def __init__(self, channel: str, known: tuple[str, ...]) -> None:
        super().__init__(
            f"本系统没有配置“{channel[:20]}”渠道，可用：{'、'.join(known)}。"
            f" The channel {channel[:20]} is not set up here; there are: {', '.join(known)}.",
            channels=list(known),
        )


class BadTemplate(Refusal):
    """A text holds a placeholder nobody knows, or a brace that belongs to none."""

    code = "bad-template"
    status = 422

    def __init__(self, faults: list[dict[str, str | int]], known: tuple[str, ...]) -> None:
        where = "；".join(f"{f['field']} 第 {f['at']} 字 {f['found']}" for f in faults)
        places = "; ".join(f"{f['field']} character {f['at']}: {f['found']}" for f in faults)
        allowed = " ".join(f"{{{name}}}" for name in known)
        super().__init__(
            f"文本里有无法识别的占位符：{where}。只能用：{allowed}。"
            f" Unknown placeholders: {places}. There are only: {allowed}.",
            faults=faults,
        )


class NothingToSay(Refusal):
    """A title that is not one line."""

    code = "bad-title"
    status = 422

    def __init__(self) -> None:
        super().__init__(
            "标题须是一行文字，不能有换行、占位符或控制字符。"
            " The title is one line without line ends, placeholders or control characters."
        )


class AudienceGrown(Refusal):
    """More people would be told than the person who releases has seen."""

    code = "audience-grown"

    def __init__(self, seen: int, now: int) -> None:
        super().__init__(
            f"预览后收件人由 {seen} 人增加到 {now} 人，未发布。请重新核对人数后再发布。"
            f" The audience has grown from {seen} to {now} people since the preview; nothing was"
            " released. Look at the count again, then release.",
            recipients=now,
        )


class NobodyToTell(Refusal):
    """No resident matches."""

    code = "nobody-to-tell"
    status = 422

    def __init__(self) -> None:
        super().__init__(
            "没有符合条件的人。请放宽单位、人群或状态。"
            " Nobody matches; widen the units, cohorts or statuses."
        )


class NotPrepared(Refusal):
    """Only a notice that waits for release can be released."""

    code = "notice-not-prepared"

    def __init__(self, status: str) -> None:
        super().__init__(
            f"这条通知的状态是 {status}，不能再发布。需要再发时请另写一条。"
            f" This notice is {status} and cannot be released again; write another one."
        )


class NotSending(Refusal):
    """Only a notice that is being sent can be stopped."""

    code = "notice-not-sending"

    def __init__(self, status: str) -> None:
        super().__init__(
            f"这条通知的状态是 {status}，没有可停止的发送。"
            f" This notice is {status}; there is nothing to stop."
        )


class NothingFailed(Refusal):
    """Only failed messages can be tried again."""

    code = "nothing-failed"

    def __init__(self) -> None:
        super().__init__(
            "没有失败的消息可以重试。 No message of this notice has failed; nothing to try again."
        )
