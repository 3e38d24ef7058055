"""What tests say, without this machine: its paths, and the addresses of objects.

Plain(scratch, environment)("/scratch/tmp/pytest/test_a0/x.txt is no file")  ->  "<tmp>/test_a0/…"

Times, numbers of processes and ports stay: nothing tells them from other numbers.
"""

import re
from pathlib import Path

from curate.tools.sandbox import INSIDE, homes_of

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
        places |= {str(home): "<python>" for home in homes_of(python)}
        self._places = sorted(places.items(), key=lambda pair: -len(pair[0]))

    def __call__(self, text: str) -> str:
        """The text as it is on every machine, cut to MAX_MESSAGE_CHARS."""
        text = text.encode("utf-8", "replace").decode()
        for path, plain in self._places:
            text = text.replace(path, plain)
        text = re.sub(r"\bat 0x[0-9a-fA-F]{6,16}\b", "at 0x...", text)
        is_long = len(text) > MAX_MESSAGE_CHARS
        return f"{text[: MAX_MESSAGE_CHARS - 1]}…" if is_long else text
