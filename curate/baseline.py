"""Test files that pass in a source as it is: only what they say of a defect means anything.

passing(build, bases, trees, {("svcs@26.2.0", "tests/test_core.py"), …})  ->  those that do
"""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from curate.calling import call_of
from curate.executions import executed
from curate.stages.base import Build
from curate.workspaces import WorkspaceSpec
from curate.workspaces.placed import Wanted, environments_of, make_workspace


def passing(
    build: Build,
    bases: Mapping[str, WorkspaceSpec],
    trees: Mapping[str, Path],
    tested: set[tuple[str, str]],
) -> set[tuple[str, str]]:
    """Those of (source_id, test file) in which every test passes, each run alone.

    `bases` are the specs of the sources as they are, `trees` the roots by their sha256. Reads and
    writes `executions`.
    """
    from curate.sources import Cache

    environments, root = environments_of(build), Cache.open().root
    places = {
        source_id: replace(
            make_workspace(Wanted(bases[source_id].model_dump_json(), trees, root)),
            environment=environments[source_id],
        )
        for source_id in sorted({source_id for source_id, _ in tested})
    }
    calls = {
        (source_id, test): call_of(places[source_id], "pytest_run", {"path": test})
        for source_id, test in sorted(tested)
    }
    ran, _ = executed(build, calls.values())
    return {key for key, call in calls.items() if ran[call.execution_id].success}
