"""The same training by plain mlx-lm, as near as it comes: its YAML and the command that reads it.

python -m mlx_lm lora -c out/runs/train-phase27-1/mlx_lm.yaml
"""

import shlex
from pathlib import Path
from typing import Any

from curate.models.training.settings import Settings
from curate.project import Project

FILE, COMMAND = "mlx_lm.yaml", "command.txt"
HEAD = """\
# What plain mlx-lm needs for this run. It is not the same training: mlx-lm trains only the last
# reply of a row and, of rows that are text, everything; it takes no batch that is not full, and
# every epoch the same ones; and its `full` leaves embeddings, last norm and head as they are.
"""


def write_plain(
    folder: Path, project: Project, model: str, data: Path, settings: Settings, *, is_text: bool
) -> None:
    """Write the YAML and the command into a run's folder, with paths as seen from the project."""
    import yaml

    text = yaml.safe_dump(
        plain_settings(folder, project, model, data, settings, is_text=is_text), sort_keys=False
    )
    (folder / FILE).write_text(HEAD + text, encoding="utf-8")
    command = f"python -m mlx_lm lora -c {shlex.quote(project.shown(folder / FILE))}\n"
    (folder / COMMAND).write_text(command, encoding="utf-8")


def plain_settings(
    folder: Path, project: Project, model: str, data: Path, settings: Settings, *, is_text: bool
) -> dict[str, Any]:
    """The keys of mlx-lm's YAML, each with what this run has."""
    given: dict[str, Any] = {
        "model": model,
        "train": True,
        "data": project.shown(data),
        "fine_tune_type": settings.kind,
        "num_layers": settings.layers,
        "lora_parameters": settings.lora_parameters,
        "optimizer": "adamw",
        "learning_rate": settings.learning_rate,
        "lr_schedule": settings.lr_schedule,
        "batch_size": settings.batch_size,
        "grad_accumulation_steps": settings.accumulate,
        "iters": settings.iterations,
        "max_seq_length": settings.max_seq_length,
        "mask_prompt": not is_text,
        "val_batches": -1,
        "steps_per_report": settings.steps_per_report,
        "steps_per_eval": settings.steps_per_eval,
        "save_every": settings.save_every,
        "seed": settings.seed,
        "grad_checkpoint": settings.grad_checkpoint,
        "adapter_path": project.shown(folder / "mlx_lm"),
    }
    return {key: value for key, value in given.items() if value is not None}
