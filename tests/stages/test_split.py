"""Splits: what shares a key stays together, sizes hold to the row, strata are spread."""

from collections import Counter

import pytest

from curate.errors import CurateError
from curate.stages.split import Row, assign, grouped
from curate.store import Store
from tests.conftest import Mini


def rows(count, *, strata=("a", "b"), held_out_every=0, links=lambda number: (f"k{number}",)):
    return [
        Row(
            f"s{number:03}",
            strata[number % len(strata)],
            bool(held_out_every) and number % held_out_every == 0,
            f"d{number:03}",
            links(number),
        )
        for number in range(count)
    ]


def ids(groups):
    return [[row.sample_id for row in group] for group in groups]


def test_rows_that_share_a_link_directly_or_through_others_are_one_group():
    linked = rows(
        6, links=lambda n: {0: ("x",), 2: ("x", "y"), 5: ("y",), 1: ("z",)}.get(n, (f"k{n}",))
    )
    assert ids(grouped(linked)) == [["s000", "s002", "s005"], ["s001"], ["s003"], ["s004"]]
    assert grouped([]) == []


def test_a_group_never_stands_in_two_splits_and_sizes_hold_to_the_row():
    groups = grouped(rows(100, links=lambda n: (f"triple {n // 3}" if n < 75 else f"lone {n}",)))
    assert Counter(map(len, groups)) == {3: 25, 1: 25}
    assigned = assign(groups, {"valid": 10, "test": 7})
    assert Counter(assigned.values()) == {"train": 83, "valid": 10, "test": 7}
    assert all(len({assigned[row.sample_id] for row in group}) == 1 for group in groups)


def test_every_stratum_gives_each_split_its_share():
    groups = grouped(rows(200, strata=("a", "a", "a", "b")))
    assigned = assign(groups, {"valid": 20, "test": 0})
    strata = {row.sample_id: row.stratum for group in groups for row in group}
    assert Counter(strata[name] for name, split in assigned.items() if split == "valid") == {
        "a": 15,
        "b": 5,
    }


def test_held_out_phrasings_go_to_valid_and_test_and_never_to_train_while_there_is_room():
    groups = grouped(rows(100, held_out_every=10))
    assigned = assign(groups, {"valid": 8, "test": 8})
    held = {row.sample_id for group in groups for row in group if row.is_held_out}
    assert len(held) == 10
    assert {assigned[name] for name in held} == {"valid", "test"}


def test_what_is_for_train_goes_nowhere_else():
    given = [row._replace(is_for_train=row.stratum == "a") for row in rows(100, held_out_every=5)]
    assigned = assign(grouped(given), {"valid": 20, "test": 20})
    outside = [row for row in given if assigned[row.sample_id] != "train"]
    assert len(outside) == 40
    assert {row.is_held_out for row in outside if row.is_for_train} == {True}
    assert [row for row in given if row.is_held_out and assigned[row.sample_id] == "train"] == []


def test_the_assignment_depends_on_the_rows_alone():
    groups = grouped(rows(60, links=lambda number: (f"k{number // 2}",)))
    assert assign(groups, {"valid": 9, "test": 4}) == assign(groups, {"valid": 9, "test": 4})


def test_groups_that_cannot_fill_a_split_are_an_error_that_counts_what_lacks(mini_copy: Mini):
    mini_copy.edit(
        "sql/intermediate/int_split_links.sql", "'prompt ' || prompt_cluster", "'one group'"
    )
    with pytest.raises(CurateError) as caught:
        mini_copy.build()
    assert str(caught.value) == (
        "corpora/mini.toml: whole groups cannot fill the splits: valid lacks 8\n"
        "  fix: make the split smaller, or lower split.held_out_fraction"
    )
    assert caught.value.exit_code == 1


def test_in_a_built_corpus_no_symbol_call_or_cluster_stands_in_two_splits(mini_build: Mini):
    with Store.open(mini_build.project, read_only=True) as store:
        torn = store.query(
            """
            select link from (select sample_id, unnest(links) as link from int_split_links)
            join sample_splits using (sample_id) group by link having count(distinct split) > 1
            """
        )
        sizes = store.query("select split, count(*) from sample_splits group by all order by all")
        orders = store.query(
            "select split, list(position order by position) from sample_splits group by all"
        )
    assert torn == []
    assert sizes == [("train", 60), ("valid", 8)]
    assert all(positions == list(range(len(positions))) for _, positions in orders)


def test_where_all_is_held_out_no_tool_prompt_outside_train_asks_in_an_open_phrasing(
    mini_copy: Mini,
):
    mini_copy.edit("corpora/mini.toml", "valid = 8", "valid = 8\nheld_out_fraction = 1.0")
    mini_copy.build()
    with Store.open(mini_copy.project, read_only=True) as store:
        found = store.query(
            """
            select split, is_held_out from samples where corpus = 'mini' and kind = 'tool'
            group by all order by all
            """
        )
    assert found == [("train", False), ("valid", True)]
