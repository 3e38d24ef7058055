"""Code that would end the process in libcst's parser is seen before it gets there."""

import pytest

from curate.facts.depth import is_too_deep

SHAPES = {
    "parentheses": lambda n: "(" * n + "1" + ")" * n,
    "brackets": lambda n: "x[" * n + "1" + "]" * n,
    "minus": lambda n: "-" * n + "1",
    "inversion": lambda n: "~ " * n + "1",
    "sum": lambda n: "a+" * n + "1",
    "attributes": lambda n: "a" + ".b" * n,
    "calls": lambda n: "a" + "()" * n,
    "lambda": lambda n: "lambda:" * n + "1",
    "not": lambda n: "not " * n + "1",
    "conditional": lambda n: "1 if y else " * n + "1",
    "strings": lambda n: "'a' " * n,
    "comprehension": lambda n: "[a " + "for b in c " * n + "]",
    "elif": lambda n: "1\nif a: pass\n" + "elif b: pass\n" * n,
    "f-string": lambda n: 'f"{' + "(" * n + "1" + ")" * n + '}"',
}


@pytest.mark.parametrize("shape", SHAPES)
def test_deep_code_is_seen(shape):
    assert is_too_deep("x = " + SHAPES[shape](3000))


@pytest.mark.parametrize("shape", SHAPES)
def test_code_as_people_write_it_is_not_deep(shape):
    assert not is_too_deep("x = " + SHAPES[shape](50))


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("x = [\n" + "  f(a, -b),\n" * 5000 + "]\n", id="long list"),
        pytest.param("x = {" + "'a': -1.5, " * 5000 + "}\n", id="long dict"),
        pytest.param("x = a.b() + c\n" * 5000, id="many lines"),
        pytest.param("x = 1; y = -2; " * 5000, id="semicolons"),
        pytest.param('"""' + "(" * 5000 + '"""\n# ' + "(" * 5000, id="text"),
        pytest.param("x = ')' ')))' \"]\"\n" * 900, id="closing ones in strings"),
        pytest.param(")" * 900, id="closing ones alone"),
    ],
)
def test_long_code_is_not_deep(code):
    assert not is_too_deep(code)
