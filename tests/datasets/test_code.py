"""What Python in a call calls and reads, by `ast` and by libcst."""

import json
import re
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curate.datasets.code import CodeRead, read_code, read_exactly
from curate.datasets.code_cst import read_newer_code
from curate.datasets.code_values import CodeCall

SNIPPETS = {
    "a call": 'typecheck("src/")',
    "fields": 'r = typecheck("src/")\nif r.error_count:\n    print(r.errors[0].message)',
    "loop": 'for e in typecheck("a").errors[:5]:\n    print(f"{e.line}: {e.code}")',
    "items of a dict": 'r = hover("a")\nprint(r["text"], r.get("kind", "none").upper())',
    "comprehension": "xs = [f.file for f in git_diff('.').files if f.additions > 3]",
    "dict comprehension": "xs = {f.file: f.lines for f in git_diff('.').files}",
    "sorted with a key": (
        "for f in sorted(git_diff().files, key=lambda f: f.size)[:3]:\n    read(f.name)"
    ),
    "method": 'text = read_file("a")\nprint(len(text.split()), text.upper())',
    "two at once": "a, b = git_status(), git_log(limit=3)\nprint(a.branch, b.commits)",
    "gather": "a, b = await asyncio.gather(f(1), g(x=2))\nprint(a.one, b.two)",
    "awaited": "r = await f()\nprint(r.x)",
    "walrus": "if (r := f()).ok:\n    print(r.text)",
    "with": "with session() as s:\n    s.answer",
    "defined here": (
        "def helper(x):\n    return x\nclass A: pass\nhelper(1)\nA()\nimport os\nos.getcwd()"
    ),
    "imported": "from json import loads\nimport a.b as c\nloads('1')\nc.d()",
    "literals": 'f("a" "b", -1, 2.5, [1, (2,)], {"k": None}, True, *args, key=x.y, **more)',
    "other values": "f(b'x', 1j, {1: 2}, ..., lambda q: q.z, f'{x}', x if y else z)",
    "exception": (
        "try:\n    r = f()\nexcept Error as error:\n    print(error)\n"
        "else:\n    r.ok\nfinally:\n    g()"
    ),
    "while and augmented": "n = f()\nwhile n.more:\n    n += f(n.next)\n",
    "match": "match f():\n    case {'a': x}:\n        g(x)\n",
    "annotated": "r: Result = f()\nr.text\nr.other = g().value",
    "chained": "f().a.b[0].c",
    "f-string format": "r = f()\nprint(f'{r.x:>{r.width}} {r.y!r}')",
    "brackets": "f((a + b), (yield_))",
    "bare list": "[f(x=1), g(y=2)]",
    "empty": "",
    "shadowed": "for read_file in f():\n    read_file.name\n",
    "decorated": "@cached(f())\ndef g(a=h(), *b, c: int = 1, **d) -> int:\n    return a.x",
    "del, assert, return": "r = f()\nassert r.ok, r.why\ndel r.x\nreturn r.z",
    "conditional": "r = f() if x else g()\nr.both",
    "operators": "r = f()\nprint(not r.a, -r.b, r.c + 1, r.d < r.e, r.f and r.g)",
}


def test_calls_and_the_fields_read_from_their_results():
    code = (
        'result = find_references("src/a.py", 3, symbol="A")\n'
        "for ref in result.references[:5]:\n"
        '    print(f"{ref.file}:{ref.line}")\n'
        "    text = read_file(path=ref.file)\n"
    )
    assert read_code(code) == CodeRead(
        (
            CodeCall(
                "find_references",
                ["src/a.py", 3],
                {"symbol": "A"},
                ["references", "references.file", "references.line"],
            ),
            CodeCall("read_file", [], {"path": {"$python": "ref.file"}}, []),
        ),
        is_plain=False,
        error=None,
    )


@pytest.mark.parametrize(
    ("name", "calls"),
    [
        ("items of a dict", [("hover", ["text", "kind"])]),
        ("comprehension", [("git_diff", ["files", "files.additions", "files.file"])]),
        ("sorted with a key", [("git_diff", ["files", "files.size", "files.name"]), ("read", [])]),
        ("method", [("read_file", [])]),
        ("two at once", [("git_status", ["branch"]), ("git_log", ["commits"])]),
        ("gather", [("f", ["one"]), ("g", ["two"])]),
        ("walrus", [("f", ["ok", "text"])]),
        ("defined here", []),
        ("imported", []),
        ("chained", [("f", ["a", "a.b", "a.b.c"])]),
        ("conditional", [("f", ["both"]), ("g", ["both"])]),
        ("shadowed", [("f", ["name"])]),
    ],
)
def test_what_a_snippet_calls_and_reads(name, calls):
    assert [(call.tool, call.fields) for call in read_code(SNIPPETS[name]).calls] == calls


