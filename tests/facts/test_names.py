"""What bases and decorators stand for: each claim holds for both parsers."""

import pytest

from curate.facts.rows import Base, Decorator


def test_bases_are_rows_with_their_own_lines(read):
    facts = read(
        """\
        from pydantic import BaseModel as Model
        from ..main import Core
        class A(
            Model,
            Core.Inner,  # why
            Generic[T][U],
            make(),
            *more,
            metaclass=Meta,
        ): pass
        class B(A): pass
        """
    )
    assert facts.bases == [
        Base("A", 4, 0, "Model", "Model", "pydantic.BaseModel", 3),
        Base("A", 5, 1, "Core.Inner", "Core.Inner", "..main.Core.Inner", 3),
        Base("A", 6, 2, "Generic[T][U]", "Generic", None, 3),
        Base("A", 7, 3, "make()", None, None, 3),
        Base("A", 8, 4, "*more", None, None, 3),
        Base("B", 11, 0, "A", "A", "<module>.A", 11),
    ]


def test_a_starred_base_keeps_its_parentheses(read):
    (row,) = read("class A(*  (\n b or c)): pass\n").bases
    assert (row.expression, row.line) == ("*  (\n b or c)", 1)


def test_decorators_are_rows_with_their_own_lines(read):
    facts = read(
        """\
        import functools as ft, pytest
        from .web import app
        class A:
            @property
            def size(self): ...
            @size.setter
            @ft.lru_cache(
                maxsize=None,
            )
            def size(self, value): ...
        @pytest.fixture
        @app.get("/")
        @(lambda f: f)
        @a(1)(2)
        async def f(): ...
        """
    )
    cached = "ft.lru_cache(\n        maxsize=None,\n    )"
    setter = "<module>.A.size.setter"
    assert facts.decorators == [
        Decorator("A.size", 4, 4, "property", "property", None, 5),
        Decorator("A.size", 6, 6, "size.setter", "size.setter", setter, 10),
        Decorator("A.size", 7, 9, cached, "ft.lru_cache", "functools.lru_cache", 10),
        Decorator("f", 11, 11, "pytest.fixture", "pytest.fixture", "pytest.fixture", 15),
        Decorator("f", 12, 12, 'app.get("/")', "app.get", ".web.app.get", 15),
        Decorator("f", 13, 13, "lambda f: f", None, None, 15),
        Decorator("f", 14, 14, "a(1)(2)", None, None, 15),
    ]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        pytest.param("import a.b\nclass X(a.b.C): ...", "a.b.C", id="submodule"),
        pytest.param("import a.b as c\nclass X(c.D): ...", "a.b.D", id="aliased module"),
        pytest.param("from . import a\nclass X(a.B): ...", ".a.B", id="relative"),
        pytest.param("from a import *\nclass X(B): ...", None, id="star"),
        pytest.param("class X(Exception): ...", None, id="builtin"),
        pytest.param("B = 1\nclass X(B): ...", None, id="assigned"),
        pytest.param("class X(B): ...\nclass B: ...", "<module>.B", id="defined below"),
        pytest.param(
            "try: from a import B\nexcept ImportError: B = None\nclass X(B): ...",
            "a.B",
            id="optional import",
        ),
        pytest.param(
            "try: from a import B\nexcept ImportError: from b import B\nclass X(B): ...",
            None,
            id="two imports",
        ),
        pytest.param("def f(B):\n  class X(B): ...\nclass B: ...", None, id="parameter"),
        pytest.param("from a import B\ndef f():\n  class X(B): ...", "a.B", id="from inside"),
        pytest.param("def f():\n  from a import B\nclass X(B): ...", None, id="local to another"),
        pytest.param("def f():\n  from a import B\n  class X(B): ...", "a.B", id="local import"),
        pytest.param(
            "def f():\n  class B: ...\n  class X(B): ...", "<module>.f.<locals>.B", id="local class"
        ),
        pytest.param(
            "class A:\n  class B: ...\n  class X(B): ...", "<module>.A.B", id="in a class"
        ),
        pytest.param(
            "class A:\n  class B: ...\n  def f(self):\n    class X(B): ...",
            None,
            id="a class is not seen from its methods",
        ),
        pytest.param(
            "class B: ...\nclass A:\n  class B: ...\n  def f(self):\n    class X(B): ...",
            "<module>.B",
            id="past the class to the module",
        ),
    ],
)
def test_a_base_is_resolved_as_far_as_the_file_tells(read, code, expected):
    (row,) = [row for row in read(code).bases if row.class_name.endswith("X")]
    assert row.resolved == expected
