"""A model on this machine as an engine of `curate score`: greedy replies, and what they cost.

    engine = open_engine("models/tiny", adapter=None)
    engine.replies([Conversation(messages, tools)], max_tokens=512)

The prompt is rendered by the tokenizer's own chat template with the tools in it, and handed to
mlx-lm's batch generator as tokens. The reply is the raw text: nothing reads the calls in it here.
"""

import math
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from curate.errors import CurateError
from curate.models.opening import Opened, open_weights, require_mlx
from curate.scoring.engine import Conversation, Measured, Reply

# mlx-lm's parser -> the dialect whose calls it reads
DIALECTS = {"json_tools": "hermes", "qwen3_coder": "qwen3_coder"}
CALL_START = "<tool_call>"
TOLD = 300


def open_engine(name: str, adapter: Path | None = None, *, batch: int = 1) -> "LocalEngine":
    """The engine of a model's folder or name. Raises CurateError where it does not open."""
    require_mlx(f"model {name}")
    import mlx.core as mx
    import mlx_lm  # noqa: F401  some seconds the first time, which are no part of loading a model

    from curate.datasets.tokens.opening import open_model

    mx.reset_peak_memory()
    started = time.perf_counter()
    opened = open_weights(name, adapter)
    mx.eval(opened.model.parameters())
    seconds = time.perf_counter() - started
    parser = open_model(str(opened.folder)).parser
    weights = [*opened.folder.glob("*.safetensors")]
    weights += adapter.glob("adapters.safetensors") if adapter else []
    size = sum(path.stat().st_size for path in weights)
    measured = Measured(load_seconds=seconds, size_bytes=size)
    return LocalEngine(name, opened, DIALECTS.get(parser or ""), measured, batch)


class LocalEngine:
    """A model that is open. So many conversations are answered at a time as `batch` says."""

    def __init__(
        self, name: str, opened: Opened, dialect: str | None, measured: Measured, batch: int
    ) -> None:
        self._name, self._opened, self.dialect = name, opened, dialect
        self._measured, self.batch = measured, batch
        start = opened.tokenizer.encode(CALL_START, add_special_tokens=False)
        self._start_token = int(start[0])
        self._has_start_token = len(start) == 1

    def replies(self, asked: Sequence[Conversation], max_tokens: int) -> list[Reply]:
        """A greedy reply to each conversation, in their order."""
        prompts = [self._tokens(one) for one in asked]
        return [
            reply
            for start in range(0, len(prompts), self.batch)
            for reply in self._batch_of(prompts[start : start + self.batch], max_tokens)
        ]

    def measured(self) -> Measured:
        """Load time and size, and the peak of memory since before it was loaded."""
        import mlx.core as mx

        return self._measured._replace(peak_memory_bytes=int(mx.get_peak_memory()))

    def warnings(self) -> list[str]:
        """What a reader of the rates must know."""
        told = []
        if not self._has_start_token:
            told.append(
                f"{CALL_START} is no single token of this model: the probability of a call is "
                "that of its first piece"
            )
        if self.batch > 1:
            told.append(
                f"replies were made {self.batch} at a time: each took longer than it does alone"
            )
        return told

    def _tokens(self, one: Conversation) -> list[int]:
        try:
            rendered = self._opened.tokenizer.apply_chat_template(
                one.messages, tools=one.tools or None, add_generation_prompt=True, tokenize=True
            )
        except Exception as error:  # noqa: BLE001  templates are programs, and raise all kinds
            told = " ".join(f"{type(error).__name__}: {error}".split())[:TOLD]
            raise CurateError(
                f"model {self._name}",
                f"its chat template cannot render a prompt of this suite\n{told}",
                "score a model whose template takes tools and their results",
            ) from None
        return [int(token) for token in rendered]

    def _batch_of(self, prompts: list[list[int]], max_tokens: int) -> list[Reply]:
        import mlx.core as mx
        from mlx_lm.generate import BatchGenerator

        tokenizer = self._opened.tokenizer
        started = time.perf_counter()
        generator = BatchGenerator(
            self._opened.model,
            stop_tokens=[[token] for token in tokenizer.eos_token_ids],
            completion_batch_size=self.batch,
            prefill_batch_size=min(self.batch, 8),
        )
        try:
            uids = generator.insert(prompts, [max_tokens] * len(prompts))
            states = {uid: _Growing() for uid in uids}
            while responses := generator.next_generated():
                now = time.perf_counter() - started
                for response in responses:
                    growing = states[response.uid]
                    if growing.seconds_to_first is None:
                        growing.seconds_to_first = now
                        chance: Any = mx.exp(response.logprobs[self._start_token]).item()
                        growing.probability = self._number(float(chance))
                    growing.seconds = now
                    if response.finish_reason != "stop":
                        growing.tokens.append(int(response.token))
                    growing.finish = response.finish_reason or growing.finish
        finally:
            generator.close()
        return [states[uid].reply(tokenizer) for uid in uids]

    def _number(self, chance: float) -> float:
        """A probability. Raises CurateError where it is none, and so are the replies."""
        if math.isnan(chance):
            raise CurateError(
                f"model {self._name}",
                "what it predicts is no number (NaN): its weights are broken, or of too few bits",
                "score the model that it was made from, or make it anew",
            )
        return chance


class _Growing:
    """A reply while its tokens come."""

    def __init__(self) -> None:
        self.tokens: list[int] = []
        self.finish = "length"
        self.seconds = 0.0
        self.seconds_to_first: float | None = None
        self.probability: float | None = None

    def reply(self, tokenizer: Any) -> Reply:
        """The reply as text."""
        return Reply(
            tokenizer.decode(self.tokens),
            self.finish,
            self.seconds,
            self.seconds_to_first,
            len(self.tokens) + (self.finish == "stop"),
            self.probability,
        )
