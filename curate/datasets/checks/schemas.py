"""Calls against the JSON schemas that their row offers.

    read_file {"path": "a.py", "start_line": "one"}     'one' is not of type 'integer'

jsonschema says what is wrong; it is only asked where the arguments are not plainly right, since
it takes fifty times as long. An argument that no schema names is a fault, whatever else it allows.
A schema is data: nothing that it refers to is fetched, and none of it runs longer than it should.
`schema_rules` says how.
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Any

import msgspec

from curate.datasets.checks.schema_rules import KEYWORD_CHARS, Exhausted, Purse
from curate.datasets.decoding import shown
from curate.datasets.hashing import canonical
from curate.datasets.row import Call, Fault, Row

if TYPE_CHECKING:
    from jsonschema.protocols import Validator

PLAIN = frozenset(
    {"type", "description", "title", "default", "enum", "examples", "items", "format"}
)
MOST_COMPLAINTS = 20  # of one call; chosen by us, 2026-11-21
MOST_ENUM = 1_000  # values that are looked through for every item of a list; chosen by us
TYPES: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "array": (list,),
    "object": (dict,),
    "null": (type(None),),
}


def faults(row: Row) -> Iterator[Fault]:
    """Calls whose arguments do not fit the schema of the tool of that name."""
    if not row.tools or not row.calls:
        return
    offered = {tool.get("name"): tool.get("parameters") for tool in row.tools}
    purse = Purse()
    broken = {fault.ordinal for fault in row.faults if fault.rule.startswith("call_arguments")}
    for call in row.calls:
        schema = offered.get(call.tool)
        if isinstance(schema, dict) and call.ordinal not in broken and _is_literal(call):
            if _fits(schema, call.arguments):
                continue
            for message in islice(_complaints(schema, call, purse), MOST_COMPLAINTS):
                yield Fault("call_schema", f"{call.tool}: {message}", call.ordinal)


def _is_literal(call: Call) -> bool:
    """Whether all values are known: those in code may be computed, or have no name."""
    return not call.is_in_code or (
        "$python" not in call.canonical and not any(key.isdigit() for key in call.arguments)
    )


def _fits(schema: Mapping[str, Any], arguments: Mapping[str, Any]) -> bool:
    """True only where arguments plainly fit; False where a closer look is needed."""
    properties = schema.get("properties")
    if not isinstance(properties, dict) or not properties.keys() >= arguments.keys():
        return False
    required = schema.get("required", ())
    if not isinstance(required, list | tuple) or not arguments.keys() >= set(map(str, required)):
        return False
    return all(_is_plain(properties[key], value) for key, value in arguments.items())


def _is_plain(schema: Any, value: Any) -> bool:
    if not isinstance(schema, dict) or not schema.keys() <= PLAIN:
        return False
    kinds = TYPES.get(schema["type"]) if isinstance(schema.get("type"), str) else None
    if kinds is None or not isinstance(value, kinds):
        return False
    if isinstance(value, bool) and bool not in kinds:
        return False
    if "enum" in schema and not _is_listed(schema["enum"], value):
        return False
    if isinstance(value, list) and "items" in schema:
        return all(_is_plain(schema["items"], item) for item in value)
    return True


def _is_listed(values: Any, value: Any) -> bool:
    """Whether a value is one of a list that is not too long to look through."""
    return isinstance(values, list) and len(values) <= MOST_ENUM and value in values


def _complaints(schema: Mapping[str, Any], call: Call, purse: Purse) -> Iterator[str]:
    """What is wrong, one line each; nothing where the schema itself is no schema."""
    validator = _validator(canonical(schema))
    if validator is None:
        return
    arguments, properties = call.arguments, schema.get("properties")
    if isinstance(properties, dict) and "patternProperties" not in schema:
        for name in sorted(arguments.keys() - properties.keys())[:MOST_COMPLAINTS]:
            if not isinstance(schema.get("additionalProperties"), dict):
                yield f"{shown(name)} is no parameter; there are {shown(', '.join(properties))}"
    errors = []
    with (
        purse.opened(KEYWORD_CHARS + len(call.canonical)),
        suppress(Exhausted, RecursionError, ArithmeticError),  # of the rest nothing is said
    ):
        errors.extend(islice(validator.iter_errors(arguments), MOST_COMPLAINTS))
    for error in errors:
        place = ".".join(map(str, error.absolute_path))
        yield shown(f"{place}: {error.message}" if place else error.message, 160)


@lru_cache(maxsize=2_000)
def _validator(schema: str) -> "Validator | None":
    """The validator of a schema's text; None where it is no sound schema."""
    from curate.datasets.checks.schema_rules import is_schema, validator_of, without_addresses

    loaded = without_addresses(msgspec.json.decode(schema))
    return validator_of(loaded) if is_schema(loaded) else None
