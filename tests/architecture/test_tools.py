"""The linters and the type checker, once each, with the settings of `pyproject.toml`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT

BIN = Path(sys.executable).parent
SETTINGS = ROOT / "pyproject.toml"


def run(*command: str | Path, folder: Path = ROOT, text: str | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [BIN / command[0], *command[1:]], cwd=folder, input=text, capture_output=True, text=True, check=False
    )


def passes(*command: str | Path) -> None:
    done = run(*command)
    if done.returncode:
        pytest.fail(done.stdout[-6000:] + done.stderr[-2000:], pytrace=False)


def test_ruff_is_content() -> None:
    passes("ruff", "check", "--quiet")


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ("F401", "import os\n"),
        ("F821", "def read():\n    return db\n"),
        ("DTZ005", "import datetime\n\nNOW = datetime.datetime.now()\n"),
        ("BLE001", "try:\n    x = 1\nexcept Exception:\n    x = 2\n"),
        ("S608", "def find(name: str) -> str:\n    return f\"SELECT 1 FROM users WHERE name = '{name}'\"\n"),
        ("E501", f"X = '{'x' * 130}'\n"),
        ("ANN001", "def double(x) -> int:\n    return x * 2\n"),
    ],
)
def test_what_ruff_forbids_is_noticed(rule: str, text: str) -> None:
    done = run("ruff", "check", "--quiet", "--stdin-filename", "community/posts/broken.py", "-", text=text)
    assert done.returncode == 1
    assert rule in done.stdout


def test_mypy_is_content() -> None:
    passes("mypy")


def test_a_wrong_type_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "broken.py").write_text("def double(x: int) -> int:\n    return str(x)\n\ndef loose(x): ...\n")
    done = run("mypy", "--config-file", SETTINGS, "--cache-dir", ROOT / ".mypy_cache", "broken.py", folder=tmp_path)
    assert done.returncode == 1
    assert "[return-value]" in done.stdout
    assert "[no-untyped-def]" in done.stdout


def test_dependencies_are_declared_and_used() -> None:
    passes("deptry", ".")


def test_an_undeclared_dependency_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "thing"\nversion = "1"\ndependencies = ["flask"]\n')
    (tmp_path / "thing.py").write_text("import redis\n")
    said = " ".join(run("deptry", ".", folder=tmp_path).stderr.split())
    assert "'flask' defined as a dependency but not used" in said
    assert "redis" in said


def test_djlint_is_content() -> None:
    passes("djlint", "templates", "--lint", "--quiet")


def test_broken_html_is_noticed() -> None:
    done = run("djlint", "-", "--lint", "--configuration", SETTINGS, text='<div><img src="/x.png"></div><a href="{{x}}">')
    assert done.returncode == 1
    assert "H013" in done.stdout
    assert "H025" in done.stdout
