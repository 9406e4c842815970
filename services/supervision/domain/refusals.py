"""What supervision refuses, for the person who reads it: what, where, what to do."""

from __future__ import annotations

from shared.kit.refusals import refusal

# Accounts

LoginTaken = refusal(
    "login-taken",
    zh="登录名 {login} 已有人使用，请换一个。",
    en="The login {login} is taken; choose another one.",
)
ListNotTaken = refusal(
    "list-not-taken",
    422,
    zh="名单没有登记，一个账号也没有开。请改正后再交：{faults}",
    en="The list was not taken and no account was opened. Correct it and send it again: {faults}",
    field="people",
)
NotEnrolled = refusal(
    "not-enrolled",
    404,
    zh="没有这个账号，请先新建账号。",
    en="There is no such account; enrol it first.",
)
StaffIsLocked = refusal(
    "staff-locked",
    zh="账号 {login} 已锁定，请先解锁。",
    en="The account {login} is locked; unlock it first.",
)
TooManyGrants = refusal(
    "too-many-grants",
    422,
    zh="账号 {login} 已有 {most} 项授权；请先撤销不用的。",
    en="The account {login} holds {most} grants already; revoke what is not needed.",
)
BadGrant = refusal(
    "bad-grant",
    422,
    zh="“{role}”的范围应为：{places}。",
    en="The role {role} asks for this scope: {places}.",
    doc="A role and a scope do not go together.",
)
NoSuchPlace = refusal(
    "no-such-place",
    422,
    zh="没有这个单位或接种点：请输入代码或名称，从列表里选。",
    en="There is no such unit or site: type its code or name, and choose it from the list.",
    field="place",
)
SeveralPlaces = refusal(
    "several-places",
    422,
    zh="有 {number} 个地方这样叫，如{names}：请写全，或写代码。",
    en="{number} places are called so, such as {names}: write the whole name, or the code.",
    field="place",
)
RoleNotHeld = refusal(
    "role-not-held",
    zh="账号 {login} 已没有要换掉的角色，没有改。请重新打开账号的页面。",
    en="The account {login} does not hold the role that was to be replaced any more; nothing was"
    " changed. Open the account's page again.",
)
DutiesNotSeparate = refusal(
    "duties-not-separate",
    422,
    zh="账号管理员不能同时担任能看到个人身份的角色；请另开账号给另一个人。",
    en="An administrator cannot also hold a role that opens identities; enrol another person.",
    doc="Who hands out accounts does not hold one that opens identities.",
)
LastAdministrator = refusal(
    "last-administrator",
    zh="这是最后一名账号管理员；请先授权另一名。",
    en="This is the last administrator; grant the role to somebody else first.",
    doc="Somebody has to be able to help the others in.",
)

# Signing in

SignInFailed = refusal(
    "sign-in-failed",
    401,
    zh="登录名或密码不对；忘记密码请找账号管理员要一次性码。",
    en="Login or password is wrong; ask the administrator for a one-time code if you forgot it.",
    doc="Login, password or code is wrong; which of them is not said.",
)
SignInElsewhere = refusal(
    "sign-in-elsewhere",
    404,
    zh="本系统用统一身份认证登录，不在这里设密码；请打开登录页。",
    en="People sign in at the identity provider; there are no passwords here. Open the sign-in page.",
)
NoAccountHere = refusal(
    "no-account-here",
    403,
    zh="身份已确认（{login}），但这里没有这个账号；请找账号管理员新建账号。",
    en="You are known ({login}), but there is no account here; ask the administrator to enrol you.",
)
TooManyAttempts = refusal(
    "too-many-attempts",
    429,
    zh="尝试次数太多，请 {retry_after} 秒后再试。",
    en="Too many attempts; try again in {retry_after} seconds.",
    doc="Guessing is slowed down, by account and by address.",
)
WeakPassword = refusal(
    "weak-password",
    422,
    zh="密码至少 {least} 个字符，不能包含登录名，也不能是常见密码；可以用几个词连成一句。",
    en="A password has at least {least} characters, without the login, and is not a common one;"
    " a few words in a row do well.",
)
SessionOver = refusal(
    "session-over", 401, zh="登录已结束，请重新登录。", en="The session is over; sign in again."
)

# Histories of sources

NotNextGeneration = refusal(
    "not-next-generation",
    zh="{source} 的下一代是第 {wanted} 代，不是第 {given} 代；请重新查看后再认可。",
    en="The next generation of {source} is {wanted}, not {given}; look again before you accept.",
)
NothingToAccept = refusal(
    "nothing-to-accept",
    zh="{source} 没有倒退：它的部件有人们收到过的全部事件，无需认可。",
    en="{source} was not set back: it has all that was followed of it, nothing is to be accepted.",
)
HistoryMoved = refusal(
    "history-moved",
    zh="{source} 在查看之后又有变化，请重新查看后再认可。",
    en="{source} has changed since it was looked at; look again before you accept.",
)

# Long queries

UnknownLongQuery = refusal(
    "unknown-long-query",
    404,
    zh="没有这项计算，或者结果已不再保存；请重新开始。",
    en="There is no such long query, or its answer is not kept any more; ask again.",
)
NotAnswered = refusal(
    "not-answered",
    503,
    zh="没有算完，台账没有受影响。请再试一次；再次失败请让系统运维查看督查服务的日志。",
    en="It was not finished; the ledger is as it was. Try again; if it fails again, ask the operator"
    " to look into supervision's log.",
    doc="The process that answers long queries has ended or failed.",
)
TooManyWait = refusal(
    "too-many-wait",
    503,
    zh="现在有太多人在等计算结果，这一项没有开始；请 {retry_after} 秒后再试。",
    en="Too many wait for answers just now and this was not begun; try again in {retry_after} s.",
    doc="Requests that wait for long queries keep only some of the workers.",
)

# Searching

NameForAReason = refusal(
    "name-for-a-reason",
    404,
    zh="没有找到：请扫预约单，或输入居民编号（前8位即可）、单位全称、登录名。按姓名、证件号码或手机号找人，"
    "请写明理由，理由会被记录。",
    en="Nothing found: scan the slip, or type a resident's number (its first 8 characters will do), a"
    " unit's full name or a login. To find somebody by name, document or phone number, say what for;"
    " it is recorded.",
    doc="Somebody who sees no names by role looks for a person by name or number without a reason.",
    field="q",
)
SeveralMeant = refusal(
    "several-meant",
    zh="有几名居民的编号这样开头，请再多输几位。",
    en="Several residents' numbers begin like this; type more of it.",
    field="q",
)
