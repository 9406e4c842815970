from typing import Any

from pika.connection import Connection

class BaseConnection(Connection):
    @property
    def ioloop(self) -> Any: ...
