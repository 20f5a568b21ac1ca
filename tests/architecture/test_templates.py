"""Rules of templates."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import Environment

from tests.architecture import templating
from tests.architecture.sources import ROOT, Source, expect_none, templates

UPGRADE_CHECK = ROOT / "node_modules/htmx.org/dist/scripts/upgrade-check.py"


@pytest.fixture(scope="module")
def sources() -> list[Source]:
    return templates()


@pytest.fixture(scope="module")
def env(app: Flask) -> Environment:
    return app.jinja_env


def partial(text: str, name: str = "posts/_card.html") -> list[Source]:
    return [Source(name, text), Source("posts/_counts.html", "{#- inputs: counts -#}\n{{ counts.likes }}")]


def test_partials_declare_what_they_use(sources: list[Source], env: Environment) -> None:
    expect_none(templating.undeclared_inputs(sources, env))


@pytest.mark.parametrize(
    "text",
    [
        "{{ post.title }}",
        "{#- inputs: post -#}\n{{ post.title }} {{ counts.likes }}",
        "{#- inputs: post, counts -#}\n{{ post.title }}",
        "\n{#- inputs: post -#}\n{{ post.title }}",
        '{#- inputs: post -#}\n{{ post.title }}{% include "posts/_counts.html" %}',
    ],
)
def test_a_partial_that_uses_something_else_is_noticed(text: str, env: Environment) -> None:
    assert len(templating.undeclared_inputs(partial(text), env)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "{#- inputs: -#}\n<p>Nothing</p>",
        "{#- inputs: post -#}\n{% set x = post.title %}{{ x }} {{ dom_id(post) }}",
        '{#- inputs: post, counts -#}\n{{ post.title }}{% include "posts/_counts.html" %}',
        '{#- inputs: post -#}\n{% with counts = post.counts %}{% include "posts/_counts.html" %}{% endwith %}',
        '{#- inputs: post -#}\n{% from "ui/time.html" import ago %}{{ ago(post.at) }}',
    ],
)
def test_a_partial_that_declares_what_it_uses_is_left_alone(text: str, env: Environment) -> None:
    assert templating.undeclared_inputs(partial(text), env) == []


def test_partials_look_at_no_request(sources: list[Source], env: Environment) -> None:
    expect_none(templating.prying_partials(sources, env))


@pytest.mark.parametrize("name", ["request", "session", "g", "current_user", "page", "config", "viewer"])
def test_a_partial_that_pries_is_noticed(name: str, env: Environment) -> None:
    text = "{#- inputs: post -#}\n{{ post.title }}{{ " + name + ".user }}"
    assert templating.prying_partials(partial(text), env) == [f"posts/_card.html:1: looks at {name}"]


def test_a_personal_partial_may_know_its_viewer(env: Environment) -> None:
    assert templating.prying_partials(partial("{#- inputs: viewer -#}\n{{ viewer.user }}"), env) == []


def test_templates_hold_nothing_the_policy_forbids(sources: list[Source]) -> None:
    expect_none(templating.banned_markup(sources))


@pytest.mark.parametrize(
    "text",
    [
        '<p style="color: red">', '<button onclick="go()">', '<a href="javascript:go()">', '<p hx-on:click="go()">',
        """<p hx-vals='js:{"x": 1}'>""", '<p hx-trigger="click[ctrlKey]">', "<style>p {}</style>", "<script>go()</script>",
        "{{ text|safe }}", "{{ text | safe }}", "{% autoescape false %}", "<p\n  style='x'>",
    ],
)  # fmt: skip
def test_forbidden_markup_is_noticed(text: str) -> None:
    assert len(templating.banned_markup([Source("posts/show.html", text)])) == 1


@pytest.mark.parametrize(
    "text",
    [
        '{{ chart(rows, style="bars") }}', '<p class="style">', "{# |safe is forbidden #}",
        '<script src="/static/x.js"></script>', '<script type="importmap" nonce="{{ page.nonce }}">{}</script>',
        '<p hx-trigger="click, keyup delay:200ms">',
    ],
)  # fmt: skip
def test_other_markup_is_left_alone(text: str) -> None:
    assert templating.banned_markup([Source("posts/show.html", text)]) == []


def upgrade_check(folder: Path) -> list[str]:
    """What htmx's own checker finds, but for two misunderstandings.

    `hx-disable` means in version 4 what we mean by it, and an element inside another that has attributes of its own
    inherits none.
    """
    command = [sys.executable, str(UPGRADE_CHECK), str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stderr
    found = [line for line in done.stdout.splitlines() if ".html:" in line]
    return [line for line in found if "hx-disable" not in line and "[inheritance]" not in line]


@pytest.mark.skipif(not UPGRADE_CHECK.exists(), reason="htmx is not installed")
def test_templates_speak_the_present_htmx() -> None:
    expect_none(upgrade_check(ROOT / "templates"))


@pytest.mark.skipif(not UPGRADE_CHECK.exists(), reason="htmx is not installed")
def test_older_htmx_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "old.html").write_text('<p hx-vars="x:1" hx-ext="ws">old</p>')
    assert len(upgrade_check(tmp_path)) == 2
