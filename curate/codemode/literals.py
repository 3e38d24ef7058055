"""Calls of tools as a snippet writes them: Python literals, laid out as `ruff format` does.

    call_text("ruff_check", {"path": "src/a.py", "select": ["F401"]})
    ruff_check("src/a.py", select=["F401"])

The first argument of a tool stands alone where it must be given; the others have their names. This
module writes text and calls nothing.
"""

from collections.abc import Mapping
from typing import Any

LINE_LENGTH = 88  # ruff's own default
INDENT = "    "
ESCAPES = {"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def call_text(tool: str, arguments: Mapping[str, Any], before: str = "result = ") -> str:
    """The call, in several lines where it does not fit behind what stands before it."""
    from curate.tools import all_tools

    fields = all_tools()[tool].arguments.model_fields
    given = {name: arguments[name] for name in (*fields, *arguments) if name in arguments}
    first = next(iter(fields), "")
    pairs = [
        ("" if name == first and fields[name].is_required() else f"{name}=", value)
        for name, value in given.items()
        if value is not None
    ]
    return _laid_out(f"{tool}(", pairs, ")", "", before)


def literal(value: Any) -> str:
    """A string, number, truth value, None, list or dict of them as Python writes it, in a line."""
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(literal(item) for item in value)}]"
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{literal(k)}: {literal(v)}' for k, v in value.items())}}}"
    return repr(value)


def _laid_out(
    opening: str, pairs: list[tuple[str, Any]], closing: str, indent: str, before: str
) -> str:
    """A call or a list: in one line; or its items in one line, or one a line, between brackets."""
    is_tall = any(_is_tall(value) for _, value in pairs)
    inner = indent + INDENT
    flat = ", ".join(name + literal(value) for name, value in pairs)
    if not is_tall:
        if len(f"{indent}{before}{opening}{flat}{closing}") <= LINE_LENGTH or not pairs:
            return f"{opening}{flat}{closing}"
        if opening != "[" and len(inner + flat) <= LINE_LENGTH:
            return f"{opening}\n{inner}{flat}\n{indent}{closing}"
    comma = "," if len(pairs) > 1 else ""
    items = [f"{inner}{name}{_item(value, inner, name)}{comma}\n" for name, value in pairs]
    return f"{opening}\n{''.join(items)}{indent}{closing}"


def _item(value: Any, indent: str, before: str) -> str:
    if _is_tall(value):
        return _tall(value)
    if isinstance(value, (list, tuple)):
        return _laid_out("[", [("", item) for item in value], "]", indent, f"{before},")
    return literal(value)


def _quoted(text: str) -> str:
    """A string in double quotes, or in single ones where it holds more double ones."""
    quote = "'" if text.count('"') > text.count("'") else '"'
    return quote + "".join(_escaped(char, quote) for char in text) + quote


def _escaped(char: str, quote: str) -> str:
    if char == quote:
        return f"\\{char}"
    return ESCAPES.get(char) or (char if char.isprintable() else repr(char)[1:-1])


def _is_tall(value: Any) -> bool:
    """Whether a value is a text of several lines, which is written as such."""
    return isinstance(value, str) and value.count("\n", 0, -1) > 0


def _tall(text: str) -> str:
    """A text of several lines between three quotes, beginning in a line of its own."""
    body = "".join(char if char in "\n\t" else _escaped(char, "") for char in text)
    body = body.replace('"""', '\\"\\"\\"')
    if body.endswith('"'):
        body = f'{body[:-1]}\\"'
    return f'"""\\\n{body}"""'
