"""A model's chat template, rendered as mlx-lm lets transformers render it, and a few times as fast.

    template = Template(wrapper, tokenizer)
    template.render(messages, tools, is_asked=True)

A row is rendered once for each of its replies, and most of that time goes into copying its tools
and writing them as JSON, the same ones in every row. So the template, compiled by transformers for
its own sandbox, is rendered here directly: rows come from JSON and need no copy, and the JSON of
tools is remembered. What is unusual, and every version of transformers in which a probe comes out
differently, takes the long way.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import msgspec

KNOWN_TOOLSETS = 64  # chosen by us, 2026-11-21
PROBE_TOOLS = [{"type": "function", "function": {"name": "f", "parameters": {"type": "object"}}}]
PROBE = [
    {"role": "system", "content": "Hello <b>é</b>."},
    {"role": "user", "content": "f?", "name": None},
    {
        "role": "assistant",
        "content": "",
        "reasoning": "f.",
        "tool_calls": [{"type": "function", "function": {"name": "f", "arguments": {"x": "é"}}}],
    },
    {"role": "tool", "name": "f", "content": "1"},
    {"role": "assistant", "content": "One."},
]


class Template:
    """Renders conversations. `wrapper` is mlx-lm's around the `tokenizer`."""

    def __init__(self, wrapper: Any, tokenizer: Any) -> None:
        self._wrapper, self._tokenizer = wrapper, tokenizer
        self._short = _Short.of(wrapper, tokenizer)
        if self._short and [*_outcomes(self._short.render)] != [*_outcomes(self._long)]:
            self._short = None

    def render(self, messages: Sequence[Any], tools: Any, *, is_asked: bool) -> str:
        """The text of these messages; raises whatever the template raises.

        is_asked: with what a reply begins after. Training renders without it, serving with it.
        """
        if self._short and _is_usual(messages) and (tools is None or _is_usual(tools)):
            return self._short.render(messages, tools, is_asked=is_asked)
        return self._long(messages, tools, is_asked=is_asked)

    def _long(self, messages: Sequence[Any], tools: Any, *, is_asked: bool) -> str:
        text = self._wrapper.apply_chat_template(
            messages, tools=tools, add_generation_prompt=is_asked, tokenize=False
        )
        if not isinstance(text, str):
            raise TypeError(f"the chat template gives {type(text).__name__}")
        return text


class _Short:
    """The compiled templates of a tokenizer, by their text, and the tools that they have seen."""

    def __init__(
        self, tokenizer: Any, given: dict[str, Any], compile_: Callable[[str], Any], alias: Any
    ) -> None:
        self._tokenizer, self._compile, self._alias = tokenizer, compile_, alias
        self._given = {**tokenizer.special_tokens_map, **given}
        self._compiled: dict[str, Any] = {}
        self._tools: dict[bytes, list[Any]] = {}
        self._written: dict[int, str | None] = {}  # JSON of a part of these tools, by its identity

    @classmethod
    def of(cls, wrapper: Any, tokenizer: Any) -> "_Short | None":
        """The short way; None where a model, or transformers, does not do what we know."""
        from transformers.tokenization_utils_base import PreTrainedTokenizerBase
        from transformers.utils import chat_template_utils

        compile_ = getattr(chat_template_utils, "_cached_compile_jinja_template", None)
        alias = getattr(chat_template_utils, "_alias_reasoning_fields", None)
        is_stock = (
            type(tokenizer).apply_chat_template is PreTrainedTokenizerBase.apply_chat_template
        )
        if wrapper._chat_template is not None or not (is_stock and compile_ and alias):  # noqa: SLF001
            return None
        thinking = {wrapper._thinking_kwarg: wrapper.has_thinking}  # noqa: SLF001
        return cls(tokenizer, thinking, compile_, alias)

    def render(self, messages: Sequence[Any], tools: Any, *, is_asked: bool) -> str:
        """As `Template.render`."""
        given = [
            {key: value for key, value in message.items() if value is not None}
            for message in messages
        ]
        return self._template(tools).render(
            messages=self._alias(given),
            tools=None if tools is None else self._known(tools),
            documents=None,
            add_generation_prompt=is_asked,
            **self._given,
        )

    def _template(self, tools: Any) -> Any:
        text = self._tokenizer.get_chat_template(None, tools)
        if text not in self._compiled:
            template = self._compile(text)
            filters = template.environment.filters
            filters["tojson"] = self._remembering(filters["tojson"])
            self._compiled[text] = template
        return self._compiled[text]

    def _known(self, tools: list[Any]) -> list[Any]:
        """Equal tools as the same object every time."""
        key = msgspec.json.encode(tools)
        known = self._tools.get(key)
        if known is None:
            if len(self._tools) >= KNOWN_TOOLSETS:
                self._tools.clear()
                self._written.clear()
            known = self._tools[key] = json.loads(key)
            self._written.update(dict.fromkeys(map(id, _parts(known))))
        return known

    def _remembering(self, tojson: Callable[..., str]) -> Callable[..., str]:
        def written(value: Any, *arguments: Any, **options: Any) -> str:
            place = id(value)
            if arguments or options or place not in self._written:
                return tojson(value, *arguments, **options)
            text = self._written[place]
            if text is None:
                text = self._written[place] = tojson(value)
            return text

        return written


def _is_usual(given: Any) -> bool:
    """Whether it is a list of objects, as messages and tools should be."""
    return isinstance(given, list) and bool(given) and all(isinstance(one, dict) for one in given)


def _parts(value: Any) -> Iterator[Any]:
    """Every object and list within a JSON value, and itself."""
    if isinstance(value, dict | list):
        yield value
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _parts(inner)


def _outcomes(render: Callable[..., str]) -> Iterator[str]:
    """What a way of rendering makes of the probe."""
    for tools in (None, PROBE_TOOLS):
        for is_asked in (False, True):
            try:
                yield render(PROBE, tools, is_asked=is_asked)
            except Exception as error:  # noqa: BLE001  templates are programs, and raise all kinds
                yield f"{type(error).__name__}: {error}"
