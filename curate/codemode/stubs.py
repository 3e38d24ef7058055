"""What a model is told of the functions it may call: a stub a tool, made from the tool itself.

    ruff_check(path: str, select: list[str] | None = None)
      Lint a Python file or folder with ruff and get the violations with file, line, ...
      -> violation_count, fixable_count, violations[file, line, column, code, message, fixable], ...

This module runs nothing and knows no tool by name.
"""

import types
from collections.abc import Iterable
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from curate.tools.base import Result, Tool

LEAD = """\
Each function returns an object; read its fields with dots. All have success, and error: what went \
wrong, or None. Paths are relative to the project, lines and columns count from 1. A function \
cannot be called inside map, filter or a sort key; there are no generators, and no files, network \
or clock."""


def description_of(lead: str, tools: Iterable[Tool]) -> str:
    """The description of a tool that runs code which calls these."""
    return "\n\n".join([f"{lead} {LEAD}", *(stub(tool) for tool in tools)])


def stub(tool: Tool) -> str:
    """A function's signature, what it does, and the fields of what it returns."""
    parameters = ", ".join(
        _parameter(name, field) for name, field in tool.arguments.model_fields.items()
    )
    said = tool.description.partition(". ")[0].removesuffix(".")
    fields = ", ".join(_fields(tool.result, (), Result.model_fields))
    return f"{tool.name}({parameters})\n  {said}.\n  -> {fields}"


def _parameter(name: str, field: FieldInfo) -> str:
    kind = f"{name}: {_type(field.annotation)}"
    return kind if field.is_required() else f"{kind} = {field.default!r}"


def _type(annotation: Any) -> str:
    """A type as it is written: str, list[str] | None, Literal['a', 'b']."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin in {Union, types.UnionType}:
        return " | ".join(_type(argument) for argument in arguments)
    if origin is Literal:
        return " | ".join(repr(argument) for argument in arguments)
    if annotation is type(None):
        return "None"
    name = getattr(origin or annotation, "__name__", str(annotation))
    return f"{name}[{', '.join(_type(a) for a in arguments)}]" if arguments else name


def _fields(
    model: type[BaseModel], above: tuple[type[BaseModel], ...], without: Iterable[str] = ()
) -> list[str]:
    """The fields of a model; those of the models in it in brackets, once."""
    said = []
    for name, field in model.model_fields.items():
        if name in without:
            continue
        inner = _model_in(field.annotation)
        if inner is None:
            said.append(name)
        elif inner in {model, *above}:
            said.append(f"{name}[...]")
        else:
            said.append(f"{name}[{', '.join(_fields(inner, (*above, model)))}]")
    return said


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """The model that a field holds one of or a list of."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    found = (_model_in(argument) for argument in get_args(annotation))
    return next((model for model in found if model), None)
