"""Every rule of trainability accepts sound rows, and catches the fault it is there for."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import pytest

from curate.audits.finding import Finding
from curate.audits.rules import findings, load_rules, run_rules
from curate.datasets.files import find_files
from curate.datasets.loading import load
from curate.datasets.tokens.loading import count_tokens
from tests.rules import sound
from tests.rules.conftest import write

Data = dict[str, Any]
Folder = Callable[[str], Path]
RULES = {name: rule for name, rule in load_rules(None).items() if rule.needs == "tokenizer"}
MANY = " ".join(f"number {number}" for number in range(400))


def pairs() -> Data:
    """Direct rows as prompts with completions."""
    return {
        split: [
            {"prompt": row["messages"][1]["content"], "completion": row["messages"][2]["content"]}
            for row in rows
            if len(row["messages"]) == 3
        ]
        for split, rows in sound.structured().items()
    }


BASES = {
    "structured": sound.structured,
    "embedded": sound.embedded,
    "xml": lambda: sound.embedded("qwen3_coder"),
    "chatml": sound.chatml,
    "pairs": pairs,
}
SOUND = [
    ("hermes", "structured"), ("hermes", "embedded"), ("hermes", "chatml"), ("hermes", "pairs"),
    ("qwen3", "structured"), ("qwen3", "xml"),
]  # fmt: skip


class Plant(NamedTuple):
    """A template and a change of a dataset, and the rules that must report it."""

    rule: str
    what: str
    template: str
    base: str
    change: Callable[[Data], object] = lambda _data: None
    also: tuple[str, ...] = ()
    settings: dict[str, Any] = {}  # noqa: RUF012  never changed
    ordinal: int | None = None


def messages(data: Data, row: int = 2) -> list[dict[str, Any]]:
    """The messages of a row of train; row 0 calls find_text, row 2 answers directly."""
    return data["train"][row]["messages"]


def arguments(value: Any) -> Callable[[Data], object]:
    """Other arguments of the call of row 0."""
    return lambda data: messages(data, 0)[2]["tool_calls"][0]["function"].update(arguments=value)


def said(value: Any, ordinal: int = 2, row: int = 2) -> Callable[[Data], object]:
    """Another content of a message."""
    return lambda data: messages(data, row)[ordinal].update(content=value)


def long_batch(data: Data) -> None:
    """Four rows in a row whose prompts fill the sequence."""
    for row in range(4, 8):
        messages(data, row)[1]["content"] = MANY


def sharegpt(data: Data) -> None:
    """A row of train as ShareGPT has it."""
    names = {"system": "system", "user": "human", "assistant": "gpt"}
    turns = [{"from": names[m["role"]], "value": m["content"]} for m in messages(data)]
    data["train"][2] = {"conversations": turns}


FAULTS = [
    Plant("row_cut", "a long answer", "hermes", "structured", said(MANY), settings={"max_seq_length": 1000}),
    Plant("row_cut", "a long text", "hermes", "chatml", lambda data: data["train"][2].update(
        text=data["train"][2]["text"].replace("<|im_start|>assistant\n", f"<|im_start|>assistant\n{MANY}")), settings={"max_seq_length": 1000}),
    Plant("row_untrained", "a long question", "hermes", "structured", said(MANY, 1), ("row_cut",), {"max_seq_length": 1000}),
    Plant("batch_untrained", "four long questions", "hermes", "structured", long_batch, ("row_cut", "row_untrained"), {"max_seq_length": 1000}),
    Plant("split_below_batch", "a batch of six", "hermes", "structured", settings={"batch_size": 6}),
    Plant("form_refused", "a row of ShareGPT", "hermes", "structured", sharegpt),
    Plant("parser_missing", "a template without a call", "without_calls", "structured"),
    Plant("render_failed", "no system prompt", "strict", "structured", lambda data: messages(data).pop(0)),
    Plant("render_failed", "tools as text", "hermes", "structured", lambda data: data["train"][2].update(tools="find_text")),
    Plant("render_failed", "a message that is none", "hermes", "structured", lambda data: messages(data).append("Bye.")),
    Plant("template_unstable", "a number of messages", "counted", "structured", ordinal=2),
    Plant("template_unstable", "a line that is forgotten", "forgetful", "structured", lambda data: messages(data).extend(
        [{"role": "assistant", "content": "Sure.\nIt depends."}, {"role": "user", "content": "On what?"}, {"role": "assistant", "content": "The load."}]), ordinal=3),
    Plant("template_unstable", "arguments that the server writes anew", "lenient", "structured", arguments('{"pattern":"kettle","folder":"brew"}'), ordinal=4),
    Plant("render_failed", "arguments that are no JSON", "lenient", "structured", arguments("kettle"), ordinal=4, also=("call_unserved",)),
    Plant("text_unlike_served", "a blank for a line break", "hermes", "chatml", lambda data: data["train"][2].update(
        text=data["train"][2]["text"].replace("<|im_start|>assistant\n", "<|im_start|>assistant "))),
    Plant("text_unlike_served", "a head that the template adds", "counted", "chatml"),
    Plant("call_unserved", "a line break that is missing", "no_newline", "structured", ordinal=2),
    Plant("call_unserved", "another dialect", "hermes", "xml", ordinal=2),
    Plant("call_unserved", "a fence", "hermes", "embedded", said(sound.written("find_text", {"pattern": "kettle", "folder": "brew"}, "markdown_json"), 2, 0), ordinal=2),
    Plant("call_unserved", "arguments that are encoded twice", "hermes", "structured", arguments('{"pattern": "kettle", "folder": "brew"}'), ("template_unstable",), ordinal=2),
    Plant("call_unserved", "a tag in an argument", "qwen3", "structured", arguments({"pattern": "</parameter>", "folder": "brew"}), ordinal=2),
    Plant("call_unserved", "a number where there is no schema", "qwen3", "structured", lambda data: (arguments({"pattern": "kettle", "limit": 3})(data), None), ordinal=2),
    Plant("call_unserved", "the end of a call in its argument", "hermes", "structured", arguments({"pattern": "</tool_call>"}), ordinal=2),
    Plant("turn_unended", "no token at the end", "endless", "structured", ordinal=2),
    Plant("offer_unrendered", "no tools", "without_tools", "structured"),
    Plant("content_unrendered", "a role that is dropped", "hermes", "structured", lambda data: messages(data).insert(0, {"role": "narrator", "content": "Once upon a time there was a kettle."})),
    Plant("pair_not_text", "a list of messages", "hermes", "pairs", lambda data: data["train"][2].update(prompt=[{"role": "user", "content": "Hi."}])),
    Plant("pair_rendered_twice", "ChatML in a prompt", "hermes", "pairs", lambda data: data["train"][2].update(
        prompt=f"<|im_start|>user\n{data['train'][2]['prompt']}<|im_end|>\n<|im_start|>assistant\n")),
]  # fmt: skip


def audited(
    folder: Path, model: Path, settings: dict[str, Any], jobs: int = 1
) -> dict[str, Finding]:
    """What the rules of trainability find in a folder."""
    connection = duckdb.connect(config={"threads": 1})
    files = find_files([folder], {})
    load(files, connection, jobs=1, progress=lambda *_: None)
    connection.execute("insert into dataset_settings default values")
    for name, value in settings.items():
        connection.execute(f"update dataset_settings set {name} = ?", [value])
    count_tokens(files, connection, str(model), jobs=jobs, progress=lambda *_: None)
    run_rules(connection, RULES.values())
    found = findings(connection, RULES.values(), shown=None)
    connection.close()
    return {finding.rule: finding for finding in found}


@pytest.mark.parametrize(("template", "base"), SOUND)
def test_sound_rows_are_trained_as_they_are_served(
    template: str, base: str, model_folder: Folder, tmp_path: Path
):
    write(tmp_path, BASES[base]())
    settings = {"batch_size": 1} if base == "pairs" else {}
    assert audited(tmp_path, model_folder(template), settings) == {}


@pytest.mark.parametrize("plant", [pytest.param(p, id=f"{p.rule}-{p.what}") for p in FAULTS])
def test_a_planted_fault_is_found_by_its_rule_and_no_other(
    plant: Plant, model_folder: Folder, tmp_path: Path
):
    data = BASES[plant.base]()
    plant.change(data)
    write(tmp_path, data)
    settings = {"batch_size": 1} if plant.base == "pairs" else {}
    found = audited(tmp_path, model_folder(plant.template), settings | plant.settings)
    shown = {name: [row.evidence for row in one.rows[:2]] for name, one in found.items()}
    assert sorted(found) == sorted({plant.rule, *plant.also}), shown
    assert found[plant.rule].rows[0].ordinal == plant.ordinal or plant.ordinal is None


def test_no_rule_of_trainability_lacks_a_planted_fault():
    assert {plant.rule for plant in FAULTS} == set(RULES)
    assert {rule.group for rule in RULES.values()} == {"trainability"}
