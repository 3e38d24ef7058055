"""What was learned is lost where KL, the base's nearness or the suite says so, else kept."""

import pytest

from curate.models.weights.divergence import Divergence
from curate.models.weights.judging import Fall, Measures, fall_of, kept_fraction, reasons


def kl(mean: float) -> Divergence:
    return Divergence(mean, mean, mean, 1.0, 100)


def replies(right: str) -> list[dict]:
    return [{"prompt_id": str(n), "is_right": one == "x"} for n, one in enumerate(right)]


def test_what_is_kept_is_the_rest_of_what_the_base_lacks():
    assert kept_fraction(kl(0.1), kl(0.4)) == 0.75
    assert kept_fraction(kl(0.8), kl(0.4)) == -1.0
    assert kept_fraction(kl(0.1), None) is None
    assert kept_fraction(kl(0.1), kl(0)) is None


@pytest.mark.parametrize(
    ("from_tuned", "from_base", "wanted"),
    [
        (0.01, 0.5, []),
        (0.0399, 0.4, []),
        (0.0401, 0.4, ["keeps 90% of what was learned, less than 90%"]),
        (
            0.3,
            0.2,
            [
                "nearer to the base than to the tuned model",
                "keeps 25% of what was learned, less than 90%",
            ],
        ),
        (float("nan"), 0.4, ["what it predicts is no number"]),
        (0.9, 1.0, ["keeps 0% of what was learned, less than 90%"]),
    ],
)
def test_kl_decides(from_tuned: float, from_base: float, wanted: list[str]):
    assert reasons(Measures(kl(from_tuned), kl(from_base), kl(0.4), None)) == wanted


def test_without_a_base_nothing_can_be_lost_by_kl():
    assert reasons(Measures(kl(5.0), None, None, None)) == []


def test_a_fall_of_the_suite_decides_where_chance_does_not_explain_it():
    def judged(before: int, after: int, p: float) -> list[str]:
        return reasons(Measures(kl(0.0), None, None, Fall(before, after, 40, p)))

    assert judged(36, 20, 0.001) == ["20 of 40 right, not 36 (p = 0.001)"]
    assert judged(36, 34, 0.6) == []
    assert judged(20, 36, 0.001) == []


def test_replies_are_paired_by_prompt():
    before, after = replies("xxxxxxxxxx.."), replies("x.......x.xx")[::-1]
    assert fall_of(before, after) == Fall(10, 4, 12, pytest.approx(0.109375))
    assert fall_of(before, after[:-2]) == Fall(8, 3, 10, pytest.approx(0.1796875))
    assert fall_of(replies("xxxxxxxx"), replies("........")) == Fall(8, 0, 8, 0.0078125)
