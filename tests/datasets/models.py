"""Tiny tokenizers with chat templates of our own, as folders that mlx-lm opens."""

import json
from functools import cache
from pathlib import Path
from typing import Any

HEAD = r"""
{%- if messages[0].role == 'system' or tools %}
  {{- '<|im_start|>system\n' }}
  {%- if messages[0].role == 'system' %}{{- messages[0].content }}{%- endif %}
  {%- if tools %}
    {{- '\n<tools>' }}
    {%- for tool in tools %}{{- '\n' + tool | tojson }}{%- endfor %}
    {{- '\n</tools>' }}
  {%- endif %}
  {{- '<|im_end|>\n' }}
{%- endif %}
"""
TURNS = r"""
{%- for message in messages %}
  {%- if message.role == 'tool' %}
    {{- '<|im_start|>user\n<tool_response>\n' + message.content }}
    {{- '\n</tool_response><|im_end|>\n' }}
  {%- elif message.role == 'assistant' %}
    {{- '<|im_start|>assistant\n' + (message.content or '') }}
    {%- for call in message.tool_calls or [] %}
      {%- if call.function %}{%- set call = call.function %}{%- endif %}
      {%- if message.content or not loop.first %}{{- '\n' }}{%- endif %}
      {{- CALL }}
    {%- endfor %}
    {{- '<|im_end|>\n' }}
  {%- elif message.role == 'user' or not loop.first %}
    {{- '<|im_start|>' + message.role + '\n' + message.content + '<|im_end|>\n' }}
  {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}{{- '<|im_start|>assistant\n' }}{%- endif %}
"""
JSON_CALL = r"""'<tool_call>\n{"name": "' + call.name + '", "arguments": ' }}
      {{- (call.arguments | tojson) + '}\n</tool_call>' }}
      {#- tool_call.name: what mlx-lm looks for -#}
      {{- ''"""
XML_CALL = r"""'<tool_call>\n<function=' + call.name + '>\n' }}
      {%- for name, value in call.arguments.items() %}
        {{- '<parameter=' + name + '>\n' }}
        {{- (value if value is string else value | tojson) + '\n</parameter>\n' }}
      {%- endfor %}
      {{- '</function>\n</tool_call>'"""
HERMES = HEAD + TURNS.replace("CALL", JSON_CALL)
QWEN3 = HEAD + TURNS.replace("CALL", XML_CALL)
TEMPLATES = {
    "hermes": HERMES,
    "qwen3": QWEN3,
    # the parser is chosen by this line break: without it, by `tool_call.name`, it is another one
    "no_newline": (QWEN3 + "{#- tool_call.name #}").replace(
        r"<tool_call>\n<function=", "<tool_call><function="
    ),
    # tells how many messages there are, so that each one changes what is before it
    "counted": "{{- '<|im_start|>system\nturns: ' ~ messages | length ~ '<|im_end|>\n' }}" + HERMES,
    # a reply that is not the last one loses its first line
    "forgetful": HERMES.replace(
        "(message.content or '')",
        "(message.content if loop.last else (message.content or '').split('\\n')[-1])",
    ),
    # writes arguments that are text as they stand
    "lenient": HERMES.replace(
        "(call.arguments | tojson)",
        "(call.arguments if call.arguments is string else call.arguments | tojson)",
    ),
    "endless": HERMES.replace("{{- '<|im_end|>\\n' }}\n  {%- elif", "{{- '\\n' }}\n  {%- elif"),
    "without_tools": HERMES.replace("{%- if tools %}", "{%- if false %}"),
    "without_calls": HEAD + TURNS.replace("CALL", "'Calling ' + call.name"),
    "strict": "{%- if messages[0].role != 'system' %}{{- raise_exception('no system prompt') }}"
    "{%- endif %}" + HERMES,
    "none": None,
}
SPECIAL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]


@cache
def vocabulary() -> Any:
    """A byte-level BPE of some hundred merges, learned from our sound rows."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

    from tests.rules import sound

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    texts = [line["text"] for rows in sound.chatml().values() for line in rows]
    trainer = trainers.BpeTrainer(
        vocab_size=1000,
        special_tokens=SPECIAL,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    return tokenizer


def write(folder: Path, template: str, **config: Any) -> Path:
    """A model's folder with one of TEMPLATES, and keys of its tokenizer_config.json."""
    from transformers import PreTrainedTokenizerFast

    tokenizer = PreTrainedTokenizerFast(tokenizer_object=vocabulary(), eos_token="<|im_end|>")
    tokenizer.chat_template = TEMPLATES[template]
    tokenizer.save_pretrained(folder)
    path = folder / "tokenizer_config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | config), encoding="utf-8")
    return folder
