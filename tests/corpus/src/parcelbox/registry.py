"""Small tools that the other modules share."""

import functools
import logging
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")
log = logging.getLogger("parcelbox")


class Registered:
    """Keeps a list of its subclasses."""

    subclasses: list[type] = []

    def __init_subclass__(cls, **options: Any) -> None:
        """Add the new class to the list."""
        super().__init_subclass__(**options)
        Registered.subclasses.append(cls)


def traced(function: Callable[P, R]) -> Callable[P, R]:
    """Log each call of a function."""

    @functools.wraps(function)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
        log.debug("call %s", function)
        return function(*args, **kwargs)

    return wrapper


def retried(attempts: int = 3, /, *errors: type[Exception], pause_seconds: float = 0.0):
    """Call a function again when it raises one of these errors."""

    def decorate(function):
        @functools.wraps(function)
        def wrapper(*args, **kwargs):
            # HACK: the pause is ignored until there is a clock to inject
            for _ in range(attempts - 1):
                try:
                    return function(*args, **kwargs)
                except errors:
                    log.info("again: %s", function.__name__)
            return function(*args, **kwargs)

        return wrapper

    return decorate
