"""How well and how fast near-duplicates are found: a Markdown table, a process a method.

    python bench/near_duplicates.py            # 100,000 documents, some minutes
    python bench/near_duplicates.py --quick    # 5,000 documents, under a minute

The seconds are of finding the pairs, without start-up and reading; the memory is the peak of the
whole process with the documents in it, and "of which start" what it had before it began. The truth
is counted by `planted.exact_pairs`, and no planted pair at or above the threshold may be missing
from it. Rows with equal shingle sets are a star of pairs in our answer and are spread out to all
their pairs before anything is counted.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from itertools import combinations, product
from pathlib import Path
from typing import TYPE_CHECKING, Any

import planted
import pyarrow as pa

if TYPE_CHECKING:
    from curate.near import NearPairs

THRESHOLD, SHINGLE_WORDS, NUM_PERM = 0.8, 5, 128
Pairs = set[tuple[Any, Any]]  # rows; datasketch calls its keys Hashable


def datasketch_documented(texts: list[str]) -> Pairs:
    """The loop of datasketch's documentation: update, query, insert, believe the answer."""
    from datasketch import MinHash, MinHashLSH

    index = MinHashLSH(threshold=THRESHOLD, num_perm=NUM_PERM)
    found = set()
    for row, text in enumerate(texts):
        signature = MinHash(num_perm=NUM_PERM)
        for shingle in planted.shingles_of(text, SHINGLE_WORDS):
            signature.update(b" ".join(shingle))
        found.update((near, row) for near in index.query(signature))
        index.insert(row, signature)
    return found


def datasketch_confirmed(texts: list[str]) -> Pairs:
    """`datasketch` as well as it can be used: batches, 25 bands of 5, exact confirmation."""
    from datasketch import MinHash, MinHashLSH

    index = MinHashLSH(num_perm=NUM_PERM, params=(25, 5))
    blank = MinHash(num_perm=NUM_PERM)
    sets: dict[Any, set[bytes]] = {}
    found = set()
    for row, text in enumerate(texts):
        shingles = {b" ".join(shingle) for shingle in planted.shingles_of(text, SHINGLE_WORDS)}
        signature = blank.copy()
        signature.update_batch(shingles)
        for near in index.query(signature):
            shared = len(shingles & sets[near])
            if shared / (len(shingles) + len(sets[near]) - shared) >= THRESHOLD:
                found.add((near, row))
        index.insert(row, signature)
        sets[row] = shingles
    return found


def ours(bands: int, rows: int) -> Callable[[pa.Array], "NearPairs"]:
    """`near_duplicate_pairs` with these bands, and the other settings as they are."""

    def find(column: pa.Array) -> "NearPairs":
        from curate.near import NearSettings, near_duplicate_pairs

        return near_duplicate_pairs(column, NearSettings(bands=bands, rows=rows))

    return find


METHODS: dict[str, Callable[..., Any]] = {
    "datasketch 2.0, documented loop": datasketch_documented,
    "datasketch 2.0, 25 x 5, confirmed": datasketch_confirmed,
    "curate.near, 16 x 8": ours(16, 8),
    "curate.near, 25 x 5": ours(25, 5),
    "truth": lambda texts: planted.exact_pairs(texts, SHINGLE_WORDS, THRESHOLD),
}


def measure(name: str, folder: Path) -> None:
    """Run one method in this process and leave its pairs and figures in the folder."""
    is_ours = name.startswith("curate")
    with pa.OSFile(str(folder / "documents.arrow")) as source:
        column = pa.ipc.open_file(source).read_all()["text"]
    texts = column if is_ours else column.to_pylist()
    del column
    import datasketch  # noqa: F401  both sides import it; its second of start-up is nobody's work

    start_mb = _peak_mb()
    began = time.perf_counter()
    found = METHODS[name](texts)
    seconds = time.perf_counter() - began
    figures = {"seconds": seconds, "start_mb": start_mb, "peak_mb": _peak_mb()}
    if is_ours:
        figures["examined"] = found.examined
        rows = zip(found.left.tolist(), found.right.tolist(), found.jaccard.tolist(), strict=True)
        pairs = spread([(left, right, jaccard == 1.0) for left, right, jaccard in rows])
    else:
        pairs = found
    figures["pairs"] = sorted([*pair, found[pair]] if name == "truth" else pair for pair in pairs)
    (folder / f"{name}.json").write_text(json.dumps(figures))


