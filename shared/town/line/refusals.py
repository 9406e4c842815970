"""Why a number is not called, held, passed or sent on; each message says what to do instead."""

from __future__ import annotations

from shared.kit.refusals import refusal

NoSuchNumber = refusal(
    "no-such-number",
    404,
    zh="今天没有 {number} 号，请核对号码；还没有签到的，请先签到。",
    en="There is no number {number} today; check it, or check the person in first.",
    field="number",
)
NumberOfOtherDay = refusal(
    "number-of-other-day",
    zh="{number} 号是{day}的号码，号码每天重新开始，没有执行。请刷新页面。",
    en="Number {number} is of {day}; numbers begin again every day, so nothing was done. Load the page"
    " again.",
    field="day",
)
NotInLine = refusal(
    "not-in-line",
    zh="{number} 号不在这里排队：已经办完，或者还没到这一步。请在“查找”里看此人的下一步。",
    en="Number {number} does not wait here: it is done, or not its turn yet. Find the person to see the"
    " next step.",
    field="number",
)
NobodyWaits = refusal(
    "nobody-waits",
    zh="现在没有可以叫的人：{why}。",
    en="There is nobody to call now: {why}.",
)
NobodyAtDesk = refusal(
    "nobody-at-desk",
    422,
    zh="今天没有人在 {desk} 台上岗，没有转。有人的台：{desks}。请改台号，或者先请那个台的人上岗。",
    en="Nobody is on duty at desk {desk} today, so nothing was sent. Desks with somebody: {desks}."
    " Choose one of them, or let somebody go on duty there first.",
    field="desk",
)
NobodyAtAnyDesk = refusal(
    "nobody-at-any-desk",
    422,
    zh="今天没有人在 {desk} 台上岗，没有转；现在哪个台都没有人。请先在“在岗”页上岗并填台号。",
    en="Nobody is on duty at desk {desk} today, nor at any other, so nothing was sent. Go on duty"
    " with a desk first.",
    field="desk",
)
CalledElsewhere = refusal(
    "called-elsewhere",
    zh="{number} 号已由 {login} 叫到{desk}台。请叫下一位。",
    en="{login} has called number {number} to desk {desk}. Call the next one.",
)
DeskBusy = refusal(
    "desk-busy",
    zh="{number} 号已叫到您这里，还没有办完。请先办完，或者让其暂离、过号。",
    en="Number {number} is called to you and not finished; finish first, or let it step aside or pass.",
)
IsHeld = refusal(
    "number-held",
    zh="{number} 号暂离，回来后先恢复排队再叫。",
    en="Number {number} has stepped aside; take it back in once the person is here, then call.",
)
HasPassed = refusal(
    "number-passed",
    zh="{number} 号已过号，人来了先恢复排队，就是下一位。",
    en="Number {number} has passed; take it back in once the person is here, and it is next.",
)
NotCalled = refusal(
    "not-called",
    zh="{number} 号还没有叫，不能过号。",
    en="Number {number} is not called, so it cannot pass.",
)
IsCalled = refusal(
    "number-called",
    zh="{number} 号已叫到{desk}台。要转到别的台或接种点，请先撤销叫号。",
    en="Number {number} is called to desk {desk}; take the call back before you send it to another desk or site.",
)
NothingToUndo = refusal(
    "nothing-to-undo",
    zh="{number} 号没有可以撤销的操作，请刷新页面。",
    en="There is nothing to take back of number {number}; load the page again.",
)
