"""What tests say, without this machine: its paths, and the addresses of objects.

Plain(scratch, environment)("/scratch/tmp/pytest/test_a0/x.txt is no file")  ->  "<tmp>/test_a0/…"

Times, numbers of processes and ports stay: nothing tells them from other numbers.
"""

import re
from pathlib import Path

from curate.tools.sandbox import INSIDE, SYSTEM, homes_of

MAX_MESSAGE_CHARS = 300
# Where the copy of the workspace lies in the scratch.
TREE = "project"


class Plain:
    """Changes texts of one run: what lies in its scratch, and in the environment, is named so."""

    def __init__(self, scratch: Path, environment: Path) -> None:
        places: dict[str, str] = {}
        for folder in (INSIDE, str(scratch)):
            places |= {f"{folder}/{TREE}/": "", f"{folder}/{TREE}": "."}
            places |= {f"{folder}/{part}": "<tmp>" for part in ("tmp", "tmp/pytest")}
            places |= {f"{folder}/home": "~", folder: "<tmp>"}
        python = environment / "bin" / "python"
        places |= {f"{site}/": "" for site in environment.glob("lib/python*/site-packages")}
        places |= {str(home): "<python>" for home in homes_of(python) if str(home) not in SYSTEM}
        # The longest first; a path that is only a part of a longer one is another path.
        names = "|".join(re.escape(path) for path in sorted(places, key=len, reverse=True))
        self._places, self._pattern = (
            places,
            re.compile(rf"(?<![\w.-])({names})(?:(?<=/)|(?![\w-]))"),
        )

    def __call__(self, text: str) -> str:
        """The text as it is on every machine, cut to MAX_MESSAGE_CHARS."""
        text = text.encode("utf-8", "replace").decode()
        text = self._pattern.sub(lambda found: self._places[found[1]], text)
        text = re.sub(r"\bat 0x[0-9a-fA-F]{6,16}\b", "at 0x...", text)
        is_long = len(text) > MAX_MESSAGE_CHARS
        return f"{text[: MAX_MESSAGE_CHARS - 1]}…" if is_long else text
