"""Tokens are counted, cut and masked, and replies read back, as mlx-lm itself does it."""

import json
import sys
from collections.abc import Callable
from itertools import chain
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jinja2 import Environment

from curate.audits.measures import measures
from curate.audits.rules import load_rules, run_rules
from curate.datasets import read
from curate.datasets.chunks import Chunk
from curate.datasets.decoding import decode
from curate.datasets.files import find_files
from curate.datasets.loading import load
from curate.datasets.reading import read_decoded
from curate.datasets.tokens import lent as lending
from curate.datasets.tokens.chats import chat_of
from curate.datasets.tokens.encoding import Encoder, begins_with, count_of, plain
from curate.datasets.tokens.lent import lent
from curate.datasets.tokens.loading import Counted, Read, _count_batch, count_tokens
from curate.datasets.tokens.opening import Model, open_model
from curate.datasets.tokens.rendering import rendered
from curate.datasets.tokens.replies import is_same
from curate.datasets.tokens.serving import edges_of, read_reply, segments
from curate.datasets.tokens.templates import Template
from curate.errors import CurateError
from tests.datasets import models
from tests.datasets.test_fuzz import ROWS
from tests.datasets.test_tokens_rules import BASES
from tests.rules import sound
from tests.rules.conftest import write

Folder = Callable[[str], Path]


@pytest.fixture
def hermes(model_folder: Folder) -> Model:
    return open_model(str(model_folder("hermes")))


@pytest.fixture
def qwen3(model_folder: Folder) -> Model:
    return open_model(str(model_folder("qwen3")))


def counted(folder: Path, model: Path, jobs: int = 1, **thresholds: int) -> Any:
    """A connection with the tables of the dataset in a folder."""
    connection = duckdb.connect(config={"threads": 1})
    files = find_files([folder], {})
    load(files, connection, jobs=1, progress=lambda *_: None)
    connection.execute("insert into dataset_settings default values")
    for name, value in thresholds.items():
        connection.execute(f"update dataset_settings set {name} = ?", [value])
    count_tokens(files, connection, str(model), jobs=jobs, progress=lambda *_: None)
    return connection


@pytest.mark.parametrize("base", BASES)
@pytest.mark.parametrize("template", ["hermes", "qwen3"])
def test_tokens_are_those_that_mlx_lm_trains(
    base: str, template: str, model_folder: Folder, tmp_path: Path
):
    pytest.importorskip("mlx.core")
    from mlx_lm.tokenizer_utils import load as load_tokenizer
    from mlx_lm.tuner.datasets import load_local_dataset

    rows = BASES[base]()
    write(tmp_path, rows)
    connection = counted(tmp_path, model_folder(template))
    tokenizer = load_tokenizer(model_folder(template))
    can_mask = base != "chatml"
    loaded = load_local_dataset(tmp_path, tokenizer, SimpleNamespace(mask_prompt=can_mask))
    wanted = [
        (len(tokens), offset if can_mask else None)
        for split in loaded
        for tokens, offset in (split.process(row) for row in split)
    ]
    query = "select count_tokens, count_prompt_tokens from dataset_tokens order by row_id"
    assert connection.execute(query).fetchall() == wanted


@pytest.mark.parametrize("template", models.TEMPLATES)
def test_a_tokenizer_is_opened_as_mlx_lm_opens_it(template: str, model_folder: Folder):
    pytest.importorskip("mlx.core")
    from mlx_lm.tokenizer_utils import load as load_tokenizer

    theirs, ours = load_tokenizer(model_folder(template)), open_model(str(model_folder(template)))
    assert ours.parser == theirs._tokenizer.init_kwargs.get("tool_parser_type")
    for name in ("tool_call_start", "tool_call_end", "eos_token_ids", "has_thinking"):
        assert getattr(ours.wrapper, name) == getattr(theirs, name)


def test_what_the_folder_says_of_itself_wins(model_folder: Folder, tmp_path: Path):
    folder = models.write(tmp_path, "hermes", tool_parser_type="qwen3_coder")
    (folder / "config.json").write_text('{"model_type": "qwen3", "eos_token_id": 0}')
    (folder / "generation_config.json").write_text('{"eos_token_id": [0, 2]}')
    model = open_model(str(folder))
    assert (model.parser, model.stops) == ("qwen3_coder", ("<|endoftext|>", "<|im_end|>"))
    assert model.reserved == ("<|endoftext|>", "<|im_end|>", "<|im_start|>")


