"""What units do by themselves: take the campaign in when the part starts."""

from services.registration.units import commands
from shared.kit.tasks import Tasks

tasks = Tasks()
tasks.at_start(commands.open_campaign)
