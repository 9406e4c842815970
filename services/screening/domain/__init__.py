"""What screening decides, without any technology."""

from services.screening.domain.screening import Screening

AGGREGATES = (Screening,)
