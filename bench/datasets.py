"""How fast and in how much memory a dataset is read into tables, and whether it is read rightly.

    python bench/datasets.py                   # 50,000 rows, about a minute
    python bench/datasets.py --rows 1000000    # 1.5 GB
    python bench/datasets.py --write data/     # only write the dataset, for other measurements

The rows are conversations made of synthetic words in the forms and dialects that are read, a known
number of them with a known fault: that is the truth which the tables are compared with. The memory
is the peak of the whole tree of processes, sampled.
"""

import argparse
import json
import random
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self

WORDS = [
    a + b + c
    for a in ("re", "co", "un", "da", "mi")
    for b in ("la", "ti", "so", "pe", "nu")
    for c in ("n", "rk", "st", "x", "m", "d")
]
TOOLS = ("read_file", "run_command", "find_references", "typecheck", "git_diff", "hover")
SYSTEM = "You are a coding assistant that works on the project in the current folder."
FAULTS = ("call_unclosed", "call_wrong_key", "call_arguments_string", "row_truncated", "row_nan")
FAULT_EVERY = 500  # rows


class Writer:
    """Rows of one dataset, the same for the same seed."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self.truth: Counter[str] = Counter()

    def lines(self, count: int) -> Iterator[str]:
        """JSON lines; `truth` counts their kinds, calls and faults."""
        for number in range(count):
            fault = FAULTS[number // FAULT_EVERY % len(FAULTS)] if number % FAULT_EVERY == 1 else ""
            yield self._line(number, fault)

    def _line(self, number: int, fault: str) -> str:
        if fault:
            self.truth[fault] += 1
        if fault == "row_truncated":
            return json.dumps(self._direct())[:-5]
        if fault == "row_nan":
            return json.dumps(self._direct() | {"weight": float("nan")})
        if fault:
            return json.dumps(self._hermes(fault))
        made = (self._hermes, self._code, self._openai, self._xml, self._direct)[number % 5]
        return json.dumps(made())

    def _text(self, count: int) -> str:
        return " ".join(self._random.choices(WORDS, k=count))

    def _path(self) -> str:
        return f"src/{self._text(1)}/{self._text(1)}_{self._random.randrange(10_000)}.py"

    def _result(self) -> str:
        lines = (f"{self._path()}:{self._random.randrange(999)}: {self._text(4)}" for _ in range(9))
        return "\n".join(lines)

    def _row(self, call: str, result: str) -> dict[str, Any]:
        self.truth["tool"] += 1
        return {
            "messages": [
                {"role": "system", "content": SYSTEM},
                {"role": "user", "content": f"Where is {self._text(12)}?"},
                {"role": "assistant", "content": call},
                {"role": "user", "content": f"<tool_response>\n{result}\n</tool_response>"},
                {"role": "assistant", "content": f"It is here: {self._text(45)}."},
            ]
        }

    def _arguments(self) -> tuple[str, dict[str, Any]]:
        tool = self._random.choice(TOOLS)
        return tool, {"path": self._path(), "line": self._random.randrange(999)}

    def _hermes(self, fault: str = "") -> dict[str, Any]:
        tool, arguments = self._arguments()
        self.truth[tool] += 1
        key = "tool" if fault == "call_wrong_key" else "name"
        given = json.dumps(arguments) if fault == "call_arguments_string" else arguments
        end = "" if fault == "call_unclosed" else "\n</tool_call>"
        call = json.dumps({key: tool, "arguments": given})
        return self._row(f"<tool_call>\n{call}{end}", self._result())

    def _xml(self) -> dict[str, Any]:
        tool, arguments = self._arguments()
        self.truth[tool] += 1
        return self._row(self._block(tool, arguments), self._result())

    def _code(self) -> dict[str, Any]:
        tool, other = self._random.sample(TOOLS, 2)
        self.truth.update(("execute_code", tool, other))
        name, field = self._text(1), self._text(1)
        code = (
            f'{name} = {tool}("{self._path()}", {self._random.randrange(999)})\n'
            f"if {name}.{field} > 0:\n"
            f"    for item in {name}.items_{field}[:5]:\n"
            f'        print(f"{{item.file}}:{{item.line}} {self._text(3)}")\n'
            f"        text = {other}(path=item.file, limit={self._random.randrange(99)})\n"
            f'else:\n    print("{self._text(3)}")'
        )
        return self._row(self._block("execute_code", {"code": code}), self._result())

    def _block(self, tool: str, arguments: dict[str, Any]) -> str:
        pairs = "".join(f"<parameter={k}>\n{v}\n</parameter>\n" for k, v in arguments.items())
        return f"<tool_call>\n<function={tool}>\n{pairs}</function>\n</tool_call>"

    def _openai(self) -> dict[str, Any]:
        tool, arguments = self._arguments()
        self.truth[tool] += 1
        row = self._row("", self._result())
        function = {"name": tool, "arguments": arguments}
        row["messages"][2]["tool_calls"] = [{"id": "1", "type": "function", "function": function}]
        row["messages"][3] = {"role": "tool", "tool_call_id": "1", "content": self._result()}
        return row

    def _direct(self) -> dict[str, Any]:
        self.truth["direct"] += 1
        question, answer = f"What is {self._text(15)}?", self._text(150)
        return {
            "messages": [
                {"role": "system", "content": SYSTEM},
                {"role": "user", "content": question},
                {"role": "assistant", "content": answer},
            ]
        }


def write(folder: Path, rows: int, seed: int) -> Counter[str]:
    """Write train and valid, a tenth of the rows, and give the truth about them."""
    writer = Writer(seed)
    folder.mkdir(parents=True, exist_ok=True)
    for split, count in (("train", rows - rows // 10), ("valid", rows // 10)):
        with (folder / f"{split}.jsonl").open("w", encoding="utf-8") as stream:
            stream.writelines(f"{line}\n" for line in writer.lines(count))
    return writer.truth


def measure(folder: Path, jobs: int) -> tuple[float, int, Counter[str]]:
    """Seconds, peak bytes of all processes, and what the tables say."""
    import duckdb

    from curate.datasets import find_files
    from curate.datasets.loading import load

    with tempfile.TemporaryDirectory() as temporary, Peak() as peak:
        connection = duckdb.connect(f"{temporary}/dataset.duckdb")
        connection.execute("set memory_limit = '1GB'")
        started = time.perf_counter()
        files = find_files([folder], {})
        load(files, connection, jobs=jobs, progress=lambda done, total, what: None)  # noqa: ARG005
        seconds = time.perf_counter() - started
        counts = connection.sql(
            "select kind, count(*) from dataset_rows group by all union all "
            "select tool, count(*) from dataset_calls group by all union all "
            "select rule, count(*) from dataset_faults group by all"
        ).fetchall()
        connection.close()
    return seconds, peak.bytes, Counter(dict(counts))


class Peak:
    """The most memory that this process and its children had at a time, ten times a second."""

    def __enter__(self) -> Self:
        self.bytes, self._is_over = 0, threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._is_over.wait(0.1):
            self.bytes = max(self.bytes, sum(map(_private_bytes, _tree())))


def _tree() -> list[int]:
    """Ourselves and the processes below."""
    import os

    parents = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(status.parent.name)] = int(status.read_text().rpartition(")")[2].split()[1])
        except (OSError, IndexError):
            continue
    tree = [os.getpid()]
    for process in tree:
        tree += [child for child, parent in parents.items() if parent == process]
    return tree


def _private_bytes(process: int) -> int:
    """A process's share of memory: what it shares with others is counted once over all."""
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))


def main() -> None:
    """Write, measure, compare."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=50_000)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--seed", type=int, default=27)
    parser.add_argument("--write", type=Path)
    chosen = parser.parse_args()
    if chosen.write:
        print(dict(write(chosen.write, chosen.rows, chosen.seed)))
        return
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        truth = write(folder, chosen.rows, chosen.seed)
        size = sum(path.stat().st_size for path in folder.iterdir())
        seconds, peak, found = measure(folder, chosen.jobs)
    print("| rows | MB | s | rows/s | us of a core a row | peak MB | truth found |")
    print("|---|---|---|---|---|---|---|")
    truth["direct"] -= truth["row_truncated"]
    wrong = {key: (found[key], count) for key, count in truth.items() if found[key] != count}
    print(
        f"| {chosen.rows:,} | {size / 1e6:,.0f} | {seconds:.1f} | {chosen.rows / seconds:,.0f} "
        f"| {seconds * chosen.jobs / chosen.rows * 1e6:.0f} | {peak / 1e6:,.0f} "
        f"| {'all' if not wrong else f'not {wrong}'} |"
    )


if __name__ == "__main__":
    main()
