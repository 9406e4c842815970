"""Why the gate stays shut: what happened and what to do."""

from __future__ import annotations


class Refused(Exception):
    """Base: `status` and `code` become the problem's."""

    status = 403
    code = "not-allowed"


class NotSignedIn(Refused):
    """Nobody stands behind the request (401)."""

    status = 401
    code = "not-signed-in"

    def __init__(self) -> None:
        """Say what to do."""
        super().__init__("请先登录。 Sign in first.")


class TokenRefused(Refused):
    """A token came, and it is not good (401); `why` names the check it failed."""

    status = 401
    code = "token-refused"

    def __init__(self, why: str) -> None:
        """Say which check failed."""
        super().__init__(
            f"登录已失效，请重新登录（{why}）。 The sign-in is not valid any more; sign in again ({why})."
        )
        self.why = why


class NotAllowed(Refused):
    """The person is known and may not do this (403)."""

    def __init__(self) -> None:
        """Say whom to ask."""
        super().__init__(
            "您的角色或管辖范围不允许这样做；如工作需要，请找账号管理员授权。"
            " Your roles or their scope do not allow this; ask the administrator if your work needs it."
        )


class FormForged(Refused):
    """A form was sent from another site, or without its session's mark (403)."""

    code = "form-forged"

    def __init__(self) -> None:
        """Say what to do."""
        super().__init__(
            "这个表单不是从本页面提交的；请重新打开页面再提交。"
            " This form was not sent from its own page; open the page again and send it from there."
        )
