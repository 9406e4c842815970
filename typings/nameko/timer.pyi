from typing import Any

from nameko.extensions import Entrypoint

class Timer(Entrypoint):
    interval: float
    eager: bool
    def __init__(self, interval: float, eager: bool = False, **kwargs: Any) -> None: ...
    def handle_timer_tick(self) -> None: ...

timer = Timer.decorator