@pytest.mark.parametrize("name", SNIPPETS)
def test_both_parsers_find_the_same(name):
    code = SNIPPETS[name]
    assert read_newer_code(code) == read_exactly(code)
    assert read_code(code) == read_exactly(code)


def test_both_parsers_find_the_same_in_published_code(published: Path):
    snippets = set()
    for path in published.glob("*/*.jsonl"):
        for line in path.read_text("utf-8").splitlines():
            for text in re.findall(r"<parameter=code>(.*?)</parameter>", line):
                snippets.add(json.loads(f'"{text}"').strip("\n"))
    for code in sorted(snippets):
        assert read_newer_code(code) == read_exactly(code) == read_code(code)
    assert len(snippets) > 500


def test_code_newer_than_this_python_is_read_by_libcst():
    read = read_code("r = f()\nprint(f'{r['a']}')\ntype X = int")
    assert [(call.tool, call.fields, read.error) for call in read.calls] == [("f", ["a"], None)]


@pytest.mark.parametrize(
    ("code", "error", "tools"),
    [
        ("print 'x'", "line 1", []),
        ("r = f(", "line 1: '(' was never closed", []),
        ("  r = f()\n  r.x", "line 1: unexpected indent", ["f"]),
        ("a\0b", None, []),
        ("f(" + "(" * 500 + ")" * 500 + ")", None, []),
        ("x = " + "-" * 100_000 + "1", None, []),
        ("x" * 100_001, "100,001 characters of code, not read", []),
        ("a" + ".b" * 30_000, None, []),
        ("\ud800", None, []),
    ],
    ids=["python 2", "open", "indented", "null", "brackets", "signs", "long", "dots", "surrogate"],
)
def test_code_that_cannot_be_read_says_why(code, error, tools):
    read = read_code(code)
    assert read.error
    assert error is None or read.error.startswith(error)
    assert [call.tool for call in read.calls] == tools


@pytest.mark.parametrize(
    ("code", "is_plain"),
    [
        ("f(1)", True),
        ("f(1)\ng(a='x')", True),
        ("[f(1), g(2)]", True),
        ("r = f(1)", False),
        ("print(f(1))", False),
        ("f(g(1))", False),
    ],
)
def test_plain_calls_are_told_from_code(code, is_plain):
    assert read_code(code).is_plain == is_plain


names = st.sampled_from(["a", "b", "tool", "read", "print", "sorted", "x"])
expressions = st.recursive(
    names | st.integers(0, 9).map(str) | st.sampled_from(["'s'", "None", "f'{a.b}'"]),
    lambda inner: st.one_of(
        st.builds("{}({})".format, names, inner),
        st.builds("{}.{}".format, names, names),
        st.builds("({}).{}".format, inner, names),
        st.builds("({})[{}]".format, inner, inner),
        st.builds("[{} for x in {} if {}]".format, inner, inner, inner),
        st.builds("({} + {})".format, inner, inner),
        st.builds("({} if {} else {})".format, inner, inner, inner),
        st.builds("{{'k': {}, **{}}}".format, inner, inner),
        st.builds("tool({}, *{}, key=lambda a, b={}: {})".format, inner, inner, inner, inner),
    ),
    max_leaves=12,
)
statements = st.lists(
    st.one_of(
        expressions,
        st.builds("{} = {}".format, names, expressions),
        st.builds("a, b = {}, {}".format, expressions, expressions),
        st.builds("for {} in {}:\n    {}".format, names, expressions, expressions),
        st.builds("if {}:\n    {}\nelse:\n    {}".format, expressions, expressions, expressions),
        st.builds("def {}(a, b={}):\n    return {}".format, names, expressions, expressions),
    ),
    max_size=5,
).map("\n".join)


@given(statements)
@settings(max_examples=150, deadline=None)
def test_both_parsers_find_the_same_in_made_up_code(code):
    assert read_newer_code(code) == read_exactly(code)


