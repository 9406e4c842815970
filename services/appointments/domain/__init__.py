"""A site's aggregates: what it decides, and what has happened."""

from services.appointments.domain.batch import Batch
from services.appointments.domain.closing import Closing
from services.appointments.domain.course import Course
from services.appointments.domain.duty import Duty
from services.appointments.domain.fridge import Fridge
from services.appointments.domain.package import Package
from services.appointments.domain.plan import WeeklyPlan
from services.appointments.domain.session import Session
from services.appointments.domain.site import Site
from services.appointments.domain.syringes import Syringes
from services.appointments.domain.ticket import Ticket
from services.appointments.domain.whereabouts import Whereabouts

AGGREGATES = (
    Site,
    Fridge,
    Batch,
    Session,
    WeeklyPlan,
    Course,
    Duty,
    Package,
    Ticket,
    Closing,
    Syringes,
    Whereabouts,
)
SNAPSHOTS = {Session: 20, Batch: 20}
"""Of which aggregates a snapshot is kept, every how many events."""
