"""A process's own user, root, processes and network, as containers have them; no privilege needed.

enter(order)       this process is in namespaces of its own, its next child is their first one
make_root(order)   that child sees an empty root: what is readable, a scratch, some devices
"""

import os
import shutil
from pathlib import Path

from curate.confined import linux
from curate.confined.order import Order

# Who the code seems to be, and on a machine where we are root, really is: an id that nobody has, so
# that the limit for processes holds, which the kernel does not apply to root. Chosen by us.
INSIDE, OTHER = 1000, 1_999_990_117
DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")
SHARED_MEMORY = "/dev/shm"  # noqa: S108  a file system of its own, made below
_SHARED_BYTES = 1 << 24
_COUNT_FILES = 20_000


def enter(order: Order) -> None:
    """Move this process into new namespaces. Raises OSError where the system forbids it.

    The map of users is written from outside, by a child made before: inside, nobody may name
    another user of the machine.
    """
    flags = linux.CLONE_NEWUSER | linux.CLONE_NEWNS | linux.CLONE_NEWPID
    flags |= linux.CLONE_NEWIPC | linux.CLONE_NEWUTS
    flags |= 0 if order.network else linux.CLONE_NEWNET
    entered, told = os.pipe()
    done, answer = os.pipe()
    pid, writer = os.getpid(), os.fork()
    if writer == 0:
        try:
            os.close(told)
            if os.read(entered, 1):
                _map_users(pid, is_other=order.other_user)
                os.write(answer, b"1")
        finally:
            os._exit(0)
    os.close(answer)
    try:
        linux.unshare(flags)
        os.write(told, b"1")
        if not os.read(done, 1):
            raise OSError("the users of a namespace could not be mapped")
    finally:
        os.close(told)
        os.waitpid(writer, 0)


def _map_users(pid: int, *, is_other: bool) -> None:
    """Say which users of the machine the namespace of a process knows."""
    folder = Path(f"/proc/{pid}")
    if not is_other:
        (folder / "setgroups").write_text("deny")
    for name, own in (("gid_map", os.getegid()), ("uid_map", os.geteuid())):
        lines = f"0 {own} 1\n{INSIDE} {OTHER} 1\n" if is_other else f"{INSIDE} {own} 1\n"
        (folder / name).write_text(lines)


def become_inside() -> None:
    """Stop being the root of the namespace, where it has one."""
    if os.getuid() != INSIDE:
        os.setgroups([])
        os.setresgid(INSIDE, INSIDE, INSIDE)
        os.setresuid(INSIDE, INSIDE, INSIDE)


def make_root(order: Order) -> None:
    """Make and enter a root that holds only what `order` names; its scratch lies in memory."""
    linux.mount("none", "/", None, linux.MS_REC | linux.MS_PRIVATE)
    root = order.outside
    _memory(root, size_bytes=1 << 20, mode="755")
    scratch = _inside(root, order.scratch)
    scratch.mkdir(parents=True)
    for path in order.readable:
        _place(root, path)
    for path in DEVICES:
        _bind(root, path, is_sealed=False)
    shared = _inside(root, SHARED_MEMORY)
    shared.mkdir()
    _memory(str(shared), size_bytes=_SHARED_BYTES, mode="1777")
    _inside(root, "/dev/fd").symlink_to("/proc/self/fd")
    processes = _inside(root, "/proc")
    processes.mkdir(exist_ok=True)
    sealed = linux.MS_NOSUID | linux.MS_NODEV | linux.MS_NOEXEC | linux.MS_RDONLY
    try:
        linux.mount("proc", str(processes), "proc", sealed)
    except OSError:  # a container that hides parts of it forbids a new one: then there is none
        processes.rmdir()
    _memory(str(scratch), size_bytes=order.disk_bytes, mode="755")
    copy(order, scratch)
    if order.other_user:
        _give_away(scratch)
    linux.seal(root, deep=False)
    linux.enter_root(root)


def copy(order: Order, scratch: Path) -> None:
    """Make what is to lie in the scratch; links are copied as links."""
    for name in order.folders:
        (scratch / name).mkdir(parents=True)
    for name, source in order.copies.items():
        target = scratch / name
        if Path(source).is_dir():
            shutil.copytree(source, target, symlinks=True)
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)


def _inside(root: str, path: str) -> Path:
    return Path(root, path.lstrip("/"))


def _memory(folder: str, *, size_bytes: int, mode: str) -> None:
    options = f"size={size_bytes},nr_inodes={_COUNT_FILES},mode={mode}"
    linux.mount("tmpfs", folder, "tmpfs", linux.MS_NOSUID | linux.MS_NODEV, options)


def _place(root: str, path: str) -> None:
    """Show a file or folder at its path, with every link on the way to it."""
    so_far, rest = Path("/"), list(Path(path).parts[1:])
    for index, part in enumerate(rest):
        so_far /= part
        here = _inside(root, str(so_far))
        if so_far.is_symlink():
            leads = Path(os.path.normpath(so_far.parent / so_far.readlink()))
            here.parent.mkdir(parents=True, exist_ok=True)
            if not here.is_symlink() and not here.exists():
                here.symlink_to(so_far.readlink())
            _place(root, str(leads.joinpath(*rest[index + 1 :])))
            return
    if so_far.exists() and not _inside(root, str(so_far)).is_mount() and not _is_shown(root, path):
        _bind(root, path)


def _is_shown(root: str, path: str) -> bool:
    """Whether a folder above is shown already."""
    return any(_inside(root, str(above)).is_mount() for above in list(Path(path).parents)[:-1])


def _bind(root: str, path: str, *, is_sealed: bool = True) -> None:
    target = _inside(root, path)
    if Path(path).is_dir():
        target.mkdir(parents=True, exist_ok=True)
    else:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.touch()
    linux.mount(path, str(target), None, linux.MS_BIND | linux.MS_REC)
    if is_sealed:
        linux.seal(str(target))


def _give_away(folder: Path) -> None:
    """Make INSIDE the owner of a folder and all that is in it."""
    os.chown(folder, INSIDE, INSIDE)
    for above, folders, files in os.walk(folder):
        for name in (*folders, *files):
            os.chown(os.path.join(above, name), INSIDE, INSIDE, follow_symlinks=False)  # noqa: PTH118
