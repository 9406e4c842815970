"""Sentences of what sites, the office and supervision tell: see `sentences`."""

from __future__ import annotations

ROWS = (
    # Vaccine and sessions
    ("SiteOpened", "{site}自{day}起启用", "{site} is open from {day} on"),
    (
        "SessionOpened",
        "{who}在{site}开设{day}的接种场次：{product}，{slots}个时段",
        "{who} opened a session at {site} on {day}: {product}, {slots} slots",
    ),
    (
        "SessionClosed",
        "{who}结束{site}{day}的接种：来了{people}人，第一剂{first}剂，第二剂{second}剂，未到{not_come}人，"
        "损耗{wasted}剂；没有了结的：{open}；原因：{note}",
        "{who} closed {day} at {site}: {people} people, {first} first and {second} second doses,"
        " {not_come} not come, {wasted} wasted; left open: {open}; why: {note}",
    ),
    (
        "SessionReopened",
        "{who}重新开放{site}{day}的接种；原因：{reason}",
        "{who} opened {day} at {site} again; reason: {reason}",
    ),
    (
        "ReviewNoted",
        "{who}核查{site}{day}的一项（{kind}）：{note}",
        "{who} looked at something of {day} at {site} ({kind}): {note}",
    ),
    (
        "ResidentSentOn",
        "{who}把{whom}从{site}转到{to_site}，{day}；原因：{reason}",
        "{who} sent {whom} on from {site} to {to_site} for {day}; reason: {reason}",
    ),
    ("ResidentWantedBack", "{who}要求把{whom}转回{site}", "{who} asked for {whom} back at {site}"),
    (
        "SlotTaken",
        "{who}在{site}为{whom}占用{day} {time}的名额（{dose}）",
        "{who} reserved a place for {whom} at {site}: {day} {time} ({dose})",
    ),
    (
        "SlotReleased",
        "{who}在{site}释放{whom}在{day} {time}的名额（{dose}）",
        "{who} released the place of {whom} at {site}: {day} {time} ({dose})",
    ),
    (
        "WeeklyPlanPublished",
        "{who}发布{site}{week}的接种计划，共{planned}剂",
        "{who} published the plan of {site} for {week}: {planned} doses",
    ),
    # Appointments and visits
    (
        "AppointmentBooked",
        "{who}为{whom}预约{dose}：{site}，{day} {time}，{product}",
        "{who} booked the {dose} of {whom}: {site}, {day} {time}, {product}",
    ),
    (
        "AppointmentMoved",
        "{who}把{whom}的{dose}预约从{from_day} {from_time}改期到{day} {time}（{site}）",
        "{who} moved the {dose} of {whom} from {from_day} {from_time} to {day} {time} ({site})",
    ),
    (
        "AppointmentCancelled",
        "{who}取消{whom}在{site}{day} {time}的{dose}预约；原因：{reason}",
        "{who} cancelled the {dose} of {whom} at {site}, {day} {time}; reason: {reason}",
    ),
    (
        "AppointmentRefused",
        "{site}未能自{day}起为{whom}预约；原因：{reason}",
        "{site} could not book {whom} from {day} on; reason: {reason}",
    ),
    (
        "NoShowRecorded",
        "{who}记录{whom}未到：{site}，{day} {time}，{dose}",
        "{who} recorded that {whom} did not come: {site}, {day} {time}, {dose}",
    ),
    (
        "ResidentCheckedIn",
        "{who}为{whom}签到：{site}，{day} {time}，{dose}，排队号{number}",
        "{who} checked {whom} in: {site}, {day} {time}, {dose}, number {number}",
    ),
    (
        "NumberCalled",
        "{login}在{site}叫{number}号（{whom}）到{desk}台接种（{day}）",
        "{login} called number {number} ({whom}) at {site} for the dose, desk {desk} ({day})",
    ),
    (
        "NumberHeld",
        "{who}登记{site}{number}号（{whom}）接种前暂离（{day}）",
        "{who} let number {number} ({whom}) step aside before the dose at {site} ({day})",
    ),
    (
        "NumberPassed",
        "{who}登记{site}{number}号（{whom}）接种过号（{day}）",
        "{who} recorded that number {number} ({whom}) did not come when called for the dose at {site}"
        " ({day})",
    ),
    (
        "NumberResumed",
        "{who}让{site}{number}号（{whom}）恢复接种排队（{day}）",
        "{who} took number {number} ({whom}) back into the line for the dose at {site} ({day})",
    ),
    (
        "NumberCallUndone",
        "{who}撤销{site}{number}号（{whom}）的接种操作“{undone}”，恢复为“{state}”（{day}）",
        "{who} took back “{undone}” of number {number} ({whom}) for the dose at {site}; now: {state}"
        " ({day})",
    ),
    (
        "NumberDirected",
        "{who}让{site}{number}号（{whom}）到{desk}台等接种（{day}）",
        "{who} sent number {number} ({whom}) to desk {desk} to wait for the dose at {site} ({day})",
    ),
    (
        "ScreeningCalled",
        "{login}在{site}叫{number}号（{whom}）到{desk}台筛查（{day}）",
        "{login} called number {number} ({whom}) at {site} for screening, desk {desk} ({day})",
    ),
    (
        "ScreeningHeld",
        "{who}登记{site}{number}号（{whom}）筛查前暂离（{day}）",
        "{who} let number {number} ({whom}) step aside before screening at {site} ({day})",
    ),
    (
        "ScreeningPassed",
        "{who}登记{site}{number}号（{whom}）筛查过号（{day}）",
        "{who} recorded that number {number} ({whom}) did not come when called for screening at {site}"
        " ({day})",
    ),
    (
        "ScreeningResumed",
        "{who}让{site}{number}号（{whom}）恢复筛查排队（{day}）",
        "{who} took number {number} ({whom}) back into the line for screening at {site} ({day})",
    ),
    (
        "ScreeningCallUndone",
        "{who}撤销{site}{number}号（{whom}）的筛查操作“{undone}”，恢复为“{state}”（{day}）",
        "{who} took back “{undone}” of number {number} ({whom}) for screening at {site}; now: {state}"
        " ({day})",
    ),
    (
        "ScreeningDirected",
        "{who}让{site}{number}号（{whom}）到{desk}台等筛查（{day}）",
        "{who} sent number {number} ({whom}) to desk {desk} to wait for screening at {site} ({day})",
    ),
    (
        "DoseAdministered",
        "{who}记录{whom}在{site}接种{dose}：{day}，{product}，批号{batch}，接种人员{vaccinator}，"
        "部位：{body_side}",
        "{who} recorded the {dose} of {whom} at {site}: {day}, {product}, batch {batch},"
        " vaccinator {vaccinator}, site of the body: {body_side}",
    ),
    (
        "ObservationEnded",
        "{who}结束{whom}在{site}的留观（{dose}，{day}）；提前离开的原因：{early_reason}",
        "{who} ended the observation of {whom} at {site} ({dose}, {day}); why early: {early_reason}",
    ),
    (
        "PackageRefused",
        "{who}在{site}扫到已用完的追溯码{trace_code}（{day}）：已用{used}剂，每支{doses}剂，没有接种",
        "{who} scanned trace code {trace_code} at {site} again ({day}): used for {used} doses of"
        " {doses}; no dose was given",
    ),
    (
        "DutyTaken",
        "{login}在{site}上岗（{day}）：{posts}，台号{desk}，由{who}登记",
        "{login} is on duty at {site} ({day}): {posts}, desk {desk}, recorded by {who}",
    ),
    (
        "DutyLeft",
        "{login}在{site}离岗（{day}），由{who}登记",
        "{login} is off duty at {site} ({day}), recorded by {who}",
    ),
    (
        "AdverseEventReported",
        "{who}在{site}报告{whom}{dose}后的疑似不良反应（{severity}）：{signs}；补充：{other}",
        "{who} reported at {site} an adverse event of {whom} after the {dose} ({severity}):"
        " {signs}; in words: {other}",
    ),
    (
        "AdverseEventFollowedUp",
        "{who}在{site}补充{whom}{dose}后的不良反应；程度：{severity}；转归：{outcome}；分类：{classified}",
        "{who} added at {site} to the adverse event of {whom} after the {dose}; severity:"
        " {severity}; outcome: {outcome}; class: {classified}",
    ),
    (
        "AdverseEventReportedUp",
        "{who}上报{whom}在{site}{dose}后的不良反应；报给：{to}；编号：{number}",
        "{who} reported up the adverse event of {whom} at {site} after the {dose}; to: {to};"
        " number: {number}",
    ),
    (
        "ClusterSuspected",
        "{who}发现疑似群体性反应（{kind}：{place}），表现：{sign}，{since}至{until}，共{cases}例",
        "{who} suspects a cluster of reactions ({kind}: {place}), sign: {sign}, {since} to {until},"
        " cases: {cases}",
    ),
    (
        "WeeklyProgressPublished",
        "{who}发布{week}的周报：累计第一剂{first}剂，第二剂{second}剂",
        "{who} published the report of {week}: {first} first and {second} second doses so far",
    ),
    # Supervision
    (
        "LedgerCheckpointed",
        "{who}留存台账核对码，至第{entries}条",
        "{who} kept a check code of the ledger, up to entry {entries}",
    ),
    ("AnomalyFlagged", "{who}标记异常：{kind}", "{who} flagged: {kind}"),
    (
        "GenerationBegun",
        "从备份恢复后继续记录，第{fork}条之后的原记录不再计入",
        "the records go on after a restore; what stood after record {fork} is not counted",
    ),
    (
        "SourceHistoryAccepted",
        "{who}认可{source}恢复后的记录：第{fork}条之后的{lost}条不再计入；原因：{reason}",
        "{who} accepted the records of {source} after a restore: {lost} after {fork} count no"
        " more; reason: {reason}",
    ),
    # Accounts
    ("StaffEnrolled", "{who}新建账号：{login}", "{who} opened the account {login}"),
    (
        "RoleGranted",
        "{who}授予{login}：{role}（{scope}）",
        "{who} granted {login}: {role} ({scope})",
    ),
    (
        "RoleRevoked",
        "{who}撤销{login}的角色：{role}（{scope}）",
        "{who} took from {login} the role {role} ({scope})",
    ),
    (
        "StaffLocked",
        "{who}锁定账号{login}；原因：{reason}",
        "{who} locked the account of {login}; reason: {reason}",
    ),
    ("StaffUnlocked", "{who}解锁账号{login}", "{who} unlocked the account of {login}"),
    (
        "CredentialsReset",
        "{who}为{login}发放一次性码，原密码作废",
        "{who} issued a one-time code to {login}; the password of before is void",
    ),
    ("SignedIn", "{login}登录（{method}）", "{login} signed in ({method})"),
    ("SignedOut", "{login}的登录结束：{reason}", "the sign-in of {login} ended: {reason}"),
    ("SigningKeyPublished", "{who}启用新的登录签名钥", "{who} published a new sign-in key"),
    ("SigningKeyRetired", "{who}停用一个登录签名钥", "{who} retired a sign-in key"),
    ("PartKeyPublished", "{who}启用{part}的新公钥", "{who} published a new key of {part}"),
    ("PartKeyRetired", "{who}停用{part}的原公钥", "{who} retired the old key of {part}"),
    (
        "KeysHandedOut",
        "{part}索取{asked}名居民的密钥，未给{withheld}名（一小时内共{in_hour}名）",
        "{part} asked for residents' keys: {asked}, withheld: {withheld} ({in_hour} in the hour)",
    ),
    (
        "PersonalDataViewed",
        "{login}查阅了{residents}名居民的{viewed}；理由：{reason}",
        "{login} looked at {viewed}; residents: {residents}; reason: {reason}",
    ),
)
