"""Calls in snippets are valid Python and laid out as `ruff format` does."""

import ast
import subprocess

import pytest
from ruff import find_ruff_bin

from curate.codemode import call_text, literal

LONG = "src/some/very/long/path/that/goes/on/and/on/and/further"
CODES = ["F401", "F841", "E711", "F402", "F842", "E712", "F403", "F843", "E713", "B006", "B008"]
CALLS = [
    ("ruff_check", {"path": "src/a.py", "select": ["F401"]}),
    ("ruff_check", {"select": ["F401"], "path": "src/a.py"}),
    ("ruff_check", {"path": "src/a.py", "select": None}),
    ("ruff_check", {"path": f"{LONG}.py", "select": CODES[:3]}),
    ("ruff_check", {"path": f"{LONG}.py", "select": CODES[:2]}),
    ("ruff_check", {"path": f"{LONG}/{LONG}.py", "select": CODES}),
    ("ruff_check", {"path": "a.py", "select": CODES}),
    ("ruff_check", {"path": "a.py", "select": CODES * 2}),
    ("ruff_check", {"path": "a.py", "select": [LONG * 2]}),
    ("ruff_check", {"path": "a.py", "select": []}),
    ("run_command", {"command": 'grep -rn "class X" src'}),
    ("run_command", {"command": "grep -rn 'it is' src"}),
    ("run_command", {"command": """grep -rn "it's" src"""}),
    ("run_command", {"command": """'"both'"""}),
    ("run_command", {"command": '''"'"'"both"'''}),
    ("run_command", {"command": r"grep -rnE '^(async )?def \w+\(' src"}),
    ("run_command", {"command": "\x1b \xe9 \u2028 \u200b \xab \U0001f600 \0"}),
    *(("run_command", {"command": f"ls {'x' * n}"}) for n in range(54, 90)),
    *(("read_file", {"path": "x" * n, "start_line": 1, "end_line": 20}) for n in range(30, 90)),
    ("read_file", {"path": "a.py", "start_line": 3}),
    ("write_file", {"path": "a.py", "content": "import os\n"}),
    ("write_file", {"path": "a.py", "content": ""}),
    ("write_file", {"path": "a.py", "content": "\n"}),
    ("write_file", {"path": "a.py", "content": "\n\n"}),
    ("write_file", {"path": "a.py", "content": "import os\n\n\nprint(os.name)\n"}),
    ("write_file", {"path": "a.py", "content": "a = 1\nb = 2"}),
    ("write_file", {"path": "a.py", "content": 'a = ""\nb = ""'}),
    ("write_file", {"path": "a.py", "content": '"""A."""\nb = """\nc"""\n""""'}),
    ("write_file", {"path": "a.py", "content": 'a = "\\n\\""\r\n\tb = \x0c\n   \n'}),
    ("write_file", {"path": "a.py", "content": "x" * 200}),
    ("write_file", {"path": "a.py", "content": "{# no #}\n{{ template }}\n'''\n"}),
]


def formatted(text: str) -> str:
    done = subprocess.run(
        [find_ruff_bin(), "format", "--isolated", "-"],
        input=text,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def test_every_call_stays_as_it_is_under_ruff_format():
    text = "".join(f"result = {call_text(tool, given)}\n" for tool, given in CALLS)
    assert text.splitlines() == formatted(text).splitlines()


@pytest.mark.parametrize("before", ["", "print(", "x = ", "a_long_name_of_a_variable = "])
def test_a_call_behind_other_text_is_laid_out_for_it(before):
    closing = ")" * before.count("(")
    calls = [
        f"{before}{call_text('read_file', {'path': 'x' * n, 'start_line': 9}, before + closing)}"
        for n in range(30, 66)
    ]
    if before == "print(":
        calls = [call for call in calls if "\n" not in call]
    text = "".join(f"{call}{closing}\n" for call in calls)
    assert text.splitlines() == formatted(text).splitlines()


@pytest.mark.parametrize(("tool", "given"), CALLS)
def test_a_call_says_exactly_its_arguments(tool, given):
    call = ast.parse(call_text(tool, given), mode="eval").body
    assert isinstance(call, ast.Call)
    first = ["command" if tool == "run_command" else "path"]
    names = [*first[: len(call.args)], *(keyword.arg for keyword in call.keywords)]
    values = [ast.literal_eval(node) for node in (*call.args, *(k.value for k in call.keywords))]
    assert dict(zip(names, values, strict=True)) == {
        k: v for k, v in given.items() if v is not None
    }


def test_a_call_reads_as_a_person_would_write_it():
    assert call_text("ruff_check", {"path": "src/a.py", "select": ["F401"]}) == (
        'ruff_check("src/a.py", select=["F401"])'
    )
    assert call_text("write_file", {"path": "a.py", "content": "import os\nprint(os.name)\n"}) == (
        'write_file(\n    "a.py",\n    content="""\\\nimport os\nprint(os.name)\n""",\n)'
    )


@pytest.mark.parametrize(
    "value", ["a", 'a"b', 3, -1.5, True, None, [], ["a", 1, None], {"a": [1, {"b": False}]}, {}]
)
def test_a_literal_is_the_value(value):
    assert ast.literal_eval(literal(value)) == value