def test_every_parser_of_mlx_lm_is_lent_without_mlx():
    pytest.importorskip("mlx_lm")
    folder = Path(lent("tool_parsers").__file__).parent
    names = sorted(path.stem for path in folder.glob("*.py") if path.stem != "__init__")
    assert {"json_tools", "qwen3_coder"} <= set(names)
    for name in names:
        assert callable(lent(f"tool_parsers.{name}").parse_tool_call)


MARKS = ["<tool_call>", "</tool_call>", "<think>", "</think>", "<tool_", "a", "{}", "\n", "<"]


@settings(max_examples=200, deadline=None)
@given(pieces=st.lists(st.sampled_from(MARKS), max_size=12), is_thinking=st.booleans())
def test_a_reply_is_cut_where_the_server_cuts_it(pieces: list[str], is_thinking: bool):
    pytest.importorskip("mlx.core")
    from mlx_lm.generate import TextStateMachine, make_text_state_machine

    wrapper = SimpleNamespace(
        has_thinking=True, think_start="<think>", think_end="</think>", has_tool_calling=True,
        tool_call_start="<tool_call>", tool_call_end="</tool_call>", structural_markers=(),
        response_transitions={},
    )  # fmt: skip
    text, state = "".join(pieces), "reasoning" if is_thinking else "normal"
    machine = make_text_state_machine(wrapper)
    after, theirs = TextStateMachine.split(machine.make_state(state), text)
    _, rest, last = TextStateMachine.flush(after)
    model: Any = SimpleNamespace(wrapper=wrapper)
    ours = list(segments(text, state, edges_of(model)))
    assert joined(ours) == joined([*theirs, (last, rest)])


def joined(pieces: Any) -> list[tuple[str, str]]:
    """Pieces that say something, those of one state that follow each other as one."""
    found: list[tuple[str, str]] = []
    for state, text in pieces:
        if text and found and found[-1][0] == state:
            found[-1] = (state, found[-1][1] + text)
        elif text:
            found.append((state, text))
    return found


def test_calls_are_read_as_a_client_gets_them(hermes: Model, qwen3: Model):
    call = '<tool_call>\n{"name": "a", "arguments": {"x": 1}}\n</tool_call>'
    text = f"Well.\n{call}\n<tool_call>oh</tool_call>"
    reply = read_reply(hermes, text, "", None)
    assert reply.calls == (("a", {"x": 1}),)
    assert reply.failures == ("JSONDecodeError: Expecting value: line 1 column 1 (char 0)",)
    xml = sound.written("read_file", {"path": "a.py", "first_line": 3}, "qwen3_coder")
    tools = [sound.schema("read_file")]
    assert read_reply(qwen3, xml, "", tools).calls == (
        ("read_file", {"path": "a.py", "first_line": 3}),
    )
    assert read_reply(qwen3, xml, "", None).calls == (
        ("read_file", {"path": "a.py", "first_line": "3"}),
    )


NO_JSON = "JSONDecodeError: Expecting value: line 1 column 1 (char 0)"
CUT = "JSONDecodeError: Unterminated string starting at: line 1 column 42 (char 41)"


@pytest.mark.parametrize(
    ("template", "arguments", "evidence"),
    [
        ("no_newline", {"pattern": "x"}, f'not read, {NO_JSON}: find_text {{"pattern":"x"}}'),
        ("hermes", '{"x": 1}', 'find_text: its arguments are read as a str, "{\\"x\\": 1}"'),
        ("hermes", {"p": "</tool_call>"}, f'not read, {CUT}: find_text {{"p":"</tool_call>"}}'),
        ("qwen3", {"pattern": "x", "limit": 3}, 'find_text: limit is read as "3", and is 3'),
        ("qwen3", {"pattern": "null"}, 'find_text: pattern is read as null, and is "null"'),
        ("qwen3", {"pattern": "\nx\n\n"}, None),
        ("hermes", {"pattern": "é", "folder": "a\nb", "limit": 2.0, "deep": [{"a": None}]}, None),
    ],
)  # fmt: skip
def test_evidence_says_how_a_call_comes_back(
    template: str, arguments: Any, evidence: str | None, model_folder: Folder
):
    value = sound.call_row(0)
    value["messages"][2]["tool_calls"][0]["function"]["arguments"] = arguments
    row = read(value).row
    assert row is not None
    rendering = rendered(chat_of(value, row), open_model(str(model_folder(template))))
    found = [fault.evidence for fault in rendering.faults if fault.rule == "call_unserved"]
    assert found == ([evidence] if evidence else [])


