"""The documented memory bound holds, measured on a process of its own."""

import subprocess
import sys
from pathlib import Path

import pytest

SEARCH = """
import numpy as np, pyarrow as pa
from pathlib import Path
from curate.near import NearSettings, near_duplicate_pairs
rows, words = 100_000, 200
random = np.random.default_rng(1)
vocabulary = np.array([f"w{number:06d} " for number in range(100_000)], "S8")
cells = vocabulary[random.integers(0, 100_000, rows * words, np.int32)]
offsets = np.arange(0, rows * words * 8 + 1, words * 8)
texts = pa.Array.from_buffers(
    pa.large_string(), rows, [None, pa.py_buffer(offsets), pa.py_buffer(cells)]
)
found = near_duplicate_pairs(texts, NearSettings())
status = Path("/proc/self/status").read_text()
print(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1])
"""


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="VmHWM is Linux's")
def test_a_hundred_thousand_documents_fit_in_550_megabytes():
    """160 MB of text among them."""
    run = subprocess.run([sys.executable, "-c", SEARCH], capture_output=True, text=True, check=True)
    assert int(run.stdout) / 1000 < 550
