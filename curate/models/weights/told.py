"""What `curate fuse` and `curate quantize` say on a terminal, of the runs that --json prints."""

import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

COLUMNS = (
    "bits", "bits/weight", "size", "KL mean", "KL p99", "KL max", "same token", "kept", "suite",
    "verdict",
)  # fmt: skip
UNITS = ((10**9, "GB"), (10**6, "MB"), (10**3, "kB"))


def fused_text(told: Mapping[str, Any]) -> str:
    """A fused model, and how far it is from its adapter."""
    base = f", base dequantised from {told['base_bits']} bits" if told["base_bits"] else ""
    layers = told["count_layers"]
    what = f"{layers} layers" if layers else "all of its weights, a full fine-tune"
    return (
        f"fused {told['target']}: {what}, {size_text(told['size_bytes'])}{base}\n"
        f"  KL from the adapter {told['kl_mean']:.1e} a token, largest {told['kl_most']:.1e}, "
        f"same token in {told['agreement']:.1%} of {told['count_tokens']:,}\n"
        f"  KL of the base {told['learned_kl']:.2g}: {told['lost_fraction']:.2%} of what was "
        "learned is lost"
        + (f"\n  {told['suite']['suite']}: {_suite(told['suite'])}" if told["suite"] else "")
        + "".join(f"\n  lost: {reason}" for reason in told["reasons"])
    )


def next_words(told: Mapping[str, Any], run: str | None, *, is_elsewhere: bool) -> str:
    """What `curate quantize` is to be given; outside of its run's folder nothing else knows it."""
    if not is_elsewhere:
        return run or Path(told["target"]).parent.name
    return shlex.join([told["target"], "--base", told["model"], "--data", told["data"]])


def ladder_rows(told: Sequence[Mapping[str, Any]]) -> list[list[str]]:
    """A row a quantised model, under COLUMNS."""
    return [
        [
            str(one["bits"]) + ("" if one["mode"] == "affine" else f" {one['mode']}"),
            f"{one['bits_per_weight']:.2f}",
            size_text(one["size_bytes"]),
            f"{one['kl_mean']:.2g}",
            f"{one['kl_p99']:.2g}",
            f"{one['kl_most']:.2g}",
            f"{one['agreement']:.1%}",
            "" if one["kept_fraction"] is None else f"{max(one['kept_fraction'], 0):.1%}",
            _suite(one["suite"]),
            verdict(one),
        ]
        for one in told
    ]


def verdict(one: Mapping[str, Any]) -> str:
    """kept, lost, or nothing where there was nothing that could be lost."""
    if one["is_lost"]:
        return "lost"
    return "kept" if one["learned_kl"] is not None or one["suite"] else ""


def ladder_text(told: Sequence[Mapping[str, Any]]) -> list[str]:
    """What the table does not say: why a model is lost, layers left whole, which one to take."""
    lines = [
        f"{one['target']} has lost what was learned: {'; '.join(one['reasons'])}"
        for one in told
        if one["is_lost"]
    ]
    lines += [
        f"{one['target']} has {len(whole)} whole layers: {', '.join(whole[:5])}"
        for one in told
        if (whole := [*one["skipped"], *one["left_whole"]])
    ]
    fit = [one for one in told if verdict(one) == "kept"]
    if fit:
        least = min(fit, key=lambda one: one["size_bytes"])
        lines.append(f"the smallest that keeps what was learned: {least['target']}")
    return lines


def size_text(count_bytes: int) -> str:
    """Bytes as people read them: 430 kB."""
    for unit, name in UNITS:
        if count_bytes >= unit:
            return f"{count_bytes / unit:.3g} {name}"
    return f"{count_bytes} bytes"


def _suite(fall: Mapping[str, Any] | None) -> str:
    if fall is None:
        return ""
    return f"{fall['count_before']} -> {fall['count_after']} of {fall['count_prompts']}"
