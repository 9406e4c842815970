"""What reporting decides, without any technology."""

from services.reporting.domain.week import Week

AGGREGATES = (Week,)
