"""Results as sandboxed code sees them: objects whose fields are read with dots.

    as_object(RuffCheckResult(...))  ->  result.violations[0].line in the sandbox

Only fields are there: no method, no class to call. What code does to an object stays in the
sandbox. An object has value equality and the repr of a dataclass, without an address.
"""

from collections.abc import Iterator
from functools import cache
from itertools import count
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

from pydantic import BaseModel
from pydantic_monty import ClassInstance, ClassType


class ResultObject(ClassInstance):
    """A pydantic model with all of its fields, and those of the models in them."""

    def __init__(self, value: BaseModel, fields: dict[str, Any], number: int) -> None:
        super().__init__(value, id=UUID(int=number), class_type=_class_type(type(value)))
        self._fields = fields

    def get_eager_attrs(self) -> dict[str, Any]:
        """All fields: nothing is left to be asked for."""
        return self._fields

    def is_dataclass(self) -> bool:
        """Yes: it is compared and shown as one."""
        return True


class ResultClass(ClassType):
    """The class of an object, which code can name and not call."""

    def is_dataclass(self) -> bool:
        """As its objects say."""
        return True


def as_object(value: Any, numbers: Iterator[int]) -> Any:
    """A value for the sandbox; `numbers` gives each object of a run its own."""
    if isinstance(value, BaseModel):
        fields = {name: as_object(field, numbers) for name, field in vars(value).items()}
        return ResultObject(value, fields, next(numbers))
    if isinstance(value, (list, tuple)):
        return [as_object(item, numbers) for item in value]
    if isinstance(value, dict):
        return {key: as_object(item, numbers) for key, item in value.items()}
    return value


def fresh_numbers() -> Iterator[int]:
    """Numbers for the objects of one run: the same in each, so that nothing random shows."""
    return count(1)


@cache
def _class_type(model: type[BaseModel]) -> ResultClass:
    name = f"{model.__module__}.{model.__qualname__}"
    return ResultClass(model, id=uuid5(NAMESPACE_OID, name))
