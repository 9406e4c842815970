from typing import Generic, TypeVar

_M = TypeVar("_M")

class Frame:
    channel_number: int

class Method(Frame, Generic[_M]):
    method: _M
