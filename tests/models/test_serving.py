"""A server that is really started: it answers with its adapter, tells what fails, and ends."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests

from curate.errors import CurateError
from curate.models import serving as serving_module
from curate.models.opening import open_weights
from curate.models.serving import REQUEST, Asked, serving
from tests.models.weights.conftest import plant

SECONDS = 120


@pytest.fixture(scope="module")
def adapter(tiny: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return plant(tiny, tmp_path_factory.mktemp("serving") / "adapter", 0.5)


def said(model: Path, adapter: Path | None, count: int = 12) -> str:
    """The greedy reply to REQUEST of a model that is opened here."""
    from mlx_lm import generate

    opened = open_weights(str(model), adapter)
    prompt = opened.tokenizer.apply_chat_template(
        REQUEST["messages"], tools=REQUEST["tools"], add_generation_prompt=True
    )
    return generate(opened.model, opened.tokenizer, prompt, max_tokens=count)


def answered(base_url: str, **given: Any) -> dict[str, Any]:
    body = REQUEST | {"max_tokens": 12} | given
    answer = requests.post(f"{base_url}/chat/completions", json=body, timeout=SECONDS)
    assert answer.status_code == 200, answer.text
    return answer.json()["choices"][0]


@contextmanager
def started(folder: Path, *words: str) -> Iterator[subprocess.Popen]:
    """`curate serve` in a process of its own."""
    (folder / "corpora").mkdir(exist_ok=True)
    line = [str(Path(sys.executable).with_name("curate")), "serve", *words]
    child = subprocess.Popen(
        line, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        yield child
    finally:
        child.kill()
        child.communicate()


def read_object(child: subprocess.Popen) -> dict[str, Any]:
    """The JSON object that a process prints, read as it comes."""
    text = ""
    assert child.stdout is not None
    for line in child.stdout:
        text += line
        if line == "}\n":
            return json.loads(text)
    pytest.fail(f"it printed {text!r}: {child.stderr.read() if child.stderr else ''}")


def ends(process_id: int) -> bool:
    """Whether a process ends within ten seconds."""
    for _ in range(100):
        state = Path(f"/proc/{process_id}/stat")
        if sys.platform == "linux":
            if not state.exists() or state.read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        else:
            try:
                os.kill(process_id, 0)
            except ProcessLookupError:
                return True
        time.sleep(0.1)
    return False


def test_a_chat_with_tools_is_answered_with_the_adapter_under_every_name(
    tiny: Path, adapter: Path, tmp_path: Path
):
    wanted, base = said(tiny, adapter), said(tiny, None)
    assert wanted != base
    with started(tmp_path, str(tiny), "--adapter", str(adapter), "--port", "0", "--json") as child:
        told = read_object(child)
        assert told.keys() == {"base_url", "model", "adapter", "process_id", "request", "curl"}
        assert (told["model"], told["adapter"], told["request"]) == (
            str(tiny),
            str(adapter),
            REQUEST,
        )
        url = told["base_url"]
        choice = answered(url)
        assert choice["message"] == {"role": "assistant", "content": wanted}
        listed = [
            one["id"] for one in requests.get(f"{url}/models", timeout=SECONDS).json()["data"]
        ]
        assert str(tiny.resolve()) in listed
        for name in (str(tiny), str(tiny.resolve())):
            assert answered(url, model=name)["message"]["content"] == wanted
        line = told["curl"].replace('"max_tokens": 256', '"max_tokens": 12')
        done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, check=True)
        assert json.loads(done.stdout)["choices"][0]["message"]["content"] == wanted
        child.terminate()
        assert child.wait(SECONDS) == 0
        assert ends(told["process_id"])
        assert child.stderr is not None
        log = child.stderr.read()
        assert "POST /v1/chat/completions HTTP/1.1" in log
        assert log.endswith("stopped\n")


def test_the_server_ends_when_its_starter_is_killed(tiny: Path, tmp_path: Path):
    with started(tmp_path, str(tiny), "--port", "0", "--json") as child:
        told = read_object(child)
        assert answered(told["base_url"])["message"]["content"] == said(tiny, None)
        child.send_signal(signal.SIGKILL)
        child.wait(SECONDS)
        assert ends(told["process_id"])


def test_ctrl_c_is_a_good_end(tiny: Path, tmp_path: Path):
    with started(tmp_path, str(tiny), "--port", "0") as child:
        assert child.stdout is not None
        lines = [child.stdout.readline() for _ in range(4)]
        assert lines[0] == f"serving {tiny}\n"
        assert lines[1].startswith("http://127.0.0.1:")
        assert lines[3].startswith(f"curl {lines[1].strip()}/chat/completions -H ")
        child.send_signal(signal.SIGINT)
        assert child.wait(SECONDS) == 0


def test_a_port_that_is_taken_is_told_before_anything_starts(tiny: Path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(CurateError) as raised, serving(Asked(str(tiny), port=port), print):
            pass
    assert str(raised.value) == (
        f"--port {port}: cannot be listened at on 127.0.0.1: Address already in use\n"
        "  fix: stop what is using it, name another, or let --port 0 find a free one"
    )


def test_a_model_that_does_not_load_is_told_with_the_last_lines(
    tiny: Path, adapter: Path, tmp_path: Path
):
    import mlx.core as mx

    config = (adapter / "adapter_config.json").read_text()
    (tmp_path / "adapter_config.json").write_text(config)
    mx.save_safetensors(str(tmp_path / "adapters.safetensors"), {"x": mx.zeros((2,))})
    log: list[str] = []
    asked = Asked(str(tiny), tmp_path, port=0)
    with pytest.raises(CurateError) as raised, serving(asked, log.append):
        pass
    lines = raised.value.what.splitlines()
    assert lines[0] == "the server could not load the model"
    assert "  x: not an adapter parameter in the model" in lines
    assert f"ValueError: Adapter at {tmp_path} contains incompatible tensors:" in log
    assert len(lines) <= 21


def test_a_folder_that_is_no_model_is_told_before_anything_starts(tmp_path: Path):
    log: list[str] = []
    with pytest.raises(CurateError) as raised, serving(Asked(str(tmp_path), port=0), log.append):
        pass
    assert raised.value.what == ("is no model's folder: it has no config.json and no *.safetensors")
    assert log == []


def test_a_model_that_takes_too_long_is_told_and_ended(tiny: Path):
    with pytest.raises(CurateError) as raised, serving(
        Asked(str(tiny), port=0, ready_seconds=0.3), lambda line: None
    ):  # fmt: skip
        pass
    assert raised.value.what.splitlines()[0] == "the server was not ready after 0 s"


def test_an_endpoint_is_not_served_again(tmp_path: Path):
    with started(tmp_path, "http://127.0.0.1:1/v1") as child:
        _, log = child.communicate(timeout=SECONDS)
    assert child.returncode == 2
    assert log == (
        "curate serve http://127.0.0.1:1/v1: it is served already, by somebody else\n"
        "  fix: name a folder, a model of the Hugging Face cache, or a part of a run\n"
    )


def test_a_log_that_nobody_reads_any_more_does_not_stop_the_server():
    def refuse(_line: str) -> None:
        raise BrokenPipeError

    words = [sys.executable, "-c", "print('a line of the log\\n' * 20_000)"]
    with subprocess.Popen(words, stdout=subprocess.PIPE) as child:
        lines = serving_module._pass_on(child, refuse)
        assert child.wait(20) == 0
    assert "a line of the log" in lines
