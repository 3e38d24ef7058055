"""The error that a user sees."""

import pickle

from curate.errors import CurateError

ERROR = CurateError(
    "corpora/phase27.toml",
    "ratio.tool is 1.4\na ratio is a fraction between 0 and 1",
    "write tool = { min = 0.70, max = 0.85 }",
    exit_code=1,
)


def test_it_says_where_what_and_how_to_mend_it():
    assert str(ERROR) == (
        "corpora/phase27.toml: ratio.tool is 1.4\n"
        "  a ratio is a fraction between 0 and 1\n"
        "  fix: write tool = { min = 0.70, max = 0.85 }"
    )


def test_it_comes_whole_out_of_a_worker_process():
    remade = pickle.loads(pickle.dumps(ERROR))
    assert (str(remade), remade.exit_code) == (str(ERROR), 1)
