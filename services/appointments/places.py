"""Where residents are to a site's part: as registration says, whichever site their unit goes to."""

from services.appointments.domain.refusals import NotRegisteredHere
from shared.town.mirrors.residents import ResidentPlaces

PLACES = ResidentPlaces(NotRegisteredHere)
