"""mlx-lm's server in a process that ends with whoever started it: `python -m curate.models.served`.

It takes the options of `mlx_lm server`. Its standard input is a pipe that its starter holds open;
where that closes, because the starter was killed perhaps, the server ends. And an adapter given at
the start holds for its model under every name: mlx-lm applies it to `default_model` only, and a
client that asks for the id in /v1/models would be answered by the base.
"""

import os
import signal
import sys
import threading
from itertools import pairwise
from typing import Any

GRACE_SECONDS = 5.0


def main(arguments: list[str]) -> None:
    """Serve until it is told to stop, or the starter is gone."""
    threading.Thread(target=_end_with_starter, daemon=True).start()
    from mlx_lm import server

    names = _values(arguments, "--name")
    server.ModelProvider = _provider(server.ModelProvider, names)
    sys.argv = ["mlx_lm server", *_without(arguments, "--name")]
    server.main()
    os._exit(0)  # threads of requests under way are not waited for


def _end_with_starter() -> None:
    sys.stdin.buffer.read()
    os.kill(os.getpid(), signal.SIGINT)
    threading.Event().wait(GRACE_SECONDS)
    os._exit(1)


def _provider(original: Any, names: list[str]) -> Any:
    """mlx-lm's provider of models, which knows the default model by these names too."""

    class Provider(original):
        def __init__(self, given: Any) -> None:
            super().__init__(given)
            for known in (self._model_map, self._adapter_map, self._draft_model_map):
                known.update(dict.fromkeys(names, known["default_model"]))

    return Provider


def _values(arguments: list[str], option: str) -> list[str]:
    return [value for name, value in pairwise(arguments) if name == option]


def _without(arguments: list[str], option: str) -> list[str]:
    places = {i + step for i, word in enumerate(arguments) if word == option for step in (0, 1)}
    return [word for place, word in enumerate(arguments) if place not in places]


if __name__ == "__main__":
    main(sys.argv[1:])
