"""Which command lines `run_command` takes: programs, their options, and which words are paths.

Everything not listed is refused, so that no option that writes, executes or reads elsewhere slips
in. This module parses only; it neither runs a program nor touches a file.
"""

import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass

from curate.tools.base import ToolError

MAX_CHARS = 4_096

# A quoted or escaped piece, or what a shell would act on and no program here would understand.
SHELL = re.compile(
    r"""
    \\. | '[^']*' | (?P<double>"(?:\\.|[^"\\])*")
    | (?P<operator> [|&;<>]+ | [`()] | \$[\w({'"@*\#?!$\[-] | (?<!\S)\# )
    """,
    re.VERBOSE,
)
NUMBERS = frozenset({"-m", "-n", "-c", "-maxdepth", "-mindepth"})  # of those that take a value

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
    """An allowed command line: `argv` after the program, and the operands that are paths.

    The rest tells what a grep prints. `shows_paths` is None where grep decides by its operands.
    """

    program: str
    argv: tuple[str, ...]
    paths: tuple[str, ...]
    is_recursive: bool = False
    lists_files: bool = False
    shows_lines: bool = False
    shows_paths: bool | None = None


def parse(line: str) -> Command:
    """The command of a line. Raises ToolError, in words for the model, for what is not allowed."""
    words = _words(line)
    program, rest = words[0], words[1:]
    if program not in PROGRAMS:
        raise ToolError(f"{program}: not allowed, use one of {', '.join(PROGRAMS)}")
    options, operands = _find(rest) if program == "find" else _split(program, rest)
    if program == "grep":
        return _grep(options, operands)
    if program in {"wc", "head"}:
        _refuse_stdin(program, operands or ["-"])
    argv = (*_flat(options), "--", *operands) if program != "find" else (*operands, *_flat(options))
    return Command(program, argv, tuple(operands))


def _words(line: str) -> list[str]:
    """The words of a line, unquoted. Raises ToolError for a line that only a shell understands."""
    if len(line) > MAX_CHARS:
        raise ToolError(f"a command has at most {MAX_CHARS:,} characters")
    if any(char in line for char in "\0\n\r"):
        raise ToolError("a command is one line without NUL")
    try:
        words = shlex.split(SHELL.sub(_without_dollar_escapes, line))
    except ValueError as error:
        raise ToolError(f"not a command line: {error}") from None
    operator = next(filter(None, (found["operator"] for found in SHELL.finditer(line))), None)
    if operator:
        raise ToolError(
            f"{operator}: there is no shell, run one command without pipes, redirections or "
            "variables; quote what is meant literally"
        )
    if not words:
        raise ToolError("empty command")
    return words


def _without_dollar_escapes(piece: re.Match[str]) -> str:
    """A piece for shlex, which would keep the backslash of an escaped dollar in double quotes."""
    if not piece["double"]:
        return piece[0]
    return re.sub(r"\\\\|\\([$`])", lambda escaped: escaped[1] or escaped[0], piece[0])


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
            given = value if equals else next(rest, None)
            options.append((_known(program, name), _value(program, name, given)))
        elif word.startswith("-") and word != "-":
            letters = word[1:]
            if program == "head" and letters.isdigit():
                options.append(("-n", _value("head", "-n", letters)))
                continue
            while letters:
                name, letters = _known(program, f"-{letters[0]}"), letters[1:]
                if allowed[name]:
                    options.append((name, _value(program, name, letters or next(rest, None))))
                    break
                options.append((name, None))
        else:
            operands.append(word)
    return options, operands


def _find(words: list[str]) -> tuple[list[tuple[str, str | None]], list[str]]:
    """Options and operands of find, whose operands come first, then its expression."""
    operands, options, rest = [], [], iter(words)
    for word in rest:
        if word.startswith("-") or word in {"!", "(", ")", ","}:
            name = _known("find", word)
            options.append((name, _value("find", name, next(rest, None)) if FIND[name] else None))
        elif options:
            raise ToolError(f"find: {word}: paths come before the expression")
        else:
            operands.append(word)
    return options, operands or ["."]


def _grep(options: list[tuple[str, str | None]], operands: list[str]) -> Command:
    """A grep. A recursive one ends each file's name with NUL, so that its lines can be sorted."""
    names = [name for name, _ in options]
    is_listing = not {"-l", "-L"}.isdisjoint(names)
    if is_listing and "-c" in names:
        raise ToolError("grep: -c counts lines and -l or -L lists files, use one of them")
    has_pattern = "-e" in names
    if not has_pattern and not operands:
        raise ToolError("grep: name a pattern")
    pattern = [] if has_pattern else operands[:1]
    paths = operands if has_pattern else operands[1:]
    is_recursive = "-r" in names
    if not paths and not is_recursive:
        raise ToolError("grep: name a file, or search folders with -r")
    _refuse_stdin("grep", paths)
    asked = [name == "-H" for name in names if name in {"-h", "-H"}]
    if is_recursive:
        options = [option for option in options if option[0] not in {"-h", "-H"}]
        options += [("-H", None), ("--null", None)]
    return Command(
        program="grep",
        argv=(*_flat(options), "--", *pattern, *paths),
        paths=tuple(paths),
        is_recursive=is_recursive,
        lists_files=is_listing,
        shows_lines="-n" in names and not is_listing and "-c" not in names,
        shows_paths=asked[-1] if asked else None,
    )


def _refuse_stdin(program: str, paths: list[str]) -> None:
    if "-" in paths:
        raise ToolError(f"{program}: name a file, there is no standard input")


def _known(program: str, name: str) -> str:
    if name not in PROGRAMS[program]:
        accepted = " ".join(PROGRAMS[program])
        raise ToolError(f"{program}: option {name} is not allowed, use {accepted}")
    return name


def _value(program: str, name: str, given: str | None) -> str:
    """The value given to an option. Raises ToolError for none and for what should be a number."""
    if given is None:
        raise ToolError(f"{program}: option {name} needs a value")
    if name in NUMBERS and not (given.isascii() and given.isdigit()):
        raise ToolError(f"{program}: option {name} needs a whole number, not {given!r}")
    return given


def _flat(options: list[tuple[str, str | None]]) -> list[str]:
    words: list[str] = []
    for name, value in options:
        if value is None:
            words.append(name)
        else:
            words += [f"{name}={value}"] if name.startswith("--") else [name, value]
    return words
