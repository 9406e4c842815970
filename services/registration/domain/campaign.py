"""The campaign itself. The event and field names are the storage format."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from eventsourcing.domain import Aggregate, event

CAMPAIGN = UUID("3d1f7a52-6c0e-5b9c-8f34-0f6f0f6a1c01")


class Campaign(Aggregate):
    """The one campaign of this store: its goal and its dates (R01, R02, R05)."""

    @staticmethod
    def create_id() -> UUID:
        """One campaign, one store, one stream."""
        return CAMPAIGN

    @event("CampaignOpened")
    def __init__(
        self,
        *,
        name_zh: str,
        name_en: str,
        start: date,
        end: date,
        first_dose_cutoff: date,
        population: int,
        head_count_target: int,
        coverage_target: float,
    ) -> None:
        """Nothing is decided by it: the campaign file tells what is planned."""
