"""Why the gate stays shut: what happened and what to do."""

from __future__ import annotations

from shared.kit.refusals import refusal

NotSignedIn = refusal("not-signed-in", 401, zh="请先登录。", en="Sign in first.")

NotAllowed = refusal(
    "not-allowed",
    403,
    zh="您的角色或管辖范围不允许这样做；如工作需要，请找账号管理员授权。",
    en="Your roles or their scope do not allow this; ask the administrator if your work needs it.",
)

FormForged = refusal(
    "form-forged",
    403,
    zh="这个表单不是从本页面提交的；请重新打开页面再提交。",
    en="This form was not sent from its own page; open the page again and send it from there.",
)
