"""What supervision refuses, for the person who reads it: what, where, what to do."""

from __future__ import annotations

from typing import Any


class Refusal(Exception):
    """Base: `code` and `status` become the problem's, `details` its further members."""

    code: str
    status = 409
    details: dict[str, Any] | None = None


class LoginTaken(Refusal):
    """The login belongs to somebody."""

    code = "login-taken"

    def __init__(self, login: str) -> None:
        """Name the login."""
        super().__init__(
            f"登录名 {login} 已有人使用，请换一个。 The login {login} is taken; choose another one."
        )


class NotEnrolled(Refusal):
    """There is no such account."""

    code = "not-enrolled"
    status = 404

    def __init__(self) -> None:
        """Say what to do."""
        super().__init__("没有这个账号，请先开户。 There is no such account; enrol it first.")


class StaffIsLocked(Refusal):
    """The account is locked."""

    code = "staff-locked"

    def __init__(self, login: str) -> None:
        """Name the account."""
        super().__init__(
            f"账号 {login} 已锁定，请先解锁。 The account {login} is locked; unlock it first."
        )


class TooManyGrants(Refusal):
    """An account holds only so many roles."""

    code = "too-many-grants"
    status = 422

    def __init__(self, login: str, most: int) -> None:
        """Name account and limit."""
        super().__init__(
            f"账号 {login} 已有 {most} 项授权；请先撤销不用的。"
            f" The account {login} holds {most} grants already; revoke what is not needed."
        )


class BadGrant(Refusal):
    """A role and a scope do not go together."""

    code = "bad-grant"
    status = 422

    def __init__(self, role: str, wanted: str) -> None:
        """Say which scope the role asks for."""
        super().__init__(
            f"角色 {role} 的范围应为 {wanted}。 The role {role} asks for the scope {wanted}."
        )


class DutiesNotSeparate(Refusal):
    """Who hands out accounts does not hold one that opens identities."""

    code = "duties-not-separate"
    status = 422

    def __init__(self) -> None:
        """Say what to do."""
        super().__init__(
            "账号管理员不能同时担任能看到个人身份的角色；请另开账号给另一个人。"
            " An administrator cannot also hold a role that opens identities; enrol another person."
        )


class LastAdministrator(Refusal):
    """Somebody has to be able to help the others in."""

    code = "last-administrator"

    def __init__(self) -> None:
        """Say what to do."""
        super().__init__(
            "这是最后一名账号管理员；请先授权另一名。"
            " This is the last administrator; grant the role to somebody else first."
        )


class SignInFailed(Refusal):
    """Login, password or code is wrong; which of them is not said."""

    code = "sign-in-failed"
    status = 401

    def __init__(self) -> None:
        """Say what to do."""
        super().__init__(
            "登录名或密码不对；忘记密码请找账号管理员要一次性码。"
            " Login or password is wrong; ask the administrator for a one-time code if you forgot it."
        )


class SignInElsewhere(Refusal):
    """Passwords are not kept here: an OpenID Connect provider says who people are."""

    code = "sign-in-elsewhere"
    status = 404

    def __init__(self) -> None:
        """Say where."""
        super().__init__(
            "本系统用统一身份认证登录，不在这里设密码；请打开登录页。"
            " People sign in at the identity provider; there are no passwords here. Open the sign-in page."
        )


class NoAccountHere(Refusal):
    """The provider vouches for somebody who is not enrolled."""

    code = "no-account-here"
    status = 403

    def __init__(self, login: str) -> None:
        """Name the login the provider gave."""
        super().__init__(
            f"身份已确认（{login}），但这里没有这个账号；请找账号管理员开户。"
            f" You are known ({login}), but there is no account here; ask the administrator to enrol you."
        )


class TooManyAttempts(Refusal):
    """Guessing is slowed down, by account and by address."""

    code = "too-many-attempts"
    status = 429

    def __init__(self, seconds: int) -> None:
        """Say how long to wait (seconds)."""
        super().__init__(
            f"尝试次数太多，请 {seconds} 秒后再试。 Too many attempts; try again in {seconds} seconds."
        )
        self.details = {"retry_after": seconds}


class WeakPassword(Refusal):
    """The password is too easy to guess."""

    code = "weak-password"
    status = 422

    def __init__(self, least: int) -> None:
        """Say what a password needs."""
        super().__init__(
            f"密码至少 {least} 个字符，不能包含登录名，也不能是常见密码；可以用几个词连成一句。"
            f" A password has at least {least} characters, without the login, and is not a common one;"
            " a few words in a row do well."
        )


class SessionOver(Refusal):
    """The session or ticket is not good any more."""

    code = "session-over"
    status = 401

    def __init__(self) -> None:
        """Say what to do."""
        super().__init__("登录已结束，请重新登录。 The session is over; sign in again.")


class ReasonMissing(Refusal):
    """An identity is opened for a stated reason only."""

    code = "reason-missing"
    status = 422

    def __init__(self) -> None:
        """Say what to do."""
        super().__init__(
            "请写明查看身份的理由（至少 10 个字符）。 State why you open the identity (10 characters at least)."
        )