def test_one_is_not_true_and_two_is_two_point_zero():
    assert is_same({"a": [2, None, "x"]}, {"a": [2.0, None, "x"]})
    assert not is_same(1, True)
    assert not is_same({"a": 1}, {"b": 1})
    assert not is_same([1, 2], [1])
    assert not is_same({}, [])


WORDS = st.sampled_from(["", "tea", "é <b>&", '"', "\n", "<|im_end|>"])
VALUES = st.one_of(WORDS, st.none(), st.integers(), st.booleans(), st.dictionaries(WORDS, WORDS))
MESSAGES = st.fixed_dictionaries(
    {"role": st.sampled_from(["system", "user", "assistant", "tool", "narrator"])},
    optional={
        "content": VALUES,
        "reasoning": WORDS,
        "tool_calls": st.lists(st.fixed_dictionaries({"name": WORDS, "arguments": VALUES})),
    },
)
TOOLS = st.one_of(st.none(), WORDS, st.lists(st.one_of(WORDS, st.just(sound.schema("find_text")))))


@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(messages=st.lists(st.one_of(MESSAGES, WORDS), max_size=4), tools=TOOLS, asked=st.booleans())
@pytest.mark.parametrize("template", ["hermes", "qwen3"])
def test_the_short_way_renders_what_transformers_renders(
    template: str, messages: list[Any], tools: Any, asked: bool, model_folder: Folder
):
    template = open_model(str(model_folder(template))).template
    assert template._short is not None
    short = _outcome(template.render, messages, tools, asked)
    assert short == _outcome(template._long, messages, tools, asked)


def _outcome(render: Callable[..., str], messages: list[Any], tools: Any, asked: bool) -> str:
    try:
        return render(messages, tools, is_asked=asked)
    except Exception as error:  # noqa: BLE001
        return type(error).__name__


def test_a_template_that_transformers_renders_otherwise_takes_the_long_way(
    model_folder: Folder, monkeypatch: pytest.MonkeyPatch
):
    model = open_model(str(model_folder("hermes")))
    monkeypatch.setattr("transformers.utils.chat_template_utils._alias_reasoning_fields", list)
    assert Template(model.wrapper, model.tokenizer)._short is not None  # ours has no thoughts in it
    monkeypatch.setattr(
        "transformers.utils.chat_template_utils._cached_compile_jinja_template",
        lambda text: Environment().from_string("another"),
    )
    assert Template(model.wrapper, model.tokenizer)._short is None


TEXTS = st.lists(st.sampled_from([*models.SPECIAL, " ", "\n", "tea", "é", "  x", "<|", "im_end|>"]))


@settings(max_examples=200, deadline=None)
@given(pieces=st.lists(TEXTS, max_size=4))
def test_pieces_are_the_tokens_of_the_whole(pieces: list[list[str]]):
    pytest.importorskip("transformers")
    from transformers import PreTrainedTokenizerFast

    tokenizer = PreTrainedTokenizerFast(tokenizer_object=models.vocabulary())
    texts = ["".join(some) for some in pieces]
    encoded = Encoder(tokenizer).encode(texts)
    assert [list(chain(*one)) for one in encoded] == plain(tokenizer, texts)
    assert [count_of(one) for one in encoded] == [len(one) for one in plain(tokenizer, texts)]


def test_a_tokenizer_that_looks_beyond_its_marks_is_asked_for_the_whole():
    transformers = pytest.importorskip("transformers")
    from tokenizers import Tokenizer, pre_tokenizers
    from tokenizers import models as kinds

    tokenizer = Tokenizer(
        kinds.WordLevel({"<s>": 0, "▁x": 1, "x": 2, "w": 3, "▁w": 4, "?": 5}, "?")
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="first")
    fast = transformers.PreTrainedTokenizerFast(tokenizer_object=tokenizer, bos_token="<s>")
    encoder = Encoder(fast)
    assert encoder._mark is None
    (pieces,) = encoder.encode(["x<s>x"])
    assert [list(piece) for piece in pieces] == plain(fast, ["x<s>x"])


def test_a_prompt_whose_last_token_grows_with_the_reply_is_seen(hermes: Model):
    whole, prompt, other = hermes.encoder.encode(
        ["<|im_start|>the kettle", "<|im_start|>the", "<|im_start|>the ke"]
    )
    assert begins_with(whole, prompt)
    assert not begins_with(whole, other)


