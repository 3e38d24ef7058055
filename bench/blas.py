"""What a preloaded OpenBLAS is worth on Linux without a GPU: a Markdown table.

    apt-get install libopenblas0
    python bench/blas.py                       # some minutes
    python bench/blas.py --quick               # one repetition

Each measurement is a process of its own, with and without LD_PRELOAD in turn, so that whatever else
the machine does meets both. The figures are medians over all repetitions; the ratio is that of the
medians, with the least and the most of the pairs beside it. On a machine that does something else,
`--threads 1` and the ratio of the processor's time say more than the clock: threads that wait for
each other lose twice.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

FOUND_IN = ("/usr/lib/*/openblas-pthread", "/usr/lib/*", "/usr/lib64", "/usr/lib")
STEPS = 3  # timed in each process, after one that is not
# name: hidden, layers, heads, vocabulary, rows, width, kind
TRAININGS = {
    "tiny model, all weights, 16 rows of 129": (64, 2, 4, 512, 16, 129, "full"),
    "tiny model, LoRA, 4 rows of 513": (64, 2, 4, 512, 4, 513, "lora"),
    "hidden 256, LoRA, 4 rows of 129": (256, 2, 8, 2048, 4, 129, "lora"),
}
SIZES = (256, 1024)  # of square matrices


Seconds = tuple[float, float]  # of the clock, and of the processor


def step_seconds(shape: tuple[Any, ...]) -> Seconds:
    """The median times of a training step, as `curate train` makes it."""
    import mlx.core as mx
    import numpy as np
    from mlx_lm.models import qwen3

    from curate.models.training.adapting import adapt
    from curate.models.training.fitting import Step, Watcher, fit
    from curate.models.training.running import optimizer_of
    from curate.models.training.settings import Settings

    hidden, layers, heads, vocab, rows, width, kind = shape
    config = {
        "model_type": "qwen3", "hidden_size": hidden, "num_hidden_layers": layers,
        "intermediate_size": hidden * 2, "num_attention_heads": heads,
        "num_key_value_heads": heads // 2, "head_dim": hidden // heads, "vocab_size": vocab,
        "max_position_embeddings": 8192, "rms_norm_eps": 1e-6, "rope_theta": 1e4,
        "tie_word_embeddings": True,
    }  # fmt: skip
    moments: list[Seconds] = []

    class Timed(Watcher):
        def after(self, step: Step) -> None:  # noqa: ARG002  between two steps is one
            moments.append((time.perf_counter(), time.process_time()))

    mx.random.seed(0)
    model = qwen3.Model(qwen3.ModelArgs.from_dict(config))
    mx.eval(model.parameters())
    settings = Settings(kind=kind, iterations=STEPS + 1)
    adapt(model, settings)
    tokens = np.random.default_rng(0).integers(1, vocab, (rows, width)).astype(np.int32)
    given = [(tokens, np.ones_like(tokens, np.bool_))] * (STEPS + 1)
    fit(model, optimizer_of(settings), [], settings, Timed(), given=iter(given))
    return medians(moments)


def medians(moments: list[Seconds]) -> Seconds:
    """The median times between one moment and the next."""
    clock, processor = (
        median(two[at] - one[at] for one, two in pairwise(moments)) for at in (0, 1)
    )
    return clock, processor


def product_seconds(size: int) -> Seconds:
    """The median times of a product of two square matrices."""
    import mlx.core as mx

    one = mx.random.normal((size, size), key=mx.random.key(0))
    mx.eval(one)
    moments = []
    for _ in range(2 * STEPS + 1):
        mx.eval(one @ one)
        moments.append((time.perf_counter(), time.process_time()))
    return medians(moments)


def measured() -> dict[str, Seconds]:
    """Seconds of everything, in this process."""
    found = {f"product of {size:,} x {size:,}": product_seconds(size) for size in SIZES}
    return found | {f"step: {name}": step_seconds(shape) for name, shape in TRAININGS.items()}


def in_process(library: Path | None, threads: int) -> dict[str, Seconds]:
    """The same in a new process, with this library preloaded."""
    environment = {key: value for key, value in os.environ.items() if key != "LD_PRELOAD"}
    if library is not None:
        environment["LD_PRELOAD"] = str(library)
        environment["OPENBLAS_NUM_THREADS"] = str(threads)
    environment["MLX_DISABLE_COMPILE"] = "1"  # else a cold machine compiles for some 20 seconds
    command = [sys.executable, __file__, "--measure"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def find_library() -> Path:
    """The OpenBLAS of this machine; ends the program where there is none."""
    for pattern in FOUND_IN:
        for path in sorted(Path("/").glob(f"{pattern[1:]}/libopenblas.so.0")):
            return path
    sys.exit("no libopenblas.so.0 is here: apt-get install libopenblas0, or give --library")


def table(own: list[dict[str, Seconds]], other: list[dict[str, Seconds]]) -> str:
    """Both as Markdown."""
    lines = [
        "| what | wheel's own | OpenBLAS | times as fast (least to most) | by processor time |",
        "| --- | --- | --- | --- | --- |",
    ]
    for name in own[0]:
        pairs = [(one[name], two[name]) for one, two in zip(own, other, strict=True)]
        slow, fast = (median(pair[which][0] for pair in pairs) for which in (0, 1))
        times = []
        for at in (0, 1):
            ratios = [one[at] / two[at] for one, two in pairs]
            ratio = median(one[at] for one, _ in pairs) / median(two[at] for _, two in pairs)
            times.append(f"{ratio:.1f} ({min(ratios):.1f} to {max(ratios):.1f})")
        cells = [name, f"{slow * 1e3:,.1f} ms", f"{fast * 1e3:,.1f} ms", *times]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def main() -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--measure", action="store_true", help="print this process' own seconds")
    parser.add_argument("--quick", action="store_true", help="one repetition")
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--threads", type=int, default=os.cpu_count(), help="of OpenBLAS")
    parser.add_argument("--library", type=Path, help="libopenblas.so.0")
    given = parser.parse_args()
    if given.measure:
        print(json.dumps(measured()))
        return
    library = (given.library or find_library()).resolve()
    own, other = [], []
    for _ in range(1 if given.quick else given.repeat):
        own.append(in_process(None, given.threads))
        other.append(in_process(library, given.threads))
    load = os.getloadavg()[0]
    print(
        f"{platform.machine()}, {os.cpu_count()} cores, load {load:.1f}, {library.name}, ", end=""
    )
    print(f"{len(own)} repetitions in turn, medians\n")
    print(table(own, other))


if __name__ == "__main__":
    main()
