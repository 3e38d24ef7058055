"""What a model is called on the command line, and which folder, adapter or endpoint that is.

resolve(project, "fused-5bit")     # of the last training run: out/runs/train-phase27-1/fused-5bit
resolve(project, "adapter", run="phase27")             # its base with the adapter it trained
resolve(project, "train-phase27-1/base")
resolve(project, "http://127.0.0.1:8080/v1#qwen")
resolve(project, "mlx-community/Qwen3-0.6B-4bit", adapter=Path("adapters"))
"""

import re
from pathlib import Path
from typing import NamedTuple

from curate.errors import CurateError
from curate.project import Project
from curate.tracker import FILE_NAME, read

PART = re.compile(r"base|adapter|fused(-\d+bit[\w.-]*)?")
ADAPTER_FILES = ("adapters.safetensors", "adapter_config.json")


class Named(NamedTuple):
    """A model by the name it was given. model: a folder or a name of the Hugging Face hub.

    With an endpoint, model is what the endpoint calls it, None for whatever it serves.
    """

    name: str
    model: str | None
    adapter: Path | None
    endpoint: str | None

    def shown(self, project: Project) -> str:
        """The model as records name it: its address, its folder as commands name it, its name."""
        if self.endpoint or not self.model:
            return self.endpoint or self.name
        return project.shown(Path(self.model)) if Path(self.model).is_dir() else self.model


class Trained(NamedTuple):
    """A training run, its paths absolute. model: a folder, or a name of the hub."""

    run_id: str
    corpus: str | None
    model: str
    adapter: Path
    data: str | None  # a folder, or a corpus
    data_sha256: str | None
    folder: Path


def resolve(
    project: Project, text: str, *, adapter: Path | None = None, run: str | None = None
) -> Named:
    """The model that is meant. `run`, a run or a corpus, says whose base, adapter or fused it is.

    Raises CurateError for a part of a run that is not there, and for an adapter that is none.
    """
    if adapter is not None:
        check_adapter(adapter)
    if text.startswith(("http://", "https://")):
        if adapter is not None:
            raise CurateError(
                "--adapter", f"{text} decides itself what it serves", "leave the adapter out"
            )
        endpoint, _, model = text.partition("#")
        return Named(text, model or None, None, endpoint.rstrip("/"))
    part = _part(project, text, run)
    if part is not None:
        return _of_run(project, text, *part, adapter)
    name = text if adapter is None else f"{text} + {adapter}"
    return Named(name, text, adapter, None)


def training_run(project: Project, text: str | None = None) -> Trained:
    """The run of this name, the last one of the corpus of this name, or without a name the last.

    Raises CurateError where there is none, and names those that there are.
    """
    rows = _rows(project)
    found = [row for row in rows if text is None or text in row[:2]]
    if not found:
        known = ", ".join(row[0] for row in rows[:5])
        if text and known and _has_failed(project, text):
            fix = f"name one that did not, or its corpus: {known}"
            raise CurateError(text, "this training failed", fix)
        raise CurateError(
            text or f"out/{FILE_NAME}",
            "no training run of this name" if text else "nothing was trained here yet",
            f"name one of them, or its corpus: {known}"
            if known
            else "run: curate train CORPUS --model MODEL",
        )
    run_id, corpus, model, adapter, data_sha256, folder, data = found[0]
    place = project.root / folder
    base = project.root / model
    return Trained(
        run_id,
        corpus,
        str(base) if base.is_dir() else model,
        project.root / adapter if adapter else place / "adapter",
        str(project.root / data) if data else corpus,
        data_sha256,
        place,
    )


def check_adapter(adapter: Path) -> None:
    """Raise CurateError where a folder is no adapter that mlx-lm opens."""
    missing = [name for name in ADAPTER_FILES if not (adapter / name).is_file()]
    if missing:
        raise CurateError(
            f"adapter {adapter}",
            f"it has no {' and no '.join(missing)}",
            "name the folder that curate train or mlx_lm.lora wrote, such as out/runs/RUN/adapter",
        )


def _rows(project: Project) -> list[tuple[str, ...]]:
    if not (project.out / FILE_NAME).is_file():
        return []
    return read(
        project,
        """
        select run_id, corpus, model, adapter, data_sha256, folder, settings ->> 'data' from runs
        where verb = 'train' and state in ('done', 'stopped')
        order by started desc, run_id desc
        """,
    )


def _has_failed(project: Project, run_id: str) -> bool:
    sql = "select count(*) > 0 from runs where verb = 'train' and state = 'failed' and run_id = ?"
    return bool(read(project, sql, [run_id])[0][0])


def _part(project: Project, text: str, run: str | None) -> tuple[str | None, str] | None:
    """The run and the part of it that a text names; None where it names a model."""
    if PART.fullmatch(text):
        return run, text
    if Path(text).is_dir():
        return None
    above, _, part = text.rpartition("/")
    known = {name for row in _rows(project) for name in row[:2]}
    if above in known and PART.fullmatch(part):
        return above, part
    return (text, "adapter") if text in known else None


def _of_run(project: Project, text: str, run: str | None, part: str, adapter: Path | None) -> Named:
    trained = training_run(project, run)
    if part == "base":
        return Named(text, trained.model, adapter, None)
    if adapter is not None:
        raise CurateError(
            "--adapter", f"{text} has its adapter already", "leave it out, or name the base"
        )
    if part == "adapter":
        check_adapter(trained.adapter)
        return Named(text, trained.model, trained.adapter, None)
    folder = trained.folder / part
    if not (folder / "config.json").is_file():
        bits = re.match(r"fused-(\d+)bit", part)
        verb = f"quantize {trained.run_id} --bits {bits[1]}" if bits else f"fuse {trained.run_id}"
        raise CurateError(text, f"there is no {project.shown(folder)}", f"run: curate {verb}")
    return Named(text, str(folder), None, None)
