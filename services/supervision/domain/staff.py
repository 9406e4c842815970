"""Staff accounts, who is signed in, and the keys that sign for them.

The event and field names are the storage format. Who somebody is, and the password, never come here.
"""

from __future__ import annotations

from uuid import UUID, uuid5

from eventsourcing.domain import Aggregate, event

from services.supervision.domain.refusals import (
    LoginTaken,
    NotEnrolled,
    StaffIsLocked,
    TooManyGrants,
)

STAFF = UUID("4b0a9f0e-3f57-5b6e-8a35-0a4b6a2f1c05")
KEYS = UUID("9d6d3c1a-9f0b-5a5c-8f67-5a1f6e9b7d06")
MOST_GRANTS = 20


class Staff(Aggregate):
    """One account: its grants as [role, scope], and whether it is locked."""

    login: str
    enrolled: bool
    locked: bool
    grants: list[list[str]]

    @staticmethod
    def create_id(login: str) -> UUID:
        """One stream an account."""
        return uuid5(STAFF, login)

    def begin(self) -> None:
        """Nobody has this login yet."""
        self.login, self.enrolled, self.locked, self.grants = "", False, False, []

    def enrol(self, login: str) -> None:
        """Open the account. Raises `LoginTaken`."""
        if self.enrolled:
            raise LoginTaken(login=login)
        self._on_enrolled(login)

    def grant(self, role: str, scope: str) -> bool:
        """Grant a role; False: it was held already. Raises `NotEnrolled`, `TooManyGrants`."""
        self._must_be_enrolled()
        if [role, scope] in self.grants:
            return False
        if len(self.grants) >= MOST_GRANTS:
            raise TooManyGrants(login=self.login, most=MOST_GRANTS)
        self._on_granted(self.login, role, scope)
        return True

    def revoke(self, role: str, scope: str) -> bool:
        """Take a role back; False: it was not granted. Raises `NotEnrolled`."""
        self._must_be_enrolled()
        held = [role, scope] in self.grants
        if held:
            self._on_revoked(self.login, role, scope)
        return held

    def lock(self, reason: str) -> bool:
        """Lock the account; False: it is locked already. Raises `NotEnrolled`."""
        self._must_be_enrolled()
        was_open = not self.locked
        if was_open:
            self._on_locked(self.login, reason)
        return was_open

    def unlock(self) -> bool:
        """Open a locked account again; False: it is open. Raises `NotEnrolled`."""
        self._must_be_enrolled()
        was_locked = self.locked
        if was_locked:
            self._on_unlocked(self.login)
        return was_locked

    def reset_credentials(self) -> None:
        """Void the password. Raises `NotEnrolled`, `StaffIsLocked`."""
        self._must_be_enrolled()
        if self.locked:
            raise StaffIsLocked(login=self.login)
        self._on_credentials_reset(self.login)

    def _must_be_enrolled(self) -> None:
        if not self.enrolled:
            raise NotEnrolled

    @event("StaffEnrolled")
    def _on_enrolled(self, login: str) -> None:
        self.login, self.enrolled = login, True

    @event("RoleGranted")
    def _on_granted(self, login: str, role: str, scope: str) -> None:
        self.grants.append([role, scope])

    @event("RoleRevoked")
    def _on_revoked(self, login: str, role: str, scope: str) -> None:
        self.grants.remove([role, scope])

    @event("StaffLocked")
    def _on_locked(self, login: str, reason: str) -> None:
        self.locked = True

    @event("StaffUnlocked")
    def _on_unlocked(self, login: str) -> None:
        self.locked = False

    @event("CredentialsReset")
    def _on_credentials_reset(self, login: str) -> None:
        pass


class SignIn(Aggregate):
    """One session of somebody: from signing in to being signed out."""

    login: str
    ended: bool

    @event("SignedIn")
    def __init__(self, session: str, login: str, method: str) -> None:
        """Somebody signed in by password or openid."""
        self.session, self.login, self.ended = session, login, False

    @staticmethod
    def create_id(session: str) -> UUID:
        """A session is named by its id."""
        return UUID(session)

    def end(self, reason: str) -> None:
        """Sign out; a second time changes nothing."""
        if not self.ended:
            self._on_signed_out(self.session, self.login, reason)

    @event("SignedOut")
    def _on_signed_out(self, session: str, login: str, reason: str) -> None:
        self.ended = True


class SigningKey(Aggregate):
    """A public key with which tokens can be checked until it is retired."""

    retired: bool

    @event("SigningKeyPublished")
    def __init__(self, key: str, x: str) -> None:
        self.key, self.retired = key, False

    @staticmethod
    def create_id(key: str) -> UUID:
        """One stream a key."""
        return uuid5(KEYS, key)

    def retire(self) -> None:
        """Refuse what it signed from now on; a second time changes nothing."""
        if not self.retired:
            self._on_retired(self.key)

    @event("SigningKeyRetired")
    def _on_retired(self, key: str) -> None:
        self.retired = True