STRINGS = ["'a'", '"a"', "'b # c'", "'it\\'s'", '"""x"""', "r'\\d'", "b'x'", "'\ue0000\ue001'"]
FORMATTED = ["f'{a!r:>5}'", "f\"{a['b']}\""]
NUMBERS = ["0", "7", "007", "10", "-3", "1.5", "1e3", "0x1f", "1_000", "9000000000000", "7j"]
SPELLINGS = ["{}", "{:_}", "{:#x}", "{:#o}", "{:#b}", "{:#_x}", "-{}", "f'{{g({:_})}}'"]
INTEGERS = st.one_of(
    st.integers(min_value=0),
    st.integers(9_000_000_000_000 - 3, 9_000_000_000_000 + 9),
    st.integers(0, 2**65),
)
LITERALS = st.sampled_from([*STRINGS, *FORMATTED, *NUMBERS])
TEMPLATES = st.sampled_from(
    [
        "f({}, {})",
        "r = f(k={}, *[{}])\nr[{}].x",
        "r = f({} {})\nr.get({})",
        "f({{{}: {}, 'k': [{}]}})",
        "r = f(1)\nr[{}:{}] # {}\ng(x + {}, -{})",
        "print({})\nf(({}, ({},)))",
    ]
)


@given(TEMPLATES, st.lists(LITERALS, min_size=5, max_size=5))
@settings(max_examples=400, deadline=None)
def test_a_snippet_is_read_by_its_mask_as_by_itself(template, literals):
    code = template.format(*literals)
    assert read_code(code) == read_exactly(code)


@given(TEMPLATES, st.lists(st.tuples(st.sampled_from(SPELLINGS), INTEGERS), min_size=5))
@settings(max_examples=300, deadline=None)
def test_any_integer_is_read_by_its_mask_as_by_itself(template, numbers):
    literals = [spelling.format(number) for spelling, number in numbers]
    code = template.format(*[*literals, *"12345"][:5])
    assert read_code(code) == read_exactly(code)


@pytest.mark.parametrize(
    ("code", "values"),
    [
        ("f(1234567890123456789)", [1234567890123456789]),
        ("f(7, 9_000_000_000_000)", [7, 9_000_000_000_000]),
        ("f(7, 0x82f79cd9000)", [7, 0x82F79CD9000]),
        ("f(7, 0b10000010111101111001110011011001000000000000)", [7, 9_000_000_000_000]),
        ("f(7, -1_8_0000000000)", [7, -180_000_000_000]),
        ("f(99999999999999999999)", [99999999999999999999]),
        ("f(7, [2**3, -99999999999999999999])", [7, {"$python": "[2**3, -99999999999999999999]"}]),
        ('f("\\ud800", 7)', [{"$python": '"\\ud800"'}, 7]),
    ],
)
def test_a_number_is_itself_however_long_and_however_spelt(code, values):
    assert read_code(code).calls[0].positional == values
    assert read_code(code) == read_exactly(code) == read_newer_code(code)


def test_an_integer_that_python_does_not_read_is_a_fault_of_the_code():
    read = read_code(f"f({'1' * 5000})")
    assert read.error
    assert read.error.startswith("line 1: Exceeds the limit (4300 digits)")
    endless = f"0x{'f' * 5000}"
    assert read_code(f"f({endless})").calls[0].positional == [{"$python": endless}]


FLOWS = {
    "either": "r = r.a if c else r.b\n",
    "added": "r += r\n",
    "a list of itself": "r = [r, r]\n",
    "deep": "r = r.a\n",
    "a field each": "r.a{}\n",
    "a result each": "r = r or f({})\nr.a{}\n",
    "long names": "r = r.{}\n".replace("{}", "a" * 300),
    "a key each": "r = r['{}']\n",
}


@pytest.mark.parametrize("name", FLOWS)
def test_what_flows_in_circles_is_followed_so_far(name):
    count = 99_000 // len(FLOWS[name].format(1000, 1000))
    code = "r = f()\n" + "".join(FLOWS[name].format(i, i) for i in range(count))
    before = time.process_time()
    read = read_code(code)
    assert time.process_time() - before < 2
    assert sum(len(field) for call in read.calls for field in call.fields) < 1_000_000
    assert read == read_exactly(code)


def test_a_snippet_may_ask_for_ten_thousand_results():
    before = time.process_time()
    assert len(read_code("x = " + "f() or " * 14_000 + "1").calls) == 14_000
    assert time.process_time() - before < 1


@given(st.text())
@settings(max_examples=100, deadline=None)
def test_no_text_makes_the_code_reader_raise(code):
    read_code(code)
