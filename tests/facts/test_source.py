"""The source of one definition."""

import pytest

from curate.facts.source import definition_source

CODE = b'''\
x = 1
# not part of it

# Ships parcels.
# Twice.
@final
class Parcel:  # why
    """A parcel."""

    # weighs
    @cached(
        size=1,
    )
    async def weigh(self):
        """Weigh.

      Less indented.
        """
        if self:
            return """
a
        b"""
        # inside

    # after
    def name(self): return 1; pass

    # second
    def name(self): return 2
# end
'''


@pytest.mark.parametrize(
    ("name", "line", "expected"),
    [
        pytest.param(
            "Parcel.weigh",
            14,
            '# weighs\n@cached(\n    size=1,\n)\nasync def weigh(self):\n    """Weigh.\n\n'
            '      Less indented.\n        """\n'
            '    if self:\n        return """\na\n        b"""\n',
            id="strings keep their lines",
        ),
        pytest.param("Parcel.name", 26, "# after\ndef name(self): return 1; pass\n", id="first"),
        pytest.param("Parcel.name", 29, "# second\ndef name(self): return 2\n", id="second"),
    ],
)
def test_a_method_is_moved_to_the_left_margin(name, line, expected):
    assert definition_source(CODE, name, line) == expected


def test_a_definition_at_the_margin_is_a_slice_of_its_file():
    assert definition_source(CODE, "Parcel", 7) == "".join(
        CODE.decode().splitlines(keepends=True)[3:29]
    )


def test_line_ends_are_written_one_way():
    assert definition_source(b"def f():\r\n  x\r\n", "f", 1) == "def f():\n  x\n"


def test_tabs_and_a_definition_inside_a_condition_are_kept():
    code = b"if x:\n\tdef f():\n\t\tif y:\n\t\t\treturn 1\n"
    assert definition_source(code, "f", 2) == "def f():\n\tif y:\n\t\treturn 1\n"


def test_an_unknown_definition_is_refused():
    with pytest.raises(LookupError) as caught:
        definition_source(CODE, "Parcel.name", 1)
    assert str(caught.value) == "no Parcel.name on line 1; the file has it on lines [26, 29]"


def test_a_file_without_facts_is_refused():
    with pytest.raises(LookupError) as caught:
        definition_source(b"def f(:", "f", 1)
    assert str(caught.value) == "the file has no facts: not_parsable"
