"""Passwords and one-time codes: drawn, judged and hashed."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
from collections.abc import Callable
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from eventlet import patcher, tpool

from services.supervision.domain.refusals import WeakPassword

# OWASP's password storage cheat sheet: Argon2id, 19 MiB, 2 passes, 1 lane.
HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
# What a program has drawn nobody guesses, however quickly: slowness would protect nothing.
_OF_DRAWN = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
HASHES_AT_ONCE = 2  # each takes its 19 MiB and a processor
LEAST_LENGTH = 12
MOST_LENGTH = 200
CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
# Of five steps (0 to 4) of the estimate by zxcvbn: 10^10 guesses and more.
LEAST_SCORE = 4
# The estimate takes time that grows with the square of the length; a long one needs no more.
JUDGED_LENGTH = 64
OURS = ("vaxledger", "vaccine", "jiezhong", "yimiao")
# Whoever names an unknown login waits as long as everybody else.
_NOBODY = HASHER.hash(secrets.token_hex(16))

_turns = threading.Semaphore(HASHES_AT_ONCE)

T = TypeVar("T")


def _unhurried(work: Callable[[], T]) -> T:
    """Do slow arithmetic without holding up the other green threads of the process."""
    with _turns:
        return tpool.execute(work) if patcher.is_monkey_patched("thread") else work()


def hashed(secret: str) -> str:
    """Return the Argon2id hash of a password or code."""
    return _unhurried(lambda: HASHER.hash(secret))


def hashed_drawn(secret: str) -> str:
    """Return the hash of a password of 96 drawn bits or more, which need not take time."""
    return _OF_DRAWN.hash(secret)


def matches(stored: str | None, secret: str) -> bool:
    """Tell whether a password or code is the one that was stored."""

    def compare() -> bool:
        try:
            return HASHER.verify(stored or _NOBODY, secret) and stored is not None
        except (VerificationError, InvalidHashError):
            return False

    return _unhurried(compare)


def new_code() -> str:
    """Draw a one-time code: XXXX-XXXX-XXXX, 59 bits."""
    drawn = "".join(secrets.choice(CODE_ALPHABET) for _ in range(12))
    return "-".join((drawn[:4], drawn[4:8], drawn[8:]))


def check_password(login: str, password: str) -> None:
    """Raise `WeakPassword` for one that is short, easy to guess or holds the login."""
    length = LEAST_LENGTH <= len(password) <= MOST_LENGTH
    if not length or login in password.lower() or _score(login, password) < LEAST_SCORE:
        raise WeakPassword(least=LEAST_LENGTH)


def _score(login: str, password: str) -> int:
    # Its word lists take 10 MB: only where somebody chooses a password.
    from zxcvbn import zxcvbn

    found = zxcvbn(password[:JUDGED_LENGTH], user_inputs=[login, *OURS])
    return int(found["score"])


def digested(secret: bytes, code: str) -> str:
    """Return the keyed hash of a one-time code: 59 random bits need no slow one."""
    return hmac.new(secret, f"code|{code}".encode(), hashlib.sha256).hexdigest()
