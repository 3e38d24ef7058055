"""Splits: whole groups to train, valid and test, stratified, in the order that training wants.

A group is everything that may not be torn apart: samples of one cluster, of one symbol in one file
of one source, or with the same call and arguments.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from curate.errors import CurateError
from curate.stages.base import Build, Contract, StageReport

CONTRACT = Contract(
    writes=("sample_splits",),
    code=("near",),
    files=("sql/intermediate",),
    keys=("seed", "split", "export.batch_size"),
)


class Row(NamedTuple):
    """A selected sample as split sees it: `links` are the keys it shares with its group.

    is_for_train: it asks in an open phrasing, and the recipe wants none of these outside train.
    """

    sample_id: str
    stratum: str
    is_held_out: bool
    draw: str
    links: tuple[str, ...]
    is_for_train: bool = False


def split(build: Build) -> StageReport:
    """Reads int_split_links over the selected samples; writes sample_splits.

    Raises CurateError when whole groups cannot fill the splits to the row.
    """
    import polars as pl

    sizes = build.recipe.split
    rows = [
        Row(*row)
        for row in build.store.query(
            """
            select
              sample_id, links.stratum, links.is_held_out, draw, links,
              kind = 'tool' and not links.is_held_out and ? as is_for_train
            from int_split_links links
            join composed using (corpus, sample_id)
            where corpus = ? order by draw, sample_id
            """,
            [sizes.held_out_fraction == 1, build.corpus],
        )
    ]
    groups = grouped(rows)
    assigned = assign(groups, {"valid": sizes.valid, "test": sizes.test})
    short = {
        name: size - Counter(assigned.values())[name]
        for name, size in (("valid", sizes.valid), ("test", sizes.test))
    }
    if any(short.values()):
        missing = ", ".join(f"{name} lacks {count}" for name, count in short.items() if count)
        raise CurateError(
            f"corpora/{build.corpus}.toml",
            f"whole groups cannot fill the splits: {missing}",
            "make the split smaller, or lower split.held_out_fraction",
            exit_code=1,
        )
    named = {
        row.sample_id: min(row.sample_id for row in group) for group in groups for row in group
    }
    frame = pl.DataFrame(
        {
            "corpus": [build.corpus] * len(rows),
            "sample_id": [row.sample_id for row in rows],
            "group_id": [named[row.sample_id] for row in rows],
            "split": [assigned[row.sample_id] for row in rows],
            "position": [0] * len(rows),
        }
    )
    with build.store.transaction():
        build.store.replace("sample_splits", frame, {"corpus": build.corpus})
        build.store.connection.execute(
            """
            update sample_splits set position = ordered.position
            from int_file_order ordered
            where sample_splits.corpus = ordered.corpus
              and sample_splits.sample_id = ordered.sample_id
            """
        )
    return StageReport("split", len(rows), len(rows), {})


def grouped(rows: Sequence[Row]) -> list[list[Row]]:
    """Rows that share a link, directly or through others, in groups, by their first row."""
    import numpy as np

    from curate.near import clusters

    first: dict[str, int] = {}
    left, right = [], []
    for index, row in enumerate(rows):
        for link in row.links:
            other = first.setdefault(link, index)
            if other != index:
                left.append(other)
                right.append(index)
    labels = clusters(len(rows), np.array(left, dtype=np.int64), np.array(right, dtype=np.int64))
    groups: dict[int, list[Row]] = defaultdict(list)
    for index, label in enumerate(labels.tolist()):
        groups[label].append(rows[index])
    return list(groups.values())


def assign(groups: Sequence[Sequence[Row]], sizes: dict[str, int]) -> dict[str, str]:
    """The split of each sample: held-out phrasings never go to train, what is for train only there.

    Each stratum gives a split its share, as nearly as whole groups allow; what is missing then is
    filled with the smallest groups of any stratum.
    """
    total = sum(len(group) for group in groups)
    strata = Counter(row.stratum for group in groups for row in group)
    assigned: dict[str, str] = {}
    held = [group for group in groups if any(row.is_held_out for row in group)]
    free = sorted((group for group in groups if not any(map(_is_placed, group))), key=len)
    room = {name: size for name, size in sizes.items() if size}
    share = {
        name: {stratum: count * size / total for stratum, count in strata.items()}
        for name, size in room.items()
    }
    for strict, pool in ((True, held), (False, held), (True, free), (False, free)):
        for group in pool:
            if group[0].sample_id in assigned:
                continue
            counts = Counter(row.stratum for row in group)
            for name in sorted(room, key=lambda name: -room[name]):
                fits = len(group) <= room[name] and all(
                    share[name][s] >= n - 0.5 for s, n in counts.items() if strict
                )
                if fits:
                    _put(group, name, counts, assigned, room=room, share=share)
                    break
    for group in groups:
        for row in group:
            assigned.setdefault(row.sample_id, "train")
    return assigned


def _is_placed(row: Row) -> bool:
    """Whether its phrasing says where a row goes."""
    return row.is_held_out or row.is_for_train


def _put(
    group: Iterable[Row],
    name: str,
    counts: Counter[str],
    assigned: dict[str, str],
    *,
    room: dict[str, int],
    share: dict[str, dict[str, float]],
) -> None:
    assigned.update({row.sample_id: name for row in group})
    room[name] -= counts.total()
    for stratum, count in counts.items():
        share[name][stratum] -= count
