"""Syntax of Python 3.12."""

type Pair[T] = tuple[T, T]


class Box[T: (str, bytes)](list[T]):
    """Holds one kind of thing."""

    def first[D](self, default: D = None) -> T | D:
        """The first thing."""
        return self[0] if self else default


def pack[*Ts, **P](*things: *Ts) -> Box:
    return Box(things)
