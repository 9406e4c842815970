"""What screening decides, without any technology."""

from services.screening.domain.screening import Screening
from services.screening.domain.ticket import Ticket

AGGREGATES = (Screening, Ticket)
