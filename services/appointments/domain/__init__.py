"""A site's aggregates: what it decides, and what has happened."""

from services.appointments.domain.batch import Batch
from services.appointments.domain.course import Course
from services.appointments.domain.duty import Duty
from services.appointments.domain.package import Package
from services.appointments.domain.plan import WeeklyPlan
from services.appointments.domain.session import Session
from services.appointments.domain.site import Site

AGGREGATES = (Site, Batch, Session, WeeklyPlan, Course, Duty, Package)
SNAPSHOTS = {Session: 20, Batch: 20}
"""Of which aggregates a snapshot is kept, every how many events."""
