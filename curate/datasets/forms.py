r"""Which form a row has, and its turns.

messages            {"messages": [{"role": "user", "content": "..."}, ...], "tools": [...]}
prompt_completion   {"prompt": "...", "completion": "..."}, each a text, ChatML or messages
text                {"text": "<|im_start|>user\n..."}
sharegpt            {"conversations": [{"from": "human", "value": "..."}], "system": "..."}
alpaca              {"instruction": "...", "input": "...", "output": "...", "history": [...]}
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from curate.datasets.chatml import START, turns_of_text
from curate.datasets.decoding import shown
from curate.datasets.row import Fault
from curate.datasets.turns import ROLES, Turn, listed, turn, turns_of

Value = Mapping[str, Any]
CATEGORY_KEYS = ("category", "type", "label", "task_type", "kind", "intent")
CATEGORY_CHARS = 80  # a longer value is no name of a category


def form_of(value: Value) -> str | None:
    """The row's form by its keys, the more telling first; None where it has none of ours."""
    if "messages" in value:
        return "messages"
    if "conversations" in value or "conversation" in value:
        return "sharegpt"
    if "prompt" in value and "completion" in value:
        return "prompt_completion"
    if "instruction" in value and "output" in value:
        return "alpaca"
    return "text" if isinstance(value.get("text"), str) else None


def turns_in(value: Value, form: str, faults: list[Fault]) -> list[Turn]:
    """The turns of a row of this form; what is odd about them is added to `faults`."""
    turns = _READERS[form](value, faults)
    if not turns:
        keys = ", ".join(f"{key}: {item}" for key, item in value.items())
        faults.append(Fault("row_no_messages", shown(keys)))
    return turns


def category_of(value: Value) -> str | None:
    """What the row itself says it is an example of."""
    inner = value.get("metadata") or value.get("meta")
    for place in (value, inner) if isinstance(inner, dict) else (value,):
        for key in CATEGORY_KEYS:
            name = place.get(key)
            if isinstance(name, str) and 0 < len(name) <= CATEGORY_CHARS:
                return name
    return None


def _messages(value: Value, faults: list[Fault]) -> list[Turn]:
    return turns_of(listed(value["messages"]) or [], faults)


def _sharegpt(value: Value, faults: list[Fault]) -> list[Turn]:
    given = value.get("conversations") or value.get("conversation")
    turns = turns_of(listed(given) or [], faults, ROLES)
    if turns and turns[0].role == "system":
        return turns
    return [*_system(value), *turns]


def _prompt_completion(value: Value, faults: list[Fault]) -> list[Turn]:
    prompt, completion = value["prompt"], value["completion"]
    if isinstance(prompt, str) and isinstance(completion, str):
        if START in prompt:
            return turns_of_text(_joined(prompt, completion), faults)
        return [*_system(value), turn("user", prompt), turn("assistant", completion)]
    return [
        *_system(value),
        *_side(prompt, "user", faults),
        *_side(completion, "assistant", faults),
    ]


def _joined(prompt: str, completion: str) -> str:
    """Prompt and completion as the one text that is trained on."""
    begins = prompt.rpartition(START)[2]
    is_open = "<|im_end|>" not in begins
    if is_open or START in completion:
        text = prompt + completion
    else:
        text = f"{prompt}\n{START}assistant\n{completion}"
    return text if text.rstrip().endswith("<|im_end|>") else f"{text}<|im_end|>"


def _side(side: Any, role: str, faults: list[Fault]) -> list[Turn]:
    messages = side if isinstance(side, list) else [{"role": role, "content": side}]
    return turns_of(messages, faults)


def _text(value: Value, faults: list[Fault]) -> list[Turn]:
    return turns_of_text(value["text"], faults)


def _alpaca(value: Value, faults: list[Fault]) -> list[Turn]:
    return [
        *_system(value),
        *(part for pair in listed(value.get("history")) or [] for part in _pair(pair)),
        *turns_of([{"role": "user", "content": _asked(value)}], faults),
        *turns_of([{"role": "assistant", "content": value["output"]}], faults),
    ]


def _asked(value: Value) -> Any:
    """An instruction with its input, as Alpaca's own prompt puts them together."""
    instruction, further = value["instruction"], value.get("input")
    if isinstance(instruction, str) and isinstance(further, str) and further:
        return f"{instruction}\n{further}" if instruction else further
    return instruction


def _pair(pair: Any) -> Iterator[Turn]:
    if isinstance(pair, list):
        for role, text in zip(("user", "assistant"), pair, strict=False):
            if isinstance(text, str):
                yield turn(role, text)


def _system(value: Value) -> Iterator[Turn]:
    """The system prompt where it stands beside the turns."""
    text = value.get("system") or value.get("system_prompt")
    if isinstance(text, str):
        yield turn("system", text)


_READERS: Mapping[str, Callable[[Value, list[Fault]], list[Turn]]] = {
    "messages": _messages,
    "sharegpt": _sharegpt,
    "prompt_completion": _prompt_completion,
    "text": _text,
    "alpaca": _alpaca,
}
