"""Datasets that others made: any form, any dialect of calls, files of any size.

    from curate.datasets.loading import load

    files = find_files([Path("data/phase27")], {})
    load(files, connection, jobs=2, progress=progress)     # the tables of sql/dataset

`read` reads one row and is pure; `load` maps it over chunks of the files in several processes.
Nothing here judges a dataset: a fault is what kept a row, or a part of it, from being read.
"""

from curate.datasets.files import find_files
from curate.datasets.lines import rows_of
from curate.datasets.reading import Reading, read
from curate.datasets.row import Call, DataFile, Fault, Message, Result, Row

__all__ = [
    "Call",
    "DataFile",
    "Fault",
    "Message",
    "Reading",
    "Result",
    "Row",
    "find_files",
    "read",
    "rows_of",
]
