"""Dialects: how a call is written in a model's reply.

A dialect's texts are templates in `templates/dialects/<dialect>`; the registry of what there is,
is that folder. Its replies are read back by `parse` of the module `curate.dialects.<dialect>`.
"""

import importlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, StrictUndefined, Template

from curate.errors import CurateError
from curate.project import PACKAGE, Project

PARTS = ("system", "call", "result", "chatml")
# A reply and the tools offered -> what it says, and its calls. Raises ValueError.
Parse = Callable[[str, Sequence[Mapping[str, Any]]], tuple[str, list[dict[str, Any]]]]


@dataclass(frozen=True)
class Dialect:
    """A dialect's compiled templates, and its strict parser.

    `system`: what a system prompt says of the tools; `call`: the calls of one assistant turn;
    `result`: what a tool returned; `chatml`: a whole conversation as one text.
    """

    name: str
    system: Template
    call: Template
    result: Template
    chatml: Template
    parse: Parse

    def text(
        self, messages: Sequence[Mapping[str, Any]], tools: Sequence[Mapping[str, Any]]
    ) -> str:
        """The conversation as ChatML, as the chat template of such a model's tokenizer writes."""
        return self.chatml.render(messages=self.embedded(messages, tools))

    def embedded(
        self, messages: Sequence[Mapping[str, Any]], tools: Sequence[Mapping[str, Any]]
    ) -> list[dict[str, str]]:
        """Messages of plain content: tools in the system prompt, calls and results in the text.

        Results of one turn stand together in one user message. Without tools the system prompt
        stays as it is.
        """
        plain: list[dict[str, str]] = []
        for message in messages:
            content = message.get("content") or ""
            match message["role"]:
                case "system":
                    text = self.system.render(system=content, tools=tools) if tools else content
                    plain.append({"role": "system", "content": text})
                case "assistant" if message.get("tool_calls"):
                    calls = [call["function"] for call in message["tool_calls"]]
                    text = self.call.render(content=content, calls=calls)
                    plain.append({"role": "assistant", "content": text})
                case "tool":
                    result = self.result.render(content=content)
                    if plain[-1]["role"] == "user" and plain[-1].get("is_result"):
                        plain[-1]["content"] += "\n" + result
                    else:
                        plain.append({"role": "user", "content": result, "is_result": "yes"})
                case role:
                    plain.append({"role": role, "content": content})
        return [{"role": message["role"], "content": message["content"]} for message in plain]


def dialects(project: Project) -> list[str]:
    """Names of all dialects, sorted."""
    return sorted(
        {Path(name).parts[0] for name in project.files("templates/dialects", "*/*.jinja")}
    )


def load(project: Project, name: str) -> Dialect:
    """A dialect by its name.

    Raises CurateError with the names there are, or the part that is missing.
    """
    files = project.files(f"templates/dialects/{name}", "*.jinja")
    if not files:
        raise CurateError(
            f"dialect {name}",
            f"there is no such dialect\ndialects: {', '.join(dialects(project))}",
            "name one of them (--dialect)",
        )
    missing = [part for part in PARTS if f"{part}.jinja" not in files]
    if missing:
        raise CurateError(
            f"templates/dialects/{name}",
            f"lacks {', '.join(f'{part}.jinja' for part in missing)}",
            "write what is missing",
        )
    texts = {part: files[f"{part}.jinja"].read_text(encoding="utf-8") for part in PARTS}
    templates = {part: _template(text) for part, text in texts.items()}
    return Dialect(name, **templates, parse=_parser(name))


def _parser(name: str) -> Parse:
    """`parse` of the dialect's module. A dialect that nobody can read back proves nothing."""
    if not (PACKAGE / "dialects" / f"{name}.py").is_file():
        raise CurateError(
            f"dialect {name}",
            "has templates but no parser",
            f"write curate/dialects/{name}.py with parse(reply, tools)",
        )
    return importlib.import_module(f"{__name__}.{name}").parse


@cache
def _environment() -> Environment:
    environment = Environment(
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701  a model reads plain text, not HTML
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=False,
    )
    # Jinja's own tojson escapes for HTML; a model reads and writes plain JSON, keys in their order.
    environment.filters["tojson"] = lambda value: json.dumps(value, ensure_ascii=False)
    return environment


def _template(text: str) -> Template:
    return _environment().from_string(text)
