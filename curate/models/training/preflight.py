"""What must be true before a minute is spent: of the rows, the model, and this machine.

    checked = preflight(Order(project, data, "models/tiny", settings), tell)
    checked.failures                # (Failure("row_long", "3 rows of train ...", "raise ..."),)

All of it is looked at, and all that is wrong is told at once, each with its remedy. What an audit
knows is left to the audit, here with the model's tokenizer: templates that are no prefix, replies
without a stop, calls that the server reads otherwise, splits below a batch.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from curate.auditing import audit
from curate.configuration import check_names, find_configuration
from curate.datasets.tokens.opening import Model, open_model
from curate.errors import CurateError
from curate.models.folders import weights_bytes
from curate.models.opening import Opened, open_weights, weights_folder
from curate.models.training.adapting import adapt, unfit
from curate.models.training.batches import per_epoch, width_of
from curate.models.training.dataset import Data, read_split
from curate.models.training.estimating import (
    disk_free,
    disk_needed,
    memory_free,
    memory_needed,
)
from curate.models.training.masking import Encoded, UnmaskableError, encode
from curate.models.training.proving import unlike
from curate.models.training.settings import Settings
from curate.project import Project
from curate.requested import Request

SPLITS = ("train", "valid")
OURS = ("memory", "disk")  # besides the rules, what may be allowed
SHOWN_ROWS = 3
WIDER = 256  # tokens to which a proposed --max-seq-length is rounded up
Tell = Callable[[int, int, str], None]


class Order(NamedTuple):
    """What is to be trained on what. jobs: processes for the audit."""

    project: Project | None
    data: Data
    model: str
    settings: Settings
    jobs: int = 1


class Failure(NamedTuple):
    """What stands in the way. check: a rule of the audit, or a name of ours."""

    check: str
    what: str
    fix: str


class Checked(NamedTuple):
    """What was found, and what it was found on. `opened` is adapted; None where it does not fit."""

    failures: tuple[Failure, ...]
    rows: Mapping[str, Sequence[Encoded]]
    settings: Settings
    opened: Opened | None
    memory_bytes: int | None
    is_text: bool

    def demand(self, order: Order) -> Opened:
        """The model. Raises CurateError with all that stands in the way."""
        if self.failures or self.opened is None:
            count = len(self.failures)
            told = [f"{one.check}: {one.what}\n  {one.fix}" for one in self.failures]
            head = f"{count} {'things stand' if count > 1 else 'thing stands'} in the way"
            fix = "do what stands under each; --allow NAME lets a rule of the audit pass"
            where = f"{order.data.name} for {order.model}"
            raise CurateError(where, "\n".join([head, *told]), fix, exit_code=1)
        return self.opened


def preflight(order: Order, tell: Tell) -> Checked:
    """Look at all of it. Raises CurateError only for what cannot be read at all."""
    import mlx.core as mx

    _, data, model, settings, _ = order
    folder = weights_folder(model)
    rows, tokenizer = {}, open_model(model)
    given = {split: read_split(data.folder, split) for split in SPLITS}
    failures: list[Failure] = []
    for split, some in given.items():
        rows[split], found = _encoded(split, some, tokenizer, tell)
        failures += found
    lengths = [one.count_tokens for some in rows.values() for one in some]
    longest = max(lengths, default=1)
    failures += _audited(order, max(longest, settings.max_seq_length), tell)
    for split, some in rows.items():
        failures += _unfit_rows(split, some, data)
    if longest > settings.max_seq_length:
        failures.append(_too_long(rows, longest, settings))
    settings = settings.for_rows(per_epoch(len(rows["train"]), settings.batch_size))
    is_text = any("text" in row for row in given["train"][:1])
    size, free = weights_bytes(folder), memory_free()
    if "memory" not in settings.allow and size > free:
        failures.append(_too_big(size, free, "its weights alone take"))
        return Checked(tuple(failures), rows, settings, None, size, is_text)
    opened = open_weights(model)
    unfitting = [Failure(*one) for one in unfit(opened.model, settings)]
    unfitting += _beyond_positions(opened.config, settings)
    if unfitting:
        return Checked((*failures, *unfitting), rows, settings, None, None, is_text)
    mx.random.seed(settings.seed)
    adapt(opened.model, settings)
    memory = memory_needed(
        opened.model,
        settings,
        rows=min(settings.batch_size, max(map(len, rows.values()))),
        width=width_of(longest),
        config=opened.config,
    )
    if "memory" not in settings.allow and memory > free:
        failures.append(_too_big(memory, free, "a step over the longest rows takes about"))
    failures += _disk(opened.model, order.project, settings)
    return Checked(tuple(failures), rows, settings, opened, memory, is_text)


def _audited(order: Order, longest: int, tell: Tell) -> Iterator[Failure]:
    """What `curate audit --tokenizer` fails for, as it is configured here. No row is cut."""
    project, data, model, settings, jobs = order
    configuration = find_configuration(Path.cwd())
    allowed = tuple(name for name in settings.allow if name not in OURS)
    request = Request(
        paths=(data.folder,),
        tokenizer=Path(model),
        max_seq_length=longest,
        batch_size=settings.batch_size,
        jobs=jobs,
        configuration=configuration,
        project=project,
    )
    _check_allowed(request, allowed)
    disable = (*configuration.disable, *allowed)
    audited = audit(replace(request, configuration=replace(configuration, disable=disable)), tell)
    failing = {failure.rule: failure for failure in audited.failures}
    for finding in audited.findings:
        if finding.rule in failing:
            row = finding.rows[0] if finding.rows else None
            first = f", first {row.place or ''}: {row.evidence.splitlines()[0]}" if row else ""
            what = f"{finding.title} ({finding.count:,}{first})"
            yield Failure(finding.rule, what, finding.remedy)


def _check_allowed(request: Request, allowed: tuple[str, ...]) -> None:
    from curate.audits.rules import load_rules

    check_names("--allow", "rule", allowed, [*load_rules(request.project), *OURS])


def _encoded(
    split: str, given: Sequence[Mapping[str, Any]], model: Model, tell: Tell
) -> tuple[list[Encoded], list[Failure]]:
    """The rows as they are trained; those of which that cannot be told, or is not proven, fail."""
    every: list[Encoded] = []
    bad: list[str] = []
    for number, row in enumerate(given, 1):
        tell(number, len(given), f"rows of {split} masked")
        try:
            one = encode(row, model)
            if how := unlike(row, one, model):
                bad.append(f"row {number}: {how}")
        except UnmaskableError as error:
            bad.append(f"row {number}: {error}")
        else:
            every.append(one)
    if not bad:
        return every, []
    shown = "; ".join(bad[:SHOWN_ROWS])
    what = f"what is trained of {len(bad):,} rows of {split} is not what their replies say: {shown}"
    fix = "use a chat template that renders a reply as it is asked for, or drop the rows"
    return every, [Failure("mask", what, fix)]


def _unfit_rows(split: str, rows: Sequence[Encoded], data: Data) -> Iterator[Failure]:
    if not rows:
        yield Failure("empty", f"{split} has no rows", f"add rows to {data.folder}/{split}.jsonl")
    if count := sum(one.count_trained == 0 for one in rows):
        what = f"{count:,} of {len(rows):,} rows of {split} have no reply to train"
        yield Failure("row_unanswered", what, "give them an answer, or drop them")


def _too_long(rows: Mapping[str, Sequence[Encoded]], longest: int, settings: Settings) -> Failure:
    most = settings.max_seq_length
    counts = {split: sum(one.count_tokens > most for one in some) for split, some in rows.items()}
    parts = [f"{count:,} of {split}" for split, count in counts.items() if count]
    what = f"longer than {most:,} tokens are {' and '.join(parts)}, the longest row {longest:,}; "
    fix = f"give --max-seq-length {-(-longest // WIDER) * WIDER}, or drop the rows"
    return Failure("row_long", f"{what}none is cut", fix)


def _beyond_positions(config: Mapping[str, Any], settings: Settings) -> list[Failure]:
    most = config.get("text_config", config).get("max_position_embeddings")
    if not isinstance(most, int) or settings.max_seq_length <= most:
        return []
    what = f"{settings.max_seq_length:,} tokens are more than the model knows places for: {most:,}"
    return [Failure("max_seq_length", what, f"give --max-seq-length {most}")]


def _too_big(size: int, free: int, takes: str) -> Failure:
    what = f"{takes} {size / 1e9:.1f} GB, and {free / 1e9:.1f} GB are free"
    fix = "give a smaller --batch-size with --accumulate, --grad-checkpoint, fewer --layers, or a "
    fix += "smaller or quantised model; curate probe --allow memory measures it"
    return Failure("memory", what, fix)


def _disk(model: Any, project: Project | None, settings: Settings) -> list[Failure]:
    free = disk_free(project.out if project else Path.cwd())
    size = disk_needed(model)
    if "disk" in settings.allow or size <= free:
        return []
    what = f"checkpoints take {size / 1e9:.1f} GB, and {free / 1e9:.1f} GB are free"
    return [
        Failure("disk", what, "make room, or train fewer weights: --type lora, a smaller --rank")
    ]
