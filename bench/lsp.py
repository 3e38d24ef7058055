"""How fast the language tools answer over an open workspace: a Markdown table, a row a source.

    python bench/lsp.py                  # flask and pydantic, about half a minute
    python bench/lsp.py attrs --calls 50

The seconds are of whole calls, from arguments to typed result. "start" is the time until the first
outline of a fresh server, "again" asks the same calls a second time. The memory is the server's
resident set after all calls. Names are drawn with a fixed seed from all lines of all files; those
that are searched for, from all classes and functions.
"""

import argparse
import random
import re
import subprocess
import time
from pathlib import Path

from curate.lsp.opened import close_all
from curate.sources import Cache, fetch, read_registry
from curate.tools import all_tools
from curate.tools.base import Workspace

ROOT = Path(__file__).parents[1]
AT_A_NAME = ("hover", "goto_definition", "find_references")
TOOLS = ("document_symbols", "workspace_symbols", *AT_A_NAME)
DEFINITION = re.compile(r"^ *(?:class|def) +(\w+)", re.MULTILINE)
Calls = dict[str, list[dict]]


def calls_over(root: Path, count: int) -> Calls:
    """So many calls of each tool, the same for the same tree."""
    draw = random.Random(1)
    files = sorted(file.relative_to(root).as_posix() for file in root.rglob("*.py"))
    texts = [(root / file).read_text("utf-8", "replace") for file in files]
    names = [
        {"path": file, "line": number, "symbol": name}
        for file, text in zip(files, texts, strict=True)
        for number, line in enumerate(text.split("\n"), 1)
        for name in re.findall(r"[A-Za-z_]\w+", line.partition("#")[0])
    ]
    defined = sorted({name for text in texts for name in DEFINITION.findall(text)})
    drawn = draw.sample(names, min(count, len(names)))
    calls: Calls = dict.fromkeys(AT_A_NAME, drawn)
    calls["document_symbols"] = [{"path": file} for file in draw.choices(files, k=count)]
    calls["workspace_symbols"] = [{"query": name} for name in draw.choices(defined, k=count)]
    return calls


def rate(workspace: Workspace, tool: str, calls: list[dict]) -> float:
    """Answers a second."""
    began = time.perf_counter()
    for arguments in calls:
        all_tools()[tool].call(workspace, arguments)
    return len(calls) / (time.perf_counter() - began)


def server_mb() -> float:
    """The resident set of the one server that is running here."""
    listed = subprocess.run(
        ["ps", "-eo", "rss=,args="], capture_output=True, text=True, check=True
    ).stdout
    rows = [line.split(maxsplit=1) for line in listed.splitlines()]
    return max(int(rss) for rss, args in rows if args.endswith("ty server")) / 1024


def row(name: str, root: Path, count: int) -> str:
    """The table's row of a source."""
    close_all()
    workspace, calls = Workspace(name, root), calls_over(root, count)
    began = time.perf_counter()
    all_tools()["document_symbols"].call(workspace, calls["document_symbols"][0])
    start = 1000 * (time.perf_counter() - began)
    rates = [[rate(workspace, tool, calls[tool]) for tool in TOOLS] for _ in range(2)]
    cells = [f"{first:,.0f} / {again:,.0f}" for first, again in zip(*rates, strict=True)]
    files = sum(1 for _ in root.rglob("*.py"))
    return f"| {name} ({files} files) | {start:.0f} ms | {' | '.join(cells)} | {server_mb():.0f} |"


def main() -> None:
    """Print the table; see the module."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("sources", nargs="*", default=["flask", "pydantic"])
    parser.add_argument("--calls", type=int, default=300, help="of each tool")
    arguments = parser.parse_args()
    registry, cache = read_registry(ROOT / "corpora/sources.toml"), Cache.open()
    print(f"Answers a second, first / again; {arguments.calls} calls of each tool\n")
    print(f"| source | start | {' | '.join(TOOLS)} | server MB |")
    print(f"|---|---|{'---|' * len(TOOLS)}---|")
    for name in arguments.sources:
        root = fetch(registry.sources[name], cache, root=ROOT).tree
        print(row(name, root, arguments.calls), flush=True)
    close_all()


if __name__ == "__main__":
    main()
