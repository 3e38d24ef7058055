"""What a run leaves on disk: checkpoints that it can go on from, its best adapter, and its log.

checkpoints/0000200/{adapters,optimizer}.safetensors, adapter_config.json, state.json
adapter/{adapters.safetensors, adapter_config.json}     the best by validation loss
log.jsonl                                               a line a report

Each is written beside and renamed, so that whatever ends a run leaves the one before whole. The
newest two checkpoints are kept; each can be loaded as an adapter, too.
"""

import json
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from curate.errors import CurateError
from curate.models.training.adapting import CONFIG
from curate.sources.atomic import write_whole

WEIGHTS, OPTIMIZER, STATE, LOG = (
    "adapters.safetensors", "optimizer.safetensors", "state.json", "log.jsonl",
)  # fmt: skip
RANDOM = "random_state"
KEPT = 2  # checkpoints


class State(NamedTuple):
    """Where a run stands. best: {"iteration", "valid_loss"}, None before the first evaluation."""

    iteration: int
    trained_tokens: int
    seconds: float
    best: dict[str, Any] | None


def save_checkpoint(folder: Path, model: Any, optimizer: Any, state: State) -> Path:
    """Write a checkpoint of this run; what is older than the newest two goes."""
    import mlx.core as mx
    from mlx.utils import tree_flatten

    path = folder / "checkpoints" / f"{state.iteration:07d}"
    beside = path.with_name(f".{path.name}.new")
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir(parents=True)
    mx.save_safetensors(str(beside / WEIGHTS), _trainable(model))
    moving: Any = dict(tree_flatten(optimizer.state))
    random: Any = mx.random.state
    mx.save_safetensors(str(beside / OPTIMIZER), {**moving, RANDOM: random[0]})
    shutil.copy(folder / "adapter" / CONFIG, beside / CONFIG)
    (beside / STATE).write_text(json.dumps(state._asdict()) + "\n", encoding="utf-8")
    shutil.rmtree(path, ignore_errors=True)
    beside.rename(path)
    for old in checkpoints(folder)[:-KEPT]:
        shutil.rmtree(old)
    return path


def load_checkpoint(path: Path, model: Any, optimizer: Any) -> State:
    """Put weights, optimizer and random numbers back as they were."""
    import mlx.core as mx
    from mlx.utils import tree_unflatten

    model.load_weights(str(path / WEIGHTS), strict=False)
    moved: Any = mx.load(str(path / OPTIMIZER))
    high, low = moved.pop(RANDOM).tolist()
    mx.random.seed(high << 32 | low)  # the key of a seed is its two halves
    optimizer.init(model.trainable_parameters())
    optimizer.state = tree_unflatten(list(moved.items()))
    mx.eval(model.parameters(), optimizer.state)
    return State(**json.loads((path / STATE).read_text(encoding="utf-8")))


def checkpoints(folder: Path) -> list[Path]:
    """The checkpoints of a run, the oldest first."""
    return sorted((folder / "checkpoints").glob("[0-9]*"))


def newest_checkpoint(run_id: str, folder: Path) -> Path:
    """The one to go on from. Raises CurateError where there is none."""
    found = checkpoints(folder)
    if not found:
        raise CurateError(
            f"--resume {run_id}", "has no checkpoint", "train anew, with a smaller --save-every"
        )
    return found[-1]


def save_adapter(folder: Path, model: Any) -> None:
    """Make the weights as they are the run's adapter."""
    import mlx.core as mx

    path = folder / "adapter" / WEIGHTS
    beside = path.with_name(f".new.{WEIGHTS}")
    mx.save_safetensors(str(beside), _trainable(model))
    beside.replace(path)


def is_finite(model: Any) -> bool:
    """Whether all weights that are trained are numbers."""
    import mlx.core as mx

    return all(bool(mx.isfinite(array).all().item()) for array in _trainable(model).values())


class Log:
    """log.jsonl: a line for each report, as it is made."""

    def __init__(self, folder: Path, upto: int = 0) -> None:
        """Go on after iteration `upto`: what was logged later is made again."""
        self._path = folder / LOG
        kept = [row for row in read_log(folder) if row["iteration"] <= upto] if upto else []
        write_whole(self._path, "".join(map(_line, kept)).encode())

    def add(self, row: dict[str, Any]) -> None:
        """Append a line."""
        with self._path.open("a", encoding="utf-8") as file:
            file.write(_line(row))


def read_log(folder: Path) -> list[dict[str, Any]]:
    """The lines of a run's log, one an iteration; one that a kill cut off is left out."""
    path = folder / LOG
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True) if path.is_file() else []
    rows: dict[int, dict[str, Any]] = {}
    for line in lines:
        if line.endswith("\n"):
            row = json.loads(line)
            said = {key: value for key, value in row.items() if value is not None}
            rows[row["iteration"]] = {**row, **rows.get(row["iteration"], {}), **said}
    return list(rows.values())


def write_json(path: Path, value: Any) -> None:
    """Write a file of a run, whole or not at all."""
    text = json.dumps(value, ensure_ascii=False, indent=2, default=str)
    write_whole(path, f"{text}\n".encode())


def steps_of(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The lines of a log as the tracker's table `steps` takes them."""
    return [{key: value for key, value in row.items() if key != "seconds"} for row in rows]


def _trainable(model: Any) -> dict[str, Any]:
    from mlx.utils import tree_flatten

    return dict(tree_flatten(model.trainable_parameters()))


def _line(row: dict[str, Any]) -> str:
    return json.dumps(row) + "\n"
