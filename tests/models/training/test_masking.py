"""Of every row each reply with its stop is trained, and nothing else: shown by two readers."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from curate.datasets.chatml import turns_of_text
from curate.datasets.reading import read
from curate.datasets.tokens.opening import Model, open_model
from curate.dialects.tags import split_calls
from curate.errors import CurateError
from curate.models.tiny import Shape, make_tiny
from curate.models.training.dataset import read_split
from curate.models.training.masking import Encoded, UnmaskableError, encode, encoded
from curate.models.training.proving import trained_texts, unlike
from tests.conftest import REPOSITORY, Mini
from tests.datasets import models
from tests.datasets.test_tokens_rules import BASES
from tests.models.conftest import CHAT_TEMPLATE
from tests.rules import sound

FORMS = {**BASES, "sharegpt": sound.sharegpt}
WRITTEN = ("structured", "chatml", "embedded", "xml", "pairs", "sharegpt")


@pytest.fixture(scope="session")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Model]:
    """The tokenizer with one of the templates of tests/datasets/models.py."""
    pytest.importorskip("mlx_lm")
    folder = tmp_path_factory.mktemp("tokenizers")

    def model(template: str) -> Model:
        if not (folder / template).exists():
            models.write(folder / template, template)
        return open_model(str(folder / template))

    return model


def every_row(form: str) -> list[dict[str, Any]]:
    return [row for rows in FORMS[form]().values() for row in rows]


@pytest.mark.parametrize("form", WRITTEN)
@pytest.mark.parametrize("template", ["hermes", "qwen3"])
def test_what_is_trained_of_a_row_is_its_replies(form: str, template: str, opened):
    model = opened(template)
    for row in every_row(form):
        one = encode(row, model)
        whole = model.tokenizer.decode(one.tokens.tolist())
        turns = [turn.content for turn in turns_of_text(whole, []) if turn.role == "assistant"]
        assert trained_texts(one, model) == [f"{content}<|im_end|>" for content in turns]


# The tags of a call, read by the dialect's own parser


@pytest.mark.parametrize("form", ["structured", "xml", "sharegpt"])
def test_the_calls_that_are_trained_are_those_of_the_row(form: str, opened):
    model, count = opened("qwen3"), 0
    for row in every_row(form):
        calls = [call for call in read(row).row.calls if not call.is_in_code]
        texts = [
            text.removesuffix("<|im_end|>") for text in trained_texts(encode(row, model), model)
        ]
        bodies = [body for text in texts for body in split_calls(text)[1]]
        for call, body in zip(calls, bodies, strict=True):
            assert body.startswith(f"\n<function={call.tool}>")
        count += len(bodies)
    assert count == 30


@pytest.mark.parametrize(
    ("form", "template"),
    [
        *((form, "hermes") for form in ("structured", "embedded", "chatml", "pairs", "sharegpt")),
        *((form, "qwen3") for form in ("structured", "xml", "pairs", "sharegpt")),
    ],
)
def test_every_row_of_every_form_is_proven(form: str, template: str, opened):
    model = opened(template)
    assert {unlike(row, encode(row, model), model) for row in every_row(form)} == {None}


def nothing(one: Encoded) -> Encoded:
    return one._replace(is_trained=np.zeros_like(one.is_trained))


def moved(one: Encoded, by: int) -> Encoded:
    return one._replace(is_trained=np.roll(one.is_trained, by))


def whole(one: Encoded) -> Encoded:
    return one._replace(is_trained=np.ones_like(one.is_trained))


def last_only(one: Encoded) -> Encoded:
    """What mlx-lm's --mask-prompt trains."""
    is_trained = one.is_trained.copy()
    gap = np.flatnonzero(~is_trained[: np.flatnonzero(is_trained)[-1]])[-1]
    is_trained[:gap] = False
    return one._replace(is_trained=is_trained)


def unstopped(one: Encoded) -> Encoded:
    is_trained = one.is_trained.copy()
    is_trained[:-1] &= one.is_trained[1:]
    return one._replace(is_trained=is_trained)


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        (lambda one: moved(one, 1), "reply 1 is trained as “tool_call>"),
        (lambda one: moved(one, -1), r"reply 1 is trained as “\n<tool_call>"),
        (whole, "reply 1 is trained as “<|im_start|>system"),
        (last_only, "reply 1 is trained as “Two files do:"),
        (unstopped, "reply 1 is trained as “<tool_call>"),
        (nothing, "reply 1 is trained as nothing"),
    ],
    ids=["one late", "one early", "everything", "only the last", "without its stop", "nothing"],
)  # fmt: skip
def test_a_wrong_mask_is_caught(fault, told: str, opened):
    model, row = opened("hermes"), sound.call_row(0)
    one = encode(row, model)
    assert unlike(row, one, model) is None
    assert told in unlike(row, fault(one), model)


