"""What the launcher is asked to do, as it travels to it: one JSON object.

{"argv": ["/…/bin/python", "…"], "cwd": "/tmp/s/tree", "scratch": "/tmp/s", "copies": {…}, …}
"""

import json
from dataclasses import asdict, dataclass, field


@dataclass(frozen=True)
class Order:
    """One run, in absolute paths; `folders` and the names of `copies` are relative to `scratch`.

    `scratch` is where the code sees its folder; where it has a root of its own, that root is made
    in `outside`, and they differ. `folders` are made there, and `copies` copied there.

    `namespaces`, `other_user` and `landlock` (its ABI, 0 for without) are what the launcher must
    use: it fails when it cannot.
    """

    argv: list[str]
    cwd: str
    scratch: str
    outside: str
    environment: dict[str, str]
    readable: list[str]
    nonce: str
    seconds: float
    memory_bytes: int
    processes: int
    file_bytes: int
    disk_bytes: int
    network: bool = False
    folders: list[str] = field(default_factory=list)
    copies: dict[str, str] = field(default_factory=dict)
    namespaces: bool = False
    other_user: bool = False
    landlock: int = 0

    def to_json(self) -> str:
        """The order as an argument of a program."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> "Order":
        """The order that `to_json` wrote."""
        return cls(**json.loads(text))


@dataclass(frozen=True)
class Outcome:
    """How a run ended: `ended` says what stopped it, `broken` that it could not be begun."""

    status: int = 0
    ended: str | None = None
    broken: str | None = None
