"""From pinned sources to a measured, served model, with the real commands, on a CPU.

One project, in which each test goes a step further; the steps are those of docs/tiny.md.
"""

import json
import os
import re
import shlex
import subprocess
import sys
import time
from ctypes.util import find_library
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest

from curate.scoring.baselines import first_words
from tests.comparing.page import Page
from tests.conftest import REPOSITORY
from tests.pages import blocks, commands_of

pytestmark = pytest.mark.slow

CURATE = [sys.executable, "-c", "from curate.cli import main; main()"]
OFFLINE = ("cannot be reached", "could not be fetched", "cannot be fetched", "no network")
DECISION, LOOKUP = 0.95, 0.75  # of the issue: at least, and at most
STEPS = [block for block in blocks(REPOSITORY / "docs/tiny.md") if block.language == "sh"]


@dataclass(frozen=True)
class Place:
    """A temporary project; what its commands said as JSON, by command line."""

    root: Path
    said: dict[str, Any]

    def run(self, line: str) -> Any:
        """Run a command of curate with --json, and give back what it prints."""
        done = subprocess.run(
            [*CURATE, *shlex.split(line)[1:], "--json"],
            cwd=self.root,
            env=environment(),
            capture_output=True,
            text=True,
            timeout=1_800,
            check=False,
        )
        assert done.returncode == 0, f"$ {line}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
        self.said[line] = json.loads(done.stdout)
        return self.said[line]

    def rows(self, split: str) -> list[dict[str, Any]]:
        """The rows of a split of the corpus tiny."""
        text = (self.root / f"out/tiny/{split}.jsonl").read_text(encoding="utf-8")
        return [json.loads(line) for line in text.splitlines()]


