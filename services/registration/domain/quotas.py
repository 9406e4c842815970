"""The quotas of a unit's cadres (R24). The names are the storage format."""

from __future__ import annotations

from uuid import UUID, uuid5

from eventsourcing.domain import Aggregate, event

from services.registration.domain.refusals import Refusal

QUOTAS = UUID("3d1f7a52-6c0e-5b9c-8f34-0f6f0f6a1c04")


class BadQuota(Refusal):
    """A quota that cannot be one."""

    code = "bad-quota"
    status = 422

    def __init__(self, quota: int) -> None:
        super().__init__(
            f"定额不能是 {quota}，请填 0 或更大的整数。 A quota cannot be {quota}; give 0 or more."
        )


class Quotas(Aggregate):
    """How many people each cadre of one unit is to bring to the end of their course."""

    @staticmethod
    def create_id(unit: str) -> UUID:
        """One stream a unit."""
        return uuid5(QUOTAS, unit)

    def begin(self) -> None:
        """No quota yet."""
        self.quotas: dict[str, int] = {}

    def set(self, unit: str, cadre: str, quota: int) -> bool:
        """Set a cadre's quota; False when it is that already. Raises `BadQuota`."""
        if quota < 0:
            raise BadQuota(quota)
        if self.quotas.get(cadre) == quota:
            return False
        self._on_quota_set(unit=unit, cadre=cadre, quota=quota)
        return True

    @event("QuotaSet")
    def _on_quota_set(self, *, unit: str, cadre: str, quota: int) -> None:
        self.quotas[cadre] = quota
