"""A tokenizer as mlx-lm opens it, to train with it and to serve with it.

    model = open_model("models/qwen3-coder")
    model.template.render(messages, tools, is_asked=True)   # what the server hands to the model
    model.encoder.encode([text])                            # its tokens

A model is a local folder, or a name in the Hugging Face cache. Nothing is downloaded, and no code
of a model runs: its chat template is rendered in the sandbox of transformers.
"""

import ast
import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from curate.datasets.tokens.encoding import Encoder
from curate.datasets.tokens.lent import lent
from curate.datasets.tokens.templates import Template
from curate.errors import CurateError
from curate.models.folders import model_folder

NEEDED = "tokenizer.json, tokenizer_config.json and the chat template"


class Model(NamedTuple):
    """What of a model rows are read with. `wrapper` is mlx-lm's own around the `tokenizer`.

    parser: the name of mlx-lm's tool parser, None where it finds none. stops: the texts of the
    tokens that end a reply. reserved: special tokens, which no content should have in it.
    """

    wrapper: Any
    tokenizer: Any
    template: Template
    encoder: Encoder
    parser: str | None
    stops: tuple[str, ...]
    reserved: tuple[str, ...]


@lru_cache(maxsize=1)
def open_model(name: str) -> Model:
    """The tokenizer of a folder, or of a model in the cache. Raises CurateError where none is."""
    utils = lent("tokenizer_utils")
    folder = model_folder(name, f"--tokenizer {name}", NEEDED)
    config = _config(folder)
    tokenizer = _tokenizer(name, folder)
    given = tokenizer.init_kwargs
    defaults = _defaults(config.get("model_type"))
    template, response = None, None
    if template_type := given.get("chat_template_type", defaults.get("chat_template_type")):
        module = _module(name, "chat_templates", template_type)
        if "chat_template_type" in given or tokenizer.chat_template is None:
            template = getattr(module, "apply_chat_template", None)
        response = getattr(module, "RESPONSE_FORMAT", None)
    parser = given.get("tool_parser_type", defaults.get("tool_parser_type"))
    parser = parser or utils._infer_tool_parser(tokenizer)  # noqa: SLF001  its own choice
    tools = _module(name, "tool_parsers", parser) if parser else None
    eos = config.get("eos_token_id") or defaults.get("eos_token_ids")
    wrapper = utils.TokenizerWrapper(
        tokenizer,
        eos_token_ids=[eos] if isinstance(eos, int) else eos,
        chat_template=template,
        tool_call_start=tools and tools.tool_call_start,
        tool_call_end=tools and tools.tool_call_end,
        tool_parser=tools and tools.parse_tool_call,
        response_format=response,
    )
    stops = tokenizer.convert_ids_to_tokens(sorted(wrapper.eos_token_ids))
    reserved = {token.content for token in tokenizer.added_tokens_decoder.values() if token.special}
    stops = tuple(stop for stop in stops if stop)
    return Model(
        wrapper,
        tokenizer,
        Template(wrapper, tokenizer),
        Encoder(tokenizer),
        parser,
        stops,
        tuple(sorted(reserved)),
    )


def _tokenizer(name: str, folder: Path) -> Any:
    from transformers import AutoTokenizer

    try:
        return AutoTokenizer.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
    except Exception as error:  # noqa: BLE001  transformers and tokenizers raise all kinds
        told = " ".join(str(error).split())[:300]
        raise CurateError(
            f"--tokenizer {name}",
            f"no tokenizer can be opened there\n{type(error).__name__}: {told}",
            f"give a model's folder, with {NEEDED}",
        ) from None


def _module(name: str, room: str, module: str) -> Any:
    try:
        return lent(f"{room}.{module}")
    except ImportError:
        raise CurateError(
            f"--tokenizer {name}",
            f"its tokenizer_config.json names {module}, and mlx-lm has no {room} of that name",
            "mend tool_parser_type or chat_template_type there, or use a newer mlx-lm",
        ) from None


def _config(folder: Path) -> Mapping[str, Any]:
    """config.json, with the end of a reply as generation_config.json says it; both may be missing.

    As `mlx_lm.utils.load_config` does it.
    """
    config, generation = (
        _json(folder / file) for file in ("config.json", "generation_config.json")
    )
    eos = generation.get("eos_token_id")
    return {**config, "eos_token_id": eos} if eos else config


def _json(path: Path) -> dict[str, Any]:
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return value if isinstance(value, dict) else {}


def _defaults(model_type: Any) -> Mapping[str, Any]:
    """TOKENIZER_DEFAULTS of mlx-lm's module for this type of model, read and not run."""
    lent_folder = Path(lent("tokenizer_utils").__file__).parent
    path = lent_folder / "models" / f"{model_type}.py"
    if not (isinstance(model_type, str) and model_type.isidentifier() and path.exists()):
        return {}
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "TOKENIZER_DEFAULTS":
            return ast.literal_eval(node.value)
    return {}
