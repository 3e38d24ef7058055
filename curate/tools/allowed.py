"""Which command lines `run_command` takes: programs, their options, and which words are paths.

Everything not listed is refused, so that no option that writes, executes or reads elsewhere slips
in. This module parses only; it neither runs a program nor touches a file.
"""

import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from curate.tools.base import ToolError

OPERATORS = re.compile(r"[|&;<>]+|\$\(|`")

# option -> whether a value follows. Short ones may be bundled: -rn, -rnE, -n20.
GREP = {
    "-r": False, "-n": False, "-i": False, "-w": False, "-x": False, "-E": False, "-F": False,
    "-l": False, "-L": False, "-c": False, "-o": False, "-h": False, "-H": False, "-v": False,
    "-s": False, "-e": True, "-m": True, "--include": True, "--exclude": True,
    "--exclude-dir": True,
}  # fmt: skip
FIND = {
    "-name": True, "-iname": True, "-path": True, "-type": True, "-maxdepth": True,
    "-mindepth": True, "-not": False, "!": False, "-o": False, "-and": False, "-empty": False,
    "-size": True, "-print": False,
}  # fmt: skip
LS = {"-1": False, "-a": False, "-A": False, "-p": False, "-F": False, "-R": False}
WC = {"-l": False, "-w": False, "-c": False, "-m": False}
HEAD = {"-n": True, "-c": True}
PROGRAMS: Mapping[str, Mapping[str, bool]] = {
    "grep": GREP,
    "find": FIND,
    "ls": LS,
    "wc": WC,
    "head": HEAD,
}


@dataclass(frozen=True)
class Command:
    """An allowed command line: `argv` after the program, and the operands that are paths."""

    program: str
    argv: tuple[str, ...]
    paths: tuple[str, ...]
    is_recursive: bool = False
    lists_files: bool = False


def parse(line: str) -> Command:
    """The command of a line. Raises ToolError, in words for the model, for what is not allowed."""
    words = _words(line)
    program, rest = words[0], words[1:]
    if program not in PROGRAMS:
        raise ToolError(f"{program}: not allowed, use one of {', '.join(PROGRAMS)}")
    options, operands = _find(rest) if program == "find" else _split(program, rest)
    names = {name for name, _ in options}
    if program == "grep":
        return _grep(options, operands, names)
    if program in {"wc", "head"} and not operands:
        raise ToolError(f"{program}: name a file, there is no standard input")
    argv = (*_flat(options), "--", *operands) if program != "find" else (*operands, *_flat(options))
    return Command(program, argv, tuple(operands))


def _words(line: str) -> list[str]:
    try:
        words = shlex.split(line)
        bare = shlex.shlex(line, posix=False, punctuation_chars="|&;<>`$()")
        bare.whitespace_split = True
        operator = next(
            (token for token in bare if token[0] not in "'\"" and OPERATORS.search(token)), None
        )
    except ValueError as error:
        raise ToolError(f"not a command line: {error}") from None
    if operator and OPERATORS.fullmatch(operator):
        raise ToolError(
            f"{operator}: there is no shell, run one command without pipes or redirections"
        )
    if not words:
        raise ToolError("empty command")
    if any("\0" in word or "\n" in word for word in words):
        raise ToolError("a command is one line without NUL")
    return words


def _split(program: str, words: list[str]) -> tuple[list[tuple[str, str | None]], list[str]]:
    """Options with their values, and operands.

    An operand may not look like an option unless after `--`.
    """
    allowed, options, operands = PROGRAMS[program], [], []
    rest = iter(words)
    for word in rest:
        if word == "--":
            operands.extend(rest)
        elif word.startswith("--"):
            name, equals, value = word.partition("=")
            options.append(
                (_known(program, name), value if equals else _value(program, name, rest))
            )
        elif word.startswith("-") and word != "-":
            letters = word[1:]
            if program == "head" and letters.isdigit():
                options.append(("-n", letters))
                continue
            while letters:
                name, letters = _known(program, f"-{letters[0]}"), letters[1:]
                if allowed[name]:
                    options.append((name, letters or _value(program, name, rest)))
                    break
                options.append((name, None))
        else:
            operands.append(word)
    return options, operands


def _find(words: list[str]) -> tuple[list[tuple[str, str | None]], list[str]]:
    """Options and operands of find, whose operands come first, then its expression."""
    operands, options, rest = [], [], iter(words)
    for word in rest:
        if word.startswith("-") or word == "!":
            name = _known("find", word)
            options.append((name, _value("find", name, rest) if FIND[name] else None))
        elif options:
            raise ToolError(f"find: {word}: paths come before the expression")
        else:
            operands.append(word)
    return options, operands or ["."]


def _grep(options: list[tuple[str, str | None]], operands: list[str], names: set[str]) -> Command:
    has_pattern = "-e" in names
    if not has_pattern and not operands:
        raise ToolError("grep: name a pattern")
    pattern = [] if has_pattern else operands[:1]
    paths = operands if has_pattern else operands[1:]
    is_recursive = "-r" in names
    if not paths and not is_recursive:
        raise ToolError("grep: name a file, or search folders with -r")
    nul = ["--null"] if is_recursive and "-h" not in names else []
    argv = (*nul, *_flat(options), "--", *pattern, *paths)
    return Command("grep", argv, tuple(paths), bool(nul), bool(nul) and bool(names & {"-l", "-L"}))


def _known(program: str, name: str) -> str:
    if name not in PROGRAMS[program]:
        accepted = " ".join(PROGRAMS[program])
        raise ToolError(f"{program}: option {name} is not allowed, use {accepted}")
    return name


def _value(program: str, name: str, rest: Iterator[str]) -> str:
    value = next(rest, None)
    if value is None:
        raise ToolError(f"{program}: option {name} needs a value")
    return value


def _flat(options: list[tuple[str, str | None]]) -> list[str]:
    words: list[str] = []
    for name, value in options:
        if name.startswith("--"):
            words.append(f"{name}={value}")
        else:
            words += [name] if value is None else [name, value]
    return words
