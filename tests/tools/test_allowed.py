"""Which command lines are run, and what is said of the others."""

import pytest

from curate.tools.allowed import Command, parse
from curate.tools.base import ToolError

NO_SHELL = (
    ": there is no shell, run one command without pipes, redirections or variables; "
    "quote what is meant literally"
)
GREP = "-r -n -i -w -x -E -F -l -L -c -o -h -H -v -s -e -m --include --exclude --exclude-dir"
FIND = "-name -iname -path -type -maxdepth -mindepth -not ! -o -and -empty -size -print"

PARSED = {
    "a file": (
        'grep -n "a|b" f',
        Command("grep", ("-n", "--", "a|b", "f"), ("f",), shows_lines=True),
    ),
    "bundled": (
        "grep -nim5 x f",
        Command("grep", ("-n", "-i", "-m", "5", "--", "x", "f"), ("f",), shows_lines=True),
    ),
    "a folder": (
        'grep -rnE "(a|b)" .',
        Command(
            "grep",
            ("-r", "-n", "-E", "-H", "--null", "--", "(a|b)", "."),
            (".",),
            True,
            False,
            True,
        ),
    ),
    "no path": (
        "grep -rl x",
        Command("grep", ("-r", "-l", "-H", "--null", "--", "x"), (), True, lists_files=True),
    ),
    "the last of -h and -H": (
        "grep -Hrh x d",
        Command("grep", ("-r", "-H", "--null", "--", "x", "d"), ("d",), True, shows_paths=False),
    ),
    "-H of files": (
        "grep -H x f",
        Command("grep", ("-H", "--", "x", "f"), ("f",), shows_paths=True),
    ),
    "patterns by -e": (
        "grep -e -x -ey f",
        Command("grep", ("-e", "-x", "-e", "y", "--", "f"), ("f",)),
    ),
    "a long option, both ways": (
        "grep --include '*.py' --exclude=a* x f",
        Command("grep", ("--include=*.py", "--exclude=a*", "--", "x", "f"), ("f",)),
    ),
    "operands like options": ("grep -- -f -r", Command("grep", ("--", "-f", "-r"), ("-r",))),
    "a value like an option": (
        "find . -name -delete",
        Command("find", (".", "-name", "-delete"), (".",)),
    ),
    "find anywhere": ("find -name '*.py'", Command("find", (".", "-name", "*.py"), (".",))),
    "find not": ("find a b ! -empty", Command("find", ("a", "b", "!", "-empty"), ("a", "b"))),
    "ls": ("ls -1a src", Command("ls", ("-1", "-a", "--", "src"), ("src",))),
    "ls here": ("ls", Command("ls", ("--",), ())),
    "wc": ("wc -l a 'b c'", Command("wc", ("-l", "--", "a", "b c"), ("a", "b c"))),
    "head by a number": ("head -20 f", Command("head", ("-n", "20", "--", "f"), ("f",))),
    "a glob stays as it is": ("ls *.py", Command("ls", ("--", "*.py"), ("*.py",))),
    "a dollar at the end": ("grep a$ f", Command("grep", ("--", "a$", "f"), ("f",))),
    "an escaped operator": (r"grep a\|b f", Command("grep", ("--", "a|b", "f"), ("f",))),
    "a hash within a word": ("grep a#b f", Command("grep", ("--", "a#b", "f"), ("f",))),
    "a substitution in quotes": ("grep '$(x)' f", Command("grep", ("--", "$(x)", "f"), ("f",))),
    "backticks in quotes": ('grep "`x`" f', Command("grep", ("--", "`x`", "f"), ("f",))),
    "a quote in quotes": (
        r"""grep "a\"|b" 'c"&d'""",
        Command("grep", ("--", 'a"|b', 'c"&d'), ('c"&d',)),
    ),
    "a dollar escaped in quotes": (
        r"""grep "a\$b\\$\w\`" '\$'""",
        Command("grep", ("--", r"a$b\$\w`", r"\$"), (r"\$",)),
    ),
    "an operator between quotes of one word": (
        """grep a"|"b';' f""",
        Command("grep", ("--", "a|b;", "f"), ("f",)),
    ),
}


@pytest.mark.parametrize(("line", "command"), PARSED.values(), ids=PARSED)
def test_an_allowed_line_is_taken_apart(line, command):
    assert parse(line) == command


