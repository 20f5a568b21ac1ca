"""Every rule and method, asked by every role in communities of every visibility, answers as `routes.toml` says."""

from __future__ import annotations

from collections import defaultdict

import pytest
from flask import Flask

from tests.architecture.sources import expect_none
from tests.permissions.asking import Asking, outcome
from tests.permissions.roles import ROLES, VISIBILITIES, answers
from tests.permissions.table import ROWS, Row, differences, read
from tests.permissions.world import PLACES

ASKED = [(row, visibility) for row in ROWS for visibility in (VISIBILITIES if row.is_tenant else VISIBILITIES[:1])]
REFUSED = frozenset({"login", "403", "404"})


def test_the_table_names_every_route_and_no_other(app: Flask) -> None:
    expect_none(differences(app, ROWS))


def test_a_route_without_a_row_is_noticed_and_so_is_a_row_without_a_route(app: Flask) -> None:
    rows = read('[odd]\n"GET /" = "anyone"\n"GET /no/such/rule" = "anyone"')
    found = differences(app, rows)
    assert any(line.startswith("GET /login: has no row. Add to [access]") for line in found)
    assert "GET /no/such/rule: this row has no route. Remove it from tests/permissions/routes.toml" in found
    assert not any(line.startswith("GET /:") for line in found)


@pytest.mark.parametrize(("row", "visibility"), ASKED, ids=[f"{row.key} {place}" for row, place in ASKED])
def test_everybody_gets_what_the_table_says(asking: Asking, row: Row, visibility: str) -> None:
    expected = answers(row.who, visibility)
    problems = defaultdict(list)
    for role in ROLES:
        answer, changed = asking.ask_row(row, PLACES[visibility], role)
        found = outcome(answer)
        if expected[role] not in (found, "any"):
            problems[f"{found} ({answer.status_code}) instead of {expected[role]}"].append(role)
        if changed and found in REFUSED:
            problems[f"refused by {found}, and yet {', '.join(changed)} changed"].append(role)
    expect_none([f"{row.key} in a {visibility} community: {problem}: {', '.join(who)}" for problem, who in problems.items()])
