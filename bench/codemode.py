"""How many runs of code a second, in one process: a Markdown table.

    python bench/codemode.py            # some 10 seconds
    python bench/codemode.py --quick    # a tenth of the runs

A run is a whole `execute_code`: a fresh session, the code, its tool calls, the typed result. The
calls of `lines of a file` read tests/corpus; `50 findings` are the same made-up ones each time, so
that what is measured is how they get into the sandbox. Of five rounds the median is shown.
"""

import argparse
import statistics
import time
from pathlib import Path
from typing import Any
from unittest.mock import patch

from curate.tools import all_tools, execute_code
from curate.tools.base import Tool, Workspace
from curate.tools.execute_code import ExecuteCode
from curate.tools.ruff_check import RuffCheck, RuffCheckResult, Violation

CORPUS = Path(__file__).parents[1] / "tests" / "corpus"
ROUNDS = 5
FINDINGS = RuffCheckResult(
    success=False,
    violation_count=50,
    violations=[
        Violation(file="a.py", line=n, column=1, code="F401", message="unused", fixable=True)
        for n in range(1, 51)
    ],
)
CODE = {
    "print(1 + 1)": (2_000, "print(1 + 1)"),
    "lines of a file": (1_000, "print(read_file('README.md').text)"),
    "50 findings, printed": (
        400,
        "for v in ruff_check('a.py').violations:\n    print(f'{v.file}:{v.line} {v.code}')",
    ),
    "ten calls in a loop": (
        200,
        "for n in range(1, 11):\n    print(read_file('README.md', n, n).text)",
    ),
}


class KnownFindings(RuffCheck):
    """ruff_check without ruff."""

    def run(self, workspace: Workspace, **arguments: Any) -> RuffCheckResult:
        """The same 50 findings each time."""
        del workspace, arguments
        return FINDINGS


def runs_per_second(code: str, count: int) -> float:
    """Median of the rounds."""
    tool, workspace = ExecuteCode(), Workspace("corpus", CORPUS)
    rates = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        for _ in range(count // ROUNDS):
            result, _ = tool.run_traced(workspace, code)
        rates.append(count // ROUNDS / (time.perf_counter() - began))
        if not result.success:
            raise SystemExit(result.error)
    return statistics.median(rates)


def table(share: float) -> str:
    """A row a kind of code."""
    lines = ["| code | runs | runs a second |", "|---|---|---|"]
    for name, (count, code) in CODE.items():
        runs = max(int(count * share), ROUNDS)
        lines.append(f"| {name} | {runs:,} | {runs_per_second(code, runs):,.0f} |")
    return "\n".join(lines)


def main() -> None:
    """Print the table; see the module."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="a tenth of the runs")
    arguments = parser.parse_args()
    functions: dict[str, Tool] = {**all_tools(), "ruff_check": KnownFindings()}
    del functions[ExecuteCode.name]
    with patch.object(execute_code, "_functions", lambda: functions):
        runs_per_second("print(1)", ROUNDS)  # opens the pool
        print(table(0.1 if arguments.quick else 1.0))


if __name__ == "__main__":
    main()
