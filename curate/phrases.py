"""Templates of an intent: `prompts.jinja`, one phrasing a line, and an answer file an outcome.

    {#- What a developer types to find where a class is defined. vars: name -#}
    where's {{ name }} defined?
    {#- held out -#}
    I can't find {{ name }}, which file is it in?

Answers (`found.jinja`, `empty.jinja`, `recovered.jinja`) hold several forms, parted by
`{#- or -#}`. Phrasings below `held out` are used in valid and test only.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, StrictUndefined, Template, TemplateError, meta

from curate.errors import CurateError

HEADER = re.compile(r"^\{#- [^\n]*? vars: (?P<vars>[a-z0-9_, ]+) -#\}\n")
HELD_OUT = "{#- held out -#}\n"
OR = "{#- or -#}\n"
THEN = "{#- then -#}\n"


@cache
def environment() -> Environment:
    """Jinja as all templates use it, with filters that write English.

    Undefined names are errors, and nothing is escaped.
    """
    jinja = Environment(
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701  text, not HTML
        trim_blocks=True,
        lstrip_blocks=True,
    )
    jinja.filters |= {
        "names": names,
        "plural": plural,
        "lines": lines,
        "places": places,
        "sentence": sentence,
        "tally": tally,
        "call": _call,
    }
    return jinja


def names(values: Sequence[str]) -> str:
    """`a`, `b` and `c`."""
    return _and([f"`{value}`" for value in values])


def plural(count: int, one: str, many: str) -> str:
    """1 file, 3 files."""
    return f"{count} {one if count == 1 else many}"


def lines(numbers: Sequence[int]) -> str:
    """`line 3`, or `lines 3, 10 and 22`."""
    return f"{'line' if len(numbers) == 1 else 'lines'} {_and([str(number) for number in numbers])}"


def places(values: Sequence[Mapping[str, Any]]) -> str:
    """`a.py:3` and `b.py:10`, of places with path and line."""
    return _and([f"`{place['path']}:{place['line']}`" for place in values])


def sentence(message: str) -> str:
    """A tool's message inside a sentence: on one line, without its last full stop."""
    return " ".join(message.split()).removesuffix(".")


def tally(rows: Sequence[Mapping[str, Any]], field: str) -> list[dict[str, Any]]:
    """How often each value of a field stands in the rows, the most frequent first, then by value.

    [{"value": "F401", "count": 12}, {"value": "E501", "count": 3}]
    """
    counts = Counter(row[field] for row in rows)
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return [{"value": value, "count": count} for value, count in ordered]


def _call(arguments: Mapping[str, Any], tool: str, before: str = "result = ") -> str:
    """ruff_check("src/a.py", select=["F401"]), laid out to stand behind `before`."""
    from curate.codemode import call_text

    return call_text(tool, arguments, before)


def _and(words: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1] if words else ""]))


@dataclass(frozen=True)
class Forms:
    """The forms of one file, as compiled templates, and the variables its header names."""

    where: str
    variables: frozenset[str]
    forms: tuple[Template, ...]
    count_held_out: int = 0

    def choose(self, turn: int, *, is_held_out: bool = False) -> int:
        """The index of the form for a turn: one of the held-out ones, which come last, or not."""
        count_open = len(self.forms) - self.count_held_out
        return count_open + turn % self.count_held_out if is_held_out else turn % count_open

    def render(self, index: int, values: Mapping[str, Any]) -> str:
        """The form's text. Raises CurateError naming the file for a value it misses."""
        try:
            return self.forms[index].render(values).strip()
        except (TemplateError, TypeError, ValueError, LookupError, ArithmeticError) as error:
            raise CurateError(
                self.where,
                f"form {index + 1} cannot be rendered: {error}",
                "select the value in the intent's SQL",
            ) from None


def read_prompts(path: Path, where: str) -> Forms:
    """The phrasings of a prompts file.

    Raises CurateError for a missing header, bad Jinja or no held-out ones.
    """
    variables, body = _parts(path, where)
    open_part, _, held_part = body.partition(HELD_OUT)
    opened, held = open_part.strip().splitlines(), held_part.strip().splitlines()
    if not opened or not held:
        raise CurateError(
            where,
            "needs phrasings above and below its line {#- held out -#}",
            "write both (docs/intent.md)",
        )
    return Forms(where, variables, _compiled((*opened, *held), where), len(held))


def read_answers(path: Path, where: str) -> Forms:
    """The forms of an answer file. Raises CurateError for a missing header or bad Jinja."""
    variables, body = _parts(path, where)
    return Forms(where, variables, _compiled(body.split(OR), where))


def read_turns(path: Path, where: str) -> tuple[Forms, ...]:
    """The forms of a file of snippets, each with its turns parted by `{#- then -#}`.

    Raises CurateError for a missing header or bad Jinja.
    """
    variables, body = _parts(path, where)
    return tuple(
        Forms(where, variables, _compiled(form.split(THEN), where)) for form in body.split(OR)
    )


def used_variables(body: str) -> frozenset[str]:
    """The names that a template's text takes from outside."""
    return frozenset(meta.find_undeclared_variables(environment().parse(body)))


def _parts(path: Path, where: str) -> tuple[frozenset[str], str]:
    text = path.read_text(encoding="utf-8")
    header = HEADER.match(text)
    if header is None:
        raise CurateError(
            where, "has no header", "begin it with: {#- What it says, of what. vars: name, path -#}"
        )
    return frozenset(name.strip() for name in header["vars"].split(",")), text[header.end() :]


def _compiled(texts: tuple[str, ...] | list[str], where: str) -> tuple[Template, ...]:
    try:
        return tuple(map(_template, texts))
    except TemplateError as error:
        raise CurateError(where, f"is not Jinja: {error}", "mend the line it names") from None


@cache
def _template(text: str) -> Template:
    return environment().from_string(text)
