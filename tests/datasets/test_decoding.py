"""Lines as JSON values, and the faults of those that are none."""

import pytest

from curate.datasets import decoding
from curate.datasets.decoding import decode


@pytest.mark.parametrize(
    ("line", "value"),
    [
        (b'{"text": "a"}', {"text": "a"}),
        (b'{"text": "a"}\r\n', {"text": "a"}),
        (b'  {"n": [1, 2.5, true, null]}  ', {"n": [1, 2.5, True, None]}),
        ('{"text": "größer \\ud83d\\ude00"}'.encode(), {"text": "größer 😀"}),
        (b'{"n": 123456789012345678901234567890}', {"n": 123456789012345678901234567890}),
    ],
)
def test_a_sound_line_is_its_value(line, value):
    assert decode(line) == (value, ())


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        (b"", "row_blank"),
        (b" \t\r", "row_blank"),
        (b"not json", "row_unreadable"),
        (b"{'text': 'a'}", "row_unreadable"),
        (b'{"text": "a"} {"text": "b"}', "row_unreadable"),
        (b'{"text": "a\x00b"}', "row_unreadable"),
        (b'{"n": ' + b"9" * 5000 + b"}", "row_unreadable"),
        (b'{"text": "a', "row_truncated"),
        (b'{"text": "a", "tools"', "row_truncated"),
        (b'{"text": tru', "row_truncated"),
        (b'{"messages": [{"role": "user"}', "row_truncated"),
        (b'{"text": "\xff\xfe"}', "row_not_utf8"),
        ("{'text': 'grün'}".encode("latin-1"), "row_not_utf8"),
        (b"[" * 100_000, "row_too_deep"),
        (b'{"a":' * 300 + b"1" + b"}" * 300, "row_too_deep"),
        (b'{"a":' * 900 + b"NaN" + b"}" * 900, "row_too_deep"),
    ],
    ids=lambda value: value if isinstance(value, str) else repr(value[:24]),
)
def test_a_line_that_is_no_json_is_one_fault(line, rule):
    value, faults = decode(line)
    assert (value, [fault.rule for fault in faults]) == (None, [rule])


@pytest.mark.parametrize(
    ("line", "value", "rules"),
    [
        (b'\xef\xbb\xbf{"text": "a"}', {"text": "a"}, ["row_bom"]),
        (b'{"a": NaN, "b": -Infinity, "c": 1e999}', dict.fromkeys("abc"), ["row_nan"]),
        (b'{"text": "a\\ud800b"}', {"text": "a\ufffdb"}, ["row_surrogate"]),
        (b'\xef\xbb\xbf{"t": "\\udc00", "n": NaN}', {"t": "\ufffd", "n": None}, None),
    ],
)
def test_a_line_that_python_would_read_is_read_with_its_fault(line, value, rules):
    decoded = decode(line)
    assert decoded.value == value
    found = [fault.rule for fault in decoded.faults]
    assert found == (rules or ["row_bom", "row_nan", "row_surrogate"])


def test_a_line_over_the_limit_is_not_parsed(monkeypatch):
    monkeypatch.setattr(decoding, "MAX_ROW_BYTES", 20)
    (fault,) = decode(b'{"text": "aaaaaaaaaaaaaaaaaaaaaaaaaa"}').faults
    assert (fault.rule, fault.evidence) == ("row_too_long", "38 bytes in one line")


def test_evidence_is_short_and_one_line():
    (fault,) = decode(b'{"text": "' + b"x\\n" * 500).faults
    assert "\n" not in fault.evidence
    assert len(fault.evidence) < 140
