from typing import overload

class Scale:
    limit: int
    @overload
    def weigh(self, thing: str, /) -> int: ...
    @overload
    def weigh(self, thing: bytes, /, *, unit: str = ...) -> float: ...

def tare(scale: Scale = ...) -> None: ...
