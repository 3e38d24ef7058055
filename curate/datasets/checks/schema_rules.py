"""jsonschema, for schemas that nobody vouches for.

    {"$ref": "http://example.com/x.json"}      nothing is fetched, so nothing is said
    {"pattern": "^(a+)+$"}                     not run: it would take years
    {"allOf": [{"$ref": "#"}, {"$ref": "#"}]}  given up when the purse is empty

The keywords that run a regular expression, or compare each value with each, are left out. Each of
the others pays from a purse: as much as its work may cost, in characters read.
"""

import json
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jsonschema.protocols import Validator

KEYWORD_CHARS = 300  # what a keyword costs, as characters of a value that are written out
ROW_CHARS = 30_000_000  # of all calls of a row: under a second; chosen by us, 2026-11-21
SCHEMA_CHARS = (
    15_000_000  # of a schema, when it is judged itself: 1,200 parts; chosen by us, 2026-11-21
)
LEFT_OUT = (
    *("pattern", "patternProperties", "uniqueItems", "$dynamicRef", "format"),
    *("unevaluatedItems", "unevaluatedProperties"),
)
DIALECT = "https://json-schema.org/draft/2020-12/"
OWN = "http://bounded.invalid/"
Keyword = Callable[[Any, Any, Any, Any], Any]


class Exhausted(Exception):  # noqa: N818 - it is no error: it ends the work
    """Raised by a keyword that the purse cannot pay."""


class Purse:
    """What the schemas of a row may still cost."""

    def __init__(self, chars: int = ROW_CHARS) -> None:
        self.left = chars
        self._price = 0

    @contextmanager
    def opened(self, price: int) -> Generator[None]:
        """Keywords that run within pay from this purse, each at least the price."""
        self._price = price
        token = _OPEN.set(self)
        try:
            yield
        finally:
            _OPEN.reset(token)

    def pay(self, times: int) -> None:
        """Take the price from it, and some for each value that is looked through.

        Raises Exhausted where it is empty.
        """
        self.left -= self._price + KEYWORD_CHARS // 10 * times
        if self.left < 0:
            raise Exhausted


_OPEN: ContextVar[Purse] = ContextVar("purse")


def without_addresses(schema: Any) -> Any:
    """The schema with no `$schema` and `$id` in it: jsonschema has keywords of its own for some."""
    if isinstance(schema, list):
        return [without_addresses(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: without_addresses(value)
        for key, value in schema.items()
        if key not in {"$schema", "$id"} or not isinstance(value, str)
    }


def validator_of(schema: Any) -> "Validator":
    """A validator that fetches nothing and runs nothing of the schema."""
    from referencing import Registry

    return _bounded()(schema, registry=Registry())


def is_schema(schema: Any) -> bool:
    """Whether it is a sound schema, as far as the purse of one goes."""
    try:
        with Purse(SCHEMA_CHARS).opened(KEYWORD_CHARS):
            return not any(_judge().iter_errors(schema))
    except (Exhausted, RecursionError):
        return False


@lru_cache(maxsize=1)
def _bounded() -> Callable[..., "Validator"]:
    """The class of those validators."""
    return _extended(LEFT_OUT, {"$ref": _reference, "additionalProperties": _others})


@lru_cache(maxsize=1)
def _judge() -> "Validator":
    """The validator of schemas themselves, whose own schema stands at another address.

    At its usual one jsonschema would take its own keywords, which do not pay.
    """
    from jsonschema_specifications import REGISTRY
    from referencing import Registry
    from referencing.jsonschema import DRAFT202012

    parts = {}
    for address in REGISTRY:
        if address.startswith(DIALECT):
            text = json.dumps(REGISTRY.contents(address)).replace(DIALECT, OWN)
            parts[address.replace(DIALECT, OWN)] = json.loads(text)
    registry = Registry().with_resources(
        (address, DRAFT202012.create_resource(part)) for address, part in parts.items()
    )
    return _extended(("uniqueItems", "format"), {})(
        parts[f"{OWN}schema"], registry=registry.crawl()
    )


def _extended(left_out: tuple[str, ...], own: Mapping[str, Keyword]) -> Callable[..., "Validator"]:
    from jsonschema import Draft202012Validator
    from jsonschema.validators import extend

    rules = {**Draft202012Validator.VALIDATORS, **own, **dict.fromkeys(left_out, _nothing)}
    return extend(Draft202012Validator, {name: _paid(rule) for name, rule in rules.items()})


def _paid(rule: Keyword) -> Keyword:
    """The keyword, which pays before it works."""

    def keyword(validator: Any, value: Any, instance: Any, schema: Any) -> Any:
        _OPEN.get().pay(len(value) if isinstance(value, list | dict) else 1)
        return rule(validator, value, instance, schema)

    return keyword


def _nothing(_validator: Any, _value: Any, _instance: Any, _schema: Any) -> None:
    """A keyword that is not looked at."""


def _others(validator: Any, value: Any, instance: Any, schema: Any) -> Iterator[Any]:
    """`additionalProperties`, where it is a schema, and no regular expression has a say."""
    if isinstance(value, dict) and isinstance(instance, dict) and "patternProperties" not in schema:
        for name in instance.keys() - schema.get("properties", {}).keys():
            yield from validator.descend(instance[name], value, path=name)


def _reference(validator: Any, value: Any, instance: Any, schema: Any) -> Iterator[Any]:
    """`$ref` within the schema; nothing where it leads outside, nowhere, or to no schema."""
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import UnknownType
    from referencing.exceptions import Unresolvable

    if value != "#" and not value.startswith("#/"):
        return
    _OPEN.get().pay(len(value))
    unread = (Unresolvable, UnknownType, AttributeError, TypeError, ValueError, LookupError)
    try:
        yield from Draft202012Validator.VALIDATORS["$ref"](validator, value, instance, schema) or ()
    except unread:
        return