def environment() -> dict[str, str]:
    """This one, without kernels to compile, and with OpenBLAS where the machine has it."""
    given = {**os.environ, "MLX_DISABLE_COMPILE": "1", "OPENBLAS_NUM_THREADS": "1"}
    library = find_library("openblas")
    if library and "LD_PRELOAD" not in given:
        given["LD_PRELOAD"] = library
    return given


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """The project, with the corpus tiny built. Skips where its sources cannot be had."""
    pytest.importorskip("mlx.core")
    root = tmp_path_factory.mktemp("end_to_end")
    (root / "corpora").mkdir()
    fetched = subprocess.run(
        [*CURATE, "build", "tiny", "--until", "fetch"],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    if fetched.returncode == 2 and any(word in fetched.stderr for word in OFFLINE):
        pytest.skip(f"the pinned sources cannot be had here: {fetched.stderr.strip()}")
    assert fetched.returncode == 0, fetched.stderr
    found = Place(root, {})
    found.run("curate build tiny")
    return found


@pytest.fixture(scope="module")
def learned(place: Place) -> dict[str, Any]:
    """The run that trained all weights of a tiny model."""
    for block in STEPS[:1]:
        for line in commands_of(block):
            place.run(line)
    return place.said[next(line for line in place.said if " train " in line)]


@pytest.fixture(scope="module")
def adapted(place: Place, learned: dict[str, Any]) -> None:
    """What was learned, fused; an adapter on it, fused and quantised."""
    assert learned["state"] == "done"
    for line in commands_of(STEPS[1]):
        place.run(line)


def tool_prompts(place: Place, split: str) -> list[str]:
    """The prompts of a split that call a tool."""
    return [prompt for prompt, is_tool in asked(place.rows(split)) if is_tool]


def names(prompt: str) -> set[str]:
    """Words of a prompt that no prose has: with a slash, dot or underscore in them, or marked."""
    marked = set(re.findall(r"`([^`]+)`", prompt))
    words = {word.strip("`.,?!:;()'\"") for word in prompt.split()}
    return marked | {word for word in words if re.search(r"[/_.]|[a-z][A-Z]", word)}


def test_no_phrasing_and_no_name_of_the_held_out_prompts_was_trained(place: Place):
    kept = place.run(
        """curate sql "select split, kind, is_held_out, count(*)::int as count_rows from samples
        where corpus = 'tiny' group by all order by all" """
    )
    counts = {(row["split"], row["kind"], row["is_held_out"]): row["count_rows"] for row in kept}
    assert {split for split, kind, is_held in counts if kind == "tool" and not is_held} == {"train"}
    assert {split for split, kind, is_held in counts if is_held} == {"valid", "test"}
    shared = place.run(
        """curate sql "select source_id, path from samples where corpus = 'tiny' and kind = 'tool'
        group by all having count(distinct split) > 1" """
    )
    assert shared == [], "no file of train is asked about outside"
    trained, held = (
        {
            name
            for split in splits
            for prompt in tool_prompts(place, split)
            for name in names(prompt)
        }
        for splits in (("train",), ("valid", "test"))
    )
    assert held
    assert trained & held == set()


def test_no_row_tells_of_the_tools(place: Place):
    for split in ("train", "valid", "test"):
        assert {tuple(row) for row in place.rows(split)} == {("messages",)}
        systems = {row["messages"][0]["content"] for row in place.rows(split)}
        assert systems == {"You are a coding assistant."}


def test_it_would_train_here(place: Place, learned: dict[str, Any]):
    found = place.said[next(line for line in place.said if " probe " in line)]
    assert found["will_train"] is True
    assert learned["run_id"] == "train-tiny-1"


@pytest.mark.parametrize("split", ["valid", "test"])
def test_two_first_words_do_not_tell_tool_from_direct(place: Place, split: str):
    known: dict[str, list[bool]] = {}
    for prompt, is_tool in asked(place.rows("train")):
        known.setdefault(first_words(prompt), []).append(is_tool)
    usual = sum(is_tool for _, is_tool in asked(place.rows("train"))) * 2 >= len(
        place.rows("train")
    )
    right = []
    for prompt, is_tool in asked(place.rows(split)):
        seen = known.get(first_words(prompt))
        right.append(is_tool == (usual if seen is None else sum(seen) * 2 >= len(seen)))
    assert sum(right) / len(right) <= LOOKUP


def test_a_tiny_model_learns_when_a_tool_is_due(place: Place, learned: dict[str, Any]):
    assert learned["state"] == "done"
    right = []
    for split in ("valid", "test"):
        scored = place.run(
            f"curate score train-tiny-1/adapter --suite {split}:tiny --batch 16 --max-tokens 4"
        )
        assert scored["baselines"]["first_words"]["decision"]["share"] <= LOOKUP
        right += [
            (reply["tool_probability"] >= 0.5) == reply["is_tool_expected"]
            for reply in scored["replies"]
        ]
    assert len(right) == len(place.rows("valid")) + len(place.rows("test"))
    assert sum(right) / len(right) >= DECISION


def test_the_ladder_is_there_with_its_sizes(place: Place, adapted: None):
    told = place.said[next(line for line in place.said if " quantize " in line)]
    assert [one["bits"] for one in told] == [4, 5, 6, 8]
    sizes = [one["size_bytes"] for one in told]
    assert sizes == sorted(sizes)
    assert [one["kl_mean"] for one in told] == sorted(
        (one["kl_mean"] for one in told), reverse=True
    )


def test_all_of_them_are_compared_in_a_report(place: Place, adapted: None):
    for line in commands_of(STEPS[2]):
        place.run(line)
    compared = place.said[next(line for line in place.said if " compare " in line)]
    names = ["base", "adapter", "fused-4bit", "fused-5bit", "fused-6bit", "fused-8bit"]
    assert [one["name"] for one in compared["models"]] == names
    assert [one["versus"]["count"] for one in compared["models"][1:]] == [
        compared["models"][0]["rates"]["overall"]["count"]
    ] * 5
    page = Page((place.root / "out/compare.html").read_text(encoding="utf-8"))
    titles = [attributes["aria-labelledby"] for tag, attributes in page.tags if tag == "svg"]
    assert titles == [f"{key}-title {key}-about" for key in ("loss", "accuracy", "cost", "ladder")]


def test_it_is_served_and_answers(place: Place, adapted: None):
    (line,) = commands_of(STEPS[3])
    server = subprocess.Popen(
        [*CURATE, *shlex.split(line)[1:]],
        cwd=place.root,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        base = _base_url(server)
        body = {"messages": [{"role": "user", "content": "what is a closure?"}], "max_tokens": 8}
        asked_for = Request(
            f"{base}/chat/completions",
            json.dumps({"model": "default_model", **body}).encode(),
            {"Content-Type": "application/json"},
        )
        with urlopen(asked_for, timeout=60) as response:
            answer = json.load(response)
        assert answer["choices"][0]["message"]["role"] == "assistant"
        assert 1 <= answer["usage"]["completion_tokens"] <= 8
        server.terminate()  # not SIGINT, which is ignored by what a shell starts behind it
        assert server.wait(30) == 0
    finally:
        server.kill()


def test_every_run_is_kept(place: Place, adapted: None):
    runs = place.run("curate runs")
    assert {run["verb"] for run in runs} == {"probe", "train", "fuse", "quantize", "score"}
    assert {run["state"] for run in runs} == {"done"}


def asked(rows: list[dict[str, Any]]) -> list[tuple[str, bool]]:
    """The prompt of each row, and whether its first reply calls a tool."""
    return [
        (row["messages"][1]["content"], bool(row["messages"][2].get("tool_calls"))) for row in rows
    ]


def _base_url(server: "subprocess.Popen[str]") -> str:
    assert server.stdout is not None
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        line = server.stdout.readline()
        if found := re.search(r"http://127\.0\.0\.1:\d+/v1", line):
            return found[0]
        assert line, "the server ended"
    raise AssertionError("the server was not ready in two minutes")
