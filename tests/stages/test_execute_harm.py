"""A tool that writes where it must not ends the build, and nothing that it saw is kept."""

from typing import Any

import pytest

from curate.errors import CurateError
from curate.store import Store
from curate.tools import all_tools
from tests.conftest import Mini


def test_a_tool_that_writes_into_a_workspace_ends_the_build_and_leaves_nothing(
    fixture_project: Mini, monkeypatch
):
    reader = type(all_tools()["read_file"])
    plain = reader.run

    def run(self, workspace, **arguments: Any):
        (workspace.root / "left_behind.txt").write_text("x")
        return plain(self, workspace, **arguments)

    with monkeypatch.context() as patch:
        patch.setattr(reader, "run", run)
        with pytest.raises(CurateError) as raised:
            fixture_project.build(last="execute")
    assert raised.value.exit_code == 1
    assert raised.value.what.startswith("was written to while tools ran in it")
    broken = raised.value.where.removeprefix("workspace ")
    with Store.open(fixture_project.project, read_only=True) as store:
        assert store.query("select 1 from executions where workspace_id = ?", [broken]) == []
        assert store.query("select 1 from stage_runs where stage = 'execute'") == []
    fixture_project.build(last="execute")
    with Store.open(fixture_project.project, read_only=True) as store:
        seen = store.query("select 1 from executions where contains(content, 'left_behind')")
        again = store.query("select 1 from executions where workspace_id = ? limit 1", [broken])
    assert (seen, again) == ([], [(1,)])
