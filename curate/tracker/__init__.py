"""Every run that was made, in `out/runs.duckdb`: recorded, asked, listed and plotted.

run_id, folder = new_folder(project, "train", "phase27")
record(project, Run(run_id, "train", ...), steps=[{"iteration": 10, "loss": 2.1}])
"""

from curate.tracker.database import FILE_NAME
from curate.tracker.recording import Run, ask, new_folder, read, ready, record, versions

__all__ = ["FILE_NAME", "Run", "ask", "new_folder", "read", "ready", "record", "versions"]
