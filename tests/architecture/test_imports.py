"""Who imports whom: the contracts of `[tool.importlinter]`."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from tests.architecture.sources import ROOT

LINTER = Path(sys.executable).with_name("lint-imports")
BREACHES = {
    "core/clock.py": "import community.posts.services",
    "posts/models.py": "import community.posts.services",
    "posts/policies.py": "import flask",
    "notifications/services.py": "import community.posts.views",
    "reactions/queries.py": "import community.comments.models",
    "stray.py": "x = 1",
}


def lint(folder: Path, cache: Path) -> subprocess.CompletedProcess[str]:
    command = [LINTER, "--no-logo", "--config", ROOT / "pyproject.toml", "--cache-dir", cache]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, env={"COLUMNS": "200"})


def test_imports_keep_the_contracts(tmp_path: Path) -> None:
    done = lint(ROOT, tmp_path)
    assert done.returncode == 0, done.stdout


def test_imports_that_break_a_contract_are_noticed(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "community", tmp_path / "community", ignore=shutil.ignore_patterns("__pycache__"))
    for name, line in BREACHES.items():
        with (tmp_path / "community" / name).open("a") as file:
            file.write(f"\n{line}\n")
    done = lint(tmp_path, tmp_path / "cache")
    assert done.returncode == 1, done.stdout + done.stderr
    said = " ".join(done.stdout.split())
    for complaint in (
        "Contracts: 0 kept, 4 broken.",
        "community.core.clock -> community.posts.services",
        "community.posts.models -> community.posts.services",
        "community.posts.policies -> flask",
        "community.notifications.services -> community.posts.views",
        "community.reactions.queries -> community.comments.models",
        "community.stray",
    ):
        assert complaint in said, f"{complaint}\nis not in\n{done.stdout}"
