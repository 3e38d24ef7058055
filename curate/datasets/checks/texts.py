"""What checks read out of a text: paths, places in files, and numbers; tools that show a file."""

import re
from typing import Any

EXTENSIONS = (
    "py|pyi|ipynb|js|jsx|ts|tsx|mjs|cjs|vue|java|kt|go|rs|rb|php|c|h|cc|cpp|hpp|cs|swift|scala|sh|sql"
    "|md|rst|txt|toml|cfg|ini|ya?ml|json|jsonl|xml|html|css|scss|csv|lock|env|log"
)
PATH = re.compile(
    rf"(?<![\w./@+:~$-])(?:\.{{0,2}}/)?(?:[\w.@+-]+/)*[\w@+-][\w.@+-]*\.(?:{EXTENSIONS})(?![\w/(-]|\.\w)"
)
PATH_LINE = re.compile(
    rf"(?<![\w./@+-])((?:[\w.@+-]+/)*[\w@+-][\w.@+-]*\.(?:{EXTENSIONS})):(\d{{1,7}})\b"
)
HAS_EXTENSION = re.compile(rf"\.(?:{EXTENSIONS})(?![\w/(-])")
LONGEST_PATH = 250  # characters
DIGITS = re.compile(r"\d+")
SHOWS_FILE = re.compile(
    r"^(?:read|view|open|cat|show|get)(?:_?text)?_?(?:file|source)?(?:_contents?)?$", re.IGNORECASE
)


def path_in(value: Any) -> str | None:
    """The path that an argument is, without a leading `./`; None for anything else."""
    is_short = isinstance(value, str) and len(value) < LONGEST_PATH and "." in value
    if is_short and PATH.fullmatch(value):
        return value.removeprefix("./")
    return None
