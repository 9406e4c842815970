"""The quotas of a unit's cadres (R24). The names are the storage format."""

from __future__ import annotations

from uuid import UUID, uuid5

from eventsourcing.domain import Aggregate, event

from services.registration.domain.responsibility_refusals import BadQuota

QUOTAS = UUID("3d1f7a52-6c0e-5b9c-8f34-0f6f0f6a1c04")


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
            raise BadQuota(quota=quota)
        if self.quotas.get(cadre) == quota:
            return False
        self._on_quota_set(unit=unit, cadre=cadre, quota=quota)
        return True

    @event("QuotaSet")
    def _on_quota_set(self, *, unit: str, cadre: str, quota: int) -> None:
        self.quotas[cadre] = quota
