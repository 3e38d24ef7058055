"""What a machine can do against hostile code, and what each of its means is good for.

Protections(namespaces=True, landlock=7).against()["network"]  ->  "a network of its own, …"
"""

import sys
from dataclasses import dataclass

# Versions of Landlock's interface that brought something new (kernel's landlock(7)).
_ABI_TCP, _ABI_SIGNALS = 4, 6
_LIMIT, _NOTHING, _BOX = "a limit", "nothing", "sandbox-exec"


@dataclass(frozen=True)
class Protections:
    """What holds, by the system's own names.

    `namespaces`: own root, processes and network; `other_user`: as a user that nobody is;
    `landlock`: the version of its interface, 0 for none; `seatbelt`: macOS' sandbox-exec.
    """

    namespaces: bool = False
    other_user: bool = False
    landlock: int = 0
    seatbelt: bool = False

    def against(self) -> dict[str, str]:
        """What stands against each kind of harm, in words; `nothing` where nothing does."""
        own, is_linux = self.namespaces, sys.platform == "linux"
        files = self._else("Landlock; not against a change of mode, owner or times", 1)
        users = "the system's limit for this user"
        return {
            "endless time": "a limit, after which the supervisor ends it",
            "endless output": _LIMIT,
            "memory": "limits for each process and for all together" if is_linux else _NOTHING,
            "many processes": _LIMIT if is_linux else users,
            "a full disk": "a scratch in memory" if own else "a limit for each file",
            "writing outside": "a root of its own" if own else files,
            "reading outside": "a root of its own" if own else self._else("Landlock", 1),
            "the network": "a network of its own, without interfaces"
            if own
            else self._else("Landlock; TCP only", _ABI_TCP),
            "signals to others": "processes of its own"
            if own
            else self._else("Landlock", _ABI_SIGNALS),
            "daemons": "they end with their namespace" if own else self._hunted(),
            "this user's variables": "none is passed on",
        }

    def _else(self, words: str, abi: int) -> str:
        """What Landlock, from this version on, or sandbox-exec stands for."""
        return _BOX if self.seatbelt else words if self.landlock >= abi else _NOTHING

    def _hunted(self) -> str:
        is_linux = sys.platform == "linux"
        return "the supervisor, whose children they become" if is_linux else "none of their session"
