"""The source of one definition, as its author wrote it.

`definition_source(content, "Parcel.weigh", 31)` is the method with its decorators, the comments
right above it and those inside, moved to the left margin. libcst moves it: the lines of a string
in it stay as they are, which `textwrap.dedent` does not promise.
"""

from curate.facts.python import decode, extract
from curate.facts.rows import Drop, Symbol
from curate.facts.source_text import SourceText


def definition_source(content: bytes, qualified_name: str, line: int) -> str:
    r"""The exact text of a definition without its indentation; line ends are `\n`.

    Starts with the comment lines that touch it and ends with the last line of its body. `line` is
    the symbol's: a name may be defined twice. Raises LookupError where the file has no such
    definition.
    """
    facts = extract(content)
    if isinstance(facts, Drop):
        msg = f"the file has no facts: {facts.reason}"
        raise LookupError(msg)  # noqa: TRY004 - a Drop is a value
    source = decode(content)
    assert isinstance(source, SourceText)  # it has just given facts
    symbol = _find(facts.symbols, qualified_name, line)
    lines = source.text.split("\n")
    first = symbol.first_line - 1
    indent = lines[first][: len(lines[first]) - len(lines[first].lstrip())]
    while first and lines[first - 1].startswith(f"{indent}#"):
        first -= 1
    text = "\n".join(lines[first : symbol.end_line]) + "\n"
    return _at_left_margin(text) if indent.strip("\f") else text


def _find(symbols: list[Symbol], qualified_name: str, line: int) -> Symbol:
    for symbol in symbols:
        if symbol.qualified_name == qualified_name and symbol.line == line:
            return symbol
    found = [s.line for s in symbols if s.qualified_name == qualified_name]
    msg = f"no {qualified_name} on line {line}; the file has it on lines {found}"
    raise LookupError(msg)


def _at_left_margin(text: str) -> str:
    import libcst as cst

    module = cst.parse_module(f"if 1:\n{text}")
    block = cst.ensure_type(cst.ensure_type(module.body[0], cst.If).body, cst.IndentedBlock)
    return module.code_for_node(block.body[0])