def test_batches_without_a_target_are_those_whose_loss_is_nan(model_folder: Folder, tmp_path: Path):
    pytest.importorskip("mlx.core")
    from mlx_lm.tokenizer_utils import load as load_tokenizer
    from mlx_lm.tuner.datasets import CacheDataset, load_local_dataset
    from mlx_lm.tuner.trainer import iterate_batches

    data = sound.structured()
    for row in (0, 1, 2, 3, 6, 9, 12, 15):
        data["train"][row]["messages"][1]["content"] += " and again" * 300
    for row in (6, 9, 12, 15):
        data["train"][row]["category"] = "long"  # a key more: sorted behind all others
    write(tmp_path, data)
    connection = counted(tmp_path, model_folder("hermes"), max_seq_length=800)
    run_rules(connection, [load_rules(None)["batch_untrained"]])
    found = connection.execute("select evidence from rule_rows order by row_id").fetchall()
    assert found == [("the 4 rows of train batch 1",), ("the 4 rows of train batch 8",)]

    tokenizer = load_tokenizer(model_folder("hermes"))
    train, _, _ = load_local_dataset(tmp_path, tokenizer, SimpleNamespace(mask_prompt=True))
    count_empty = 0
    for batch, lengths in iterate_batches(CacheDataset(train), 4, 800):
        steps, bounds = np.arange(1, batch.shape[1]), np.array(lengths)
        count_empty += not ((steps >= bounds[:, :1]) & (steps <= bounds[:, 1:])).any()
    assert count_empty == len(found)


