"""Whether code is nested deeper than libcst can read: its native parser has no limit of its own.

`is_too_deep("x = " + "-" * 2000 + "1")` is true. Without this look libcst 1.9 overflows the stack
and ends the process: at 3,000 parentheses, or at 10,000 operators in one expression, each on a
stack of 8 MiB. Only files that `ast` refused come here; it has limits.
"""

import re

BRACKET_LIMIT = 200
"""CPython's own limit (MAXLEVEL in Parser/lexer/state.h)."""
CHAIN_LIMIT = 1000
"""The default recursion limit of Python, in which libcst writes a tree out."""

_TOKEN = re.compile(
    r"""
    \#[^\n]*
    | (?P<string> [A-Za-z]{0,2} (?: \"{3}(?:[^\\]|\\.)*?\"{3} | '{3}(?:[^\\]|\\.)*?'{3}
                                  | \"(?:[^\\\"\n]|\\.)*\"    | '(?:[^\\'\n]|\\.)*' ) )
    | (?P<word> \w+ )
    | (?P<open> [(\[{] )
    | (?P<close> [)\]}] )
    | (?P<separator> [,;] )
    | (?P<newline> (?<!\\)\n )
    | (?P<operator> [-+*/%@&|^~<>=!.:]+ )
    """,
    re.VERBOSE | re.DOTALL,
)
_NESTING_WORDS = frozenset(
    {"and", "await", "elif", "else", "for", "if", "in", "is", "lambda", "not", "or"}
)


def is_too_deep(text: str) -> bool:
    """Whether brackets, or operators and calls between two separators, nest beyond the limits.

    Counts, and does not parse: a string literal counts as one link of a chain, an f-string as the
    brackets and operators it contains.
    """
    chains = [0]  # of each open bracket: the links around and before this place
    count_elif = 0
    for match in _TOKEN.finditer(text):
        kind, written = match.lastgroup, match.group()
        if kind == "open":
            chains.append(chains[-1] + 1)
        elif kind == "close":
            if len(chains) > 1:
                chains.pop()
            chains[-1] += 1
        elif kind == "separator" or (kind == "newline" and len(chains) == 1):
            chains[-1] = chains[-2] if len(chains) > 1 else 0
        elif kind == "operator":
            chains[-1] += len(written)
        elif kind == "word":
            chains[-1] += written in _NESTING_WORDS
            count_elif += written == "elif"
        elif kind == "string":
            chains[-1] += 1 if written[0] in "\"'" else 1 + _links_inside(written)
        if len(chains) > BRACKET_LIMIT or chains[-1] > CHAIN_LIMIT or count_elif > CHAIN_LIMIT:
            return True
    return False


def _links_inside(string: str) -> int:
    """What the replacement fields of an f-string or t-string may nest."""
    prefix = re.match(r"\w+", string)
    is_formatted = prefix is not None and any(letter in "fFtT" for letter in prefix.group())
    return len(re.findall(r"[(\[{\-+*~.]|\bnot\b|\blambda\b", string)) if is_formatted else 0
