"""How many near-duplicates the audit of a dataset finds, and whether all it finds are such.

    python bench/leakage.py                  # 20,000 rows, a minute
    python bench/leakage.py --rows 100000

Rows are planted documents as conversations, nine in ten of them train, the others valid. The truth
is `planted.exact_pairs` of what the readers take as a row's conversation. Counted are rows: those
that near_duplicate reports in a split, and those that near_duplicate_leakage reports over splits.
"""

import argparse
import json
import random
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import duckdb
import planted

from curate.audits.near import ensure_pairs
from curate.audits.rules import load_rules, run_rules
from curate.datasets.files import find_files
from curate.datasets.loading import load

VALID_FRACTION = 0.1
RULES = ("near_duplicate", "near_duplicate_leakage")


class Judged(NamedTuple):
    """Rows of one rule: those there are, those it found, and those it found rightly."""

    rule: str
    count_true: int
    count_found: int
    count_right: int

    @property
    def recall(self) -> float:
        """The share of the true rows that were found."""
        return self.count_right / self.count_true

    @property
    def precision(self) -> float:
        """The share of the found rows that are true."""
        return self.count_right / self.count_found


def write(folder: Path, count: int, seed: int = 1) -> None:
    """Planted documents as a dataset of conversations."""
    texts, _ = planted.documents(count, seed)
    chance = random.Random(seed)
    lines: dict[str, list[str]] = {"train": [], "valid": []}
    for number, text in enumerate(texts):
        asked = {"role": "user", "content": f"Write function number {number}."}
        row = {"messages": [asked, {"role": "assistant", "content": text}]}
        lines["valid" if chance.random() < VALID_FRACTION else "train"].append(json.dumps(row))
    for split, some in lines.items():
        (folder / f"{split}.jsonl").write_text("\n".join(some) + "\n", encoding="utf-8")


def judge(folder: Path, jobs: int = 1) -> tuple[list[Judged], float]:
    """What the rules find beside the truth, and the seconds that finding the pairs took."""
    connection = duckdb.connect()
    load(find_files([folder], {}), connection, jobs=jobs, progress=lambda *_: None)
    connection.execute("insert into dataset_settings default values")
    start = time.perf_counter()
    ensure_pairs(connection)
    seconds = time.perf_counter() - start
    rules = load_rules(None)
    run_rules(connection, [rules[name] for name in RULES])
    rows = connection.execute(
        "select row_id, split, conversation from dataset_rows order by row_id"
    ).fetchall()
    splits = {row_id: split for row_id, split, _ in rows}
    true: dict[str, set[int]] = {name: set() for name in RULES}
    for left, right in planted.exact_pairs([text for _, _, text in rows]):
        true[RULES[splits[left] != splits[right]]].add(right)
    judged = []
    for name in RULES:
        found = {
            row_id
            for (row_id,) in connection.execute(
                "select row_id from rule_rows where rule = ? and evidence like 'Jaccard%'", [name]
            ).fetchall()
        }
        judged.append(Judged(name, len(true[name]), len(found), len(found & true[name])))
    connection.close()
    return judged, seconds


def main() -> None:
    """Write, judge, print a table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--jobs", type=int, default=2)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder), chosen.rows)
        judged, seconds = judge(Path(folder), chosen.jobs)
    print(f"{chosen.rows:,} rows, pairs in {seconds:.1f} s\n")
    print("| rule | true rows | found | recall | precision |\n|---|---|---|---|---|")
    for one in judged:
        print(
            f"| {one.rule} | {one.count_true:,} | {one.count_found:,} | {one.recall:.4f} "
            f"| {one.precision:.4f} |"
        )


if __name__ == "__main__":
    main()
