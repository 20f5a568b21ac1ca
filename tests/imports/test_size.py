"""Memory does not grow with the dump."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path
from time import sleep

import pytest

from tests.imports.dumps import town

MEBIBYTES = 1024


def peak_of(process: subprocess.Popen[str]) -> int:
    """The most memory a process held until it ended well, in MiB."""
    peak = 0
    while process.poll() is None:
        status = Path(f"/proc/{process.pid}/status").read_text()
        peak = max([peak, *(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))])
        sleep(0.05)
    assert process.returncode == 0, process.communicate()[0]
    return peak // MEBIBYTES


@pytest.mark.timeout(600)
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs Linux's /proc to see the memory of a process")
def test_memory_is_bounded_whatever_the_number_of_rows(
        start: Callable[..., subprocess.Popen[str]], tmp_path: Path) -> None:
    small = peak_of(start(town(tmp_path / "small", 20_000), community="small"))
    large = peak_of(start(town(tmp_path / "large", 200_000), community="large"))
    assert large < 400
    assert large < small + 50