def test_jobs_change_nothing_but_the_time(
    model_folder: Folder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    write(tmp_path, sound.embedded("qwen3_coder"))
    alone = counted(tmp_path, model_folder("hermes"))
    monkeypatch.setattr("curate.datasets.tokens.loading.FEW_BYTES", 0)
    together = counted(tmp_path, model_folder("hermes"), jobs=2)
    for table in ("dataset_tokens", "dataset_faults", "dataset_tokenizer"):
        rows = f"select * from {table} order by all"
        assert alone.execute(rows).fetchall() == together.execute(rows).fetchall()


def test_rows_are_numbered_as_they_were_loaded(model_folder: Folder, tmp_path: Path):
    rows = [json.dumps(row).encode() for row in sound.structured()["train"][:6]]
    write(
        tmp_path, {"train": [rows[0], b"{", rows[1]], "valid.json": b"[%b,%b]" % (rows[2], rows[3])}
    )
    connection = counted(tmp_path, model_folder("hermes"))
    query = """
    select line, count_tokens > 100 from dataset_tokens join dataset_rows using (row_id)
    order by row_id
    """
    assert connection.execute(query).fetchall() == [(1, True), (3, True), (1, True), (1, True)]


def test_a_process_that_ends_is_a_finding_for_each_of_its_rows(
    model_folder: Folder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("curate.datasets.tokens.loading._count_batch", lambda *_: None)
    write(tmp_path, {"train": sound.structured()["train"][:2]})
    connection = counted(tmp_path, model_folder("hermes"))
    assert connection.execute("select row_id, rule, evidence from dataset_faults").fetchall() == [
        (0, "row_crashed", "the process that counted its tokens ended"),
        (1, "row_crashed", "the process that counted its tokens ended"),
    ]
    assert connection.execute("select count_tokens from dataset_tokens").fetchall() == [(None,)] * 2


@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(value=ROWS)
@pytest.mark.parametrize("template", ["hermes", "qwen3", "none"])
def test_no_row_makes_the_counting_crash(template: str, value: Any, model_folder: Folder):
    decoded = decode(json.dumps(value).encode())
    row = read_decoded(decoded).row
    if row is None:
        return
    counted = Counted(Chunk(0, "", "", "lines", 0, 0, 1, 1, 0), [], [])
    _count_batch([Read(1, decoded.value, row)], open_model(str(model_folder(template))), counted)
    assert len(counted.tokens) == 1
    assert "row_crashed" not in {rule for *_, rule, _ in counted.faults}, counted.faults


def test_measures_tell_how_long_rows_are(model_folder: Folder, tmp_path: Path):
    write(tmp_path, sound.structured())
    connection = counted(tmp_path, model_folder("hermes"), max_seq_length=700)
    measured = {measure.name: measure for measure in measures(connection)}
    tokens = measured["6_tokens"]
    assert tokens.columns == (
        "split", "rows", "p50", "p90", "p99", "max", "total", "cut", "trained_if_masked",
        "rows_after_the_last_batch",
    )  # fmt: skip
    counts = connection.execute(
        "select count_tokens from dataset_tokens where row_id < 32 order by all"
    ).fetchall()
    train = dict(zip(tokens.columns, tokens.rows[0], strict=True))
    assert train["rows"] == 32
    assert train["p50"] == counts[15][0]
    assert train["max"] == counts[-1][0]
    assert train["total"] == sum(count for (count,) in counts)
    assert train["cut"] == sum(count > 700 for (count,) in counts)
    assert train["rows_after_the_last_batch"] == 0
    lengths = measured["7_lengths"]
    assert sum(row[2] for row in lengths.rows) == 42
    assert all(low <= 2 * high for low, high, *_ in lengths.rows)


@pytest.mark.parametrize(
    ("name", "further"),
    [("nowhere/model", ", or download it first: hf download nowhere/model"), ("/no/such/one", "")],
)
def test_a_model_that_is_not_there_is_told(
    name: str, further: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    pytest.importorskip("transformers")
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(CurateError) as caught:
        open_model(name)
    assert str(caught.value) == (
        f"--tokenizer {name}: there is no such folder, and no model of this name in the "
        "Hugging Face cache\n"
        "  fix: give a model's folder, with tokenizer.json, tokenizer_config.json and the chat "
        f"template{further}"
    )


@pytest.mark.parametrize(
    "files",
    [{}, {"tokenizer.json": "{"}, {"tokenizer_config.json": '{"tokenizer_class": "Nobody"}'}],
    ids=["empty", "broken", "unknown"],
)
def test_a_folder_without_a_tokenizer_is_told(files: dict[str, str], tmp_path: Path):
    pytest.importorskip("transformers")
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(CurateError) as caught:
        open_model(str(tmp_path))
    error = caught.value
    assert error.where == f"--tokenizer {tmp_path}"
    assert error.what.startswith("no tokenizer can be opened there\n")
    assert error.fix == (
        "give a model's folder, with tokenizer.json, tokenizer_config.json and the chat template"
    )


def test_a_parser_that_mlx_lm_has_not_is_told(tmp_path: Path):
    pytest.importorskip("transformers")
    folder = models.write(tmp_path, "hermes", tool_parser_type="../server")
    with pytest.raises(CurateError) as caught:
        open_model(str(folder))
    assert str(caught.value) == (
        f"--tokenizer {folder}: its tokenizer_config.json names ../server, and mlx-lm has no "
        "tool_parsers of that name\n"
        "  fix: mend tool_parser_type or chat_template_type there, or use a newer mlx-lm"
    )


def test_code_of_a_model_is_never_run(tmp_path: Path):
    pytest.importorskip("transformers")
    extra = {"tokenizer_class": "Evil", "auto_map": {"AutoTokenizer": ["evil.Evil", None]}}
    folder = models.write(tmp_path, "hermes", **extra)
    (folder / "evil.py").write_text("raise SystemExit('it ran')", encoding="utf-8")
    with pytest.raises(CurateError) as caught:
        open_model(str(folder))
    assert "custom code" in caught.value.what


def test_a_template_reaches_nothing_of_this_machine(tmp_path: Path):
    pytest.importorskip("transformers")
    template = "{{ ''.__class__.__mro__[1].__subclasses__() }}"
    folder = models.write(tmp_path, "hermes")
    (folder / "chat_template.jinja").write_text(template, encoding="utf-8")
    value = sound.direct_row(0)
    row = read(value).row
    assert row is not None
    (fault,) = rendered(chat_of(value, row), open_model(str(folder))).faults
    assert fault.rule == "render_failed"
    assert fault.evidence.startswith("SecurityError:")


def test_without_mlx_lm_the_extra_is_named(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delitem(sys.modules, lending.LENT, raising=False)
    monkeypatch.setattr(lending, "find_spec", lambda _name: None)
    with pytest.raises(CurateError) as caught:
        lent("tokenizer_utils")
    assert str(caught.value) == (
        "--tokenizer: mlx-lm is not installed\n"
        "  its own tokenizer and parsers are what rows are read with\n"
        "  fix: run: uv sync --extra train"
    )