REFUSED = {
    "nothing": ("", "empty command"),
    "only spaces": ("  ", "empty command"),
    "another program": ("cat f", "cat: not allowed, use one of grep, find, ls, wc, head"),
    "a path to a program": (
        "/bin/grep x f",
        "/bin/grep: not allowed, use one of grep, find, ls, wc, head",
    ),
    "an assignment": (
        "LC_ALL=C ls",
        "LC_ALL=C: not allowed, use one of grep, find, ls, wc, head",
    ),
    "a pipe": ("grep x f | wc -l", f"|{NO_SHELL}"),
    "a pipe without spaces": ("grep x f|wc", f"|{NO_SHELL}"),
    "or": ("ls || ls", f"||{NO_SHELL}"),
    "and": ("ls && ls", f"&&{NO_SHELL}"),
    "in the background": ("ls &", f"&{NO_SHELL}"),
    "one after the other": ("ls; ls", f";{NO_SHELL}"),
    "into a file": ("ls > f", f">{NO_SHELL}"),
    "errors away": ("ls 2>/dev/null", f">{NO_SHELL}"),
    "appended": ("ls >> f", f">>{NO_SHELL}"),
    "from a file": ("wc -l < f", f"<{NO_SHELL}"),
    "a here document": ("wc -l << f", f"<<{NO_SHELL}"),
    "a substitution": ("grep $(ls) f", f"$({NO_SHELL}"),
    "backticks": ("grep `ls` f", f"`{NO_SHELL}"),
    "a group": ("(ls)", f"({NO_SHELL}"),
    "an unquoted alternative": ("grep -E (a|b) f", f"({NO_SHELL}"),
    "a variable": ("ls $HOME", f"$H{NO_SHELL}"),
    "a variable in braces": ("ls ${HOME}", "${" + NO_SHELL),
    "arithmetic": ("ls $[1]", f"$[{NO_SHELL}"),
    "a comment": ("ls # here", f"#{NO_SHELL}"),
    "an operator after quotes": ("grep 'a'|wc", f"|{NO_SHELL}"),
    "an operator after an escaped quote": (r"grep \'a|b\' f", f"|{NO_SHELL}"),
    "an open quote": ("grep 'x f", "not a command line: No closing quotation"),
    "an open quote before an operator": ('grep "a|b f', "not a command line: No closing quotation"),
    "an open escape": ("grep x f \\", "not a command line: No escaped character"),
    "two lines": ("ls\nls", "a command is one line without NUL"),
    "two lines in quotes": ("grep 'a\nb' f", "a command is one line without NUL"),
    "a carriage return": ("ls\rls", "a command is one line without NUL"),
    "NUL": ("ls a\0b", "a command is one line without NUL"),
    "very long": (f"ls {'a' * 5000}", "a command has at most 4,096 characters"),
    "patterns from a file": ("grep -f p f", f"grep: option -f is not allowed, use {GREP}"),
    "patterns from a file, long": (
        "grep --file=p f",
        f"grep: option --file is not allowed, use {GREP}",
    ),
    "patterns from a file, bundled": (
        "grep -nf p f",
        f"grep: option -f is not allowed, use {GREP}",
    ),
    "links followed": ("grep -R x .", f"grep: option -R is not allowed, use {GREP}"),
    "context": ("grep -C2 x f", f"grep: option -C is not allowed, use {GREP}"),
    "context, by a number": ("grep -2 x f", f"grep: option -2 is not allowed, use {GREP}"),
    "context after": ("grep -A 2 x f", f"grep: option -A is not allowed, use {GREP}"),
    "an option cut short": ("grep --inc=x x f", f"grep: option --inc is not allowed, use {GREP}"),
    "options after operands": ("grep x f -z", f"grep: option -z is not allowed, use {GREP}"),
    "no pattern": ("grep -rn", "grep: name a pattern"),
    "no file": ("grep x", "grep: name a file, or search folders with -r"),
    "no file after -e": ("grep -e x", "grep: name a file, or search folders with -r"),
    "standard input": ("grep x -", "grep: name a file, there is no standard input"),
    "two kinds of output": (
        "grep -rlc x .",
        "grep: -c counts lines and -l or -L lists files, use one of them",
    ),
    "no value": ("grep x f -m", "grep: option -m needs a value"),
    "no number": ("grep -m -1 x f", "grep: option -m needs a whole number, not '-1'"),
    "a program run": ("find . -exec rm {} +", f"find: option -exec is not allowed, use {FIND}"),
    "deleting": ("find . -delete", f"find: option -delete is not allowed, use {FIND}"),
    "written to a file": (
        "find . -fprint f",
        f"find: option -fprint is not allowed, use {FIND}",
    ),
    "names from a file": (
        "find -files0-from f",
        f"find: option -files0-from is not allowed, use {FIND}",
    ),
    "find following links": ("find -L .", f"find: option -L is not allowed, use {FIND}"),
    "times": ("find . -newer f", f"find: option -newer is not allowed, use {FIND}"),
    "a bracket for find": ("find '(' -empty ')'", f"find: option ( is not allowed, use {FIND}"),
    "a path too late": ("find -empty src", "find: src: paths come before the expression"),
    "no depth": ("find -maxdepth", "find: option -maxdepth needs a value"),
    "owners and times": ("ls -l", "ls: option -l is not allowed, use -1 -a -A -p -F -R"),
    "files from a list": (
        "wc --files0-from=f",
        "wc: option --files0-from is not allowed, use -l -w -c -m",
    ),
    "nothing to count": ("wc -l", "wc: name a file, there is no standard input"),
    "input to count": ("wc -", "wc: name a file, there is no standard input"),
    "nothing to show": ("head -n 3", "head: name a file, there is no standard input"),
    "all but the last": ("head -n -5 f", "head: option -n needs a whole number, not '-5'"),
    "a unit": ("head -c 5G f", "head: option -c needs a whole number, not '5G'"),
    "a strange digit": ("head -\u00b2 f", "head: option -n needs a whole number, not '\u00b2'"),
    "head following": ("head -f f", "head: option -f is not allowed, use -n -c"),
}


@pytest.mark.parametrize(("line", "error"), REFUSED.values(), ids=REFUSED)
def test_what_is_not_allowed_is_refused_in_words_for_the_model(line, error):
    with pytest.raises(ToolError) as raised:
        parse(line)
    assert str(raised.value) == error
