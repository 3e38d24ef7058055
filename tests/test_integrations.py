"""The GitHub action and the pre-commit hook of the repository, really run."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import REPOSITORY
from tests.reporting.test_for_programs import COMMAND
from tests.test_audit_command import row, write

ACTION = yaml.safe_load((REPOSITORY / "action.yml").read_text(encoding="utf-8"))
HOOKS = yaml.safe_load((REPOSITORY / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
EXPRESSION = re.compile(r"\$\{\{ *(.*?) *\}\}")
INSTALL, AUDIT = ACTION["runs"]["steps"]
SHIPPED = (
    "action.yml", ".pre-commit-hooks.yaml", "pyproject.toml", "README.md", "LICENSE", "curate",
    "sql", "templates", "corpora",
)  # fmt: skip


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A folder with a question that train and valid share."""
    write(tmp_path / "work" / "data" / "train.jsonl", [row("Where is A?"), row("What is B?")])
    write(tmp_path / "work" / "data" / "valid.jsonl", [row("Where is A?"), row("Who is C?")])
    return tmp_path / "work"


@pytest.fixture(scope="session")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a user gets of the repository, as a repository with one commit."""
    folder = tmp_path_factory.mktemp("shipped") / "curate"
    folder.mkdir()
    for name in SHIPPED:
        if (REPOSITORY / name).is_dir():
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(REPOSITORY / name, folder / name, ignore=ignored)
        else:
            shutil.copy(REPOSITORY / name, folder / name)
    git(folder, "init", "--quiet")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "all")
    return folder


@pytest.fixture(scope="session")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """This environment's packages but curate, so that an installation need not fetch them."""
    folder = tmp_path_factory.mktemp("packages")
    site = Path(sys.prefix, "lib", f"python3.{sys.version_info[1]}", "site-packages")
    for entry in site.iterdir():
        if "curate" not in entry.name and entry.suffix != ".pth":
            (folder / entry.name).symlink_to(entry)
    return folder


def git(folder: Path, *words: str) -> str:
    identity = (
        "-c",
        "user.name=Ann",
        "-c",
        "user.email=ann@localhost",
        "-c",
        "init.defaultBranch=m",
    )
    done = subprocess.run(
        ["git", *identity, *words], cwd=folder, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


class Runner:
    """Runs steps as GitHub's runner does: inputs fill `env`, bash gets the text as it stands."""

    def __init__(self, work: Path, inputs: dict[str, str]) -> None:
        self.work, self.temp = work, work.parent / "temp"
        (self.temp / "curate-audit/bin").mkdir(parents=True, exist_ok=True)
        defaults = {name: given.get("default", "") for name, given in ACTION["inputs"].items()}
        assert set(inputs) <= set(defaults)
        self.inputs = {**defaults, **inputs}
        self.variables = {
            "RUNNER_TEMP": str(self.temp),
            "GITHUB_STEP_SUMMARY": str(self.temp / "summary"),
            "GITHUB_OUTPUT": str(self.temp / "output"),
        }

    def value(self, text: str, action_path: str = "") -> str:
        """An `env` value with its expressions worked out."""

        def worked_out(found: re.Match[str]) -> str:
            for part in found[1].split("||"):
                name = part.strip()
                known = {"github.action_path": action_path}
                value = known.get(name) or self.inputs.get(name.removeprefix("inputs."), "")
                if value:
                    return value
            return ""

        return EXPRESSION.sub(worked_out, text)

    def run(self, step: dict[str, Any], **variables: str) -> subprocess.CompletedProcess:
        assert step["shell"] == "bash"
        filled = {
            name: self.value(text, variables.get("action_path", ""))
            for name, text in step["env"].items()
        }
        script = self.temp / "script.sh"
        script.write_text(step["run"], encoding="utf-8")
        return subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)],
            cwd=self.work,
            env={**os.environ, **self.variables, **filled, **variables},
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )

    def link_curate(self) -> None:
        """Put this environment's curate where the first step installs it."""
        (self.temp / "curate-audit/bin/curate").symlink_to(Path(sys.executable).with_name("curate"))

    def record_words(self) -> None:
        """Put a program there that writes down the words it is given."""
        stub = self.temp / "curate-audit/bin/curate"
        stub.write_text(f'#!/bin/sh\nprintf "%s\\0" "$@" > {self.temp}/words\n', encoding="utf-8")
        stub.chmod(0o755)

    def written(self, name: str) -> str:
        return (self.temp / name).read_text(encoding="utf-8")


# The action


def test_every_input_and_output_is_described_and_used():
    assert ACTION["runs"]["using"] == "composite"
    used = set(re.findall(r"inputs\.([a-z-]+)", json.dumps(ACTION["runs"])))
    assert used == set(ACTION["inputs"])
    for given in (*ACTION["inputs"].values(), *ACTION["outputs"].values()):
        assert given["description"]
    said = set(re.findall(r'echo "([a-z]+)=', AUDIT["run"]))
    assert {
        re.search(r"outputs\.(\w+)", out["value"])[1] for out in ACTION["outputs"].values()
    } == said