def spread(rows: list[tuple[int, int, bool]]) -> Pairs:
    """All pairs that a list with stars of equal rows (left, right, are equal) stands for."""
    members: dict[int, list[int]] = defaultdict(list)
    first = {right: left for left, right, equal in rows if equal}
    for right, left in first.items():
        members[left].append(right)
    pairs = {
        pair for left, equal in members.items() for pair in combinations(sorted([left, *equal]), 2)
    }
    for left, right, equal in rows:
        if not equal:
            both = product([left, *members[left]], [right, *members[right]])
            pairs.update((min(pair), max(pair)) for pair in both)
    return pairs


def _peak_mb() -> float:
    status = Path("/proc/self/status")
    if status.exists():  # ru_maxrss of a Linux child starts at its parent's
        held = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(held.split()[1]) / 2**10
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (2**20 if sys.platform == "darwin" else 2**10)


def table(count: int) -> str:
    """The Markdown table of all methods over `count` documents."""
    texts, pairs = planted.documents(count)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        batch = pa.table({"text": texts})
        with pa.ipc.new_file(folder / "documents.arrow", batch.schema) as sink:
            sink.write_table(batch)
        figures = {method: in_a_process(method, folder) for method in METHODS}
    truth = {(left, right): jaccard for left, right, jaccard in figures.pop("truth")["pairs"]}
    _check_planted(texts, pairs, truth)
    inexact = {pair for pair, jaccard in truth.items() if jaccard < 1}
    slowest = figures["datasketch 2.0, documented loop"]["seconds"]
    lines = [
        (
            f"{count:,} documents, {sum(map(len, texts)) / 1e6:.0f} MB; {len(truth):,} pairs at "
            f"Jaccard >= {THRESHOLD}, {len(inexact):,} of them below 1"
        ),
        "",
        (
            "| method | s | times as fast | recall | recall, J < 1 | precision "
            "| peak MB (of which start) |"
        ),
        "|---|---|---|---|---|---|---|",
    ]
    for method, figure in figures.items():
        found = {tuple(pair) for pair in figure["pairs"]}
        right = len(found & truth.keys())
        lines.append(
            f"| {method} | {figure['seconds']:.2f} | {slowest / figure['seconds']:.0f} "
            f"| {right / len(truth):.4f} | {len(found & inexact) / len(inexact):.4f} "
            f"| {right / len(found):.4f} | {figure['peak_mb']:.0f} ({figure['start_mb']:.0f}) |"
        )
    return "\n".join(lines)


def in_a_process(method: str, folder: Path) -> dict:
    """What `measure` found in a process of its own."""
    subprocess.run(
        [sys.executable, __file__, "--measure", method, "--folder", str(folder)], check=True
    )
    return json.loads((folder / f"{method}.json").read_text())


def _check_planted(texts: list[str], pairs: list, truth: dict) -> None:
    for left, right in pairs:
        a, b = (planted.shingles_of(texts[row], SHINGLE_WORDS) for row in (left, right))
        jaccard = len(a & b) / len(a | b)
        key = (min(left, right), max(left, right))
        if (jaccard >= THRESHOLD) != (key in truth) or truth.get(key, jaccard) != jaccard:
            raise SystemExit(f"the truth is wrong about {key}, planted at {jaccard}")


def boilerplate(count: int) -> str:
    """One line about texts with a common preamble: how many pairs were counted, in what time."""
    column = pa.array(planted.with_boilerplate(count))
    began = time.perf_counter()
    found = ours(25, 5)(column)
    return (
        f"{count:,} documents with 200 words in common: {found.examined:,} of "
        f"{count * (count - 1) // 2:,} pairs counted, {len(found)} found, "
        f"{time.perf_counter() - began:.2f} s"
    )


def main() -> None:
    """Print the table and the boilerplate line; see the module."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="5,000 documents")
    parser.add_argument("--measure", choices=METHODS, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.measure:
        measure(arguments.measure, arguments.folder)
        return
    print(table(5_000 if arguments.quick else 100_000))
    print()
    print(boilerplate(20_000))


if __name__ == "__main__":
    main()
