r"""Code of a source, run so that it harms nothing: where this machine can, it sees nothing either.

run_confined([python, "-c", "print(1)"], scratch, scratch, [environment], Confines())
->  Confined(0, "1\n", "", ended=None)

The work is done by `curate.confined`, a program of its own. What holds on this machine is found out
by trying, once a process: `protections()`. This module decides nothing about what may be run.
"""

import json
import os
import secrets
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from curate.confined.order import Order, Outcome
from curate.confined.protections import Protections
from curate.errors import CurateError
from curate.tools.programs import Limits, Ran, run_program

SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/nix/store", "/etc/ld.so.cache")
# Where a program sees its scratch when it has a root of its own: the same on every machine.
INSIDE = "/scratch"
# Time for the launcher to say what it stopped, before it is stopped itself. Chosen by us.
GRACE_SECONDS = 5.0
_LAUNCH = (
    "import sys; sys.path.append(sys.argv[1]); from curate.confined.launch import main; main()"
)
_PROBE = "import os; pid = os.fork(); pid and os.waitpid(pid, 0)"


@dataclass(frozen=True)
class Confines(Limits):
    """What one run may take: `memory_bytes` each process, and on Linux all together.

    `disk_bytes` is of the whole scratch where it lies in memory, else each file's limit holds.
    """

    processes: int = 64
    file_bytes: int = 1 << 26
    disk_bytes: int = 1 << 28


@dataclass(frozen=True)
class Confined(Ran):
    """What a confined program left; `ended` says what stopped it when it did not end by itself."""

    ended: str | None = None


@dataclass(frozen=True)
class Work:
    """What lies in the scratch before a run: empty `folders`, and copies by their names."""

    folders: Sequence[str] = ()
    copies: Mapping[str, Path] = field(default_factory=dict)


def run_confined(
    argv: Sequence[str],
    cwd: Path,
    scratch: Path,
    readable: Sequence[Path],
    limits: Confines,
    *,
    network: bool = False,
    environment: Mapping[str, str] | None = None,
    work: Work | None = None,
    name: str | None = None,
    held: Protections | None = None,
) -> Confined:
    """What a program printed that could write to `scratch` only, an empty folder of the caller's.

    It may see its scratch as INSIDE: paths in `argv`, `cwd` and `environment` are changed to that.
    It reads `readable`, the system's programs and libraries, and nothing else. Where the scratch
    lies in memory nothing remains of it: results come by what is printed. All processes that it
    started have ended. `held` is for what is to hold instead of all that this machine can do.

    Raises ToolError when too much is printed, CurateError when this machine does not start it.
    """
    held = held or protections()
    name, work = name or Path(argv[0]).name, work or Work()
    read = [*SYSTEM, *map(str, readable)]
    if held.seatbelt:
        from curate.confined.seatbelt import sandbox_exec

        argv = sandbox_exec(argv, str(scratch), read, network=network)
    inside = INSIDE if held.namespaces else str(scratch)

    def seen(text: str) -> str:
        return text.replace(str(scratch), inside)

    order = Order(
        argv=[seen(word) for word in argv],
        cwd=seen(str(cwd)),
        scratch=inside,
        outside=str(scratch),
        environment={key: seen(value) for key, value in (environment or {}).items()},
        readable=read,
        nonce=secrets.token_hex(16),
        seconds=limits.timeout_seconds,
        memory_bytes=limits.memory_bytes,
        processes=limits.processes,
        file_bytes=limits.file_bytes,
        disk_bytes=limits.disk_bytes,
        network=network,
        folders=list(work.folders),
        copies={to: str(path) for to, path in work.copies.items()},
        namespaces=held.namespaces,
        other_user=held.other_user,
        landlock=held.landlock,
    )
    return _ended(_launched(order, limits, name), order.nonce, name)


@cache
def protections() -> Protections:
    """What holds on this machine, found out by trying it: about 0.1 s, once a process."""
    from curate.confined import landlock, seatbelt

    if sys.platform == "darwin":
        found = [Protections(seatbelt=True)] if Path(seatbelt.PROGRAM).exists() else []
    elif sys.platform == "linux":
        abi = landlock.abi()
        is_root = os.geteuid() == 0
        found = [Protections(namespaces=True, other_user=True, landlock=abi)] if is_root else []
        found += [Protections(namespaces=True, landlock=abi), Protections(landlock=abi)]
    else:
        found = []
    return next((one for one in found if _holds(one)), Protections())


def _holds(tried: Protections) -> bool:
    """Whether this Python runs, and can fork, under these protections."""
    with tempfile.TemporaryDirectory(prefix="curate-") as made:
        scratch, python = Path(made).resolve(), Path(sys.executable)
        limits = Confines(timeout_seconds=10)
        argv = [str(python), "-I", "-S", "-c", _PROBE]
        try:
            ran = run_confined(argv, scratch, scratch, homes_of(python), limits, held=tried)
        except CurateError:
            return False
    return ran.exit_status == 0


def homes_of(python: Path) -> list[Path]:
    """The folders that a Python needs to read: its own, and those its links lead to."""
    homes = [python.parent.parent]
    while python.is_symlink():
        python = Path(os.path.normpath(python.parent / python.readlink()))
        homes.append(python.parent.parent)
    real = python.resolve().parent.parent
    return [home for home in dict.fromkeys([*homes, real]) if home != Path("/")]


def _launched(order: Order, limits: Confines, name: str) -> Ran:
    parent = str(Path(__file__).parents[2])
    argv = [sys.executable, "-I", "-S", "-c", _LAUNCH, parent, order.to_json()]
    outer = Limits(
        timeout_seconds=limits.timeout_seconds + GRACE_SECONDS,
        output_bytes=limits.output_bytes,
        memory_bytes=max(limits.memory_bytes, Limits().memory_bytes),
    )
    return run_program(argv, Path("/"), outer, name=name)


def _ended(ran: Ran, nonce: str, name: str) -> Confined:
    """The program's own output, and the outcome in the launcher's last line."""
    printed, _, said = ran.stdout.rpartition(f"\n{nonce} ")
    if not said:
        complaint = ran.stderr.strip().rpartition("\n")[2] or "it ended without a word"
        outcome = Outcome(broken=complaint)
    else:
        outcome = Outcome(**json.loads(said))
    if outcome.broken is not None:
        raise CurateError(
            name,
            f"could not be started in a sandbox: {outcome.broken}",
            "look at what the sandbox can do here: docs/tests-of-sources.md",
        )
    return Confined(outcome.status, printed, ran.stderr, outcome.ended)
