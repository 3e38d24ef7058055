"""System calls of Linux that this Python has no function for. Each raises OSError with its name."""

import ctypes
import os
from functools import cache

CLONE_NEWNS, CLONE_NEWUTS, CLONE_NEWIPC = 0x20000, 0x4000000, 0x8000000
CLONE_NEWUSER, CLONE_NEWPID, CLONE_NEWNET = 0x10000000, 0x20000000, 0x40000000
MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC = 1, 2, 4, 8
MS_BIND, MS_REC, MS_PRIVATE = 0x1000, 0x4000, 0x40000
MNT_DETACH = 2
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_CAPBSET_DROP = 1, 4, 24
PR_SET_CHILD_SUBREAPER, PR_SET_NO_NEW_PRIVS = 36, 38

_AT_FDCWD, _AT_RECURSIVE = -100, 0x8000
# The same number on every architecture, as all system calls since 5.1.
_SYS_MOUNT_SETATTR = 442


class _MountAttributes(ctypes.Structure):
    _fields_ = tuple((name, ctypes.c_uint64) for name in ("set", "clear", "propagation", "userns"))


@cache
def libc() -> ctypes.CDLL:
    """The C library of this process."""
    return ctypes.CDLL(None, use_errno=True)


def check(result: int, what: str) -> int:
    """What a system call returned. Raises OSError when it failed."""
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number).lower()}")
    return result


def unshare(flags: int) -> None:
    """Leave the namespaces that `flags` name for new ones."""
    check(libc().unshare(flags), "unshare")


def prctl(option: int, value: int) -> None:
    """Set one property of this process."""
    arguments = [ctypes.c_ulong(number) for number in (value, 0, 0, 0)]
    check(libc().prctl(option, *arguments), f"prctl {option}")


def mount(source: str, target: str, kind: str | None, flags: int, options: str = "") -> None:
    """Mount a file system, or a folder at a second place."""
    words = [word.encode() if word else None for word in (source, target, kind, options)]
    done = libc().mount(*words[:3], ctypes.c_ulong(flags), words[3])
    check(done, f"mount {target}")


def seal(target: str, flags: int = MS_RDONLY | MS_NOSUID | MS_NODEV, *, deep: bool = True) -> None:
    """Make a mount, and with `deep` all mounts below, read-only for good."""
    attributes = _MountAttributes(set=flags)
    done = libc().syscall(
        ctypes.c_long(_SYS_MOUNT_SETATTR),
        ctypes.c_int(_AT_FDCWD),
        target.encode(),
        ctypes.c_uint(_AT_RECURSIVE if deep else 0),
        ctypes.byref(attributes),
        ctypes.c_size_t(ctypes.sizeof(attributes)),
    )
    check(done, f"mount_setattr {target}")


def enter_root(folder: str) -> None:
    """Make `folder`, a mount, the root of the file system; nothing else can be reached."""
    os.chdir(folder)
    check(libc().pivot_root(b".", b"."), "pivot_root")
    check(libc().umount2(b".", MNT_DETACH), "umount")
    os.chdir("/")
