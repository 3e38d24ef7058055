"""Files of a dataset while they are repaired: a row a line, and what the copy calls them.

[Staged(DataFile("data/train.parquet", ...), path=".../0.jsonl", output="train.jsonl")]
"""

import gzip
import json
import os
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from curate.datasets import DataFile
from curate.datasets.files import split_of

HEAD_BYTES = 4096


@dataclass
class Staged:
    """A file: where its lines are now, its place among the others, its name in the copy."""

    file: DataFile
    path: Path
    folder: Path
    number: int
    output: str

    @property
    def lines(self) -> DataFile:
        """The file to be read in its place; findings in it still name the user's own."""
        return DataFile(self.path, self.file.name, self.file.split, "lines")


def stage(files: Sequence[DataFile], folder: Path) -> list[Staged]:
    """The files, those that are not a row a line written so into `folder`."""
    from curate.datasets.chunks import chunks_of, is_array
    from curate.datasets.lines import lines_of

    folder.mkdir()
    staged = []
    for number, (file, output) in enumerate(zip(files, output_names(files), strict=True)):
        path = file.path
        with path.open("rb") as stream:
            head = stream.read(HEAD_BYTES)
        if file.compression == "gzip":
            path = folder / f"{number}.jsonl"
            with gzip.open(file.path) as source, path.open("wb") as target:
                shutil.copyfileobj(source, target)
        elif file.kind != "lines" or file.compression or is_array(head):
            path = folder / f"{number}.jsonl"
            with path.open("wb") as target:
                target.writelines(
                    one_line(line.raw) for chunk in chunks_of(file, 0) for line in lines_of(chunk)
                )
        staged.append(Staged(file, path, folder, number, output))
    return staged


def one_line(raw: bytes) -> bytes:
    """A JSON value on one line; as it is, where it stands on one."""
    if b"\n" in raw or b"\r" in raw:
        raw = json.dumps(json.loads(raw), ensure_ascii=False).encode("utf-8", "surrogatepass")
    return raw + b"\n"


def output_names(files: Sequence[DataFile]) -> list[str]:
    """What each file is called in the copy: as it was, where that still says its split."""
    paths = [file.path.absolute() for file in files]
    top = Path(os.path.commonpath([path.parent for path in paths]))
    names: list[str] = []
    for file, path in zip(files, paths, strict=True):
        kept = path.relative_to(top).as_posix()
        for suffix in (".gz", ".zst", ".parquet", ".json", ".ndjson", ".jsonl"):
            kept = kept.removesuffix(suffix)
        number = sum(name.startswith(file.split) for name in names) + 1
        for name in (kept, file.split, f"{file.split}/{kept}", f"{file.split}-{number}"):
            wanted = f"{name}.jsonl"
            if wanted not in names and split_of(Path("/", wanted), Path("/")) == file.split:
                names.append(wanted)
                break
    return names


def lines_in(path: Path) -> Iterator[bytes]:
    """The lines of a file with their ends; the last one is given one."""
    with path.open("rb") as stream:
        for line in stream:
            yield line if line.endswith(b"\n") else line + b"\n"


def write_copy(
    staged: Staged, folder: Path, gone: set[int], rows: Sequence[int] | None
) -> list[int]:
    """Write a file of the copy, without the lines that are gone; its new order, if it has one.

    `rows`: the lines that are rows, in their new order; the other lines stand behind them.
    """
    path = folder / staged.output
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as target:
        if rows is None:
            target.writelines(
                line
                for number, line in enumerate(lines_in(staged.path), start=1)
                if number not in gone
            )
            return []
        starts = [0]
        for line in lines_in(staged.path):
            starts.append(starts[-1] + len(line))
        others = sorted({*range(1, len(starts))} - {*rows} - gone)
        order = [*rows, *others]
        target.writelines(_in_order(staged.path, [starts[number - 1] for number in order]))
    return order


def _in_order(path: Path, starts: Sequence[int]) -> Iterator[bytes]:
    """Lines by where they begin."""
    with path.open("rb") as stream:
        for start in starts:
            stream.seek(start)
            line = stream.readline()
            yield line if line.endswith(b"\n") else line + b"\n"
