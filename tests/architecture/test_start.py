"""A start waits for no library that only few requests need."""

from __future__ import annotations

import subprocess
import sys

from tests.architecture.sources import ROOT

LATER = {
    "alembic", "authlib", "confusable_homoglyphs", "flask_migrate", "inscriptis", "maxminddb", "requests", "segno", "ua_parser",
    "zxcvbn",
}  # fmt: skip
"""What takes long to import, and is imported where it is used."""
LAUNCHING = {"flask", "psycopg", "sqlalchemy", "jinja2", "redis", "rich"}
"""What the parent of a site can do without: it only starts others."""


def imported_by(code: str) -> set[str]:
    """The packages a fresh process has imported after this code."""
    report = "\nimport sys; print(*{name.partition('.')[0] for name in sys.modules})"
    done = subprocess.run([sys.executable, "-c", code + report], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_the_application_starts_without_what_few_requests_need() -> None:
    found = imported_by("from community.app import import_domains; import_domains()")
    assert {"flask", "sqlalchemy"} < found
    assert found & LATER == set()


def test_serving_begins_without_the_application() -> None:
    found = imported_by("import community.cli, community.launch")
    assert {"click", "psutil"} < found
    assert found & (LATER | LAUNCHING) == set()
