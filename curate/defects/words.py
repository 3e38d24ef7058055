"""Names that mean the same everywhere, and names as a hand mistypes them.

`typo("response", taken, 5)` is "reponse" or "repsonse". The lists hold for every Python from 3.11
on, so that what is planted does not depend on the one that runs.
"""

import keyword
import re
from collections.abc import Container

from curate.drawing import choose


def names(text: str) -> frozenset[str]:
    """The words of a text as a set."""
    return frozenset(text.split())


BUILTINS = names(
    "abs aiter all anext any ascii bin bool breakpoint bytearray bytes callable chr classmethod "
    "compile complex delattr dict dir divmod enumerate eval exec filter float format frozenset "
    "getattr globals hasattr hash help hex id input int isinstance issubclass iter len list locals "
    "map max memoryview min next object oct open ord pow print property range repr reversed round "
    "set setattr slice sorted staticmethod str sum super tuple type vars zip"
)
PLAIN_TYPES = names("bool bytes complex dict float frozenset int list set str tuple")
"""Built-in types that a checker tells apart whatever else it knows."""
PLAIN_BASES = names(
    "object Exception BaseException ValueError TypeError RuntimeError KeyError LookupError "
    "IndexError AttributeError NotImplementedError OSError ImportError Warning UserWarning "
    "DeprecationWarning ABC Protocol Generic Enum IntEnum str int dict list tuple"
)
"""Bases whose attributes a checker knows."""
STDLIB = names(
    "abc argparse ast asyncio base64 binascii bisect calendar codecs collections colorsys "
    "concurrent configparser contextlib contextvars copy csv dataclasses datetime decimal "
    "difflib dis email enum errno fnmatch fractions functools gc getpass gettext glob gzip hashlib "
    "heapq hmac html http importlib inspect io ipaddress itertools json keyword linecache locale "
    "logging math mimetypes numbers operator os pathlib pickle pkgutil platform pprint queue "
    "random re sched secrets select shlex shutil signal site socket sqlite3 ssl stat statistics "
    "string struct subprocess sys sysconfig tempfile textwrap threading time timeit token tokenize "
    "traceback types typing unicodedata unittest urllib uuid warnings weakref zipfile zipimport "
    "zlib zoneinfo"
)
LEFT_OVER = (
    *("json", "re", "time", "logging", "sys", "os", "functools", "itertools", "copy"),
    *("warnings", "contextlib", "textwrap", "pprint", "traceback", "shutil", "tempfile"),
)
"""Modules that a developer imports while trying something, and forgets."""
MIN_LETTERS = 4  # of a name that is mistyped: shorter ones turn into other words
IDENTIFIER = re.compile(r"[^\W\d]\w*")


def typo(name: str, taken: Container[str], seed: int) -> str | None:
    """The name with two letters swapped, one dropped or one doubled; None for a short name.

    It is never one of `taken`, a keyword or a builtin, and begins as the name does.
    """
    if len(name.strip("_")) < MIN_LETTERS or not name.isascii():
        return None
    first = len(name) - len(name.lstrip("_")) + 1
    places = [
        place
        for place in range(first, len(name) - 1)
        if name[place].isalpha() and name[place + 1].isalpha()
    ]
    options = [name[:at] + name[at + 1] + name[at] + name[at + 2 :] for at in places]
    options += [name[:at] + name[at + 1 :] for at in places]
    doubled = [at for at in places if name[at] in "clmnprst" and name[at + 1] in "aeiou"]
    options += [name[: at + 1] + name[at:] for at in doubled]
    good = [
        option
        for option in options
        if option != name and option not in taken and option not in BUILTINS
        if not keyword.iskeyword(option)
    ]
    return choose(seed, "typo", name, good) if good else None


def identifiers(text: str) -> frozenset[str]:
    """Every word of a text that could be an identifier, in strings and comments too."""
    return frozenset(IDENTIFIER.findall(text))
