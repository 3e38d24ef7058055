"""Direct answers: `corpora/direct/*.toml`, written by people, as candidates that call no tool."""

import hashlib
import json
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from curate.drawing import number_of
from curate.errors import CurateError
from curate.project import Project

if TYPE_CHECKING:
    import polars as pl


class DirectAnswer(BaseModel):
    """One answer, and the ways in which it is asked for; one of them is used in a corpus."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    topic: str
    questions: tuple[str, ...] = Field(min_length=1)
    answer: str = Field(min_length=20)


def read_direct(project: Project) -> dict[str, list[DirectAnswer]]:
    """Answers by category, the name of the file. Raises CurateError for bad or repeated ones."""
    found: dict[str, list[DirectAnswer]] = {}
    seen: dict[str, str] = {}
    for name, path in project.files("corpora/direct", "*.toml").items():
        where = f"corpora/direct/{name}"
        answers = _read(path, where)
        for answer in answers:
            for key in (answer.id, *(question.casefold() for question in answer.questions)):
                if key in seen:
                    raise CurateError(
                        where,
                        f"{key!r} stands in {seen[key]} already",
                        "remove or reword one of them",
                    )
                seen[key] = f"{where} ({answer.id})"
        found[path.stem] = answers
    return found


def _read(path: Path, where: str) -> list[DirectAnswer]:
    """The answers of one file, each table of its list `answers`."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CurateError(where, f"is not TOML: {error}", "mend the line it names") from None
    if set(table) != {"answers"} or not isinstance(table["answers"], list):
        raise CurateError(
            where,
            f"holds {', '.join(table) or 'nothing'}\na file of direct answers is a list of tables",
            "begin each answer with [[answers]]",
        )
    answers = []
    for number, row in enumerate(table["answers"], start=1):
        try:
            answers.append(DirectAnswer.model_validate(row))
        except ValidationError as error:
            first = error.errors()[0]
            key = ".".join(str(part) for part in first["loc"])
            raise CurateError(
                where,
                f"answer {number}: {key} is wrong\n{first['msg'].lower()}",
                "write id, topic, questions and answer (docs/recipe.md has an example)",
            ) from None
    return answers


def direct_answers(project: Project, corpus: str, seed: int) -> "pl.DataFrame":
    """The direct candidates of a corpus, in the columns of `candidates`.

    The seed chooses the question.
    """
    import polars as pl

    rows = [
        _candidate(corpus, category, answer, seed)
        for category, answers in read_direct(project).items()
        for answer in answers
    ]
    text = (
        "corpus",
        "candidate_id",
        "kind",
        "intent",
        "category",
        "outcome",
        "symbol",
        "slots",
        "calls",
        "expected",
        "path",
    )
    return pl.DataFrame(rows, schema=dict.fromkeys(text, pl.String))


def _candidate(corpus: str, category: str, answer: DirectAnswer, seed: int) -> dict[str, Any]:
    turn = number_of(f"{answer.id}{seed}")
    slots = {
        "prompt": answer.questions[turn % len(answer.questions)],
        "answer": answer.answer.strip(),
        "topic": answer.topic,
    }
    content = json.dumps([corpus, answer.id, answer.model_dump()], sort_keys=True)
    return {
        "corpus": corpus,
        "candidate_id": hashlib.md5(content.encode(), usedforsecurity=False).hexdigest()[:16],
        "kind": "direct",
        "intent": f"direct_{category}",
        "category": category,
        "outcome": "direct",
        "path": f"corpora/direct/{category}.toml",
        "symbol": answer.id,
        "slots": json.dumps(slots),
        "calls": "[]",
        "expected": "{}",
    }