@pytest.mark.parametrize("step", [INSTALL, AUDIT], ids=["install", "audit"])
def test_no_input_stands_in_the_text_of_a_script(step):
    assert EXPRESSION.findall(step["run"]) == []
    assert subprocess.run(["bash", "-n", "-c", step["run"]], check=False).returncode == 0


def test_the_action_annotates_sums_up_and_fails(data: Path):
    runner = Runner(data, {"paths": "data"})
    runner.link_curate()
    done = runner.run(AUDIT)
    assert done.returncode == 1, done.stderr
    *commands, _, verdict = done.stdout.splitlines()
    assert all(COMMAND.fullmatch(line) for line in commands)
    assert verdict.startswith("not sound: ")
    assert runner.written("summary").startswith("## curate audit: not sound\n")
    assert runner.written("output") == "status=1\nsarif=curate-audit.sarif\n"
    assert json.loads((data / "curate-audit.sarif").read_text("utf-8"))["version"] == "2.1.0"


def test_the_inputs_reach_the_command(data: Path):
    rules = ("leak_row", "leak_first_user", "leak_first_user_folded", "leak_user_turns")
    runner = Runner(
        data,
        {
            "paths": "data/train.jsonl\ndata/valid.jsonl\n",
            "max": "".join(f"{rule}=1\n" for rule in rules),
            "sarif": "out/here.sarif",
        },
    )
    runner.link_curate()
    done = runner.run(AUDIT)
    assert (done.returncode, done.stderr) == (0, "")
    assert runner.written("output") == "status=0\nsarif=out/here.sarif\n"
    runner = Runner(data, {"paths": "data", "fail-on": "never", "baseline": "no.json"})
    done = runner.run(AUDIT)
    assert (done.returncode, done.stderr.splitlines()[0]) == (
        2, "no.json: there is no such baseline",
    )  # fmt: skip


@pytest.mark.parametrize(
    "text",
    ["$(touch hacked)", "`touch hacked`", "x; touch hacked", '" && touch hacked "', "--help"],
)
def test_an_input_is_never_a_command_nor_an_option(data: Path, text):
    runner = Runner(data, dict.fromkeys(ACTION["inputs"], text) | {"paths": f"a b\n{text}"})
    runner.record_words()
    assert runner.run(AUDIT).returncode == 0
    assert not (data / "hacked").exists()
    summary = runner.variables["RUNNER_TEMP"] + "/curate-audit.md"
    assert runner.written("words").split("\0") == [
        "audit", "--format", "github", "--fail-on", text, "--report", f"sarif={text}",
        "--report", f"markdown={summary}", "--max", text, "--baseline", text, "--tokenizer", text,
        "--max-seq-length", text, "--", "a b", text, "",
    ]  # fmt: skip
    assert runner.written("output") == f"status=0\nsarif={text}\n"


@pytest.mark.slow
def test_the_action_installs_what_it_runs(data: Path, shipped: Path, packages: Path):
    runner = Runner(data, {"paths": "data"})
    done = runner.run(INSTALL, action_path=str(shipped), PYTHONPATH=str(packages))
    assert done.returncode == 0, done.stderr
    done = runner.run(AUDIT, PYTHONPATH=str(packages))
    assert done.returncode == 1, done.stderr
    assert done.stdout.splitlines()[-1].startswith("not sound: ")


# The hook


def test_the_hook_runs_the_command_once_over_the_whole_dataset():
    (hook,) = HOOKS
    assert (hook["id"], hook["entry"], hook["language"]) == (
        "curate-audit",
        "curate audit",
        "python",
    )
    assert hook["pass_filenames"] is False
    files = re.compile(hook["files"])
    assert all(
        files.search(name) for name in ("a/train.jsonl", "b.parquet", "c.jsonl.gz", "d.ndjson")
    )
    assert not any(files.search(name) for name in ("a.py", "package.json", "jsonl.md"))


@pytest.mark.slow
def test_pre_commit_installs_and_runs_the_hook(
    data: Path, shipped: Path, packages: Path, tmp_path: Path
):
    config = {
        "repos": [
            {
                "repo": str(shipped),
                "rev": git(shipped, "rev-parse", "HEAD"),
                "hooks": [{"id": "curate-audit", "args": ["data"]}],
            }
        ]
    }
    (data / ".pre-commit-config.yaml").write_text(yaml.safe_dump(config), encoding="utf-8")
    git(data, "init", "--quiet")
    git(data, "add", "--all")
    home = str(tmp_path / "home")

    def run() -> subprocess.CompletedProcess:
        return subprocess.run(
            [sys.executable, "-m", "pre_commit", "run", "--all-files"],
            cwd=data,
            env={**os.environ, "PRE_COMMIT_HOME": home, "PYTHONPATH": str(packages)},
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )

    done = run()
    assert done.returncode == 1, done.stdout + done.stderr
    assert "error leak_row: 1 row" in done.stdout
    assert "  data/valid.jsonl:1 and train.jsonl:1  " in done.stdout
    write(data / "data" / "valid.jsonl", [row("Who is C?"), row("When is D?")])
    git(data, "add", "--all")
    done = run()
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Passed" in done.stdout
