"""The files of a dataset and their splits: what a folder, or the files given, are made of.

find_files([Path("data/phase27")], {})     # its train.jsonl and valid.jsonl
find_files([], {"train": Path("a.jsonl"), "valid": Path("b.parquet")})
"""

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from curate.datasets.row import SPLITS, DataFile
from curate.errors import CurateError

KINDS = {".jsonl": "lines", ".ndjson": "lines", ".json": "lines", ".parquet": "parquet"}
COMPRESSIONS = {".gz": "gzip", ".zst": "zstd"}
SPLIT_WORDS = {
    "train": "train",
    "training": "train",
    "valid": "valid",
    "validation": "valid",
    "val": "valid",
    "dev": "valid",
    "eval": "valid",
    "test": "test",
    "testing": "test",
}
WORD = re.compile(r"[a-z]+")
READ = "a folder with train.jsonl, valid.jsonl, test.jsonl, or files: .jsonl, .json, .parquet"


def find_files(paths: Sequence[Path], named: Mapping[str, Path]) -> list[DataFile]:
    """The files in folders and of paths, and those named for a split: by split, then by path.

    A split is read from the file's name (train-00001.parquet, val.jsonl), else from its folder's.
    One file alone is `train` whatever its name. Raises CurateError for what is not there, is of no
    kind that is read, or says no split among several files.
    """
    found = {
        path.resolve(): _data_file(path, split)
        for split, path in named.items()
        if _checked(path, split)
    }
    given = [path for path in paths if not path.is_dir() and _checked(path)]
    inside = [(path, folder) for folder in paths if folder.is_dir() for path in _inside(folder)]
    tops = {path.resolve(): (path, path.parent) for path in given}
    tops |= {path.resolve(): (path, top) for path, top in inside if path.resolve() not in tops}
    several = {place: top for place, top in tops.items() if place not in found}
    for place, (path, top) in several.items():
        split = split_of(path, top)
        if split is None and len(several) == 1 and not found:
            split = "train"
        if split is None and path in given:
            raise CurateError(
                str(path),
                "its name says no split, and it is not the only file",
                f"say which it is: --train {path} (or --valid, --test)",
            )
        if split is not None:  # another file of a folder, such as metadata.json
            found[place] = _data_file(path, split)
    if not found:
        raise _no_split(paths, [path for path, _ in several.values()])
    return sorted(found.values(), key=lambda file: (SPLITS.index(file.split), file.name))


def left_out(paths: Sequence[Path], found: Sequence[DataFile]) -> list[str]:
    """The files in folders that would be read, did a word of their names say a split."""
    taken = {file.path.resolve() for file in found}
    inside = (path for folder in paths if folder.is_dir() for path in _inside(folder))
    return [shown_name(path) for path in inside if path.resolve() not in taken]


def shown_name(path: Path) -> str:
    """A path as text; a name may be any bytes."""
    return os.fsencode(path.as_posix()).decode("utf-8", "replace")


def split_of(path: Path, top: Path | None = None) -> str | None:
    """The split that a word of a file's name says, or the name of a folder up to `top`."""
    for word in WORD.findall(path.name.lower()):
        if word in SPLIT_WORDS:
            return SPLIT_WORDS[word]
    top = top or path.parent
    folders = (top.name, *path.relative_to(top).parts[:-1])
    return next((SPLIT_WORDS[name] for name in reversed(folders) if name in SPLIT_WORDS), None)


def kind_of(path: Path) -> tuple[str, str | None] | None:
    """What a file is by its ending, and its compression; None for what is not read."""
    compression = COMPRESSIONS.get(path.suffix.lower())
    ending = Path(path.stem).suffix if compression else path.suffix
    kind = KINDS.get(ending.lower())
    return (kind, compression) if kind else None


def _data_file(path: Path, split: str) -> DataFile:
    if split not in SPLITS:
        raise CurateError(str(path), f"there is no split {split}", f"splits: {', '.join(SPLITS)}")
    kind, compression = kind_of(path) or ("lines", None)
    return DataFile(path, shown_name(path), split, kind, compression)


def _checked(path: Path, split: str | None = None) -> bool:
    """True for a file that can be opened. Raises CurateError for any other path."""
    option = f"--{split} " if split else ""
    if not path.exists():
        raise CurateError(f"{option}{path}", "there is no such file or folder", f"give {READ}")
    if path.is_dir():
        raise CurateError(f"{option}{path}", "is a folder", "give a file for a split")
    if not path.is_file():
        raise CurateError(
            f"{option}{path}",
            "is a pipe or a device\na file is read more than once",
            f"give {READ}",
        )
    if kind_of(path) is None:
        endings = ", ".join(KINDS)
        raise CurateError(
            f"{option}{path}",
            f"{path.suffix or 'a file without an ending'} is not read\nread are {endings}",
            f"give {READ}",
        )
    return True


def _inside(folder: Path) -> Iterator[Path]:
    for path in _sorted(folder.rglob("*")):
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if kind_of(path) and not hidden and path.is_file():
            yield path


def _sorted(paths: Iterable[Path]) -> list[Path]:
    return sorted(paths, key=lambda path: path.as_posix())


def _no_split(paths: Sequence[Path], files: Sequence[Path]) -> CurateError:
    where = ", ".join(map(str, paths)) or "the dataset"
    if not files:
        return CurateError(where, "has no file that is read", f"give {READ}")
    shown = ", ".join(path.name for path in files[:5]) + (", ..." if len(files) > 5 else "")  # noqa: PLR2004
    return CurateError(
        where,
        f"no file of it says a split\nfiles: {shown}",
        f"name them train, valid and test, or say which is which: --train {files[0]}",
    )
