"""Why the gate stays shut: what happened and what to do."""

from __future__ import annotations

from shared.kit.language import t
from shared.kit.refusals import refusal

NotSignedIn = refusal("not-signed-in", 401, zh="请先登录。", en="Sign in first.")

NotAllowed = refusal(
    "not-allowed",
    403,
    zh="您的角色或管辖范围没有这项权限；如工作需要，请找账号管理员授权。",
    en="Your roles or their scope do not allow this; ask the administrator if your work needs it.",
)

FormForged = refusal(
    "form-forged",
    403,
    zh="这个表单不是从本页面提交的；请重新打开页面再提交。",
    en="This form was not sent from its own page; open the page again and send it from there.",
)

_SAID = {
    "openid-unreachable": (
        "统一身份认证服务没有应答，现在不能登录；请稍后再试，仍不行请联系系统运维。",
        "The identity provider does not answer, so nobody can sign in there just now. Try again"
        " soon; if it stays so, tell the operator.",
    ),
    "openid-misconfigured": (
        "统一身份认证服务的应答不符合约定，未能登录；请联系系统运维查看日志。",
        "The identity provider answered what it should not, so you are not signed in. Ask the"
        " operator to look into the log.",
    ),
    "openid-declined": (
        "统一身份认证服务没有确认您的身份；请从登录页重新开始。",
        "The identity provider did not confirm who you are. Begin again at the sign-in page.",
    ),
    "openid-stale": (
        "这次登录不是从本浏览器的登录页开始的，或已过时；请从登录页重新开始。",
        "This sign-in was not begun in this browser, or too long ago. Begin again at the sign-in page.",
    ),
    "openid-token": (
        "统一身份认证服务发来的凭证不可信，未能登录；请从登录页重新开始，仍不行请联系系统运维。",
        "What the identity provider sent is not to be trusted, so you are not signed in. Begin again"
        " at the sign-in page; if it stays so, tell the operator.",
    ),
    "openid-no-login": (
        "统一身份认证服务没有说明您的账号名，未能登录；请联系系统运维。",
        "The identity provider did not say which account is yours, so you are not signed in. Tell the"
        " operator.",
    ),
}


class SignInRefused(Exception):
    """An OpenID Connect provider signs nobody in; `code` is one of `_SAID`.

    `why` names what failed, for the log and for programs, never a token, code or secret.
    """

    def __init__(self, code: str, why: str) -> None:
        super().__init__()
        self.code, self.why = code, why
        self.details = {"why": why}
        self.status = 503 if code == "openid-unreachable" else 401

    def __str__(self) -> str:
        """What the person is told."""
        return t(*_SAID[self.code])