def test_a_reply_that_is_rendered_otherwise_is_caught_by_the_row(opened):
    """Here the text agrees with its mask, and the row says something else."""
    model = opened("hermes")
    one = encode(sound.call_row(0), model)
    assert unlike(sound.call_row(4), one, model).startswith("message 2: find_text: pattern is read")
    assert unlike(sound.direct_row(0), one, model) == "2 replies are trained, and the row has 1"


# Rows that have no clear mask are refused, not guessed


@pytest.mark.parametrize(
    ("template", "told"),
    [
        ("counted", "what is asked before message 2 does not begin what is trained"),
        ("forgetful", None),
        ("endless", "no token ends the reply First line."),
        ("none", "ValueError: "),
    ],
)
def test_a_template_that_hides_its_replies_is_refused(template: str, told: str | None, opened):
    row = sound.call_row(0)
    row["messages"][2]["content"] = "First line.\nSecond line."
    with pytest.raises(UnmaskableError) as raised:
        encode(row, opened(template))
    assert str(raised.value).startswith(told or "message 2 is rendered otherwise")


def test_the_row_that_is_refused_is_named(opened):
    with pytest.raises(CurateError) as raised:
        encoded([sound.call_row(0), {"note": 1}], opened("hermes"))
    assert str(raised.value) == (
        "row 2: cannot be masked\n  it is no conversation: {'note': 1}\n"
        "  fix: see what is wrong with it: curate audit DATA --tokenizer MODEL"
    )


def test_a_token_across_the_edge_of_a_reply_is_refused(tmp_path: Path):
    """Two line breaks are one token here: one of `assistant`, one of the reply."""
    make_tiny(["\n\n"] * 9, CHAT_TEMPLATE.read_text(), tmp_path / "tiny", Shape())
    model = open_model(str(tmp_path / "tiny"))
    assert len(model.tokenizer.encode("\n\n")) == 1
    messages = [{"role": "user", "content": "?"}, {"role": "assistant", "content": "\n\n!"}]
    with pytest.raises(UnmaskableError) as raised:
        encode({"messages": messages}, model)
    assert str(raised.value).startswith("one token lies on both sides of “")


def test_a_first_message_that_is_a_reply_is_trained(opened):
    model = opened("hermes")
    row = {"messages": [{"role": "assistant", "content": "Ask."}, {"role": "user", "content": "?"}]}
    assert trained_texts(encode(row, model), model) == ["Ask.<|im_end|>"]


def test_a_text_that_is_not_closed_ends_with_the_stop_that_mlx_lm_adds(opened):
    model = opened("hermes")
    row = {"text": "<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\nHello"}
    assert trained_texts(encode(row, model), model) == ["Hello<|im_end|>"]


def test_the_words_of_a_stop_in_a_reply_do_not_end_it(opened):
    """Such rows are a finding of the audit; masked they are whole all the same."""
    model = opened("hermes")
    messages = [{"role": "user", "content": "?"}, {"role": "assistant", "content": "a<|im_end|>b"}]
    assert trained_texts(encode({"messages": messages}, model), model) == ["a<|im_end|>b<|im_end|>"]


# Built corpora


def test_every_row_of_a_built_corpus_is_proven(mini_build: Mini, tiny: Path):
    model = open_model(str(tiny))
    for split, count in (("train", 60), ("valid", 8)):
        rows = read_split(mini_build.out, split)
        every = encoded(rows, model)
        assert len(every) == count
        assert {unlike(row, one, model) for row, one in zip(rows, every, strict=True)} == {None}


@pytest.mark.slow
def test_every_row_of_phase27_is_proven(tiny: Path):
    folder = REPOSITORY / "out/phase27"
    if not (folder / "train.jsonl").is_file():
        pytest.skip("phase27 is not built here: curate build phase27")
    model = open_model(str(tiny))
    for split in ("train", "valid"):
        rows = read_split(folder, split)
        every = encoded(rows, model)
        assert {unlike(row, one, model) for row, one in zip(rows, every, strict=True)} == {None}
        replies = sum(len(trained_texts(one, model)) for one in every)
        assert replies == json.dumps(rows).count('"role": "assistant"')
