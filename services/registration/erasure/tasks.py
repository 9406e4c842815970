"""What erasure does by itself: what was destroyed stays so when the part starts on a backup."""

from services.registration.erasure import commands
from shared.kit.tasks import Tasks

tasks = Tasks()
tasks.at_start(commands.bury)
