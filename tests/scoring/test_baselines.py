"""What needs no model: always, never, and the first two words of a prompt."""

from curate.scoring.baselines import Baseline, Learned, baselines, first_words, learn
from curate.scoring.engine import Conversation
from curate.scoring.playing import Task
from curate.scoring.rates import rate

TRAIN = [
    ("Where is A?", ("grep",)),
    ("where is B", ("grep",)),
    ("Where is the fault?", ()),
    ("Check the types of a.py", ("typecheck",)),
    ("What is a heap?", ()),
    ("What is a tree?", ()),
    ("What is in a.py?", ("read",)),
]


def task(prompt: str, *tools: str) -> Task:
    return Task(prompt, "c", Conversation([{"role": "user", "content": prompt}], []), tools)


def test_first_words_are_folded():
    assert first_words("  What's THE difference?") == "what's the"
    assert first_words("`ruff`") == "ruff"
    assert first_words("?") == ""


def test_a_look_up_keeps_what_most_rows_do():
    assert learn(TRAIN) == Learned(
        {"where is": ("grep",), "check the": ("typecheck",), "what is": ()}, ("grep",)
    )


def test_each_baseline_decides_and_names_tools():
    tasks = [
        task("Where is C?", "grep"),
        task("What is a queue?"),
        task("Check the rest", "ruff"),
        task("Show me", "grep"),
    ]
    assert baselines(tasks, learn(TRAIN)) == {
        "always_tool": Baseline(rate([True, False, True, True]), rate([True, False, True])),
        "never_tool": Baseline(rate([False, True, False, False]), rate([False] * 3)),
        "first_words": Baseline(rate([True] * 4), rate([True, False, True])),
    }


def test_without_train_there_is_no_look_up():
    assert set(baselines([task("Hello")], None)) == {"always_tool", "never_tool"}
