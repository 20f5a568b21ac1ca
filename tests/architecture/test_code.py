"""Rules of Python code."""

from __future__ import annotations

import pytest

from tests.architecture import allowed, code
from tests.architecture.sources import ROOT, Source, expect_none, module, modules


@pytest.fixture(scope="module")
def sources() -> list[Source]:
    return modules()


def test_a_service_with_an_actor_opens_with_require(sources: list[Source]) -> None:
    expect_none(code.unguarded_services(sources, allowed.SERVICES_WITHOUT_REQUIRE))


@pytest.mark.parametrize(
    "body",
    [
        "def pin(post, *, by: Viewer):\n    post.pin()",
        'def pin(post, *, by: Viewer):\n    """Pin."""\n    post.pin()\n    require(policies.can_pin(by, post))',
        "def pin(post, *, by):\n    policies.can_pin(by, post)",
    ],
)
def test_a_service_that_forgets_to_ask_is_noticed(body: str) -> None:
    assert "pin takes `by`" in code.unguarded_services([module("posts/services/pinning.py", body)], {})[0]


def test_a_service_that_asks_is_left_alone() -> None:
    body = (
        'def pin(post, *, by: Viewer):\n    """Pin."""\n    require(policies.can_pin(by, post))\n    post.pin()\n'
        "def count(by: int): return by\n"
        "def _enter(by: Viewer): return by\n"
    )
    assert code.unguarded_services([module("posts/services.py", body)], {}) == []


def test_only_the_unit_of_work_commits(sources: list[Source]) -> None:
    expect_none(code.foreign_commits(sources, allowed.COMMITS))


def test_a_commit_is_noticed() -> None:
    assert code.foreign_commits([module("posts/services.py", "db.session.commit()")], {}) == [
        "posts/services.py:1: commits outside of the unit of work"
    ]


def test_views_hold_no_sql(sources: list[Source]) -> None:
    expect_none(code.queries_in_views(sources, allowed.SQL_IN_VIEWS))


@pytest.mark.parametrize(
    "text",
    [
        "from sqlalchemy import select",
        "from sqlalchemy.orm import joinedload",
        "import sqlalchemy as sa",
        "from community.extensions import db",
    ],
)
def test_sql_in_a_view_is_noticed(text: str) -> None:
    assert code.queries_in_views([module("posts/views/reading.py", text)], {}) != []
    assert code.queries_in_views([module("posts/queries.py", text)], {}) == []


def test_there_is_one_clock(sources: list[Source]) -> None:
    expect_none(code.foreign_clocks(sources, allowed.CLOCKS))


@pytest.mark.parametrize(
    "text",
    [
        "dt.datetime.now(dt.UTC)", "datetime.now()", "datetime.datetime.utcnow()", "dt.date.today()", "time.time()",
        "from time import monotonic", "default=time.time",
    ],
)  # fmt: skip
def test_a_second_clock_is_noticed(text: str) -> None:
    assert code.foreign_clocks([module("posts/services.py", text)], {}) != []


def test_only_the_configuration_reads_the_environment(sources: list[Source]) -> None:
    expect_none(code.foreign_environment(sources, allowed.ENVIRONMENT))


@pytest.mark.parametrize("text", ["os.environ['X']", "os.getenv('X')", "from os import environ"])
def test_a_look_at_the_environment_is_noticed(text: str) -> None:
    assert code.foreign_environment([module("posts/services.py", text)], {}) != []


def test_only_the_renderer_declares_html_safe(sources: list[Source]) -> None:
    expect_none(code.foreign_markup(sources, allowed.MARKUP))


@pytest.mark.parametrize("text", ["Markup(text)", "markupsafe.Markup(text)", "as_markup(text)", "as_markup(f'<b>{html}')"])
def test_html_declared_safe_is_noticed(text: str) -> None:
    assert code.foreign_markup([module("posts/views.py", text)], {}) != []


def test_html_of_the_renderer_is_left_alone() -> None:
    text = "as_markup('' if gone else row.content_html)\nas_markup(render(text))"
    assert code.foreign_markup([module("posts/views.py", text)], {}) == []


def test_private_parts_of_a_domain_stay_private(sources: list[Source]) -> None:
    expect_none(code.foreign_parts(sources, allowed.FOREIGN_PARTS))


@pytest.mark.parametrize(
    "text", ["from community.posts.views import bp", "from community.posts import forms", "import community.posts.tasks"]
)
def test_an_import_of_a_private_part_is_noticed(text: str) -> None:
    assert code.foreign_parts([module("feeds/queries.py", text)], {}) != []
    assert code.foreign_parts([module("posts/views.py", text)], {}) == []


def test_modules_are_short(sources: list[Source]) -> None:
    expect_none(code.long_modules([*sources, *modules(ROOT / "tests")], allowed.LONG_MODULES))


def test_functions_are_short(sources: list[Source]) -> None:
    expect_none(code.long_functions([*sources, *modules(ROOT / "tests")], allowed.LONG_FUNCTIONS))


def test_a_long_module_is_noticed() -> None:
    assert code.long_modules([module("posts/services.py", "x = 1\n" * 301)], {}) == [
        "posts/services.py:301: 301 lines; 300 are plenty"
    ]


def test_a_long_function_is_noticed() -> None:
    body = "def publish():\n" + "    x = 1\n" * 40
    assert code.long_functions([module("posts/services.py", body)], {}) == ["posts/services.py:1: publish has 41 lines"]


def test_an_exception_nobody_needs_is_noticed() -> None:
    assert code.foreign_commits([module("posts/services.py", "x = 1")], {"posts/services.py": "an old reason"}) == [
        "posts/services.py is listed as an exception and needs none"
    ]
